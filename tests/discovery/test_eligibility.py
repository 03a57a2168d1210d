"""Who is listed, who is not and by how much, and who has yet to be counted (D2)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.http import Kind
from chassis.testing import a_token, calling
from chassis.timers import Timers
from contracts.discovery import ProfileEvent, Standing
from discovery.domain.eligibility import Facts, Policy, Rule, Verdict, age_at, birthday, judge, next_age
from discovery.handlers import handlers
from discovery.store import tx as transactions
from tests.discovery.test_snapshots import a_look, an_observation, observe

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)
GOOD = Facts(birth_date=date(2000, 1, 1), followers=50_001, videos_30d=3, views_30d=1_001)


def verdicts(facts: Facts, policy: Policy | None = None) -> dict[Rule, tuple[Verdict, int | None]]:
    return {each.rule: (each.verdict, each.gap) for each in judge(policy or Policy(), facts, NOON).rules}


def test_whoever_passes_every_rule_is_listed():
    assert judge(Policy(), GOOD, NOON).standing is Standing.LISTED


@pytest.mark.parametrize(
    ("change", "rule", "gap"),
    [
        pytest.param({"followers": 46_881}, Rule.FOLLOWERS, 3120, id="3,120 more followers"),
        pytest.param({"followers": 50_000}, Rule.FOLLOWERS, 1, id="more than 50,000 is 50,001"),
        pytest.param({"videos_30d": 2}, Rule.VIDEOS_30D, 1, id="at least three videos"),
        pytest.param({"views_30d": 1_000}, Rule.VIEWS_30D, 1, id="more than 1,000 views"),
        pytest.param({"birth_date": date(2008, 11, 2)}, Rule.AGE, 1, id="eighteen tomorrow"),
    ],
)
def test_a_rule_that_fails_says_by_how_much(change, rule, gap):
    facts = replace(GOOD, **change)
    assert verdicts(facts)[rule] == (Verdict.FAILED, gap)
    assert judge(Policy(), facts, NOON).standing is Standing.NOT_LISTED


@pytest.mark.parametrize("name", ["birth_date", "followers", "videos_30d", "views_30d"])
def test_an_unknown_figure_is_unknown_and_not_failed(name):
    facts = replace(GOOD, **{name: None})
    assert judge(Policy(), facts, NOON).standing is Standing.UNVERIFIED
    assert sum(verdict is Verdict.UNKNOWN for verdict, _ in verdicts(facts).values()) == 1


def test_a_rule_that_is_not_asked_does_not_count():
    lenient = Policy("US", 1, min_age=None, more_than_followers=4_999, min_videos_30d=None, more_than_views_30d=None)
    assert judge(lenient, Facts(followers=5_000), NOON).standing is Standing.LISTED


@given(st.dates(date(1900, 1, 1), date(2026, 11, 1)), st.integers(0, 60))
def test_a_birthday_is_the_moment_from_which_the_age_is_reached(born, years):
    at = birthday(born, years)
    assert age_at(born, at) == years
    assert age_at(born, at - timedelta(seconds=1)) == years - 1


def test_the_next_age_is_the_soonest_that_a_market_asks_for():
    policies = [Policy(), Policy("US", min_age=21), Policy("FI", min_age=None)]
    assert next_age(policies, date(2006, 3, 4), NOON) == birthday(date(2006, 3, 4), 21)
    assert next_age(policies, date(1990, 3, 4), NOON) is None


async def standing(context: Any) -> dict[str, str]:
    row = await context.db["profiles"].find_one({})
    return {each["market"]: each["standing"] for each in row["standings"]}


async def test_new_figures_are_judged_at_once(context):
    await observe(context, an_observation(a_look(-1, followers=60_000)))
    assert await standing(context) == {"default": "unverified"}
    await observe(context, an_observation(a_look(0, followers=40_000)))
    assert await standing(context) == {"default": "not-listed"}
    rows = await context.db["outbox"].find().sort("revision", -1).to_list(1)
    state = ProfileEvent.from_body(rows[0]["value"]).state
    assert state is not None
    assert state.standing_in("FI") is Standing.NOT_LISTED


async def fire(context: Any) -> None:
    await context.db["timers"].update_many({}, {"$set": {"due": NOON - timedelta(days=1)}})
    await Timers(handlers, context.transactions).tick()


async def test_a_changed_policy_judges_every_profile_anew_in_parts_and_says_only_what_changed(
    app, context, monkeypatch
):
    monkeypatch.setattr(transactions, "AT_ONCE", 2)
    for name, followers in [("a", 3_000), ("b", 60_000), ("c", 4_000), ("d", 5_000), ("e", 10)]:
        await observe(context, replace(an_observation(a_look(followers=followers)), handle=name))
    said_before = await context.db["outbox"].count_documents({})
    rules = {"more_than_followers": 3_500}
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as operator:
        answer = await operator.put("/v1/eligibility-policies/FI", json=rules)
        assert (answer.status_code, answer.json()["revision"]) == (200, 1)
        listed = (await operator.get("/v1/eligibility-policies")).json()["policies"]
    assert [each["market"] for each in listed] == ["default", "FI"]
    for _ in range(4):
        await fire(context)
    assert await context.db["timers"].count_documents({}) == 0
    found = await context.db["profiles"].find({}, {"standings": 1, "known.followers": 1}).to_list(None)
    assert {
        row["known"]["followers"][2]: {s["market"]: s["standing"] for s in row["standings"]}["FI"] for row in found
    } == {3_000: "not-listed", 60_000: "listed", 4_000: "listed", 5_000: "listed", 10: "not-listed"}
    assert await context.db["outbox"].count_documents({}) == said_before + 5
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as operator:
        assert (await operator.delete("/v1/eligibility-policies/FI")).status_code == 204
        assert (await operator.delete("/v1/eligibility-policies/FI")).status_code == 404
    for _ in range(4):
        await fire(context)
    assert await standing(context) in ({"default": "not-listed"}, {"default": "unverified"})


@pytest.mark.parametrize(("market", "status"), [("QQ", 422), ("finland", 422), ("XX", 422)])
async def test_a_market_that_is_no_country_is_refused(app, market, status):
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as operator:
        assert (await operator.put(f"/v1/eligibility-policies/{market}", json={})).status_code == status
