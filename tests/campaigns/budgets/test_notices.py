"""What a brand is told of its budget: nearly bound, all bound, and a creator's yes that it could not cover (C14)."""

from typing import Any

import pytest

from campaigns.domain import running
from campaigns.domain.budgets import Standing
from contracts.campaigns import BudgetLevel, CampaignStatus
from contracts.money import Money
from tests.campaigns.budgets.test_budget import FEE, a_budget, invited, with_budget
from tests.campaigns.builders import NOON, a_campaign
from tests.campaigns.kit import Campaigns, found, problem


def a_standing(bound: int, amount: int | None = 1_000, over: int = 0) -> Standing:
    return Standing(currency="EUR", amount=amount, fees=bound, over=over)


@pytest.mark.parametrize(
    ("bound", "amount", "level"),
    [
        pytest.param(0, 1_000, None, id="nothing"),
        pytest.param(799, 1_000, None, id="just below 80 %"),
        pytest.param(800, 1_000, BudgetLevel.NEAR, id="80 %"),
        pytest.param(999, 1_000, BudgetLevel.NEAR, id="one left"),
        pytest.param(1_000, 1_000, BudgetLevel.FULL, id="all"),
        pytest.param(1_001, 1_000, BudgetLevel.FULL, id="more, by commission"),
        pytest.param(5_000, None, None, id="no budget"),
        pytest.param(2**62, 2**62 + 2**59, BudgetLevel.NEAR, id="large sums exactly"),
    ],
)
def test_a_budget_is_near_its_end_from_80_percent_on(bound: int, amount: int | None, level: BudgetLevel | None):
    assert a_standing(bound, amount).level is level


def levels(campaign: Any) -> list[BudgetLevel]:
    return [one.level for one in campaign.budget_notices]


def test_each_level_is_told_once_and_a_lower_one_never_after_a_higher():
    campaign = a_campaign(status=CampaignStatus.PUBLISHED)
    assert running.noticed(campaign, a_standing(799), NOON) is None
    near = running.noticed(campaign, a_standing(800), NOON)
    assert near is not None
    assert (levels(near), near.revision) == ([BudgetLevel.NEAR], campaign.revision + 1)
    assert running.noticed(near, a_standing(900), NOON) is None
    full = running.noticed(near, a_standing(1_000), NOON)
    assert full is not None
    assert levels(full) == [BudgetLevel.NEAR, BudgetLevel.FULL]
    assert running.noticed(full, a_standing(850), NOON) is None
    at_once = running.noticed(campaign, a_standing(1_000), NOON)
    assert at_once is not None
    assert levels(at_once) == [BudgetLevel.FULL]
    assert running.noticed(at_once, a_standing(850), NOON) is None


def test_that_it_has_run_out_and_its_level_are_one_change():
    campaign = a_campaign(status=CampaignStatus.PUBLISHED)
    found_ = running.noticed(campaign, a_standing(990, over=10), NOON)
    assert found_ is not None
    assert (levels(found_), found_.pauses_at, found_.revision) == (
        [BudgetLevel.FULL],
        NOON + running.NOTICE,
        campaign.revision + 1,
    )


@pytest.mark.parametrize("status", [CampaignStatus.DRAFT, CampaignStatus.ENDED])
def test_what_does_not_run_is_told_nothing(status: CampaignStatus):
    assert running.noticed(a_campaign(status=status), a_standing(1_000), NOON) is None
    assert running.refused(a_campaign(status=status), a_standing(1_000), 5, NOON) is None


def test_another_budget_has_no_notices():
    near = running.noticed(a_campaign(status=CampaignStatus.PUBLISHED), a_standing(800), NOON)
    assert near is not None
    assert running.with_budget(near, near.budget, NOON).budget_notices == ()


async def notices(service: Campaigns, campaign: str) -> list[tuple[str, int, int, int | None]]:
    state = (await service.events(campaign))[-1].state
    return [
        (one.level.value, one.bound.amount, one.left.amount, one.needs.amount if one.needs else None)
        for one in state.budget_notices
    ]


async def test_agreements_that_bring_a_budget_to_a_level_are_told_with_the_sums(service: Campaigns):
    campaign = await with_budget(service, 5 * FEE)
    waiting = await invited(service, campaign, 5)
    for number, one in enumerate(waiting[:3]):
        found(await service.accept(one, f"a-{number}"))
    assert await service.fire_timers() == 0
    found(await service.accept(waiting[3], "a-3"))
    await service.fire_timers(workers=3)
    assert await notices(service, campaign) == [("near", 4 * FEE, FEE, None)]
    found(await service.accept(waiting[4], "a-4"))
    await service.fire_timers(workers=3)
    assert await notices(service, campaign) == [("near", 4 * FEE, FEE, None), ("full", 5 * FEE, 0, None)]
    assert (await service.facts(campaign))[2:] == [(3, "campaign-changed"), (4, "campaign-changed")]


async def test_a_creators_yes_that_the_budget_refuses_is_told_to_the_brand_once(service: Campaigns):
    campaign = await with_budget(service, FEE + 100)
    first, second = await invited(service, campaign, 2)
    found(await service.accept(first, "a-1"))
    for _ in range(3):
        assert problem(await service.accept(second, "a-2"), 409)["code"] == "budget-exceeded"
    assert await notices(service, campaign) == [("refused", FEE, 100, FEE)]
    assert (await service.facts(campaign))[2:] == [(3, "campaign-changed")]
    found(
        await service.brand("PUT", f"/v1/campaigns/{campaign}/budget", {"budget": a_budget(2 * FEE)}),
    )
    assert await notices(service, campaign) == []
    found(await service.accept(second, "a-2"))


async def test_a_refusal_without_a_budget_is_told_to_nobody(service: Campaigns):
    terms = {"cap": Money(amount=2**63 - 1, currency="EUR").model_dump()}
    campaign = await service.published(terms=terms, ends_at="2029-01-01T00:00:00Z")
    (one,) = await invited(service, campaign, 1)
    assert problem(await service.accept(one), 409)["code"] == "budget-exceeded"
    assert [fact for _, fact in await service.facts(campaign)] == ["campaign-drafted", "campaign-published"]
