"""A budget on a real database: agreements at the same moment, commission, notice and pause (C14)."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.campaigns.kit import Campaigns, fields, found, problem

FEE = 15_000


def a_budget(amount: int, **parts: int) -> dict[str, Any]:
    amounts = {"amount": amount} | parts
    return {name: {"amount": value, "currency": "EUR"} for name, value in amounts.items()}


async def with_budget(service: Campaigns, amount: int, **parts: int) -> str:
    return await service.published(budget=a_budget(amount, **parts), ends_at="2029-01-01T00:00:00Z")


async def sums(service: Campaigns, campaign: str) -> dict[str, Any]:
    return found(await service.brand("GET", f"/v1/campaigns/{campaign}/budget"))


async def invited(service: Campaigns, campaign: str, count: int) -> list[str]:
    return [(await service.invited(campaign, address=f"c{n}@creators.example"))["id"] for n in range(count)]


async def pay(service: Campaigns, campaign: str, collaboration: str, commission: int, order: str = "s-1:1") -> None:
    await service.decide(campaign, collaboration, order=order, commission=commission, sales=commission * 10)


async def test_agreements_bind_and_the_next_that_is_too_much_is_refused_with_the_figures(service: Campaigns):
    campaign = await with_budget(service, 2 * (FEE + 1_800) + 100, product=1_200, shipping=600)
    first, second, third = await invited(service, campaign, 3)
    found(await service.accept(first, "a-1"))
    found(await service.accept(second, "a-2"))
    refused = problem(await service.accept(third, "a-3"), 409)
    assert refused["code"] == "budget-exceeded"
    assert (refused["needs"], refused["left"], refused["currency"]) == (FEE + 1_800, 100, "EUR")
    assert (await service.collaboration(third))["status"] == "invited"
    told = await sums(service, campaign)
    assert told["committed"] == {
        "fees": 2 * FEE,
        "product": 2_400,
        "shipping": 1_200,
        "commission": 0,
        "total": 2 * (FEE + 1_800),
    }
    assert (told["left"], told["collaborations"], told["uncapped"]) == (100, 2, 2)
    assert told["spent"] == {"fees": 0, "product": 0, "shipping": 0, "commission": 0, "total": 0}


@pytest.mark.parametrize("round_", range(5))
async def test_of_agreements_at_the_same_moment_only_those_happen_that_the_budget_covers(service: Campaigns, round_):
    campaign = await with_budget(service, 3 * FEE + FEE - 1)
    waiting = await invited(service, campaign, 8)
    answers = await asyncio.gather(*(service.accept(one, f"a-{n}") for n, one in enumerate(waiting)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [409] * 5
    assert {problem(a, 409)["code"] for a in answers if a.status_code == 409} == {"budget-exceeded"}
    told = await sums(service, campaign)
    assert (told["committed"]["fees"], told["left"], told["collaborations"]) == (3 * FEE, FEE - 1, 3)


async def test_a_budget_that_is_lowered_while_somebody_agrees_covers_in_either_order(service: Campaigns):
    for _ in range(5):
        campaign = await with_budget(service, FEE)
        (one,) = await invited(service, campaign, 1)
        path = f"/v1/campaigns/{campaign}/budget"
        accepted, lowered = await asyncio.gather(
            service.accept(one), service.brand("PUT", path, {"budget": a_budget(FEE - 1)})
        )
        assert sorted([accepted.status_code, lowered.status_code]) == [200, 409]
        told = await sums(service, campaign)
        assert told["left"] >= 0


async def test_a_budget_below_what_is_bound_is_refused_with_the_figures(service: Campaigns):
    campaign = await with_budget(service, 10 * FEE)
    (one,) = await invited(service, campaign, 1)
    found(await service.accept(one))
    path = f"/v1/campaigns/{campaign}/budget"
    refused = problem(await service.brand("PUT", path, {"budget": a_budget(FEE - 1)}), 409)
    assert (refused["code"], refused["bound"], refused["amount"]) == ("budget-too-small", FEE, FEE - 1)
    assert found(await service.brand("PUT", path, {"budget": a_budget(FEE)}))["left"] == 0
    assert found(await service.brand("PUT", path, {"budget": None}))["left"] is None
    assert await service.facts(campaign) == [
        (1, "campaign-drafted"),
        (2, "campaign-published"),
        (3, "campaign-changed"),
        (4, "campaign-changed"),
    ]


async def test_commission_is_never_refused_and_48_hours_after_the_notice_links_pause(service: Campaigns):
    campaign = await with_budget(service, FEE + 1_000)
    (one,) = await invited(service, campaign, 1)
    found(await service.accept(one))
    assert await service.fire_timers() == 1, "most of it is bound"
    await pay(service, campaign, one, 900)
    assert (await sums(service, campaign))["pauses_at"] is None
    before = service.now()
    await pay(service, campaign, one, 5_000, "s-1:2")
    told = await sums(service, campaign)
    assert (told["left"], told["spent"]["commission"], told["over_cap"]) == (-4_900, 5_900, 5_900)
    pauses_at = datetime.fromisoformat(told["pauses_at"])
    assert timedelta(hours=48) <= pauses_at - before < timedelta(hours=48, minutes=5)
    assert (await service.facts(campaign))[-2:] == [(3, "campaign-changed"), (4, "campaign-changed")]

    service.later(timedelta(hours=47, minutes=50))
    assert await service.fire_timers() == 0
    service.later(timedelta(minutes=10, seconds=5))
    await service.fire_timers(workers=3)
    await service.fire_timers()
    state = found(await service.brand("GET", f"/v1/campaigns/{campaign}"))
    assert (state["status"], state["pauses_at"]) == ("paused", None)
    (period,) = (await service.collaboration(one))["active"]
    assert period["to"] == state["paused_at"]
    assert (await service.facts(one))[-1][1] == "collaboration-paused"
    await pay(service, campaign, one, 10, "s-1:3")
    assert (await sums(service, campaign))["spent"]["commission"] == 5_910, "what was earned counts, paused or not"


async def test_a_larger_budget_calls_the_pause_off(service: Campaigns):
    campaign = await with_budget(service, FEE)
    (one,) = await invited(service, campaign, 1)
    found(await service.accept(one))
    await pay(service, campaign, one, 500)
    assert (await sums(service, campaign))["pauses_at"] is not None
    path = f"/v1/campaigns/{campaign}/budget"
    assert found(await service.brand("PUT", path, {"budget": a_budget(FEE + 501)}))["pauses_at"] is None
    service.later(timedelta(hours=49))
    await service.fire_timers()
    assert found(await service.brand("GET", f"/v1/campaigns/{campaign}"))["status"] == "published"


async def test_what_is_paused_for_its_budget_goes_on_with_a_larger_one_only(service: Campaigns):
    campaign = await with_budget(service, FEE)
    (one,) = await invited(service, campaign, 1)
    found(await service.accept(one))
    await pay(service, campaign, one, 500)
    service.later(timedelta(hours=49))
    await service.fire_timers()
    await service.fire_timers()
    resume = f"/v1/campaigns/{campaign}/resume"
    refused = problem(await service.brand("POST", resume), 409)
    assert (refused["code"], refused["bound"], refused["amount"]) == ("budget-exhausted", FEE + 500, FEE)
    found(await service.brand("PUT", f"/v1/campaigns/{campaign}/budget", {"budget": a_budget(FEE + 501)}))
    found(await service.brand("POST", resume))
    await service.fire_timers()
    first, second = (await service.collaboration(one))["active"]
    assert first["to"] < second["from"]
    assert second["to"] is None


async def test_a_refund_gives_back_what_it_took(service: Campaigns):
    campaign = await with_budget(service, FEE + 1_000)
    (one,) = await invited(service, campaign, 1)
    found(await service.accept(one))
    await service.decide(campaign, one, number=1, commission=800)
    await service.decide(campaign, one, number=2, commission=0, sales=0)
    told = await sums(service, campaign)
    assert (told["left"], told["over_cap"], told["spent"]["commission"]) == (1_000, 0, 0)


async def test_commission_in_another_currency_is_shown_apart(service: Campaigns):
    campaign = await with_budget(service, FEE)
    (one,) = await invited(service, campaign, 1)
    found(await service.accept(one))
    await service.decide(campaign, one, currency="USD", commission=70)
    told = await sums(service, campaign)
    assert (told["other_currencies"], told["left"]) == ({"USD": 70}, 0)


async def test_sums_that_no_ledger_can_hold_are_refused_and_not_a_failure(service: Campaigns):
    terms = {"cap": {"amount": 2**63 - 1, "currency": "EUR"}}
    campaign = await service.published(terms=terms, ends_at="2029-01-01T00:00:00Z")
    (one,) = await invited(service, campaign, 1)
    assert problem(await service.accept(one), 409)["code"] == "budget-exceeded"


async def test_an_agreement_from_before_there_were_budgets_is_bound_late_and_refused_by_nothing(service: Campaigns):
    campaign = await with_budget(service, FEE - 1, product=1)
    found(await service.brand("PUT", f"/v1/campaigns/{campaign}/budget", {"budget": None}))
    (one,) = await invited(service, campaign, 1)
    found(await service.accept(one))
    await service.db["commitments"].delete_many({})
    await service.db["budgets"].delete_many({})
    found(await service.brand("POST", f"/v1/campaigns/{campaign}/pause"))
    while await service.fire_timers():
        pass
    assert (await service.collaboration(one))["active"][0]["to"] is not None
    assert (await sums(service, campaign))["committed"]["fees"] == FEE


@pytest.mark.parametrize(
    ("budget", "field"),
    [
        pytest.param({"amount": {"amount": -1, "currency": "EUR"}}, "budget", id="below zero"),
        pytest.param({"amount": {"amount": 1, "currency": "USD"}}, "budget.amount.currency", id="another currency"),
        pytest.param(
            {"amount": {"amount": 1, "currency": "EUR"}, "product": {"amount": 1, "currency": "USD"}},
            "budget",
            id="two currencies",
        ),
        pytest.param({"amount": {"amount": 1.5, "currency": "EUR"}}, "budget.amount.amount", id="half a cent"),
        pytest.param({"amount": {"amount": 2**63, "currency": "EUR"}}, "budget.amount.amount", id="beyond 64 bits"),
        pytest.param({}, "budget.amount", id="no amount"),
        pytest.param({"$ne": None}, "budget.amount", id="an operator"),
        pytest.param("much", "budget", id="a word"),
    ],
)
async def test_what_is_no_budget_is_refused_by_its_field(service: Campaigns, budget, field):
    campaign = await service.published()
    answer = await service.brand("PUT", f"/v1/campaigns/{campaign}/budget", {"budget": budget})
    assert fields(answer) == [field]


async def test_without_its_own_budget_s_revision_nothing_changes(service: Campaigns):
    campaign = await with_budget(service, FEE)
    answer = await service.brand(
        "PUT", f"/v1/campaigns/{campaign}/budget", {"budget": a_budget(2 * FEE)}, if_match='"1"'
    )
    assert problem(answer, 412)


async def test_the_lines_of_a_budget_add_up_to_it_page_by_page(service: Campaigns):
    campaign = await with_budget(service, 20 * FEE, product=1_200, shipping=600)
    ids = await invited(service, campaign, 4)
    for number, id_ in enumerate(ids[:3]):
        found(await service.accept(id_, f"a-{number}"))
    await pay(service, campaign, ids[0], 700, "s-1:1")
    await pay(service, campaign, ids[1], -200, "s-1:2")
    lines: list[dict[str, Any]] = []
    cursor = ""
    while True:
        page = found(await service.brand("GET", f"/v1/campaigns/{campaign}/budget/collaborations?limit=2{cursor}"))
        lines += page["items"]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert [line["collaboration"] for line in lines] == ids[:3]
    told = await sums(service, campaign)
    for part in ("fees", "product", "shipping", "commission", "total"):
        assert sum(line["committed"][part] for line in lines) == told["committed"][part], part
    assert [line["spent"]["commission"] for line in lines] == [700, -200, 0]
    assert sum(line["spent"]["total"] for line in lines) == told["spent"]["total"]
    assert sum(line["over_cap"] for line in lines) == told["over_cap"] == 700
    assert [line["uncapped"] for line in lines] == [True] * 3
    campaign_now = found(await service.brand("GET", f"/v1/campaigns/{campaign}"))
    assert told["revision"] == campaign_now["revision"]


async def test_a_budget_is_changed_only_as_it_was_seen_and_null_takes_it_away(service: Campaigns):
    campaign = await with_budget(service, 5 * FEE)
    path = f"/v1/campaigns/{campaign}/budget"
    seen = (await sums(service, campaign))["revision"]
    found(await service.brand("PUT", path, {"budget": a_budget(6 * FEE)}, if_match=f'"{seen}"'))
    stale = await service.brand("PUT", path, {"budget": a_budget(7 * FEE)}, if_match=f'"{seen}"')
    assert problem(stale, 412)["code"] == "changed-meanwhile"
    assert (await sums(service, campaign))["budget"]["amount"]["amount"] == 6 * FEE
    assert found(await service.brand("PUT", path, {"budget": None}, if_match=f'"{seen + 1}"'))["left"] is None
