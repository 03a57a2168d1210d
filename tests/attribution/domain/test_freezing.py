"""From payable on the winner stays (MONEY 11): what counts, what is late, and what still posts."""

from dataclasses import replace

import pytest

from attribution.domain.customers import customer_key
from attribution.domain.decisions import Decision
from attribution.domain.facts import CustomerRead, Release
from attribution.domain.observations import Observation
from attribution.domain.verify import differences
from contracts.campaigns import CustomerKind
from contracts.stores import OrderState, Way
from tests.attribution.builders import (
    DAY,
    HOUR,
    NOON,
    ORDER,
    SECOND,
    STORE,
    a_click,
    a_collaboration,
    a_coupon,
    a_line,
    a_refund,
    a_refund_line,
    a_refund_observed,
    a_world,
    percent,
    some_terms,
)
from tests.attribution.domain.lives import ANNA, FROZEN, MS, PAID, TWO_CLICKS, Life, annas_click, both, known, seen


@pytest.mark.parametrize(
    ("known_at", "winner"),
    [
        pytest.param(FROZEN - SECOND, {"creator-2": 2_000}, id="a second before it is payable"),
        pytest.param(FROZEN, {"creator-2": 2_000}, id="in the very moment"),
        pytest.param(FROZEN + MS, {"creator-1": 1_000}, id="a millisecond after"),
    ],
)
@pytest.mark.parametrize("looked_at", [FROZEN + MS, FROZEN + DAY], ids=["at once", "a day later"])
def test_late_is_what_became_known_after_the_freeze_whenever_it_is_looked_at(known_at, winner, looked_at):
    """MONEY 11 and its reading: judged by the fact's commit time."""
    life = Life()
    life.step(PAID, seen(**TWO_CLICKS))
    settled = life.step(looked_at, world=both(known_at))
    assert life.earned() == winner
    assert settled.is_frozen
    assert bool(settled.changes) == ("creator-1" in winner)
    assert life.differs(looked_at) == []


def test_a_late_click_would_change_amounts_and_says_which():
    """MONEY, reading 11: what a review shows."""
    life = Life()
    life.step(PAID, seen(**TWO_CLICKS))
    settled = life.step(FROZEN + DAY, world=both(FROZEN + HOUR))
    assert [(change.creator, change.commission, change.would_be) for change in settled.changes] == [
        ("creator-1", 1_000, 0),
        ("creator-2", 0, 2_000),
    ]
    assert settled.late == ("click:click-2#1", "terms:collaboration-2#1")


def test_a_late_fact_that_changes_no_amount_asks_nobody():
    """MONEY, reading 11: only a fact that would change an amount opens a review."""
    life = Life()
    life.step(PAID, seen(**TWO_CLICKS))
    earlier = known(a_click(id="click-2", at=NOON - DAY), FROZEN + HOUR)
    settled = life.step(FROZEN + DAY, world=a_world(a_click(), a_collaboration(), earlier))
    assert settled.is_frozen
    assert settled.changes == ()


LATE = FROZEN + HOUR


@pytest.mark.parametrize(
    "late",
    [
        pytest.param((a_click(), known(a_coupon(code="ANNA10", collaboration=ANNA.id), LATE)), id="a code"),
        pytest.param(
            (a_click(), known(a_collaboration(2, terms=(some_terms(rates=(percent(5000),)),)), LATE)), id="terms"
        ),
        pytest.param((known(a_click(bot=True), LATE),), id="another verdict about the click"),
    ],
)
def test_no_late_fact_of_any_kind_changes_the_winner(late):
    """MONEY 11: click, code or terms."""
    life = Life()
    life.step(PAID, seen(codes=("ANNA10",)))
    settled = life.step(FROZEN + DAY, world=a_world(a_collaboration(), ANNA, *late))
    assert life.earned() == {"creator-1": 1_000}
    assert settled.changes
    assert life.differs(FROZEN + DAY) == []


