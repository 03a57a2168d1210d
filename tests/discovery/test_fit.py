"""How well a creator fits, factor by factor; what nobody knows is a range and never zero (D8, D9)."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.discovery import AgeBand, Category, DeliverableKind, DeliverableRate, Gender, InfluencerType, Profile
from discovery.domain.fit import Figures, Fit, Question, figures_of, fit
from discovery.domain.fit_order import Columns, Shares, number_of_categories, number_of_type, scores
from discovery.domain.influencers import MATRIX, Strength, suggested
from discovery.domain.ranges import Range

KNOWN = Figures(
    followers=200_000,
    median_views_7d=50_000,
    median_views=60_000,
    average_views=70_000,
    categories=frozenset({Category.CRAFTS}),
    influencer_type=InfluencerType.PEER,
    rates={(DeliverableKind.SHORT_VIDEO, "EUR"): 40_000},
    ages={AgeBand.FROM_18: 6_000, AgeBand.FROM_25: 4_000},
    genders={Gender.FEMALE: 7_500, Gender.MALE: 2_500},
    countries={"FI": 5_000, "SE": 5_000},
)
ASKED = Question(
    ages=frozenset({AgeBand.FROM_18}),
    genders=frozenset({Gender.FEMALE}),
    countries=frozenset({"FI"}),
    categories=frozenset({Category.CRAFTS, Category.HOME}),
    influencer_type=InfluencerType.PEER,
    budget=50_000,
    product_cost=1_500,
    shipping=500,
    other_costs=300,
)


def factor(answer: Fit, name: str):
    return next(each for each in answer.factors if each.name == name)


def test_with_everything_known_the_answer_is_one_number_and_every_factor_shows_its_inputs():
    answer = fit(ASKED, KNOWN)
    assert factor(answer, "reach").value == Range.of(200_000)
    assert factor(answer, "engagement").value == Range.of(0.25)
    assert factor(answer, "audience").value.low == pytest.approx(0.6 * 0.75 * 0.5)
    assert answer.viewers is not None
    assert answer.viewers.is_known
    assert answer.viewers.low == pytest.approx(200_000 * 0.25 * 0.225)
    assert answer.costs == {"fee": 40_000, "product": 1_500, "shipping": 500, "other": 300}
    assert answer.cost_per_thousand is not None
    assert answer.cost_per_thousand.low == pytest.approx(42_300 / 11.25)
    assert answer.outcome is None  # without a history people and cost stand side by side


def test_with_a_history_viewers_become_money():
    answer = fit(replace(ASKED, sales_per_viewer=Range(4, 6)), KNOWN)
    assert answer.outcome == (pytest.approx(11_250 * 4 - 42_300), pytest.approx(11_250 * 6 - 42_300))
    assert answer.score == pytest.approx(11_250 * 5 - 42_300)


@pytest.mark.parametrize(
    "missing",
    ["median_views_7d", "categories", "influencer_type", "rates", "ages", "genders", "countries"],
)
def test_what_is_missing_widens_the_range_around_nothing_less_and_is_named(missing):
    empty = {"median_views_7d": None, "influencer_type": None, "categories": frozenset()}.get(missing, {})
    whole, answer = fit(ASKED, KNOWN), fit(ASKED, replace(KNOWN, **{missing: empty}))
    assert answer.viewers is not None
    assert whole.viewers is not None
    assert answer.viewers.low > 0
    assert answer.viewers.high is not None
    assert answer.viewers.high > answer.viewers.low
    assert any(each.missing for each in answer.factors)


def test_without_followers_the_views_themselves_count():
    answer = fit(ASKED, replace(KNOWN, followers=None))
    assert factor(answer, "reach").missing == ("followers",)
    assert answer.viewers is not None
    assert answer.viewers.low == pytest.approx(50_000 * 0.225)


def test_without_followers_and_views_nothing_is_claimed():
    answer = fit(ASKED, Figures())
    assert (answer.viewers, answer.score, answer.cost_per_thousand) == (None, None, None)


def test_a_fee_that_nobody_knows_leaves_the_cost_open_above():
    answer = fit(ASKED, replace(KNOWN, rates={(DeliverableKind.SHORT_VIDEO, "SEK"): 40_000}))
    assert (answer.cost, answer.costs["fee"]) == (Range(2_300, None), None)
    assert answer.cost_per_thousand is not None
    assert answer.cost_per_thousand.high is None


def test_a_relevance_set_by_hand_is_kept_and_marked_beside_what_was_reckoned():
    answer = fit(replace(ASKED, relevance=5_000), KNOWN)
    relevance = factor(answer, "relevance")
    assert (relevance.value, relevance.by_hand) == (Range.of(0.5), True)
    assert relevance.inputs["reckoned"] == Range(pytest.approx(0.225), pytest.approx(0.225))


def test_who_asks_for_more_than_the_budget_keeps_its_part_of_the_relevance():
    assert factor(fit(replace(ASKED, budget=30_000), KNOWN), "price").value == Range.of(0.75)
    assert factor(fit(replace(ASKED, budget=100), KNOWN), "price").value == Range.of(0.5)


def test_an_untold_part_of_the_audience_may_be_the_one_that_is_meant():
    answer = fit(
        replace(ASKED, genders=frozenset(), countries=frozenset()), replace(KNOWN, ages={AgeBand.FROM_18: 4_000})
    )
    assert factor(answer, "audience").value == Range(0.4, 1.0)


figures = st.builds(
    Figures,
    followers=st.none() | st.integers(0, 10**8),
    median_views_7d=st.none() | st.integers(0, 10**8),
    median_views=st.none() | st.integers(0, 10**8),
    average_views=st.none() | st.integers(0, 10**8),
    categories=st.frozensets(st.sampled_from(Category), max_size=5),
    influencer_type=st.none() | st.sampled_from(InfluencerType),
    rates=st.dictionaries(st.tuples(st.sampled_from(DeliverableKind), st.just("EUR")), st.integers(0, 10**9)),
    ages=st.dictionaries(st.sampled_from(AgeBand), st.integers(0, 1_500)),
    genders=st.dictionaries(st.sampled_from(Gender), st.integers(0, 3_400)),
    countries=st.dictionaries(st.sampled_from(["FI", "SE"]), st.integers(0, 5_000)),
    bio=st.sampled_from(["", "...", "A nurse from Oulu", "Bread"]),
)


@given(figures)
def test_every_range_is_ordered_and_learning_a_figure_never_leaves_it_empty(some):
    answer = fit(ASKED, some)
    for value in (*(each.value for each in answer.factors), answer.viewers, answer.cost, answer.cost_per_thousand):
        if value is not None:
            assert value.low >= 0
            assert value.high is None or value.high >= value.low


def test_of_two_rates_for_one_thing_the_lower_one_counts():
    rates = [
        DeliverableRate(deliverable=DeliverableKind.STORY, amount=amount, currency="EUR") for amount in (700, 500, 900)
    ]
    profile = Profile(id="p-1", network="tiktok", handle="anna", rates=tuple(rates))
    assert figures_of(profile).rates == {(DeliverableKind.STORY, "EUR"): 500}


questions = st.builds(
    Question,
    ages=st.frozensets(st.sampled_from(AgeBand), max_size=3),
    genders=st.frozensets(st.sampled_from(Gender), max_size=2),
    countries=st.frozensets(st.sampled_from(["FI", "SE"]), max_size=2),
    categories=st.frozensets(st.sampled_from(Category), max_size=3),
    influencer_type=st.none() | st.sampled_from(InfluencerType),
    deliverable=st.sampled_from(DeliverableKind),
    budget=st.none() | st.integers(0, 10**9),
    fee=st.none() | st.integers(0, 10**6),
    product_cost=st.integers(0, 10**4),
    sales_per_viewer=st.none()
    | st.builds(lambda low, more: Range(low, low + more), st.floats(0, 50), st.floats(0, 50)),
    cares=st.sampled_from([(), ("nurse",), ("crafts", "nurse")]),
    professional=st.none() | st.booleans(),
)


def columns_of(question: Question, many: list[Figures], by_hand: Sequence[int] = ()) -> Columns:
    kinds = (("ages", question.ages), ("genders", question.genders), ("countries", question.countries))
    return Columns(
        followers=[one.followers for one in many],
        median_views_7d=[one.median_views_7d for one in many],
        median_views=[one.median_views for one in many],
        average_views=[one.average_views for one in many],
        categories=[number_of_categories(one.categories) for one in many],
        types=[number_of_type(one.influencer_type) for one in many],
        rates=[one.rates.get((question.deliverable, question.currency)) for one in many],
        audience=[
            Shares(
                [[getattr(one, name).get(part) for one in many] for part in sorted(asked)],
                [sum(getattr(one, name).values()) if getattr(one, name) else None for one in many],
            )
            for name, asked in kinds
            if asked
        ],
        mentions=[_mentions(question, one) for one in many],
        by_hand=by_hand,
    )


def _mentions(question: Question, one: Figures) -> int | None:
    if any(one.words.mention(text) for text in question.cares):
        return 1
    return 0 if one.words.bio else None


@given(questions, st.lists(figures | st.just(KNOWN), min_size=1, max_size=5), st.none() | st.integers(0, 10_000))
def test_many_at_once_are_judged_as_each_alone_to_the_last_thousandth(question, many, by_hand):
    alone = [fit(replace(question, relevance=by_hand), one).score for one in many]
    together = scores(question, columns_of(question, many, () if by_hand is None else [by_hand] * len(many)))
    assert together == [None if score is None else round(score * 1000) for score in alone]


def test_the_matrix_says_what_each_type_is_good_for():
    assert {type_: {of for of, much in row.items() if much is Strength.HIGH} for type_, row in MATRIX.items()} == {
        InfluencerType.ASPIRATIONAL: {"reach", "emotional-appeal"},
        InfluencerType.AUTHORITATIVE: {"informing", "trust"},
        InfluencerType.PEER: {"trust", "relevance"},
    }


@pytest.mark.parametrize(
    ("followers", "categories", "type_"),
    [
        (5_000_000, (), InfluencerType.ASPIRATIONAL),
        (5_000_000, (Category.FINANCE,), InfluencerType.ASPIRATIONAL),
        (400_000, (Category.FINANCE,), InfluencerType.AUTHORITATIVE),
        (None, (Category.HEALTH,), InfluencerType.AUTHORITATIVE),
        (40_000, (Category.CRAFTS,), InfluencerType.PEER),
        (400_000, (Category.CRAFTS,), None),
        (None, (), None),
    ],
)
def test_a_type_is_suggested_with_reasons_or_not_at_all(followers, categories, type_):
    found = suggested(followers, categories)
    assert (found.type if found else None) is type_
    assert found is None or found.reasons


@pytest.mark.parametrize(
    ("followers", "categories", "because"),
    [
        (40_000, (Category.HEALTH, Category.CRAFTS, Category.FINANCE), [("expert", ("finance", "health"), None)]),
        (5_000_000, (), [("followers", (), 5_000_000)]),
        (40_000, (), [("followers", (), 40_000), ("no-expert", (), None)]),
    ],
)
def test_the_reasons_for_a_type_are_told_as_data_one_for_each_in_words(followers, categories, because):
    found = suggested(followers, categories)
    assert found is not None
    assert [(one.code, one.categories, one.followers) for one in found.because] == because
    assert len(found.because) == len(found.reasons)
