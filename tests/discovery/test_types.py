"""What each influencer type is good for, and what another type or category costs, in absolute numbers (D8, D9)."""

import pytest

from contracts.discovery import Category, InfluencerType
from discovery.domain.fit import OTHER_CATEGORY, OTHER_TYPE, Figures, Question, fit
from discovery.domain.influencers import MATRIX

GOOD_FOR = ("reach", "emotional-appeal", "informing", "trust", "relevance")


@pytest.mark.parametrize(
    ("type_", "strengths"),
    [
        (InfluencerType.ASPIRATIONAL, ("high", "high", "low", "low", "low")),
        (InfluencerType.AUTHORITATIVE, ("medium", "low", "high", "high", "medium")),
        (InfluencerType.PEER, ("low", "medium", "medium", "high", "high")),
    ],
)
def test_what_a_type_is_good_for(type_, strengths):
    assert MATRIX[type_] == dict(zip(GOOD_FOR, strengths, strict=True))
    assert set(MATRIX) == set(InfluencerType)


def test_another_category_halves_relevance_and_another_type_leaves_seven_tenths():
    assert (OTHER_CATEGORY, OTHER_TYPE) == (0.5, 0.7)
    creator = Figures(
        followers=1_000,
        median_views_7d=1_000,
        categories=frozenset({Category.ART}),
        influencer_type=InfluencerType.PEER,
    )
    food = frozenset({Category.FOOD})
    assert fit(Question(), creator).score == 1_000
    assert fit(Question(categories=food), creator).score == pytest.approx(500)
    assert fit(Question(influencer_type=InfluencerType.ASPIRATIONAL), creator).score == pytest.approx(700)
    both = Question(categories=food, influencer_type=InfluencerType.ASPIRATIONAL)
    assert fit(both, creator).score == pytest.approx(350)
