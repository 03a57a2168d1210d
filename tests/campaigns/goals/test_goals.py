"""Goals: what they lack, what speaks against them, and how they stand beside what others reached."""

import pytest

from campaigns.domain import goals
from campaigns.domain.goals import Likeness, Past, Size, Verdict, percentile
from contracts.campaigns import GoalMetric
from tests.campaigns.builders import a_draft, a_goal
from tests.campaigns.kit import Campaigns, found, problem


def some(reached: list[int], *, brands: int = 3, category: str = "home", size: Size = Size.NEW, currency: str = "EUR"):
    return [Past(f"x-{n % brands}", value, category, size, currency) for n, value in enumerate(reached)]


def compared(goal, past, **given):
    return goals.realism(
        goal, past, **{"brand": "b-1", "category": "home", "size": Size.NEW, "currency": "EUR"} | given
    )


@pytest.mark.parametrize(
    ("target", "verdict"),
    [
        pytest.param(1, Verdict.MODEST, id="below the lower quartile"),
        pytest.param(30, Verdict.REALISTIC, id="in the middle"),
        pytest.param(40, Verdict.REALISTIC, id="the upper quartile itself"),
        pytest.param(41, Verdict.AMBITIOUS, id="above it"),
        pytest.param(50, Verdict.AMBITIOUS, id="as much as the best"),
        pytest.param(51, Verdict.BEYOND, id="more than anybody"),
    ],
)
def test_a_target_is_judged_by_quartiles(target, verdict):
    realism = compared(a_goal(target=target), some([10, 20, 30, 40, 50]))
    assert realism is not None
    assert (realism.verdict, realism.campaigns, realism.lower, realism.median, realism.upper) == (
        verdict,
        5,
        20,
        30,
        40,
    )
    assert realism.reached_by == sum(value >= target for value in (10, 20, 30, 40, 50))


def test_four_campaigns_say_nothing():
    assert compared(a_goal(), some([1, 2, 3, 4])) is None


def test_two_brands_would_be_told_on_and_say_nothing():
    assert compared(a_goal(), some([1, 2, 3, 4, 5], brands=2)) is None
    own = [Past("b-1", value) for value in range(5)]
    assert compared(a_goal(), own) is not None


def test_the_narrowest_circle_with_five_campaigns_is_compared():
    near = some([1] * 5)
    same_category = some([2] * 5, size=Size.LARGE)
    others = some([3] * 9, category="music")
    for past, likeness in (
        (near + same_category + others, Likeness.CATEGORY_AND_SIZE),
        (near[:4] + same_category + others, Likeness.CATEGORY),
        (near[:2] + same_category[:2] + others, Likeness.METRIC),
    ):
        realism = compared(a_goal(), past)
        assert realism is not None
        assert realism.likeness is likeness


def test_a_campaign_without_a_category_is_alike_by_its_metric_only():
    realism = compared(a_goal(), some([1] * 6, category=""), category="")
    assert realism is not None
    assert realism.likeness is Likeness.METRIC


def test_sales_amounts_compare_within_their_currency():
    goal = a_goal(metric="sales-amount")
    assert compared(goal, some([1] * 9, currency="USD")) is None
    assert compared(goal, some([1] * 9, currency="USD") + some([2] * 5)).campaigns == 5


@pytest.mark.parametrize(("share", "value"), [(1, 10), (25, 10), (26, 20), (50, 20), (75, 30), (76, 40), (100, 40)])
def test_a_percentile_is_the_smallest_that_enough_do_not_exceed(share, value):
    assert percentile([10, 20, 30, 40], share) == value


@pytest.mark.parametrize("name", ["metric", "target", "measured_by", "deadline"])
@pytest.mark.parametrize("given", ["absent", "null"])
async def test_a_goal_without_it_is_refused_with_the_reason(service: Campaigns, name, given):
    body = a_draft()
    if given == "absent":
        del body["goal"][name]
    else:
        body["goal"][name] = None
    (error,) = problem(await service.brand("POST", "/v1/campaigns", body), 422)["errors"]
    assert error == {"field": f"goal.{name}", "message": goals.REASONS[name]}


