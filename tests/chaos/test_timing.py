"""The reckoning of deadlines sees each way in which one can be wrong."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.chaos.deadlines import MISSED, NEAR, Wanted
from tests.chaos.sight import Seen
from tests.chaos.timing import Clock, _once, _place, _said

NOON = datetime(2027, 1, 8, 12, tzinfo=UTC)
DUE = Wanted("c-1", "d-1", MISSED, NOON)
CAME = Seen("c-1", 7, MISSED, "d-1", NOON)


@dataclass
class Record:
    value: bytes


def said(one: Seen, id_: str = "e-1") -> Record:
    return Record(
        json.dumps({"id": id_, "entity": one.collaboration, "revision": one.revision, "fact": one.fact}).encode()
    )


@pytest.mark.parametrize(
    ("seen", "complaint"),
    [
        pytest.param([CAME], None, id="at its time"),
        pytest.param([replace(CAME, at=NOON + timedelta(hours=1))], None, id="late, as after a kill"),
        pytest.param([replace(CAME, at=NOON - timedelta(milliseconds=1))], "came early", id="a millisecond early"),
        pytest.param([CAME, replace(CAME, revision=8)], "came twice", id="twice"),
        pytest.param([], "nothing came of it", id="never"),
        pytest.param([CAME, replace(CAME, fact=NEAR)], "were not due", id="a reminder that nobody wanted"),
    ],
)
def test_a_deadline_comes_once_and_not_before_its_time(seen, complaint):
    told = list(_once({_place(DUE): DUE}, seen))
    assert [complaint in one for one in told] == ([True] if complaint else [])


@pytest.mark.parametrize(
    ("records", "complaint"),
    [
        pytest.param([said(CAME)], None, id="said"),
        pytest.param([said(CAME), said(CAME)], None, id="the same event sent again"),
        pytest.param([], "were not said", id="not said"),
        pytest.param([said(CAME), said(CAME, "e-2")], "several events", id="said by two events"),
        pytest.param([said(CAME), said(replace(CAME, revision=8))], "1 others were", id="said, and not stored"),
    ],
)
def test_the_topic_says_of_each_what_the_store_holds(records, complaint):
    told = list(_said([CAME], records))
    assert [complaint in one for one in told] == ([True] if complaint else [])


def test_a_moved_clock_is_read_as_moved_only_after_it_was():
    moved = Clock(NOON, timedelta(days=8))
    assert moved.read(NOON - timedelta(seconds=1)) == NOON - timedelta(seconds=1)
    assert moved.read(NOON) == NOON + timedelta(days=8)
