"""A4: clicks are judged anew by a later rule, beside the old answer, while others arrive, through kills, once each."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from attribution.domain.recounts import Recount
from attribution.redirect.bots import the_rule
from attribution.store import clicks as click_store
from attribution.store import recounting
from chassis.mongo import Document
from contracts.http.attribution import CampaignResults, ClickRecountOut, Clicks, LinkOut
from local.stack import Addressed
from tests.attribution.builders import CLICK, DAY, HOUR, MINUTE, NOON, ORDER, a_click_recorded, an_order_observed
from tests.attribution.service.kit import Attribution, an_agreement, only
from tests.attribution.service.test_verify import found

TODAY = datetime(2031, 3, 3, 12, tzinfo=UTC)
"""Far ahead: the store must not forget today's visitors by its own clock."""
RULE = the_rule()
KEPT = 400 * DAY
OLD = "a-rule/1"
PERSON = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
PROGRAM = "curl/8.5.0"
"""A program that the old rule of these tests takes for a person."""


@pytest.fixture
async def link(known: Attribution) -> Document:
    await known.hear(an_agreement())
    known.at(TODAY + MINUTE)
    return only(await known.all_of("links"))


def clicks_on(link: Document, *clicks: dict[str, Any], first: int = 0) -> list[Any]:
    said = []
    for number, click in enumerate(clicks, start=first):
        usual = {"id": f"click-{number:05}", "link": link["_id"], "at": TODAY, "bot_rule": OLD, "user_agent": PERSON}
        said.append(a_click_recorded(**usual | click))
    return said


async def counted(service: Attribution, recount: int | None = None) -> tuple[int, int, int]:
    """Raw, human and unique of the only link."""
    async with service.brand() as http:
        answer = await http.get("/v1/links", params={} if recount is None else {"recount": recount})
    clicks = LinkOut.model_validate(only(answer.json()["items"])).clicks
    assert recount is None or clicks.recount == recount
    return clicks.raw, clicks.human, clicks.unique


async def begin(service: Attribution) -> Recount:
    return await recounting.begin_recount(service.parts.context.transactions, RULE, KEPT)


async def sweep(service: Attribution, recount: Recount) -> int:
    return await recounting.sweep(service.parts.context.transactions, recount, RULE)


async def finish(service: Attribution, recount: Recount) -> None:
    while await sweep(service, recount):
        pass
    await recounting.finish_recount(service.parts.context.transactions, recount)


async def recount_all(service: Attribution) -> Recount:
    recount = await begin(service)
    await finish(service, recount)
    return recount


async def test_a_recount_by_a_newer_rule_stands_beside_the_old_count_and_is_the_default(
    known: Attribution, link: Document
):
    await known.hear(
        *clicks_on(
            link,
            {"visitor": "jo"},
            {"visitor": "crawler", "user_agent": PROGRAM},
            {"visitor": "ann", "bot": True},
            {"visitor": "rob", "data_centre": True},
        )
    )
    assert await counted(known) == (4, 2, 2)
    await recount_all(known)
    assert await counted(known) == (4, 2, 2), "jo and ann, for jo and the crawler"
    assert await counted(known, recount=0) == (4, 2, 2)
    human = {row["recount"]: row["human"] for row in await known.all_of("click_counts")}
    assert human == {0: 2, 1: 2}
    await known.hear(*clicks_on(link, {"visitor": "crawler", "user_agent": PROGRAM}, first=10))
    assert await counted(known) == (5, 2, 2), "judged by the current rule on arrival"


async def test_the_old_answer_stays_as_it_was(known: Attribution, link: Document):
    await known.hear(*clicks_on(link, {"visitor": "a", "user_agent": PROGRAM}, {"visitor": "b"}))
    assert await counted(known) == (2, 2, 2)
    await recount_all(known)
    await known.hear(*clicks_on(link, {"visitor": "c"}, first=10))
    assert await counted(known) == (3, 2, 2)
    assert await counted(known, recount=0) == (2, 2, 2)