async def test_a_goal_that_is_wrong_and_not_missing_is_told_what_is_wrong(service: Campaigns):
    (error,) = problem(await service.brand("POST", "/v1/campaigns", a_draft(goal={"target": 0})), 422)["errors"]
    assert error["field"] == "goal.target"
    assert error["message"] not in goals.REASONS.values()


@pytest.mark.parametrize("metric", list(GoalMetric))
async def test_without_five_ended_campaigns_there_is_not_enough_data(service: Campaigns, metric):
    made = await service.drafted(goal={"metric": metric.value})
    told = found(await service.brand("GET", f"/v1/campaigns/{made['id']}/realism"))
    assert (told["verdict"], told["campaigns"], told["median"]) == ("not-enough-data", 0, None)


async def test_a_goal_is_compared_with_campaigns_that_are_over_and_no_others(service: Campaigns):
    for number in range(5):
        campaign = await service.published(brief={"category": "home"})
        sent = await service.invited(campaign, address=f"c{number}@creators.example")
        found(await service.accept(sent["id"], f"a-{number}"))
        for order in range(number):
            await service.decide(campaign, sent["id"], order=f"s-1:{number}-{order}")
        if number < 4:
            found(await service.brand("POST", f"/v1/campaigns/{campaign}/end"))
    draft = await service.drafted(goal={"target": 2}, brief={"category": "home"})
    path = f"/v1/campaigns/{draft['id']}/realism"
    assert found(await service.brand("GET", path))["verdict"] == "not-enough-data"
    found(await service.brand("POST", f"/v1/campaigns/{campaign}/end"))
    told = found(await service.brand("GET", path))
    assert (told["campaigns"], told["median"], told["most"], told["reached_by"]) == (5, 2, 4, 3)
    assert (told["verdict"], told["alike_by"]) == ("realistic", "category-and-size")


async def test_what_a_campaign_brought_is_counted_once_and_follows_the_newest_decision(service: Campaigns):
    campaign = await service.published(goal={"metric": "sales-amount"})
    sent = await service.invited(campaign)
    found(await service.accept(sent["id"]))
    first = await service.decide(campaign, sent["id"], number=1, sales=10_000, commission=1_000)
    path = f"/v1/campaigns/{campaign}/result"
    told = found(await service.brand("GET", path))
    assert (told["orders"], told["sales"], told["commission"]) == (1, {"EUR": 10_000}, {"EUR": 1_000})
    assert (told["reached"], told["agreed"]) == (10_000, 1)
    await service.decide(campaign, sent["id"], number=2, sales=4_000, commission=400)
    await service.hear_events(first)
    told = found(await service.brand("GET", path))
    assert (told["orders"], told["sales"], told["commission"]) == (1, {"EUR": 4_000}, {"EUR": 400})
    await service.decide(campaign, sent["id"], number=3, posted=False)
    told = found(await service.brand("GET", path))
    assert (told["orders"], told["reached"]) == (0, 0)


async def test_a_first_decision_that_pays_nobody_is_not_kept_and_a_later_one_counts_whichever_comes_first(
    service: Campaigns,
):
    """Most orders of a store are nobody's sale: they cost no document."""
    campaign = await service.published(goal={"metric": "sales-amount"})
    sent = await service.invited(campaign)
    found(await service.accept(sent["id"]))
    path = f"/v1/campaigns/{campaign}/result"
    unpaid = await service.decide(campaign, sent["id"], order="s-1:1", number=1, posted=False)
    assert await service.db["counted_orders"].count_documents({}) == 0
    await service.decide(campaign, sent["id"], order="s-1:1", number=2, sales=10_000)
    await service.hear_events(unpaid)
    await service.decide(campaign, sent["id"], order="s-1:2", number=2, posted=False)
    await service.decide(campaign, sent["id"], order="s-1:2", number=1, sales=700)
    told = found(await service.brand("GET", path))
    assert (told["orders"], told["sales"]) == (1, {"EUR": 10_000})