def test_a_late_earlier_order_of_the_customer_changes_nothing_that_is_frozen():
    """MONEY 11, 13."""
    rates = (percent(3000, customer=CustomerKind.NEW), percent(500))
    facts = (a_click(), a_collaboration(terms=(some_terms(rates=rates),)))
    life = Life(*facts)
    life.step(PAID, seen(customer="c1"))
    key = customer_key(f"{STORE}|c1", NOON)
    late = CustomerRead(key, CustomerKind.RETURNING, FROZEN + HOUR)
    settled = life.step(FROZEN + DAY, world=replace(a_world(*facts), customers={key: late}))
    assert life.earned() == {"creator-1": 3_000}
    assert [(change.commission, change.would_be) for change in settled.changes] == [(3_000, 500)]
    in_time = CustomerRead(key, CustomerKind.RETURNING, FROZEN - HOUR)
    other = Life(*facts)
    other.step(PAID, seen(customer="c1"))
    other.step(FROZEN + DAY, world=replace(a_world(*facts), customers={key: in_time}))
    assert other.earned() == {"creator-1": 500}


def test_refunds_cancellations_and_their_undoing_still_post():
    """MONEY 11: and a late click beside them does not."""
    life = Life()
    life.step(PAID, seen(refunds=None, **TWO_CLICKS))
    life.step(FROZEN + DAY, world=both(FROZEN + HOUR))
    refund = a_refund_observed(a_refund(a_refund_line(2_500, quantity=1)), received_at=FROZEN + 2 * DAY)
    life.step(FROZEN + 2 * DAY, refund)
    assert life.earned() == {"creator-1": 750}
    cancelled = seen(
        FROZEN + 3 * DAY, version=NOON + DAY, state=OrderState.CANCELLED, refunds=None, received_at=FROZEN + 3 * DAY
    )
    settled = life.step(FROZEN + 3 * DAY, cancelled)
    assert life.earned() == {}
    assert settled.changes == ()
    again = seen(FROZEN + 4 * DAY, version=NOON + 2 * DAY, refunds=(), received_at=FROZEN + 4 * DAY, **TWO_CLICKS)
    settled = life.step(FROZEN + 4 * DAY, again)
    assert life.earned() == {"creator-1": 1_000}
    assert settled.decision.freezes_at == FROZEN
    assert life.differs(FROZEN + 5 * DAY) == []


def test_a_line_that_is_added_after_the_freeze_posts_nothing_and_asks_a_person():
    """MONEY, reading 11."""
    life = Life()
    life.step(PAID, seen())
    added = seen(
        FROZEN + DAY, version=NOON + DAY, lines=(a_line(), a_line(5_000, line="line-2")), received_at=FROZEN + DAY
    )
    settled = life.step(FROZEN + DAY, added)
    assert life.earned() == {"creator-1": 1_000}
    assert settled.late == ("line:line-2",)
    assert [(change.commission, change.would_be) for change in settled.changes] == [(1_000, 1_500)]


@pytest.mark.parametrize(
    "left",
    [
        pytest.param((a_line(5_000, quantity=2, current_quantity=1),), id="a unit less"),
        pytest.param((a_line(5_000, quantity=1),), id="a smaller quantity"),
    ],
)
def test_units_that_are_removed_after_the_freeze_are_taken_back(left):
    """MONEY 11, 18."""
    life = Life()
    life.step(PAID, seen(lines=(a_line(5_000, quantity=2),)))
    life.step(FROZEN + DAY, seen(FROZEN + DAY, version=NOON + DAY, lines=left, received_at=FROZEN + DAY))
    assert life.earned() == {"creator-1": 500}


def by_file(*lines):
    return seen(version=None, way=Way.CSV, lines=lines)


def by_store(now, *lines, **changes):
    return seen(now, received_at=now, lines=lines, **changes)


ROWS = (a_line(4_000, line="row-1", sku="TENT", variant="small"), a_line(6_000, line="row-2", sku="PEG"))