async def test_the_api_says_which_count_and_rule_its_figures_are_by(known: Attribution, link: Document):
    await known.hear(*clicks_on(link, {"visitor": "a", "user_agent": PROGRAM}, {"visitor": "b"}))
    recount = await begin(known)
    async with known.creator("creator-1") as http:
        rows = [ClickRecountOut.model_validate(row) for row in (await http.get("/v1/click-recounts")).json()]
        assert [(row.number, row.rule, row.current) for row in rows] == [(0, "", True), (1, RULE.name, False)]
        assert (await http.get("/v1/links?recount=1")).status_code == 404, "not finished"
        await finish(known, recount)
        rows = [ClickRecountOut.model_validate(row) for row in (await http.get("/v1/click-recounts")).json()]
        assert [(row.number, row.current, row.finished_at is not None) for row in rows] == [
            (0, False, False),
            (1, True, True),
        ]
        assert (await http.get("/v1/links?recount=2")).status_code == 404
        assert (await http.get("/v1/links?recount=-1")).status_code == 422
        own = LinkOut.model_validate(only((await http.get("/v1/links")).json()["items"]))
    by_recount = Clicks(raw=2, human=1, unique=1, recount=1, rule=RULE.name)
    assert own.clicks == by_recount
    async with known.brand() as http:
        results = CampaignResults.model_validate((await http.get("/v1/campaigns/campaign-1/results")).json())
        before = CampaignResults.model_validate((await http.get("/v1/campaigns/campaign-1/results?recount=0")).json())
    assert results.clicks == only(results.creators).clicks == by_recount
    assert before.clicks == only(before.creators).clicks == Clicks(raw=2, human=2, unique=2)


@pytest.mark.parametrize(
    ("clicks", "unique"),
    [
        pytest.param([{"user_agent": PROGRAM}], 0, id="all that was theirs was a program's"),
        pytest.param([{"user_agent": PROGRAM}, {}], 1, id="the first was, and another was not"),
        pytest.param([{"bot": True}], 1, id="what seemed a bot is a person"),
        pytest.param([{"bot": True}, {}, {"bot": True}], 1, id="and was counted already"),
        pytest.param([{"data_centre": True}, {"bot": True, "data_centre": True}], 0, id="from data centres"),
        pytest.param([{"bot": True, "user_agent": None, "visitor": None}], 0, id="of who objected, nothing is read"),
    ],
)
async def test_a_visitor_is_unique_by_the_new_verdicts_alone(
    known: Attribution, link: Document, clicks: Sequence[dict[str, Any]], unique: int
):
    await known.hear(*clicks_on(link, *({"visitor": "jo"} | click for click in clicks)))
    await recount_all(known)
    assert (await counted(known))[2] == unique


async def test_a_recount_that_is_repeated_changes_nothing(known: Attribution, link: Document):
    await known.hear(*clicks_on(link, {"visitor": "a", "user_agent": PROGRAM}, {"visitor": "b"}))
    first = await recount_all(known)
    rows = await known.all_of("click_counts")
    again = await recount_all(known)
    assert again.number == first.number
    assert await known.all_of("click_counts") == rows
    assert len(await known.all_of("click_recounts")) == 1


