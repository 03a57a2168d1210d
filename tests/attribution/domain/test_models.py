"""MONEY 7, 8, 15, 17: clicks that share a line."""

import itertools
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.contest import weights
from attribution.domain.facts import Model, Policy, Precedence
from attribution.domain.shares import shares
from attribution.domain.views import ANOTHER_CREATOR, as_seen_by
from attribution.words import why
from contracts.attribution import OrderOutcome
from contracts.stores import OrderState
from tests.attribution.builders import (
    DAY,
    HOUR,
    NOON,
    SECOND,
    a_click,
    a_collaboration,
    a_coupon,
    a_line,
    a_refund,
    a_refund_line,
    an_order,
    clicks_of,
    commission_of,
    decided,
    fixed,
    percent,
    some_terms,
    verdicts,
)

MODELS = list(Model)
FIFTH, TENTH = Fraction(1, 5), Fraction(1, 10)


def by(model: Model, **changes) -> Policy:
    return Policy(version=2, model=model, **changes)


def collaborations_of(*creators: str, **terms):
    return [
        a_collaboration(id=f"of-{creator}", creator=creator, terms=(some_terms(**terms),))
        for creator in dict.fromkeys(creators)
    ]


def credited(model: Model, *creators: str, policy=None, facts=(), **order):
    ids = tuple(f"click-{at}" for at in range(len(creators)))
    return decided(
        an_order(click_ids=ids, **order),
        *clicks_of(*creators),
        *collaborations_of(*creators),
        *facts,
        policy=policy or by(model),
    )


@pytest.mark.parametrize(
    ("model", "count", "expected"),
    [
        pytest.param(Model.LAST_CLICK, 3, [0, 0, 1], id="MONEY 8: last click"),
        pytest.param(Model.FIRST_CLICK, 3, [1, 0, 0], id="MONEY 8: first click"),
        pytest.param(Model.LINEAR, 3, [Fraction(1, 3)] * 3, id="MONEY 8: linear, 1/n"),
        pytest.param(Model.LINEAR, 1, [1], id="MONEY 8: linear, one click"),
        pytest.param(Model.POSITION_BASED, 1, [1], id="MONEY 8: position-based, one touch has 100"),
        pytest.param(Model.POSITION_BASED, 2, [Fraction(1, 2)] * 2, id="MONEY 8: position-based, two touches 50/50"),
        pytest.param(Model.POSITION_BASED, 3, [2 * FIFTH, FIFTH, 2 * FIFTH], id="MONEY 8: position-based, 40/20/40"),
        pytest.param(
            Model.POSITION_BASED, 4, [2 * FIFTH, TENTH, TENTH, 2 * FIFTH], id="MONEY 8: those between share the 20"
        ),
    ],
)
def test_how_a_model_shares_a_line(model, count, expected):
    assert list(weights(model, count)) == expected
    decision = credited(model, *(f"creator-{at}" for at in range(count)))
    parts = {part.touch: part.weight for part in decision.lines[0].parts}
    assert parts == {f"click-{at}": weight for at, weight in enumerate(expected) if weight}


@settings(deadline=None)
@given(st.sampled_from(MODELS), st.integers(1, 60))
def test_the_weights_of_a_line_sum_to_exactly_one(model, count):
    """MONEY 7, I5."""
    assert sum(weights(model, count)) == 1
    assert all(weight >= 0 for weight in weights(model, count))
    assert len(weights(model, count)) == count


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        pytest.param(NOON - HOUR, NOON - DAY, "b", id="MONEY 8: the first click wins"),
        pytest.param(NOON - HOUR, NOON - HOUR - SECOND / 1000, "b", id="MONEY 8: the earlier millisecond"),
        pytest.param(NOON - HOUR, NOON - HOUR, "a", id="MONEY 8: then the smaller click id"),
        pytest.param(NOON - HOUR + SECOND / 2000, NOON - HOUR, "a", id="MONEY 8: less than a millisecond is a tie"),
    ],
)
def test_the_first_click_wins_under_first_click(first, second, winner):
    other = {"collaboration": "collaboration-2", "creator": "creator-2"}
    clicks = (a_click(id="a", at=first), a_click(id="b", at=second, **other))
    both = (a_collaboration(), a_collaboration(id="collaboration-2", creator="creator-2"))
    decision = decided(an_order(click_ids=("a", "b")), *clicks, *both, policy=by(Model.FIRST_CLICK))
    loser = "b" if winner == "a" else "a"
    assert verdicts(decision) == {winner: "won", loser: "earlier-click-won"}
    assert {c.id: c.lost_to for c in decision.candidates} == {winner: None, loser: winner}


