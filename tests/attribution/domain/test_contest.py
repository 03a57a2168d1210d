"""MONEY 7-9: each line is contested once."""

from datetime import timedelta

import pytest

from attribution.domain.facts import Policy, Precedence
from contracts.attribution import OrderOutcome
from tests.attribution.builders import (
    CLICK,
    DAY,
    HOUR,
    NOON,
    SECOND,
    a_click,
    a_collaboration,
    a_coupon,
    a_discount,
    a_line,
    an_order,
    commission_of,
    decided,
    percent,
    some_terms,
    verdicts,
)

CLICK_FIRST = Policy(version=2, precedence=Precedence.CLICK_FIRST)
MS = timedelta(milliseconds=1)


def of_second_creator(**changes):
    return {"collaboration": "collaboration-2", "creator": "creator-2"} | changes


TWO = (a_collaboration(), a_collaboration(id="collaboration-2", creator="creator-2"))


@pytest.mark.parametrize(
    ("first", "second", "winner"),
    [
        pytest.param(NOON - HOUR, NOON - DAY, "a", id="MONEY 8: the last click wins"),
        pytest.param(NOON - HOUR, NOON - HOUR + MS, "b", id="MONEY 4: the later millisecond"),
        pytest.param(NOON - HOUR, NOON - HOUR, "b", id="MONEY 4: then the greater click id"),
        pytest.param(NOON - HOUR + 0.9 * MS, NOON - HOUR, "b", id="MONEY 4: less than a millisecond is a tie"),
        pytest.param(NOON + 2 * SECOND, NOON + SECOND, "a", id="MONEY 4: the later one, both after the order"),
    ],
)
def test_the_latest_click_wins(first, second, winner):
    clicks = (a_click(id="a", at=first), a_click(id="b", at=second, **of_second_creator()))
    decision = decided(an_order(click_ids=("a", "b")), *clicks, *TWO)
    loser = "b" if winner == "a" else "a"
    assert verdicts(decision) == {winner: "won", loser: "later-click-won"}
    assert {c.id: c.lost_to for c in decision.candidates} == {winner: None, loser: winner}


@pytest.mark.parametrize(
    ("policy", "winner", "lost"),
    [
        pytest.param(Policy(), "KRISTA20", "code-went-first", id="MONEY 9: coupon before click (WEBHOOKS trap 11)"),
        pytest.param(CLICK_FIRST, CLICK, "click-went-first", id="MONEY 9: click before coupon (WEBHOOKS trap 11)"),
    ],
)
def test_precedence(policy, winner, lost):
    order = an_order(codes=("KRISTA20",))
    decision = decided(order, a_click(**of_second_creator()), a_coupon(), *TWO, policy=policy)
    assert verdicts(decision)[winner] == "won"
    assert sorted(verdicts(decision).values()) == sorted(["won", lost])
    assert decision.policy == policy


def test_the_same_creator_by_both_is_one_commission():
    """MONEY 9, WEBHOOKS trap 25: also in two campaigns of one brand."""
    other = a_collaboration(id="collaboration-2", campaign="campaign-2")
    click = a_click(collaboration="collaboration-2", campaign="campaign-2")
    decision = decided(an_order(codes=("KRISTA20",)), click, a_coupon(), a_collaboration(), other)
    assert commission_of(decision) == 1_000
    assert [len(line.parts) for line in decision.lines] == [1]


NEWER = NOON - DAY + timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("discounts", "created", "verdict"),
    [
        pytest.param((300, 200), (NOON - DAY, NEWER), "larger-discount-won", id="MONEY 9: the larger discount"),
        pytest.param((200, 200), (NEWER, NOON - DAY), "newer-code-won", id="MONEY 9: then the newer code, exactly"),
        pytest.param((200, 200), (NOON - DAY, NOON - DAY), "first-in-bytes-won", id="MONEY 9: then byte order"),
        pytest.param((0, 0), (NEWER, NOON - DAY), "newer-code-won", id="MONEY 9: neither took anything off this line"),
    ],
)
def test_two_codes_on_one_line(discounts, created, verdict):
    """WEBHOOKS trap 10: two affiliate coupons."""
    line = a_line(discounts=(a_discount(discounts[0], "Alpha"), a_discount(discounts[1], "BETA")))
    coupons = (
        a_coupon(id="c1", code="ALPHA", created_at=created[0]),
        a_coupon(id="c2", code="beta", created_at=created[1], **of_second_creator()),
    )
    for codes in (("alpha", "Beta"), ("Beta", "alpha")):
        decision = decided(an_order(click_ids=(), codes=codes, lines=(line,)), *coupons, *TWO)
        assert verdicts(decision) == {"alpha": "won", "Beta": verdict}


def test_byte_order_is_that_of_utf_8():
    """A code point above U+FFFF comes after U+FFFD in UTF-8, and before it in UTF-16."""
    coupons = (
        a_coupon(id="c1", code="\ufffdx"),
        a_coupon(id="c2", code="\U0001f600x", **of_second_creator()),
    )
    decision = decided(an_order(click_ids=(), codes=("\U0001f600x", "\ufffdx")), *coupons, *TWO)
    assert verdicts(decision)["\ufffdx"] == "won"


