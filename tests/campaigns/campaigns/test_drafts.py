"""What a campaign may be: its page, its dates, its money; and what a brand is warned of."""

from datetime import timedelta
from typing import Any

import pytest

from campaigns.domain import campaigns, goals
from campaigns.domain.refusals import Refused, refuse
from contracts.campaigns import Goal, GoalMetric
from contracts.http.campaigns import CampaignTerms, ChangeCampaign
from contracts.money import Money
from tests.campaigns.builders import DOMAINS, NOON, a_campaign, a_draft, a_goal, wide

FEE = Money(amount=15_000, currency="EUR")


def check(**changes: Any) -> None:
    given: dict[str, Any] = {
        "landing_url": "https://shop.example/",
        "goal": a_goal(),
        "terms": CampaignTerms(fee=FEE, commission=1000),
        "ends_at": None,
        "budget": None,
        "program": None,
        "category": "",
        "domains": DOMAINS,
        "currency": "EUR",
        "now": NOON,
    }
    refuse(list(campaigns.faults(**(given | changes))))


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example",
        "https://shop.example/a/b?c=d#e",
        "https://shop.example/straße/平成?q=é",
        "https://www.shop.example/",
        "https://a.b.shop.example:8443/",
        "https://SHOP.Example/Path",
        "https://shop.example./",
        "https://xn--mnchen-3ya.example/",
        "https://XN--MNCHEN-3YA.example/",
        "https://münchen.example/",
        "https://shop。example/",
        f"https://{wide('shop')}.example/",
        "https://shop.example/?next=https://evil.example/",
        "https://shop.example/@evil.example",
    ],
)
def test_links_may_lead_to_the_brand_s_domains_and_their_subdomains(url):
    check(landing_url=url)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        pytest.param("https://evil.example/", "must be on one of", id="a foreign domain"),
        pytest.param("https://notshop.example/", "must be on one of", id="a name that ends alike"),
        pytest.param("https://shop.example.evil.example/", "must be on one of", id="a name that begins alike"),
        pytest.param("https://example/", "must be on one of", id="the domain above"),
        pytest.param("https://münchen.evil.example/", "must be on one of", id="a foreign domain in other letters"),
        pytest.param("https://\u0455hop.example/", "must be on one of", id="a Cyrillic letter that looks the same"),
        pytest.param("https://xn--shop-fake.example/", "must be on one of", id="another xn-- name"),
        pytest.param("https://anna@shop.example/", "user name", id="a user name"),
        pytest.param("https://anna:secret@shop.example/", "user name", id="a user name and a password"),
        pytest.param("https://@shop.example/", "user name", id="an empty user name"),
        pytest.param("https://shop.example@evil.example/", "user name", id="the domain as a user name"),
        pytest.param("https://shop.example:x@evil.example/", "user name", id="the domain as user name, a password"),
        pytest.param("https://shop.example/\r\nLocation: https://evil.example", "character", id="CR LF"),
        pytest.param("https://shop.example\n.evil.example/", "character", id="a line feed in the host"),
        pytest.param("https://shop.example/\t", "character", id="a tab"),
        pytest.param("https://shop.example/\x00", "character", id="a null"),
        pytest.param("https://shop.example/\x85", "character", id="a control character beyond ASCII"),
        pytest.param("https://shop.example/ a", "character", id="a space"),
        pytest.param("https://evil.example\\@shop.example/", "character", id="a backslash"),
        pytest.param("https://shop.example\\.evil.example/", "character", id="a backslash after the domain"),
        pytest.param("http://shop.example/", "https", id="http"),
        pytest.param("ftp://shop.example/", "https", id="ftp"),
        pytest.param("javascript:alert(1)//shop.example", "not an address", id="a script"),
        pytest.param("//shop.example/", "https", id="no scheme"),
        pytest.param("https:///shop.example", "not an address", id="no host"),
        pytest.param("https://", "not an address", id="nothing after the scheme"),
        pytest.param("https://shop.example:99999/", "not an address", id="no such port"),
        pytest.param("https://shop.example:port/", "not an address", id="a port in words"),
        pytest.param("https://shop.example:/", "not an address", id="an empty port"),
        pytest.param("https://shop.example:80:80/", "not an address", id="two ports"),
        pytest.param("https://shop.example../", "not an address", id="two dots at the end"),
        pytest.param("https://.shop.example/", "not an address", id="a dot before"),
        pytest.param("https://evil.example%2f.shop.example/", "not an address", id="an encoded slash in the host"),
        pytest.param("https://evil.example%23.shop.example/", "not an address", id="an encoded hash in the host"),
        pytest.param("https://evil.example℀.shop.example/", "not an address", id="a letter that becomes a slash"),
        pytest.param("https://[::1]/", "not an address", id="an address in numbers"),
        pytest.param("https://[shop.example/", "not an address", id="half a bracket"),
        pytest.param("https://shop.example;evil.example/", "not an address", id="a semicolon in the host"),
    ],
)
def test_links_lead_nowhere_else(url, says):
    with pytest.raises(Refused) as refused:
        check(landing_url=url)
    assert refused.value.field == "landing_url"
    assert says in refused.value.message


