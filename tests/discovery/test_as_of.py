"""A list of another day counts as of that day, and moves nothing back that is known of later (decision 20)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from discovery.domain.columns import UnreadableFile
from discovery.domain.dates import NotADate, dated
from discovery.domain.profiles import Observation
from discovery.domain.snapshots import Figures, Snapshot
from discovery.imports import Options, Progress, run_import
from tests.discovery.builders import in_parts, read

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
JUNE_30 = datetime(2022, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2022-06-30", JUNE_30),
        (" 2022-06-30T12:30:00Z ", JUNE_30 + timedelta(hours=12, minutes=30)),
        ("2022-06-30 12:30", JUNE_30 + timedelta(hours=12, minutes=30)),
        ("2022-06-30T01:00:00+02:00", JUNE_30 - timedelta(hours=1)),
        ("2022/06/30", JUNE_30),
        ("30.06.2022", JUNE_30),
        ("N/A", None),
        ("", None),
    ],
)
def test_a_time_is_read_in_utc(text, at):
    assert dated(text, NOON) == at


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-02", '"2026-11-02" is in the future'),
        ("2026-11-01T12:00:01Z", '"2026-11-01T12:00:01Z" is in the future'),
        ("1999-12-31", '"1999-12-31" is before 2000'),
        ("03/04/2022", '"03/04/2022" is not a date such as 2022-06-30'),
        ("2022-13-01", '"2022-13-01" is not a date such as 2022-06-30'),
        ("0001-01-01T00:00:00+23:00", '"0001-01-01T00:00:00+23:00" is not a date such as 2022-06-30'),
        ("2022", '"2022" is not a date such as 2022-06-30'),
        ("yesterday", '"yesterday" is not a date such as 2022-06-30'),
    ],
)
def test_what_is_no_time_that_has_come_is_refused(text, why):
    with pytest.raises(NotADate) as refused:
        dated(text, NOON)
    assert str(refused.value) == why


def test_a_column_of_dates_is_known_by_its_name_and_counts_before_the_given_time():
    file = "handle,followers,Scraped at\nanna,1,2022-06-30\nbert,2,\ncarl,3,2099-01-01\ndora,4,soon\n"
    rows = "".join(f"e{n},5,2022-07-01\n" for n in range(20))
    good, bad, reading = read(file + rows, as_of=NOON - timedelta(days=9))
    assert reading.columns.told()["as_of"] == "Scraped at"
    assert [row.at for row in good[:3]] == [JUNE_30, NOON - timedelta(days=9), JUNE_30 + timedelta(days=1)]
    assert bad == [
        'line 4: as_of: "2099-01-01" is in the future',
        'line 5: as_of: "soon" is not a date such as 2022-06-30',
    ]


@pytest.mark.parametrize("column", ["date,2021", "date,03/04/2022", "created at,2022-06-30", "birth date,1999-06-30"])
def test_a_column_of_other_times_is_not_believed_to_be_the_time_of_the_figures(column):
    header, value = column.split(",")
    good, bad, _ = read(f"handle,{header}\n" + "".join(f"c{n},{value}\n" for n in range(5)))
    assert ([row.at for row in good], bad) == ([None] * 5, [])


async def imported(context: Any, file: str, **options: Any) -> Any:
    return await run_import(in_parts(file), context.transactions, Options(**options), Progress())


async def followers(context: Any) -> tuple[int, datetime]:
    (row,) = await context.db["profiles"].find().to_list(None)
    at, _, value = row["known"]["followers"]
    return value, at


async def test_an_older_list_after_a_newer_snapshot_moves_nothing_back(context):
    yesterday = context.clock.now().replace(microsecond=0) - timedelta(days=1)
    look = Snapshot(at=yesterday, source="api", handle="anna", figures=Figures(followers=100))
    await context.transactions.run(lambda tx: tx.observe([Observation("tiktok", "anna", look)]))
    old = "handle,followers,avg views\nAnna,5,7\n"
    report = await imported(context, old, as_of="2022-06-30")
    assert (report.rows, report.changed) == (1, 1)  # nobody had told of views before
    assert await followers(context) == (100, yesterday)
    (row,) = await context.db["profiles"].find().to_list(None)
    assert row["known"]["handle"][2] == "anna"
    assert row["known"]["average_views"][0] == JUNE_30
    again = await imported(context, old, as_of="2022-06-30")
    assert (again.changed, again.unchanged) == (0, 1)


async def test_an_older_list_first_gives_way_to_a_newer_one(context):
    await imported(context, "handle,followers\nanna,5\n", as_of="2022-06-30")
    assert await followers(context) == (5, JUNE_30)
    await imported(context, "handle,followers,date\nanna,50,2023-06-30\n", as_of="2022-07-01")
    assert (await followers(context))[0] == 50
    await imported(context, "handle,followers\nanna,20\n", as_of="2023-01-01")
    assert (await followers(context))[0] == 50
    before = context.clock.now()
    await imported(context, "handle,followers\nanna,7\n")
    value, at = await followers(context)
    assert value == 7
    assert at >= before - timedelta(seconds=1)


@pytest.mark.parametrize("as_of", ["2099-01-01", "1999-12-31", "soon"])
async def test_a_list_of_no_time_that_has_come_changes_nothing(context, as_of):
    with pytest.raises(UnreadableFile) as refused:
        await imported(context, "handle,followers\nanna,5\n", as_of=as_of)
    assert refused.value.about == "as_of"
    assert await context.db["profiles"].count_documents({}) == 0