@pytest.mark.parametrize(
    ("lines", "refunds", "left"),
    [
        pytest.param(
            (a_line(6_000, line="7", sku="PEG"), a_line(4_000, line="8", sku="TENT")), (), 1_000, id="as sold"
        ),
        pytest.param(
            (a_line(6_000, line="7"), a_line(4_000, line="8")),
            (a_refund(a_refund_line(5_000, line="7")),),
            500,
            id="told by their worth",
        ),
        pytest.param(
            (a_line(4_500, line="8", sku="TENT"), a_line(6_000, line="7", sku="PEG")),
            (a_refund(a_refund_line(2_000, line="8")),),
            800,
            id="told by what they are",
        ),
        pytest.param(
            (a_line(4_500, line="8", variant="small"), a_line(6_000, line="7")),
            (a_refund(a_refund_line(2_000, line="8")),),
            800,
            id="told by their variant",
        ),
        pytest.param((a_line(6_000, line="7", sku="PEG"),), (), 1_000, id="one that nothing is like stays"),
        pytest.param(
            (a_line(4_000, line="8", sku="TENT", current_quantity=0), a_line(6_000, line="7", sku="PEG")),
            (),
            600,
            id="a removed unit",
        ),
        pytest.param(
            (a_line(4_000, line="8", sku="TENT"), a_line(6_000, line="7", sku="PEG")),
            (a_refund(a_refund_line(3_000, line="7")),),
            700,
            id="a refund of a line",
        ),
    ],
)
def test_an_order_of_a_file_that_its_store_tells_after_the_freeze_keeps_what_it_earned(lines, refunds, left):
    """MONEY 11: a file counts rows where the store has ids; only refunds and removals of these lines post."""
    life = Life()
    life.step(PAID, by_file(*ROWS))
    life.step(FROZEN + MS)
    life.step(FROZEN + DAY, by_store(FROZEN + DAY, *lines, refunds=refunds))
    assert life.earned() == {"creator-1": left}
    assert life.settled is not None
    assert life.settled.is_frozen
    assert life.differs(FROZEN + DAY) == []


def test_a_dearer_line_after_the_freeze_posts_nothing():
    """MONEY 11: only refunds, cancellations and their undoing do."""
    life = Life()
    life.step(PAID, seen())
    settled = life.step(
        FROZEN + DAY, seen(FROZEN + DAY, version=NOON + DAY, lines=(a_line(20_000),), received_at=FROZEN + DAY)
    )
    assert life.earned() == {"creator-1": 1_000}
    assert [(change.commission, change.would_be) for change in settled.changes] == [(1_000, 2_000)]


def test_the_order_freezes_as_a_whole_when_its_first_share_becomes_payable():
    """MONEY, reading 11: the other winner's hold is longer, and nobody else's late touch moves it."""
    short = a_collaboration(terms=(some_terms(products=("p1",), hold_days=5),))
    long_ = a_collaboration(
        id="collaboration-2", creator="creator-2", campaign="campaign-2", terms=(some_terms(hold_days=60),)
    )
    life = Life(a_click(), short, annas_click(NOON), long_)
    lines = (a_line(product="p1", line="l1"), a_line(product="p2", line="l2"))
    click_first = {"click_ids": ("click-1", "click-2"), "lines": lines}
    settled = life.step(PAID, seen(**click_first))
    hold_days = {part.creator: part.hold_days for line in settled.decision.lines for part in line.parts}
    assert settled.decision.freezes_at == PAID + min(hold_days.values()) * DAY


def test_nothing_is_frozen_or_payable_before_it_was_seen_for_48_hours():
    """MONEY, reading 11: an order that a file brings a year after it was paid."""
    first_seen = NOON + 300 * DAY
    life = Life()
    settled = life.step(first_seen, seen(first_seen, way=Way.CSV, received_at=first_seen))
    assert settled.decision.freezes_at == first_seen + 48 * HOUR
    [earned, _] = life.transactions[0].legs
    assert earned.payable_at == first_seen + 48 * HOUR


def test_without_a_winner_it_freezes_thirty_days_after_payment():
    """MONEY, reading 11."""
    life = Life(a_collaboration())
    settled = life.step(PAID, seen())
    assert settled.decision.freezes_at == FROZEN
    settled = life.step(FROZEN + DAY, world=a_world(known(a_click(), FROZEN + HOUR), a_collaboration()))
    assert life.earned() == {}
    assert [(change.commission, change.would_be) for change in settled.changes] == [(0, 1_000)]
    other = Life(a_collaboration())
    other.step(PAID, seen())
    other.step(FROZEN - DAY, world=a_world(known(a_click(), FROZEN - DAY), a_collaboration()))
    assert other.earned() == {"creator-1": 1_000}


