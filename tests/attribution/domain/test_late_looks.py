"""MONEY 11 where nobody looked for long: what froze meanwhile is found as if somebody had looked all the time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.console import StoreKind
from contracts.stores import Way
from tests.attribution.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    a_click,
    a_collaboration,
    a_line,
    a_store,
    a_world,
    percent,
    some_terms,
)
from tests.attribution.domain.lives import ANNA, FROZEN, MS, PAID, TWO_CLICKS, Life, annas_click, both, known, seen

CLEO = a_collaboration(id="collaboration-3", creator="creator-3", terms=(some_terms(rates=(percent(3000),)),))
PATIENT = a_collaboration(
    id="collaboration-2",
    creator="creator-2",
    campaign="campaign-2",
    terms=(some_terms(rates=(percent(2000),), hold_days=60),),
)
THREE_CLICKS = {"click_ids": ("click-1", "click-2", "click-3")}


def cleos_click(at):
    """The last of all, and so the winner once it is known."""
    return known(a_click(id="click-3", at=NOON, collaboration=CLEO.id, creator="creator-3"), at)


def test_an_order_of_which_all_came_while_nobody_worked_freezes_at_its_time():
    """The first look comes after the freeze: what its store added since posts nothing."""
    life = Life()
    added = seen(
        FROZEN + DAY, received_at=FROZEN + DAY, version=FROZEN, lines=(a_line(10_000), a_line(5_000, line="line-2"))
    )
    settled = life.step(FROZEN + 2 * DAY, seen(), added)
    assert settled.is_frozen
    assert life.earned() == {"creator-1": 1_000}
    assert "line:line-2" in settled.late


@pytest.mark.parametrize(
    ("seen_at", "earned"),
    [
        pytest.param(FROZEN - MS, 1_500, id="a millisecond before"),
        pytest.param(FROZEN, 1_500, id="in the very moment"),
        pytest.param(FROZEN + MS, 1_000, id="a millisecond after"),
    ],
)
def test_a_line_counts_that_its_store_told_by_the_freeze(seen_at, earned):
    life = Life()
    life.step(PAID, seen())
    lines = (a_line(10_000), a_line(5_000, line="line-2"))
    settled = life.step(FROZEN + DAY, seen(seen_at, received_at=seen_at, version=NOON + HOUR, lines=lines))
    assert settled.is_frozen
    assert life.earned() == {"creator-1": earned}


@pytest.mark.parametrize(
    ("looked_after", "winner"),
    [
        pytest.param(timedelta(0), {"creator-1": 1_000}, id="in the very moment"),
        pytest.param(timedelta(milliseconds=500), {"creator-1": 1_000}, id="half a second later"),
    ],
)
def test_an_old_order_of_a_file_is_frozen_48_hours_after_it_was_seen(looked_after, winner):
    """MONEY, reading 11: to the millisecond, however soon after it somebody looks."""
    seen_at = NOON + 365 * DAY
    freeze = seen_at + 2 * DAY
    life = Life()
    life.step(seen_at, seen(seen_at, received_at=seen_at, way=Way.CSV, version=None, **TWO_CLICKS))
    late = a_world(a_click(), a_collaboration(), annas_click(freeze + MS), ANNA)
    settled = life.step(freeze + max(looked_after, 2 * MS), world=late)
    assert settled.is_frozen
    assert life.earned() == winner


def test_a_fact_in_time_that_moves_the_freeze_lets_later_ones_count():
    """Anna's click came in time, and her hold is longer: so Cleo's, a day after the first winner's, is in time too."""
    life = Life()
    life.step(PAID, seen(**THREE_CLICKS))
    world = a_world(a_click(), a_collaboration(), annas_click(FROZEN - DAY), PATIENT, cleos_click(FROZEN + HOUR), CLEO)
    life.step(FROZEN + DAY, world=world)
    assert life.earned() == {"creator-3": 3_000}


def test_a_late_winner_of_nothing_in_place_of_a_winner_of_nothing_asks_nobody():
    """MONEY, reading 11: only a fact that would change an amount opens a review."""
    nothing = (some_terms(rates=(percent(0),)),)
    first = a_collaboration(terms=nothing)
    other = a_collaboration(id=ANNA.id, creator="creator-2", campaign="campaign-2", terms=nothing)
    life = Life(a_click(), first)
    life.step(PAID, seen(**TWO_CLICKS))
    settled = life.step(FROZEN + DAY, world=a_world(a_click(), first, annas_click(FROZEN + MINUTE), other))
    assert settled.is_frozen
    assert settled.late
    assert settled.changes == ()


def test_an_order_whose_store_became_known_late_freezes_then():
    """Nobody looked until two days after: Anna's click came a day after the store, and too late."""
    store = replace(a_store(), known_at=FROZEN + DAY)
    world = replace(both(FROZEN + 2 * DAY), store=store)
    life = Life()
    settled = life.step(FROZEN + 3 * DAY, seen(**TWO_CLICKS), world=world)
    assert settled.is_frozen
    assert life.earned() == {"creator-1": 1_000}


def test_a_store_that_changes_hands_after_the_freeze_takes_nothing_along():
    life = Life()
    life.step(PAID, seen())
    moved = replace(a_store(brand="brand-2", revision=2), known_at=FROZEN + HOUR)
    settled = life.step(FROZEN + DAY, world=replace(life.world, store=moved))
    assert settled.is_frozen
    assert life.earned() == {"creator-1": 1_000}
    assert "store:store-1#2" in settled.late


def test_before_the_freeze_nothing_is_late():
    life = Life()
    settled = life.step(PAID + DAY, seen(**TWO_CLICKS), world=both(PAID + HOUR))
    assert (settled.is_frozen, settled.changes, settled.late) == (False, (), ())


def test_a_store_s_own_rule_of_what_is_paid_holds_before_and_after_the_freeze_and_when_accepted():
    """MONEY 10: WooCommerce's paid date earns while the order is on hold."""
    life = Life(a_store(StoreKind.WOOCOMMERCE), a_click(), a_collaboration())
    on_hold = {"state": "pending", **TWO_CLICKS}
    life.step(PAID, seen(**on_hold))
    assert life.earned() == {"creator-1": 1_000}
    world = replace(both(FROZEN + HOUR), store=life.world.store)
    life.step(FROZEN + DAY, world=world)
    assert life.earned() == {"creator-1": 1_000}
    life.accept(FROZEN + 2 * DAY)
    assert life.earned() == {"creator-2": 2_000}


TOLD = (a_line(4_000, line="l1"), a_line(6_000, line="l2"))


@pytest.mark.parametrize(
    ("known_before", "now", "left"),
    [
        pytest.param([seen(lines=TOLD)], TOLD[:1], 400, id="a line that its store took out"),
        pytest.param([seen(lines=TOLD)], (a_line(6_000, line="l9"),), 0, id="all of them, for another"),
        pytest.param(
            [seen(lines=TOLD), seen(way=Way.CSV, version=None)],
            (a_line(6_000, line="l9"),),
            0,
            id="all of them, and a file told the order, too",
        ),
        pytest.param(
            [seen(way=Way.CSV, version=None, lines=TOLD)], TOLD[:1], 400, id="a file that has the store's own ids"
        ),
    ],
)
def test_lines_that_a_store_took_out_after_the_freeze_are_taken_back(known_before, now, left):
    """MONEY 11, 18."""
    life = Life()
    life.step(PAID, *known_before)
    life.step(FROZEN + DAY, seen(FROZEN + DAY, received_at=FROZEN + DAY, version=NOON + HOUR, lines=now))
    assert life.earned().get("creator-1", 0) == left