def test_a_non_affiliate_code_beside_an_affiliate_code():
    """WEBHOOKS trap 10: it is noted, however large its discount."""
    line = a_line(discounts=(a_discount(5_000, "SPRING"), a_discount(1, "KRISTA20")))
    decision = decided(
        an_order(click_ids=(), codes=("SPRING", "KRISTA20"), lines=(line,)), a_coupon(), a_collaboration()
    )
    assert verdicts(decision) == {"SPRING": "code-not-ours", "KRISTA20": "won"}


def covering(*products, **changes):
    return a_collaboration(terms=(some_terms(products=products),), **changes)


def test_each_line_is_contested_among_the_touches_that_cover_it():
    """MONEY 7, 9: the code takes the lines that it covers, the clicks the others."""
    lines = (a_line(line="l1", product="p1"), a_line(line="l2", product="p2"), a_line(line="l3", product=None))
    decision = decided(
        an_order(codes=("KRISTA20",), click_ids=("a", "b"), lines=lines),
        a_coupon(),
        covering("p1"),
        a_click(id="a", **of_second_creator()),
        a_click(id="b", at=NOON - DAY, collaboration="collaboration-3", creator="creator-3"),
        covering("p2", "p9", id="collaboration-2", creator="creator-2"),
        a_collaboration(id="collaboration-3", creator="creator-3"),
    )
    assert [line.parts[0].creator for line in decision.lines] == ["creator-1", "creator-2", "creator-3"]
    assert {c.id: c.lines for c in decision.candidates} == {"KRISTA20": ("l1",), "a": ("l2",), "b": ("l3",)}


def test_a_touch_that_covers_no_line_loses_with_that_reason():
    decision = decided(an_order(), a_click(), covering("p9"))
    assert verdicts(decision) == {CLICK: "not-covered"}
    assert decision.outcome is OrderOutcome.UNATTRIBUTED
    assert decision.lines[0].reason == "no-touch"


def test_whom_a_touch_lost_to_says_more_than_what_it_does_not_cover():
    lines = (a_line(line="l1", product="p9"), a_line(line="l2", product="p1"))
    decision = decided(
        an_order(click_ids=("a", "b"), lines=lines),
        a_click(id="a", at=NOON - DAY, **of_second_creator()),
        a_click(id="b"),
        covering("p1", id="collaboration-2", creator="creator-2"),
        a_collaboration(),
    )
    assert verdicts(decision) == {"a": "later-click-won", "b": "won"}


def versions(at_click, at_order, **changes):
    """One collaboration whose terms change between click and order, with the code and the click of it."""
    terms = (
        some_terms(number=1, **at_click),
        some_terms(number=2, in_force_at=NOON - SECOND, **at_order),
    )
    return a_collaboration(terms=terms, **changes)


@pytest.mark.parametrize("policy", [Policy(), CLICK_FIRST], ids=["coupon first", "click first"])
@pytest.mark.parametrize(
    ("at_click", "at_order", "number"),
    [
        pytest.param({"rates": (percent(1500),)}, {"rates": (percent(800),)}, 1, id="MONEY 9: the click's is better"),
        pytest.param({"rates": (percent(800),)}, {"rates": (percent(1500),)}, 2, id="MONEY 9: the code's is better"),
        pytest.param({"hold_days": 30}, {"hold_days": 10}, 2, id="MONEY 9: the same amount, payable sooner"),
    ],
)
def test_code_and_click_of_one_collaboration_pay_the_better_version(policy, at_click, at_order, number):
    decision = decided(
        an_order(codes=("KRISTA20",)), a_click(), a_coupon(), versions(at_click, at_order), policy=policy
    )
    assert decision.lines[0].parts[0].terms == number


def test_the_better_version_counts_only_within_one_collaboration():
    other = a_collaboration(id="collaboration-2", terms=(some_terms(rates=(percent(9000),)),))
    decision = decided(
        an_order(codes=("KRISTA20",)), a_click(collaboration="collaboration-2"), a_coupon(), a_collaboration(), other
    )
    assert commission_of(decision) == 1_000


def test_a_click_that_may_not_earn_brings_no_better_version():
    old = NOON - 40 * DAY
    decision = decided(
        an_order(codes=("KRISTA20",)),
        a_click(at=old),
        a_coupon(),
        versions({"rates": (percent(9000),)}, {"rates": (percent(800),)}),
    )
    assert commission_of(decision) == 800


def test_the_better_version_is_judged_over_the_lines_that_were_won():
    """15 % of p1 alone is less than 8 % of both lines, so the version of the order's time pays."""
    lines = (a_line(1_000, line="l1", product="p1"), a_line(5_000, line="l2", product="p2"))
    collaboration = versions({"rates": (percent(1500, product="p1"),)}, {"rates": (percent(800),)})
    decision = decided(an_order(codes=("KRISTA20",), lines=lines), a_click(), a_coupon(), collaboration)
    assert commission_of(decision) == 480
