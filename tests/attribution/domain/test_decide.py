"""What becomes of an order: outcome, reasons, holds, and the record itself (MONEY 2, 5, 10, 24; A6)."""

from datetime import UTC, datetime, timedelta

import pytest

from attribution.domain import RULES
from attribution.domain.decide import confirmed_coupons, decide
from attribution.domain.decisions import Decision
from attribution.domain.facts import DEFAULT_POLICY, World
from attribution.domain.views import ANOTHER_CREATOR, as_seen_by
from contracts.console import StoreKind
from contracts.stores import Way
from tests.attribution.builders import (
    CREATOR,
    DAY,
    LONG_AGO,
    MINUTE,
    NOON,
    SECOND,
    a_ban,
    a_click,
    a_collaboration,
    a_coupon,
    a_deletion,
    a_line,
    a_refund,
    a_refund_line,
    a_refund_observed,
    a_world,
    an_observation,
    an_order,
    commission_of,
    decided,
    fixed,
    percent,
    some_terms,
)

USUAL = (a_click(), a_collaboration())


@pytest.mark.parametrize(
    ("order", "facts", "outcome", "reason"),
    [
        pytest.param(an_order(), USUAL, "credited", None, id="credited"),
        pytest.param(an_order(state="pending"), USUAL, "credited", "not-paid", id="MONEY 10: decided at first sight"),
        pytest.param(an_order(state="cancelled"), USUAL, "credited", "cancelled", id="MONEY 10: cancelled"),
        pytest.param(an_order(state="voided"), USUAL, "credited", "cancelled", id="MONEY 10: voided"),
        pytest.param(an_order(state="failed"), USUAL, "credited", "cancelled", id="MONEY 10: failed"),
        pytest.param(
            an_order(an_observation(), a_deletion()), USUAL, "credited", "deleted", id="MONEY 10: deleted after payment"
        ),
        pytest.param(an_order(click_ids=()), USUAL, "unattributed", "no-candidate", id="nothing to go by"),
        pytest.param(
            an_order(click_ids=("click-9",)), USUAL, "unattributed", "no-candidate-counts", id="nothing that counts"
        ),
        pytest.param(an_order(lines=()), USUAL, "unattributed", "no-lines", id="I5: nothing was sold"),
        pytest.param(an_order(test=True), USUAL, "rejected", "test-order", id="MONEY 10: a test (WEBHOOKS trap 18)"),
        pytest.param(
            an_order(a_refund_observed(a_refund(a_refund_line(1)))),
            USUAL,
            "waiting",
            "refund-before-order",
            id="I2: a refund before its order (WEBHOOKS trap 6)",
        ),
        pytest.param(an_order(a_deletion()), USUAL, "waiting", "order-not-seen", id="I2: a deletion of nothing"),
    ],
)
def test_every_order_has_one_outcome(order, facts, outcome, reason):
    decision = decided(order, *facts)
    assert (decision.outcome, decision.reason) == (outcome, reason)
    assert decision.posts is (outcome == "credited" and reason is None)
    assert commission_of(decision) == (1_000 if decision.posts else 0)
    assert decision.rules == RULES
    assert decision.policy == DEFAULT_POLICY


def test_an_order_of_an_unknown_store_waits_until_the_store_is_known():
    """MONEY 2: and names it, so that the store's event finds the order."""
    decision = decide(an_order(kind=None), World(store=None), DEFAULT_POLICY)
    assert (decision.outcome, decision.reason, decision.brand) == ("waiting", "store-unknown", None)
    assert [(ref.key, ref.revision) for ref in decision.refs] == [("store:store-1", 0)]


FIVE_MINUTES, SEVEN_DAYS = 5 * MINUTE, 7 * DAY


