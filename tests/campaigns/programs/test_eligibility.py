"""A program's own rules: passed, failed by how much, or unknown."""

import pytest

from campaigns.domain import eligibility
from campaigns.domain.eligibility import SHIPPED, Figures, Finding, Rule, Standing
from contracts.campaigns import Eligibility


@pytest.mark.parametrize(
    ("figures", "standings", "overall"),
    [
        pytest.param(Figures(5_000, 18, "US"), "ppp", Standing.PASSED, id="exactly"),
        pytest.param(Figures(4_999, 18, "US"), "fpp", Standing.FAILED, id="one follower short"),
        pytest.param(Figures(9_000, None, "US"), "pup", Standing.UNKNOWN, id="an unknown age"),
        pytest.param(Figures(None, None, None), "uuu", Standing.UNKNOWN, id="nothing is known"),
        pytest.param(Figures(None, None, "FI"), "uuf", Standing.FAILED, id="elsewhere"),
        pytest.param(Figures(0, 21, "US"), "fpp", Standing.FAILED, id="no followers is a figure"),
    ],
)
def test_the_shipped_rules(figures, standings, overall):
    found = eligibility.judge(SHIPPED, figures)
    assert [finding.rule for finding in found] == [Rule.FOLLOWERS, Rule.AGE, Rule.COUNTRY]
    assert "".join(finding.standing.value[0] for finding in found) == standings
    assert eligibility.overall(found) is overall


def test_a_failed_rule_says_by_how_much():
    (found,) = eligibility.judge(Eligibility(min_followers=5_000), Figures(followers=1_200))
    assert found == Finding(Rule.FOLLOWERS, Standing.FAILED, "5000", "1200", 3_800)


def test_an_age_that_was_reached_may_be_more():
    (found,) = eligibility.judge(Eligibility(min_age=25), Figures(age_reached=21))
    assert found.standing is Standing.UNKNOWN


def test_a_program_without_rules_takes_everybody():
    assert eligibility.overall(eligibility.judge(Eligibility(), Figures())) is Standing.PASSED


def test_the_best_of_several_profiles_counts():
    known = [Figures(100, None, None), Figures(None, 18, "US"), Figures(9_000, 16, "FI")]
    assert eligibility.best(known) == Figures(9_000, 18, "US")
    assert eligibility.best([]) == Figures()
