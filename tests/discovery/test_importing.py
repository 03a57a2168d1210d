"""Imports into a real database: good rows are kept and said, twice is once, and an end in the middle is no harm."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from chassis import mongo
from chassis.context import Context
from contracts.discovery import ProfileEvent
from contracts.http.discovery import ImportReport
from discovery.domain.columns import UnreadableFile
from discovery.domain.profiles import profile_id
from discovery.imports import Options, Progress, run_import
from tests.discovery.builders import FIRST, JUNE, in_parts


async def imported(context: Context[Any], file: bytes | str, **options) -> ImportReport:
    return await run_import(in_parts(file), context.transactions, Options(**options), Progress())


async def said(context: Context[Any]) -> list[ProfileEvent]:
    rows = await context.db["outbox"].find().sort([("key", 1), ("revision", 1)]).to_list(None)
    return [ProfileEvent.from_body(row["value"]) for row in rows]


async def documents(context: Context[Any]) -> list[mongo.Document]:
    return await context.db["profiles"].find().sort("_id", 1).to_list(None)


def counts(report: ImportReport) -> tuple[int, int, int, int, int]:
    return report.rows, report.new, report.changed, report.unchanged, report.refused_total


def many(count: int, followers: int = 1000) -> str:
    return "handle,followers\n" + "".join(f"creator{n},{followers + n}\n" for n in range(count))


async def test_a_row_makes_a_profile_that_others_hear_of(context):
    report = await imported(context, "handle,name,followers\nKrista.Makes,Krista Lindqvist,221.7K\n", network="TikTok")
    assert counts(report) == (1, 1, 0, 0, 0)
    assert report.mapping == {"handle": "handle", "display_name": "name", "followers": "followers"}
    (event,) = await said(context)
    assert (event.revision, event.fact) == (1, "profile-imported")
    assert event.state is not None
    assert event.state.stats.as_of is not None
    assert event.state.model_dump(exclude_defaults=True, exclude={"stats", "eligibility"}) == {
        "id": profile_id("tiktok", "krista.makes"),
        "network": "tiktok",
        "handle": "Krista.Makes",
        "display_name": "Krista Lindqvist",
        "followers": 221_700,
    }


async def test_twice_is_once(context):
    await imported(context, many(1234))
    before = await documents(context), await said(context)
    report = await imported(context, many(1234))
    assert counts(report) == (1234, 0, 0, 1234, 0)
    assert (await documents(context), await said(context)) == before
    assert len(before[0]) == len(before[1]) == 1234


async def test_a_changed_row_is_the_next_revision(context):
    await imported(context, "handle,name,followers,avg views\nanna,Anna,10,5\nbert,Bert,20,5\n")
    report = await imported(context, "handle,followers,avg views\n@ANNA,11,N/A\nbert,20,5\n")
    assert counts(report) == (2, 0, 1, 1, 0)
    anna = [event for event in await said(context) if event.entity == profile_id("tiktok", "anna")]
    assert [(event.revision, event.fact) for event in anna] == [(1, "profile-imported"), (2, "profile-imported")]
    state = anna[-1].state
    assert state is not None
    # What the second file does not say, or calls unknown, stays.
    assert (state.handle, state.display_name, state.followers, state.average_views) == ("ANNA", "Anna", 11, 5)


async def test_the_first_of_two_rows_about_one_creator_counts_however_often_it_is_imported(context):
    file = "handle,followers\nanna,10\nbert,1\nAnna,10\nanna,10\nanna,12\n"
    expected = [
        (4, "handle", '"Anna" is on line 2, too, with other values; that line counts'),
        (6, "handle", '"anna" is on line 2, too, with other values; that line counts'),
    ]
    for outcome in [(5, 2, 0, 1, 2), (5, 0, 0, 3, 2), (5, 0, 0, 3, 2)]:
        report = await imported(context, file)
        assert counts(report) == outcome
        assert [(row.line, row.field, row.reason) for row in report.refused] == expected
    assert [event.revision for event in await said(context)] == [1, 1]


async def test_good_rows_are_kept_beside_bad_ones(context):
    report = await imported(context, 'handle,followers\nanna,1\n,5\n"bert,2\ncarl,abc\ndora,4\n')
    assert counts(report) == (5, 2, 0, 0, 3)
    assert [(row.line, row.field) for row in report.refused] == [(3, "handle"), (4, "row"), (5, "followers")]


async def test_the_report_holds_the_first_thousand_reasons_and_counts_all(context):
    report = await imported(context, "handle,followers\n" + "x,abc\n" * 1500)
    assert (len(report.refused), report.refused_total) == (1000, 1500)


async def test_one_handle_on_two_networks_is_two_profiles(context):
    await imported(context, many(3), network="tiktok")
    assert counts(await imported(context, many(3), network="instagram")) == (3, 3, 0, 0, 0)


@pytest.mark.parametrize(
    ("options", "about"),
    [({"network": "…"}, "network"), ({"encoding": "x"}, "encoding"), ({"mapping": {"handle": "y"}}, "mapping")],
)
async def test_a_file_that_can_not_be_read_as_asked_changes_nothing(context, options, about):
    with pytest.raises(UnreadableFile) as refused:
        await imported(context, many(3), **options)
    assert refused.value.about == about
    assert await documents(context) == []


class Cut(Exception):
    pass


async def test_an_import_that_ends_in_the_middle_is_completed_by_the_next(context):
    file = many(2400)

    async def until_cut() -> AsyncIterator[bytes]:
        yield file[: len(file) * 3 // 5].encode()
        yield b"\n" * 70_000
        raise Cut

    with pytest.raises(Cut):
        await run_import(until_cut(), context.transactions, Options(), Progress())
    halfway = len(await documents(context))
    assert 0 < halfway < 2400
    report = await imported(context, file)
    assert counts(report) == (2400, 2400 - halfway, 0, halfway, 0)
    assert [event.revision for event in await said(context)] == [1] * 2400


async def test_a_batch_is_kept_with_what_it_says_or_not_at_all(context, monkeypatch):
    real = context.transactions.kind.flush
    broken = iter([False, True])

    async def flush(tx):
        await real(tx)
        if next(broken, False):
            raise Cut

    monkeypatch.setattr(context.transactions.kind, "flush", flush)
    with pytest.raises(Cut):
        await imported(context, many(1200))
    assert (len(await documents(context)), len(await said(context))) == (1000, 1000)


async def test_imports_of_the_same_file_at_once_end_as_one(context):
    reports = await asyncio.gather(*(imported(context, many(700)) for _ in range(3)))
    assert sum(report.new for report in reports) == 700
    assert [report.rows for report in reports] == [700] * 3
    assert sum(report.changed for report in reports) == 0
    assert [event.revision for event in await said(context)] == [1] * 700


async def test_imports_of_different_files_at_once_lose_no_revision(context):
    await asyncio.gather(*(imported(context, many(600, followers)) for followers in (1000, 5000)))
    heard: dict[str, list[ProfileEvent]] = {}
    for event in await said(context):
        heard.setdefault(event.entity, []).append(event)
    assert len(heard) == 600
    for row in await documents(context):
        events = heard[row["_id"]]
        assert [event.revision for event in events] == list(range(1, row["revision"] + 1))
        assert events[-1].state is not None
        assert events[-1].state.followers == row["known"]["followers"][2]


@pytest.mark.usefixtures("real_files")
async def test_the_real_files_are_imported_once_however_often(context):
    june = JUNE.read_bytes()
    report = await imported(context, june)
    assert counts(report) == (1007, 990, 0, 15, 2)
    assert {row.reason.split('"')[1] for row in report.refused} == {"jakeandrich", "jonata_26"}
    assert counts(await imported(context, june)) == (1007, 0, 0, 1005, 2)
    first = FIRST.read_bytes()
    new_and_changed = await imported(context, first)
    assert (new_and_changed.rows, new_and_changed.refused_total) == (1000, 2)
    assert counts(await imported(context, first)) == (1000, 0, 0, 998, 2)
    assert len(await documents(context)) == 990 + new_and_changed.new