@pytest.mark.parametrize("model", MODELS)
def test_a_code_takes_all_of_its_lines_under_every_model(model):
    """MONEY 8, 9: models split clicks only, and a code that loses loses to all of them."""
    facts = [a_coupon(), a_collaboration()]
    by_code = credited(model, "anna", "bea", facts=facts, codes=("KRISTA20",))
    assert [(part.touch, part.weight) for part in by_code.lines[0].parts] == [("KRISTA20", 1)]
    assert verdicts(by_code) == {"click-0": "code-went-first", "click-1": "code-went-first", "KRISTA20": "won"}
    assert {candidate.lost_to for candidate in by_code.candidates} == {None, "KRISTA20"}
    clicks_first = by(model, precedence=Precedence.CLICK_FIRST)
    by_click = credited(model, "anna", "bea", facts=facts, codes=("KRISTA20",), policy=clicks_first)
    assert verdicts(by_click)["KRISTA20"] == "click-went-first"
    assert {part.touch for part in by_click.lines[0].parts} <= {"click-0", "click-1"}


@pytest.mark.parametrize(
    ("model", "winner"),
    [
        pytest.param(Model.LAST_CLICK, "click-2", id="the one that won"),
        pytest.param(Model.LINEAR, "click-0", id="of equals the earlier"),
        pytest.param(Model.POSITION_BASED, "click-0", id="the earlier of those with the most"),
    ],
)
def test_a_code_that_loses_to_several_clicks_is_told_whose_part_is_the_greatest(model, winner):
    policy = by(model, precedence=Precedence.CLICK_FIRST)
    facts = [a_coupon(), a_collaboration()]
    decision = credited(model, "anna", "bea", "cleo", facts=facts, codes=("KRISTA20",), policy=policy)
    assert {one.id: one.lost_to for one in decision.candidates}["KRISTA20"] == winner


def test_each_line_is_shared_among_the_clicks_that_cover_it():
    """MONEY 7: position-based, where one line has three clicks, one two, and one a single click."""
    lines = (a_line(line="l1", product="p1"), a_line(line="l2", product="p2"), a_line(line="l3", product="p3"))
    covering = {"anna": None, "bea": ("p1", "p2"), "cleo": ("p1",)}
    decision = decided(
        an_order(click_ids=("click-0", "click-1", "click-2"), lines=lines),
        *clicks_of(*covering),
        *(
            a_collaboration(id=f"of-{creator}", creator=creator, terms=(some_terms(products=products),))
            for creator, products in covering.items()
        ),
        policy=by(Model.POSITION_BASED),
    )
    assert [[str(part.weight) for part in line.parts] for line in decision.lines] == [
        ["2/5", "1/5", "2/5"],
        ["1/2", "1/2"],
        ["1"],
    ]
    assert {c.id: (c.lines, tuple(map(str, c.weights))) for c in decision.candidates} == {
        "click-0": (("l1", "l2", "l3"), ("2/5", "1/2", "1")),
        "click-1": (("l1", "l2"), ("1/5", "1/2")),
        "click-2": (("l1",), ("2/5",)),
    }