def test_a_letter_that_browsers_and_old_rules_read_differently_is_read_as_browsers_do():
    """By the rules of 2003 faß.example was fass.example; today it is somebody else's name."""
    check(landing_url="https://fass.example/", domains=("fass.example",))
    with pytest.raises(Refused):
        check(landing_url="https://faß.example/", domains=("fass.example",))


def test_this_machine_may_be_linked_without_https_where_it_is_the_brand_s_domain():
    check(landing_url="http://localhost:8000/", domains=("localhost",))
    with pytest.raises(Refused):
        check(landing_url="http://localhost:8000/")


def test_a_brand_without_domains_is_told_so():
    with pytest.raises(Refused, match="no domain yet"):
        check(domains=())


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"goal": a_goal(deadline=NOON)}, "goal.deadline", id="the deadline is now"),
        pytest.param({"goal": a_goal(deadline=NOON - timedelta(days=1))}, "goal.deadline", id="the deadline was"),
        pytest.param({"ends_at": NOON}, "ends_at", id="the end is now"),
        pytest.param({"currency": "VND"}, "terms.fee.currency", id="the fee in another currency"),
        pytest.param(
            {"terms": CampaignTerms(fee=FEE, per_unit=Money(amount=1, currency="USD"))},
            "terms.per_unit.currency",
            id="the amount per unit in another currency",
        ),
    ],
)
def test_what_a_brand_can_not_mean_is_refused_by_its_field(changes, field):
    with pytest.raises(Refused) as refused:
        check(**changes)
    assert refused.value.field == field


def test_dates_to_come_and_the_brand_s_own_currency_are_fine():
    in_a_moment = NOON + timedelta(microseconds=1)
    check(goal=a_goal(deadline=in_a_moment), ends_at=in_a_moment)
    check(terms=CampaignTerms(fee=FEE, per_unit=Money(amount=250, currency="EUR")))


@pytest.mark.parametrize("directly", [True, False])
@pytest.mark.parametrize("metric", list(GoalMetric))
def test_direct_sales_are_a_poor_goal_over_a_long_route(metric, directly):
    goal = Goal.model_validate(a_draft(goal={"metric": metric, "bought_directly": directly})["goal"])
    is_warned = not directly and metric in (GoalMetric.SALES_AMOUNT, GoalMetric.ORDERS)
    assert bool(goals.warnings(goal)) is is_warned


def test_a_change_replaces_what_it_names_and_nothing_else():
    before = a_campaign(ends_at=NOON + timedelta(days=9))
    after = campaigns.changed(before, ChangeCampaign(name="Winter lamps"), NOON)
    assert (after.name, after.revision) == ("Winter lamps", 2)
    assert after.state().model_copy(update={"name": before.name}) == before.state()


def test_a_null_takes_the_end_away_and_nothing_that_a_campaign_needs():
    before = a_campaign(ends_at=NOON + timedelta(days=9))
    nulls = {"name": None, "landing_url": None, "goal": None, "brief": None, "terms": None}
    assert campaigns.changed(before, ChangeCampaign.model_validate(nulls), NOON).state() == before.state()
    assert campaigns.changed(before, ChangeCampaign.model_validate({"ends_at": None}), NOON).ends_at is None