def test_an_order_that_is_not_paid_is_never_frozen():
    """MONEY 10, 11."""
    life = Life()
    assert life.step(PAID, seen(state=OrderState.PENDING, paid_at=None, **TWO_CLICKS)).decision.freezes_at is None
    paid = seen(PAID + 90 * DAY, paid_at=PAID + 90 * DAY, version=NOON + 90 * DAY, **TWO_CLICKS)
    life.step(PAID + 90 * DAY, paid)
    life.step(PAID + 91 * DAY, world=both(PAID + 91 * DAY))
    assert life.earned() == {"creator-2": 2_000}


def held(**changes) -> Observation:
    """Placed 8 days before its receipt by webhook (MONEY 5)."""
    at = NOON + 8 * DAY
    return seen(at, received_at=at, **changes)


def test_what_is_held_is_never_frozen_until_a_person_releases_it():
    """MONEY 5, 11: a click counts while it is held, and no longer after the release."""
    life = Life()
    settled = life.step(NOON + 8 * DAY, held(**TWO_CLICKS))
    assert settled.decision.held
    assert settled.decision.freezes_at is None
    life.step(FROZEN + 10 * DAY, world=both(FROZEN + 5 * DAY))
    assert life.earned() == {"creator-2": 2_000}
    release = Release(ORDER, NOON, FROZEN + 20 * DAY)
    settled = life.step(FROZEN + 20 * DAY, world=replace(life.world, released={ORDER: release}))
    assert settled.decision.held == ()
    assert settled.decision.freezes_at == FROZEN + 20 * DAY
    gone = replace(life.world, clicks={"click-2": replace(annas_click(FROZEN + 21 * DAY), bot=True)})
    life.step(FROZEN + 22 * DAY, world=gone)
    assert life.earned() == {"creator-2": 2_000}
    assert life.differs(FROZEN + 30 * DAY) == []


def test_a_release_covers_the_time_that_was_claimed_and_no_other():
    """MONEY 5: whoever lets the order claim another time asks again."""
    life = Life()
    life.step(NOON + 8 * DAY, held())
    released = replace(life.world, released={ORDER: Release(ORDER, NOON, NOON + 9 * DAY)})
    assert life.step(NOON + 9 * DAY, world=released).decision.held == ()
    moved = seen(NOON + 10 * DAY, placed_at=NOON - HOUR, version=NOON + DAY, received_at=NOON + 10 * DAY)
    assert life.step(NOON + 10 * DAY, moved).decision.held


def test_what_is_accepted_posts_the_difference_and_freezes_anew():
    """MONEY 11: a person's word; what comes after it is late again."""
    life = Life()
    life.step(PAID, seen(**TWO_CLICKS))
    life.step(FROZEN + DAY, world=both(FROZEN + HOUR))
    life.accept(FROZEN + 2 * DAY)
    assert life.earned() == {"creator-2": 2_000}
    assert life.recorded is not None
    assert life.recorded.decision.freezes_at == FROZEN + 2 * DAY
    assert life.differs(FROZEN + 3 * DAY) == []
    later = replace(
        life.world, clicks={**life.world.clicks, "click-2": replace(annas_click(FROZEN + 4 * DAY), bot=True)}
    )
    settled = life.step(FROZEN + 4 * DAY, world=later)
    assert life.earned() == {"creator-2": 2_000}
    assert settled.changes
    assert life.differs(FROZEN + 5 * DAY) == []


def test_a_click_that_is_no_longer_kept_asks_nobody():
    """ARCHITECTURE 6: clicks go after 400 days, and a refund may come then."""
    life = Life()
    life.step(PAID, seen(refunds=None))
    gone = a_world(a_collaboration())
    settled = life.step(NOON + 401 * DAY, a_refund_observed(a_refund(a_refund_line(2_500))), world=gone)
    assert settled.is_frozen
    assert settled.changes == ()


def test_the_record_alone_gives_the_frozen_decision_again():
    """A6: years later, from what is stored with it."""
    life = Life()
    life.step(PAID, seen(refunds=None, **TWO_CLICKS))
    life.step(FROZEN + DAY, world=both(FROZEN + HOUR))
    life.step(FROZEN + 2 * DAY, a_refund_observed(a_refund(a_refund_line(2_500)), received_at=FROZEN + 2 * DAY))
    assert life.recorded is not None
    kept = Decision.from_json(life.recorded.decision.to_json())
    assert kept == life.recorded.decision
    assert differences(life.observations, kept, life.transactions, at=life.recorded.at) == []