def test_each_share_is_paid_by_its_own_touch_s_plan():
    """MONEY 7: percent, fixed per unit, and one that pays nothing for this product."""
    creators = ("anna", "bea", "cleo")
    rates = {"anna": (percent(1000),), "bea": (fixed(90),), "cleo": (percent(700, product="p9"),)}
    decision = decided(
        an_order(click_ids=("click-0", "click-1", "click-2"), lines=(a_line(1_000, quantity=3),)),
        *clicks_of(*creators),
        *(
            a_collaboration(id=f"of-{creator}", creator=creator, terms=(some_terms(rates=rates[creator]),))
            for creator in creators
        ),
        policy=by(Model.LINEAR),
    )
    assert [(part.creator, part.granted, part.reason) for part in decision.lines[0].parts] == [
        ("anna", 100, None),
        ("bea", 90, None),
        ("cleo", 0, "no-rate"),
    ]


@pytest.mark.parametrize(
    ("model", "annas", "beas"),
    [
        pytest.param(Model.LINEAR, 667, 333, id="MONEY 8: linear counts clicks"),
        pytest.param(Model.POSITION_BASED, 800, 200, id="MONEY 8: position-based counts clicks"),
        pytest.param(Model.FIRST_CLICK, 1_000, 0, id="first click"),
        pytest.param(Model.LAST_CLICK, 1_000, 0, id="last click"),
    ],
)
def test_a_creator_with_two_clicks_has_two_shares(model, annas, beas):
    """MONEY 8, reading; each creator's sum is rounded once, and creators are not balanced against each other."""
    decision = credited(model, "anna", "bea", "anna")
    assert (commission_of(decision, "anna"), commission_of(decision, "bea")) == (annas, beas)


def test_shares_of_one_creator_are_rounded_together():
    """MONEY 15: six parts of 0.5 each are 3, not six times half-even 0; first line, then earlier touch."""
    lines = tuple(a_line(10, line=f"l{at}") for at in range(3))
    decision = credited(Model.LINEAR, "anna", "anna", lines=lines)
    assert [[part.exact for part in line.parts] for line in decision.lines] == [[Fraction(1, 2)] * 2] * 3
    assert [[part.granted for part in line.parts] for line in decision.lines] == [[1, 1], [1, 0], [0, 0]]


def test_on_ties_the_first_line_goes_before_the_earlier_touch():
    """MONEY 15, reading: the later touch of the first line has the cent before the earlier touch of the second."""
    lines = (a_line(6, line="l1"), a_line(6, line="l2"))
    decision = credited(Model.LINEAR, "anna", "anna", lines=lines)
    assert [[part.granted for part in line.parts] for line in decision.lines] == [[1, 0], [0, 0]]
    lines = (a_line(8, line="l1"), a_line(8, line="l2"))
    decision = credited(Model.LINEAR, "anna", "anna", lines=lines)
    assert [[part.granted for part in line.parts] for line in decision.lines] == [[1, 1], [0, 0]]


def test_what_goes_back_is_reckoned_once_per_line_creator_and_plan():
    """MONEY 17, reading: of 5 + 5 half goes back as 5, where half-even of each would be 2 + 2."""
    lines = (a_line(100),)
    refund = a_refund(a_refund_line(50))
    decision = credited(Model.LINEAR, "anna", "anna", lines=lines, refunds=(refund,))
    assert [(part.granted, part.taken) for part in decision.lines[0].parts] == [(5, 3), (5, 2)]
    assert commission_of(decision) == 5


def test_two_plans_of_one_creator_give_back_each_by_itself():
    """MONEY 17, WEBHOOKS trap 25: two campaigns of one brand on one line are two plans."""
    two = [
        a_collaboration(),
        a_collaboration(id="collaboration-2", campaign="campaign-2", terms=(some_terms(hold_days=10),)),
    ]
    clicks = [a_click(at=NOON - DAY), a_click(id="b", collaboration="collaboration-2", campaign="campaign-2")]
    decision = decided(
        an_order(click_ids=("click-1", "b"), lines=(a_line(100),), refunds=(a_refund(a_refund_line(50)),)),
        *clicks,
        *two,
        policy=by(Model.LINEAR),
    )
    assert [(part.collaboration, part.granted, part.taken) for part in decision.lines[0].parts] == [
        ("collaboration-1", 5, 2),
        ("collaboration-2", 5, 2),
    ]
    assert [(share.campaign, share.commission, share.net_sales) for share in shares(decision)] == [
        ("campaign-1", 3, 25),
        ("campaign-2", 3, 25),
    ]