@pytest.mark.parametrize(
    ("way", "placed_at", "held"),
    [
        pytest.param(Way.WEBHOOK, NOON + FIVE_MINUTES, (), id="MONEY 5: five minutes ahead"),
        pytest.param(Way.WEBHOOK, NOON + FIVE_MINUTES + 0.9 * SECOND, (), id="MONEY 2-4: floored"),
        pytest.param(Way.WEBHOOK, NOON + FIVE_MINUTES + SECOND, ("placed-after-receipt",), id="MONEY 5: a second more"),
        pytest.param(Way.CSV, NOON + DAY, ("placed-after-receipt",), id="MONEY 5: CSV is not exempt from that"),
        pytest.param(Way.POLL, NOON + DAY, ("placed-after-receipt",), id="MONEY 5: nor is the poll"),
        pytest.param(Way.WEBHOOK, NOON - SEVEN_DAYS, (), id="MONEY 5: seven days late"),
        pytest.param(
            Way.WEBHOOK, NOON - SEVEN_DAYS - SECOND, ("placed-long-before-receipt",), id="MONEY 5: a second more"
        ),
        pytest.param(
            Way.TOPIC, NOON - SEVEN_DAYS - SECOND, ("placed-long-before-receipt",), id="MONEY 5: on the topic, too"
        ),
        pytest.param(Way.CSV, NOON - SEVEN_DAYS - SECOND, (), id="MONEY 5: CSV is exempt"),
        pytest.param(Way.POLL, NOON - SEVEN_DAYS - SECOND, (), id="MONEY 5: the poll is exempt"),
    ],
)
def test_an_implausible_time_is_decided_as_claimed_and_held(way, placed_at, held):
    order = an_order(way=way, received_at=NOON, placed_at=placed_at)
    decision = decided(order, a_click(at=placed_at - MINUTE), a_collaboration())
    assert decision.held == held
    assert (decision.placed_at, decision.posts) == (placed_at, True)


def test_the_first_receipt_s_way_counts():
    """MONEY 5: an order first heard of by CSV is not held when a webhook follows weeks later."""
    csv = an_observation(way=Way.CSV, version=None, received_at=NOON + 30 * DAY)
    webhook = an_observation(received_at=NOON + 31 * DAY, version=NOON + 31 * DAY)
    assert decided(an_order(webhook, csv)).held == ()
    assert decided(an_order(webhook)).held == ("placed-long-before-receipt",)


@pytest.mark.parametrize("year", [1, 9999])
def test_a_time_at_the_end_of_the_world_is_held_and_breaks_nothing(year):
    placed_at = datetime(year, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)
    decision = decided(
        an_order(click_ids=(), codes=("KRISTA20",), placed_at=placed_at, paid_at=placed_at),
        a_coupon(),
        a_collaboration(
            active=[(datetime(1, 1, 1, tzinfo=UTC),)], terms=(some_terms(in_force_at=datetime(1, 1, 1, tzinfo=UTC)),)
        ),
    )
    assert decision.outcome == "credited"
    assert len(decision.held) == 1


@pytest.mark.parametrize(
    ("order", "confirmed"),
    [
        pytest.param(an_order(codes=("krista20",)), ("coupon-1",), id="MONEY 9: the first paid order confirms"),
        pytest.param(an_order(codes=("krista20",), state="pending"), (), id="MONEY 9: not before it is paid"),
        pytest.param(an_order(codes=("krista20",), test=True), (), id="MONEY 9: a test order does not"),
        pytest.param(
            an_order(an_observation(codes=("krista20",)), a_deletion()), (), id="MONEY 9: nor one that was deleted"
        ),
        pytest.param(an_order(codes=("spring",)), (), id="a code that is not ours"),
    ],
)
def test_which_codes_an_order_confirms(order, confirmed):
    assert confirmed_coupons(decided(order, a_click(), a_coupon(), a_collaboration()), order) == confirmed


