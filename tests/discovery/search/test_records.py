"""The topic's records on their way into the index: read as the contract says, here or by other processes."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import TopicPartition

from chassis.settings import ServiceSettings
from contracts.discovery import Profile, ProfileEvent, ProfileImported
from contracts.topics import CREATORS
from discovery.domain.searches import Filters, Sort
from discovery.search import fields, preparing
from discovery.search.finding import Finder
from discovery.search.following import Follower, Pace
from discovery.search.index import Change, CreatorIndex
from discovery.search.preparing import Preparing
from discovery.search.reading import Refusal, changes_of
from tests.discovery.builders import NOON
from tests.discovery.search.installation import until

EXAMPLES = Path(__file__).resolve().parents[3] / "contracts" / "examples"
TOPIC = TopicPartition(CREATORS.name, 0)


def an_event(name: str, revision: int = 1, **known: Any) -> bytes:
    profile = Profile(**{"id": name, "network": "tiktok", "handle": name, **known})
    return ProfileImported.of(profile, id=f"e-{name}", time=NOON, revision=revision).body()


def test_every_example_of_the_topic_is_read():
    types = [kind.TYPE for kind in ProfileEvent.__subclasses__()]
    bodies = [path.read_bytes() for type_ in types for path in sorted((EXAMPLES / type_).glob("*.json"))]
    told = [json.loads(body) for body in bodies]
    assert len(bodies) >= len(types) > 1
    for change, event in zip(changes_of(bodies), told, strict=True):
        assert isinstance(change, Change)
        assert (change.id, change.revision) == (event["entity"], event["revision"])
        assert (change.document is None) == (event.get("state") is None)


def test_what_is_erased_has_no_document_and_what_is_not_said_is_not_there():
    erased, bare = changes_of(
        [
            b'{"entity": "a", "revision": 9}',
            b'{"entity":"b","revision":1,"state":{"id":"b","network":"x","handle":"B"}}',
        ]
    )
    assert erased == Change("a", 9, None)
    assert isinstance(bare, Change)
    document = orjson.loads(bare.document or b"")
    assert document[fields.NAMES] == ["b"]
    assert not {fields.COUNTRY, "followers", fields.MEDIAN_VIEWS, fields.TYPE, fields.CATEGORIES} & set(document)


@pytest.mark.parametrize(
    ("value", "wrong"),
    [
        (
            b"",
            "",
        ),
        (None, ""),
        (b"{", ""),
        (b'{"entity": "a"}', "revision"),
        (b'{"entity":"a","revision":1,"state":{"id":"a","network":"x"}}', "state.handle"),
        (
            b'{"entity":"a","revision":1,"state":{"id":"a","network":"x","handle":"a","followers":"many"}}',
            "state.followers",
        ),
        (
            b'{"entity":"a","revision":1,"state":{"id":"a","network":"x","handle":"a","stats":{"median_views":1e30}}}',
            "state.stats.median_views",
        ),
        (
            b'{"entity":"a","revision":1,"state":{"id":"a","network":"x","handle":"a","categories":["no-such"]}}',
            "state.categories.0",
        ),
    ],
)
def test_a_record_that_is_no_profile_s_event_is_refused_by_its_fields(value, wrong):
    (refusal,) = changes_of([value])
    assert refusal == Refusal((wrong,))


class Tape:
    """A consumer of some records."""

    def __init__(self, values: Sequence[bytes], at_once: int) -> None:
        self.values, self.at_once, self.at = values, at_once, 0

    async def getmany(self, **_how: Any) -> dict[TopicPartition, list[Any]]:
        lot = self.values[self.at : self.at + self.at_once]
        self.at += len(lot)
        first = self.at - len(lot)
        told = [type("Told", (), {"value": v, "partition": 0, "offset": first + n}) for n, v in enumerate(lot)]
        return {TOPIC: told} if told else {}

    async def position(self, _partition: TopicPartition) -> int:
        return self.at


@pytest.mark.parametrize("commit_after", [20, 1000])
@pytest.mark.parametrize("ahead", [0, 3])
async def test_a_refused_record_costs_itself_only_and_all_others_are_committed_however_far_is_read_ahead(
    tmp_path, ahead, commit_after
):
    index = CreatorIndex.create(tmp_path)
    values = [an_event(f"c{n % 7}", n, followers=n) for n in range(1, 40)]
    values.insert(20, b"rubbish")
    waits = iter([0.05, 0.0] * 100)

    async def unevenly(lot: Sequence[bytes | None]) -> Any:
        await asyncio.sleep(next(waits))
        return changes_of(lot)

    pace = Pace(records=5, commit_records=commit_after, commit_seconds=60)
    follower = Follower(index, ServiceSettings(), pace, unevenly, ahead)
    await follower._read(Tape(values, 5), {TOPIC: len(values)}, lambda: None, to_the_end=True)
    assert index.position.offsets == {0: 40}
    page = Finder(index.searcher()).page(Filters(), Sort.FOLLOWERS, None, 10)
    assert [place.key >> 20 for place in page] == [39, 38, 37, 36, 35, 34, 33]
    index.close()


async def test_other_processes_make_of_records_what_this_one_would(monkeypatch):
    monkeypatch.setattr(preparing, "WORTH_IT", 3)
    values = [an_event(f"c{n}", n + 1, followers=n) for n in range(3)]
    with Preparing(2) as prepare:
        here = await prepare(values)
        assert prepare._pool is None
        there = await prepare([*values, b"rubbish"])
        assert prepare._pool is not None
    assert list(map(_in_order, there[:3])) == list(map(_in_order, here))
    assert isinstance(there[3], Refusal)


def _in_order(change: Change | Refusal) -> tuple[str, int, dict[str, Any]]:
    """A change with its document's terms sorted: their order means nothing, and differs between processes."""
    assert isinstance(change, Change)
    document = orjson.loads(change.document or b"")
    terms = {name: sorted(value) if isinstance(value, list) else value for name, value in document.items()}
    return change.id, change.revision, terms


PROGRAM = """
import asyncio
from discovery.search import preparing

async def main():
    preparing.WORTH_IT = 0
    with preparing.Preparing(2) as prepare:
        await asyncio.gather(*(prepare([b"x"] * 1000) for _ in range(8)))
        print(*prepare._pool._processes, flush=True)
        await asyncio.sleep(60)

if __name__ == "__main__":
    asyncio.run(main())
"""


def test_processes_that_make_documents_end_with_the_one_that_was_killed(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    with subprocess.Popen([sys.executable, str(program)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pids = list(map(int, process.stdout.readline().split()))
        assert pids
        os.kill(process.pid, signal.SIGKILL)
    until(lambda: not any(map(_runs, pids)))


def _runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