@pytest.mark.parametrize("model", MODELS)
def test_one_creator_in_two_campaigns_of_one_order(model):
    """WEBHOOKS trap 25: each line is contested once, so both campaigns together earn one commission."""
    two = [a_collaboration(), a_collaboration(id="collaboration-2", campaign="campaign-2")]
    clicks = [a_click(at=NOON - DAY), a_click(id="b", collaboration="collaboration-2", campaign="campaign-2")]
    decision = decided(an_order(click_ids=("click-1", "b")), *clicks, *two, policy=by(model))
    assert commission_of(decision) == 1_000
    assert sum(part.weight for part in decision.lines[0].parts) == 1


def test_who_shares_a_line_reads_which_part_is_theirs():
    decision = credited(Model.POSITION_BASED, "anna", "bea", "cleo")
    assert [why(candidate).partition(" of ")[0] for candidate in decision.candidates] == [
        "This touch is credited with 2/5",
        "This touch is credited with 1/5",
        "This touch is credited with 2/5",
    ]
    assert why(credited(Model.LINEAR, "anna").candidates[0]) == "This touch is credited."


def test_a_creator_sees_the_weights_of_others_and_nothing_else_of_them():
    """A6."""
    seen = as_seen_by(credited(Model.POSITION_BASED, "anna", "bea", "cleo"), "bea")
    assert [(part.creator, str(part.weight), part.granted) for part in seen.lines[0].parts] == [
        (ANOTHER_CREATOR, "2/5", 0),
        ("bea", "1/5", 200),
        (ANOTHER_CREATOR, "2/5", 0),
    ]
    assert not {"anna", "cleo", "of-anna", "click-0"} & {text for text in seen.to_json().decode().split('"') if text}


@pytest.mark.parametrize(
    ("basis_points", "share"),
    [
        pytest.param(0, 0, id="A8: 0 by default"),
        pytest.param(500, 50, id="A8: basis points of the commission"),
        pytest.param(5, 0, id="A8: half-even, 0.5 is 0"),
        pytest.param(15, 2, id="A8: half-even, 1.5 is 2"),
    ],
)
def test_the_operator_s_share_is_paid_on_top(basis_points, share):
    """A8: once per order, whoever shares it; the creators' commission stays what it is."""
    decision = credited(Model.LINEAR, "anna", "bea", policy=by(Model.LINEAR, operator_share=basis_points))
    assert decision.operator_share == share
    assert commission_of(decision) == 1_000
    assert replace(decision, policy=by(Model.LINEAR), operator_share=0) == credited(Model.LINEAR, "anna", "bea")


def test_nothing_is_the_operator_s_while_nothing_is_posted():
    decision = credited(
        Model.LINEAR, "anna", "bea", policy=by(Model.LINEAR, operator_share=500), state=OrderState.PENDING
    )
    assert (decision.outcome, decision.posts, decision.operator_share) == (OrderOutcome.CREDITED, False, 0)


def test_every_permutation_of_three_clicks_in_one_instant_is_one_decision():
    """MONEY 4, 8: ids decide, in every model."""
    for model in MODELS:
        found = {
            str(
                decided(
                    an_order(click_ids=ids),
                    *clicks_of("anna", "bea", "cleo", apart=0 * HOUR),
                    *collaborations_of("anna", "bea", "cleo"),
                    policy=by(model),
                ).lines
            )
            for ids in itertools.permutations(("click-0", "click-1", "click-2"))
        }
        assert len(found) == 1