def test_a_paid_order_confirms_a_code_by_which_nobody_earns():
    """MONEY 9: the first paid order confirms, whatever it is credited."""
    order, ended = an_order(click_ids=(), codes=("krista20",)), a_collaboration(active=[(LONG_AGO, NOON - DAY)])
    decision = decided(order, a_coupon(), ended)
    assert (decision.outcome, confirmed_coupons(decision, order)) == ("unattributed", ("coupon-1",))


RICH = decided(
    an_order(
        an_observation(
            click_ids=("click-1", "click-2", "click-3"),
            codes=("KRISTA20", "SPRING"),
            lines=(a_line(3_333, line="l1", quantity=3, product="p1"), a_line(777, line="l2", product="p2")),
            refunds=(a_refund(a_refund_line(1_000, line="l1", quantity=1), amount=101),),
            placed_at=NOON + timedelta(microseconds=123_456),
        )
    ),
    a_click(bot=True, bot_rule="some rule"),
    a_click(id="click-2", collaboration="c2", creator="creator-2", at=NOON - timedelta(milliseconds=1_234)),
    a_coupon(),
    a_collaboration(terms=(some_terms(products=("p1", "p3")), some_terms(number=2, in_force_at=NOON + DAY))),
    a_collaboration(id="c2", creator="creator-2", terms=(some_terms(rates=(fixed(33), percent(1))),)),
    a_ban("creator-3", (NOON, NOON + DAY)),
)


def test_a_decision_comes_back_from_mongodb_as_it_was():
    assert Decision.from_json(RICH.to_json()) == RICH
    assert Decision.from_json(RICH.to_json().decode()) == RICH


def test_a_decision_can_be_made_again_from_its_own_record():
    """A6: the touches and terms that it used are copied into it."""
    order = an_order(click_ids=("click-1", "click-2"), codes=("KRISTA20", "X"))
    decision = decided(order, a_click(), a_coupon(), a_collaboration(), a_ban(CREATOR, (NOON, None)))
    assert decide(order, decision.facts.world(), decision.policy) == decision


def test_only_what_was_named_is_copied():
    """ARCHITECTURE 7: one world may serve a whole batch."""
    facts = decided(an_order(), *USUAL, a_click(id="click-9"), a_coupon(), a_collaboration(id="c9")).facts
    assert [click.id for click in facts.clicks] == ["click-1"]
    assert facts.coupons == ()
    assert [collaboration.id for collaboration in facts.collaborations] == ["collaboration-1"]


def test_a_creator_sees_own_touches_and_others_as_another_creator():
    """A6."""
    seen = as_seen_by(RICH, "creator-2")
    text = seen.to_json().decode()
    assert "creator-1" not in text
    assert "KRISTA20" not in text
    assert "SPRING" not in text
    assert "collaboration-1" not in text
    assert [part.creator for line in seen.lines for part in line.parts] == [ANOTHER_CREATOR, "creator-2"]
    assert seen.lines[1].parts == RICH.lines[1].parts
    assert [c for c in seen.candidates if c.creator == "creator-2"] == [
        c for c in RICH.candidates if c.creator == "creator-2"
    ]


def test_who_lost_sees_by_what_and_not_to_whom():
    order = an_order(codes=("KRISTA20",))
    decision = decided(
        order,
        a_click(collaboration="c2", creator="creator-2"),
        a_coupon(),
        a_collaboration(),
        a_collaboration(id="c2", creator="creator-2"),
    )
    mine = next(c for c in as_seen_by(decision, "creator-2").candidates if c.creator == "creator-2")
    assert (mine.verdict, mine.lost_to) == ("code-went-first", ANOTHER_CREATOR)


@pytest.mark.parametrize("kind", list(StoreKind))
def test_the_same_inputs_give_the_same_decision(kind):
    order = an_order(kind=kind)
    assert decide(order, a_world(*USUAL, kind=kind), DEFAULT_POLICY) == decide(
        order, a_world(*reversed(USUAL), kind=kind), DEFAULT_POLICY
    )