async def test_a_click_that_arrives_during_a_recount_counts_once_in_each(
    known: Attribution, link: Document, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(recounting, "AT_ONCE", 2)
    await known.hear(*clicks_on(link, *({"visitor": f"early-{n}", "user_agent": PROGRAM} for n in range(5))))
    recount = await begin(known)
    await sweep(known, recount)
    # One sorts before and one behind where the sweep stands; one is of somebody who was there before.
    await known.hear(
        *clicks_on(
            link,
            {"id": "a", "visitor": "late", "user_agent": PROGRAM},
            {"id": "z", "visitor": "late"},
            {"id": "y", "visitor": "early-4"},
        )
    )
    assert await counted(known) == (8, 8, 6), "by the first count until the other is finished"
    await finish(known, recount)
    assert await counted(known) == (8, 2, 2)
    assert await counted(known, recount=0) == (8, 8, 6)


async def test_while_many_arrive_and_two_recount_each_click_counts_once(
    known: Attribution, link: Document, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(recounting, "AT_ONCE", 7)
    agents = [PROGRAM, PERSON, PERSON]
    everybody = clicks_on(link, *({"visitor": f"v{n % 40}", "user_agent": agents[n % 3]} for n in range(240)))
    await known.hear(*everybody[:120])
    recount = await begin(known)

    async def arrive() -> None:
        for start in range(120, 240, 10):
            await known.hear(*everybody[start : start + 10])

    async def sweep_all() -> None:
        while await sweep(known, recount):
            pass

    await asyncio.gather(arrive(), sweep_all(), sweep_all())
    await finish(known, recount)
    people = {click.visitor for click in everybody if click.user_agent == PERSON}
    assert await counted(known) == (240, 160, len(people))
    assert await counted(known, recount=0) == (240, 240, 40)


async def test_what_a_worker_wrote_before_it_heard_of_the_recount_is_counted_afterwards(
    known: Attribution, link: Document, monkeypatch: pytest.MonkeyPatch
):
    async def none(*_: Any) -> tuple[Recount, ...]:
        return ()

    await known.hear(*clicks_on(link, {"visitor": "a"}))
    await recount_all(known)
    with monkeypatch.context() as patch:
        patch.setattr(click_store, "recounts_of", none)
        await known.hear(*clicks_on(link, {"visitor": "a"}, {"visitor": "b", "user_agent": PROGRAM}, first=10))
    assert await counted(known) == (1, 1, 1)
    transactions = known.parts.context.transactions
    assert await recounting.sweep_leftovers(transactions, RULE) == 2
    assert await recounting.sweep_leftovers(transactions, RULE) == 0
    assert await counted(known) == (3, 2, 1)


async def test_a_worker_of_another_version_leaves_its_clicks_to_the_sweep(
    known: Attribution, link: Document, monkeypatch: pytest.MonkeyPatch
):
    recount = await begin(known)
    with monkeypatch.context() as patch:
        patch.setattr(RULE, "name", "crawler-user-agents/0.1+0")
        await known.hear(*clicks_on(link, {"visitor": "a", "user_agent": PROGRAM}))
    assert [row["recount"] for row in await known.all_of("clicks")] == [0]
    await finish(known, recount)
    assert await counted(known) == (1, 0, 0)


async def test_after_an_upgrade_new_clicks_count_by_the_verdict_of_their_time_until_the_next_recount(
    known: Attribution, link: Document, monkeypatch: pytest.MonkeyPatch
):
    await known.hear(*clicks_on(link, {"visitor": "a", "user_agent": PROGRAM}))
    await recount_all(known)
    monkeypatch.setattr(RULE, "name", "crawler-user-agents/99.0+9")
    await known.hear(*clicks_on(link, {"visitor": "b", "user_agent": PROGRAM, "bot_rule": RULE.name}, first=10))
    assert await counted(known) == (2, 1, 1)
    second = await recount_all(known)
    assert second.number == 2
    assert await counted(known) == (2, 1, 1), "the newer rule itself took it for a person"
    assert await counted(known, recount=1) == (2, 1, 1)
    assert await counted(known, recount=0) == (1, 1, 1)


async def test_a_recount_that_was_given_up_for_a_newer_rule_is_never_read(
    known: Attribution, link: Document, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(recounting, "AT_ONCE", 1)
    await known.hear(*clicks_on(link, {"visitor": "a", "user_agent": PROGRAM}, {"visitor": "b"}))
    given_up = await begin(known)
    await sweep(known, given_up)
    monkeypatch.setattr(RULE, "name", "crawler-user-agents/99.0+9")
    await recount_all(known)
    assert await counted(known) == (2, 1, 1)
    async with known.brand() as http:
        assert (await http.get("/v1/links?recount=1")).status_code == 404
    assert [row for row in await known.all_of("visitors") if "expires_at" not in row] == []


async def test_days_whose_clicks_are_forgotten_keep_the_answer_that_they_had(known: Attribution, link: Document):
    long_ago = TODAY - KEPT + HOUR
    await known.hear(*clicks_on(link, {"visitor": "a", "at": long_ago, "user_agent": PROGRAM}, {"visitor": "b"}))
    await known.db["clicks"].delete_one({"_id": "click-00000"})
    await recount_all(known)
    assert await counted(known) == (2, 2, 1)


async def test_visitors_of_a_recount_are_remembered_while_it_runs_and_forgotten_afterwards(
    known: Attribution, link: Document
):
    known.at(TODAY - 30 * DAY)
    await known.hear(*clicks_on(link, {"visitor": "a", "at": TODAY - 30 * DAY}))
    known.at(TODAY)
    recount = await begin(known)
    await sweep(known, recount)
    row = only([row for row in await known.all_of("visitors") if row["_id"].endswith("|1")])
    assert "expires_at" not in row, "were it forgotten, the next click of that day would be unique again"
    await recounting.finish_recount(known.parts.context.transactions, recount)
    row = only([row for row in await known.all_of("visitors") if row["_id"].endswith("|1")])
    assert known.now() < row["expires_at"] < known.now() + 5 * DAY
    assert "open" not in row


async def test_a_click_that_comes_days_late_counts_and_is_nobodys(known: Attribution, link: Document):
    """A4: who was there is forgotten after two days, so a later click could be counted as unique twice."""
    early, late = clicks_on(link, {"visitor": "jo"}, {"visitor": "jo"})
    known.at(TODAY + 2 * DAY - HOUR)
    await known.hear(early)
    row = only(await known.all_of("visitors"))
    assert row["expires_at"] > TODAY.replace(hour=0) + 3 * DAY, "no click of that day that may be unique comes later"
    known.at(TODAY + 2 * DAY + MINUTE)
    await known.db["visitors"].delete_many({})
    await known.hear(late)
    assert await counted(known) == (2, 2, 1)
    assert "visitor" not in (await known.all_of("clicks"))[1]
    await recount_all(known)
    assert await counted(known) == (2, 2, 1)


async def test_a_click_keeps_what_the_rule_read_and_no_address(known: Attribution, link: Document):
    await known.hear(*clicks_on(link, {"visitor": "jo", "data_centre": True, "data_centre_list": "list/1"}))
    row = only(await known.all_of("clicks"))
    assert (
        row.items()
        >= {
            "method": "GET",
            "user_agent": PERSON,
            "fetched_ahead": False,
            "bot_rule": OLD,
            "data_centre": True,
            "data_centre_list": "list/1",
        }.items()
    )
    assert row["expires_at"] - row["at"] == KEPT
    assert not any("address" in name or name == "ip" for name in row)


async def test_a_recount_changes_counts_and_never_a_decision(known: Attribution, link: Document):
    """MONEY 1: the click that lost as a bot's stays lost, the one that won stays the winner."""
    known.at(NOON + 2 * MINUTE)
    was_bot = a_click_recorded(bot=True, bot_rule=OLD, user_agent=PERSON, link=link["_id"])
    was_person = a_click_recorded(id="click-2", bot_rule=OLD, user_agent=PROGRAM, link=link["_id"])
    await known.hear(was_bot, was_person, an_order_observed(click_ids=(CLICK, "click-2")))
    before = await known.all_of("decisions"), await known.all_of("ledger")
    record = await known.record(ORDER, known.brand())
    assert {one.ref: (one.won, one.reason_code) for one in record.candidates} == {
        CLICK: (False, "bot"),
        "click-2": (True, "won"),
    }
    await recount_all(known)
    assert await counted(known) == (2, 1, 0)
    while await known.sweep():
        pass
    await known.hear(an_order_observed(click_ids=(CLICK, "click-2"), version=NOON + 30 * MINUTE))
    assert (await known.all_of("decisions"), await known.all_of("ledger")) == before
    assert (await found(known))[0] == []
    assert {row["_id"]: row["bot"] for row in await known.all_of("clicks")} == {CLICK: True, "click-2": False}


async def test_the_verb_goes_on_after_a_kill_and_counts_each_click_once(
    known: Attribution, link: Document, mongo: Addressed, used_again: str
):
    many = 6_000
    agents = [PROGRAM, PERSON]
    now = known.now()
    everybody = clicks_on(link, *({"visitor": f"v{n % 1000}", "user_agent": agents[n % 2]} for n in range(many)))
    for start in range(0, many, 500):
        await known.hear(*everybody[start : start + 500])
    env = os.environ | {
        "MONGO_URL": mongo.address,
        "MONGO_DATABASE": used_again,
        "ENVIRONMENT": "development",
        "CLOCK_OFFSET": f"P{(now - datetime.now(UTC)) // timedelta(days=1)}D",
    }

    async def verb() -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            sys.executable, "-m", "attribution", "recount", env=env, stdout=pipe, stderr=pipe
        )

    killed = await verb()
    async with asyncio.timeout(60):
        while not await known.db["clicks"].count_documents({"recount": 1}):  # noqa: ASYNC110 - another process's work
            await asyncio.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    await killed.communicate()
    left = await known.db["clicks"].count_documents({"recount": 0})
    assert 0 < left < many, "it was killed in the middle"
    assert await counted(known) == (many, many, 1000), "answers are by the first count until it is complete"

    async with asyncio.timeout(120):
        again = await verb()
        out, errors = await again.communicate()
    assert again.returncode == 0, errors.decode()
    assert f"recount 1 is current: {left} clicks counted now" in out.decode()
    assert await counted(known) == (many, many // 2, 500)
    assert await counted(known, recount=0) == (many, many, 1000)
