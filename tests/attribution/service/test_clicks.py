"""Clicks are kept and counted once: raw, human and unique, however many processes count."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import ValidationError

from chassis.mongo import Document
from chassis.settings import Plant
from contracts.http.attribution import Clicks, LinkOut
from local.stack import Addressed
from tests.attribution.builders import DAY, HOUR, NOON, a_click_recorded
from tests.attribution.service.kit import Attribution, an_agreement, an_attribution, only, some_settings
from tests.support.toys import a_record


async def counted(service: Attribution) -> Clicks:
    async with service.brand() as http:
        answer = await http.get("/v1/links")
    return LinkOut.model_validate(only(answer.json()["items"])).clicks


@pytest.fixture
async def link(known: Attribution) -> Document:
    await known.hear(an_agreement())
    return only(await known.all_of("links"))


def clicks_on(link: Document, *clicks: dict) -> list:
    return [a_click_recorded(**{"id": f"click-{n}", "link": link["_id"], **click}) for n, click in enumerate(clicks)]


async def test_all_count_as_raw_people_as_human_and_each_visitor_once_a_day(known: Attribution, link: Document):
    await known.hear(
        *clicks_on(
            link,
            {"visitor": "jo"},
            {"visitor": "jo"},
            {"visitor": "ann"},
            {"visitor": None},
            {"visitor": "crawler", "bot": True, "bot_rule": "crawler-user-agents"},
        )
    )
    assert await counted(known) == Clicks(raw=5, human=4, unique=2)


async def test_a_batch_that_comes_twice_counts_once(known: Attribution, link: Document):
    batch = clicks_on(link, {"visitor": "jo"}, {"visitor": "ann"})
    await known.hear(*batch)
    await known.hear(*batch)
    await known.hear(*batch, *batch)
    assert await counted(known) == Clicks(raw=2, human=2, unique=2)
    assert len(await known.all_of("clicks")) == 2


async def test_a_worker_s_consumers_count_beside_each_other(known: Attribution, link: Document):
    """Two that wrote one document would wait for each other's commit, and one of them begin again."""
    group = "attribution.clicks"
    loops = [known.parts.loops[group], *known.parts.beside[group]]
    batches = [clicks_on(link, {"id": f"a-{n}", "visitor": f"v-{n}"}, {"id": f"b-{n}"}) for n in range(len(loops))]
    await asyncio.gather(
        *(
            loop.handle([a_record(click, offset=offset) for offset, click in enumerate(batch)])
            for loop, batch in zip(loops, batches, strict=True)
        )
    )
    assert await counted(known) == Clicks(raw=4, human=4, unique=2)
    rows = await known.all_of("click_counts")
    assert [row["raw"] for row in rows] == [2, 2]
    assert len(loops) == 2


async def test_a_kept_click_is_all_that_tells_its_doubles(known: Attribution, link: Document):
    first, second = clicks_on(link, {"visitor": "jo"}, {"visitor": "ann"})
    await known.hear(first, second, first)
    await known.hear(second, *clicks_on(link, {}, {}, {"visitor": "kim"}))
    assert await counted(known) == Clicks(raw=3, human=3, unique=3)
    assert await known.all_of("inbox") == []


async def test_the_planted_fault_no_inbox_counts_doubles(
    known: Attribution, link: Document, mongo: Addressed, used_again: str
):
    batch = clicks_on(link, {"visitor": "jo"})
    await known.hear(*batch)
    async with an_attribution(mongo.address, used_again, plant=Plant.NO_INBOX) as planted:
        await planted.hear(*batch)
    assert await counted(known) == Clicks(raw=2, human=2, unique=1)


async def test_a_kept_click_has_all_that_was_said_of_it(known: Attribution):
    said = a_click_recorded(referrer="https://video.example/x", visitor="jo", user_agent="Browser 1")
    await known.hear(said)
    row = only(await known.all_of("clicks"))
    expected = said.model_dump(mode="json", exclude_none=True, exclude={"id", "time"})
    assert {name: row[name] for name in expected} == expected


@pytest.mark.parametrize("days", [1, 129])
def test_clicks_are_kept_for_longer_than_they_can_come_again(days: int):
    with pytest.raises(ValidationError, match="click_days"):
        some_settings(click_days=days)
    assert some_settings(click_days=130).click_days == 130


async def test_a_visitor_is_new_again_the_next_day_and_on_another_link(known: Attribution, link: Document):
    await known.hear(
        *clicks_on(
            link,
            {"visitor": "jo", "at": NOON},
            {"visitor": "jo", "at": NOON + HOUR},
            {"visitor": "jo", "at": NOON + DAY},
        ),
        a_click_recorded(id="elsewhere", link="link-of-another", visitor="jo", at=NOON, campaign="campaign-2"),
    )
    assert await counted(known) == Clicks(raw=3, human=3, unique=2)
    elsewhere = [row for row in await known.all_of("click_counts") if row["link"] == "link-of-another"]
    assert only(elsewhere)["unique"] == 1


async def test_a_bot_does_not_use_up_a_visitor(known: Attribution, link: Document):
    await known.hear(*clicks_on(link, {"visitor": "jo", "bot": True}, {"visitor": "jo"}))
    assert await counted(known) == Clicks(raw=2, human=1, unique=1)


async def test_what_two_processes_counted_adds_up(known: Attribution, link: Document, monkeypatch):
    first, second = clicks_on(link, {"visitor": "jo"}, {"visitor": "jo"})
    await known.hear(first)
    monkeypatch.setattr("attribution.store.os.getpid", lambda: 99_999_999)
    await known.hear(second)
    assert len(await known.all_of("click_counts")) == 2
    assert await counted(known) == Clicks(raw=2, human=2, unique=1)


async def test_of_two_batches_at_once_one_has_the_visitor_first(known: Attribution, link: Document):
    clicks = clicks_on(link, *[{"visitor": "jo"}] * 6)
    await asyncio.gather(*(known.hear(click) for click in clicks))
    assert await counted(known) == Clicks(raw=6, human=6, unique=1)


async def test_a_click_is_kept_to_the_microsecond_and_for_400_days(known: Attribution):
    at = NOON + timedelta(microseconds=123_457)
    await known.hear(a_click_recorded(at=at, referrer="https://video.example/x"))
    row = only(await known.all_of("clicks"))
    assert row["at_text"] == at.isoformat()
    assert row["expires_at"] == (at + 400 * DAY).replace(microsecond=123_000)
