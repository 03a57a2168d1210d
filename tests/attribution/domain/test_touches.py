"""MONEY 1-6, 9: which candidates are touches, and why the others lose."""

from datetime import timedelta

import pytest

from attribution.domain.decide import wanted
from attribution.domain.touches import normal_code
from contracts.attribution import CouponStatus, OrderOutcome
from tests.attribution.builders import (
    BRAND,
    CLICK,
    COLLABORATION,
    CREATOR,
    DAY,
    HOUR,
    LONG_AGO,
    NOON,
    SECOND,
    SOME_TERMS,
    a_ban,
    a_click,
    a_collaboration,
    a_coupon,
    an_order,
    decided,
    percent,
    some_terms,
    verdicts,
)

WINDOW = timedelta(hours=720)


def verdict_of_click(*facts, at=None, **order):
    """What becomes of the usual click, clicked at `at`, by the usual order."""
    clicks = [a_click(at=at)] if at is not None else []
    return verdicts(decided(an_order(**order), *clicks, *facts))[CLICK]


@pytest.mark.parametrize(
    ("clicked_before", "verdict"),
    [
        pytest.param(timedelta(0), "won", id="MONEY 4: at the order's second"),
        pytest.param(WINDOW, "won", id="MONEY 4: the last second of the window"),
        pytest.param(WINDOW + 0.9 * SECOND, "outside-window", id="MONEY 4: both floored, so it lies one second out"),
        pytest.param(WINDOW + SECOND, "outside-window", id="MONEY 4: one second late"),
        pytest.param(-HOUR, "won", id="MONEY 4: an hour after the order by our clock counts as at the order"),
        pytest.param(-HOUR - 0.9 * SECOND, "won", id="MONEY 4: the same second, floored"),
        pytest.param(-HOUR - SECOND, "after-the-order", id="MONEY 4: more than an hour after the order"),
    ],
)
def test_the_window_closes_on_the_second(clicked_before, verdict):
    assert verdict_of_click(a_collaboration(), at=NOON - clicked_before) == verdict


@pytest.mark.parametrize("fraction", [0, 1, 999_999])
def test_the_window_ignores_fractions_of_the_order_s_second(fraction):
    order = an_order(placed_at=NOON + timedelta(microseconds=fraction))
    assert decided(order, a_click(at=NOON - WINDOW), a_collaboration()).outcome is OrderOutcome.CREDITED


@pytest.mark.parametrize(
    ("hours", "before", "verdict"),
    [
        pytest.param(24, 24 * HOUR, "won", id="MONEY 4: a window of one day"),
        pytest.param(24, 24 * HOUR + SECOND, "outside-window", id="MONEY 4: one day and a second"),
        pytest.param(8760, 365 * DAY, "won", id="MONEY 4: a window of 365 days"),
    ],
)
def test_the_window_is_the_terms_own(hours, before, verdict):
    assert verdict_of_click(a_collaboration(terms=(some_terms(window_hours=hours),)), at=NOON - before) == verdict


def test_a_late_webhook_changes_nothing_about_the_window():
    """WEBHOOKS trap 13: inside the window by the store's time, received outside it."""
    order = an_order(received_at=NOON + 3 * DAY)
    assert decided(order, a_click(at=NOON - WINDOW), a_collaboration()).outcome is OrderOutcome.CREDITED


def test_candidates_are_exactly_what_the_order_carries():
    """MONEY 1: another click of the same creator, seconds before, is none."""
    order = an_order(click_ids=(CLICK, "click-2", CLICK), codes=("krista20", " KRISTA20 ", "SPRING"))
    decision = decided(order, a_click(), a_click(id="click-3"), a_collaboration())
    assert [(candidate.kind, candidate.id) for candidate in decision.candidates] == [
        ("click", CLICK),
        ("click", "click-2"),
        ("code", "krista20"),
        ("code", "SPRING"),
    ]
    assert wanted(order) == ((CLICK, "click-2"), ("krista20", "spring"))


def test_a_click_that_nobody_knows_is_a_candidate_that_loses():
    decision = decided(an_order(), a_collaboration())
    assert verdicts(decision) == {CLICK: "click-unknown"}
    assert decision.outcome is OrderOutcome.UNATTRIBUTED


def test_a_bot_s_click_loses_with_that_reason():
    """MONEY 1: by the verdict of its time, which stands in the record."""
    decision = decided(an_order(), a_click(bot=True, bot_rule="crawler-user-agents 1.67"), a_collaboration())
    assert verdicts(decision) == {CLICK: "bot"}
    assert decision.candidates[0].bot_rule == "crawler-user-agents 1.67"


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([a_click(brand="brand-2"), a_collaboration()], id="MONEY 2: a click of another brand"),
        pytest.param([a_click(), a_collaboration(brand="brand-2")], id="MONEY 2: terms of another brand"),
    ],
)
def test_another_brand_s_touches_never_earn(facts):
    assert verdicts(decided(an_order(), *facts)) == {CLICK: "other-brand"}


def test_another_brand_s_code_is_foreign():
    decision = decided(an_order(click_ids=(), codes=("KRISTA20",)), a_coupon(brand="brand-2"), a_collaboration())
    assert verdicts(decision) == {"KRISTA20": "code-not-ours"}


def test_a_click_waits_for_its_terms():
    assert verdicts(decided(an_order(), a_click())) == {CLICK: "terms-unknown"}


@pytest.mark.parametrize(
    ("active", "clicked", "verdict"),
    [
        pytest.param([(NOON - DAY,)], NOON - DAY, "won", id="MONEY 6: from its first second"),
        pytest.param([(NOON - DAY,)], NOON - DAY - SECOND, "not-begun", id="MONEY 6: not begun yet"),
        pytest.param(
            [(LONG_AGO, NOON - DAY)], NOON - DAY - SECOND, "won", id="MONEY 6: ended after the touch changes nothing"
        ),
        pytest.param([(LONG_AGO, NOON - DAY)], NOON - DAY, "paused-or-ended", id="MONEY 6: ended in that second"),
        pytest.param(
            [(LONG_AGO, NOON - 2 * DAY), (NOON - DAY,)], NOON - 1.5 * DAY, "paused-or-ended", id="MONEY 6: paused then"
        ),
        pytest.param(
            [(LONG_AGO, NOON - 2 * DAY), (NOON - DAY,)], NOON - HOUR, "won", id="MONEY 6: paused before, active again"
        ),
        pytest.param([], NOON - HOUR, "not-begun", id="MONEY 6: never agreed"),
        pytest.param(
            [(LONG_AGO, NOON + SECOND)],
            NOON + HOUR,
            "won",
            id="MONEY 4: a click after the order is a touch at its time",
        ),
        pytest.param(
            [(LONG_AGO, NOON)], NOON + HOUR, "paused-or-ended", id="MONEY 4: and was not eligible then if it had ended"
        ),
    ],
)
def test_eligibility_is_judged_at_the_touch(active, clicked, verdict):
    """WEBHOOKS trap 15: a creator who is deactivated between click and order keeps the credit."""
    assert verdict_of_click(a_collaboration(active=active), at=clicked) == verdict


COMPLETED = NOON - 60 * DAY


@pytest.mark.parametrize(
    ("end", "clicked", "verdict"),
    [
        pytest.param(None, NOON - HOUR, "won", id="MONEY 6: completed, a campaign without an end has no limit"),
        pytest.param(NOON - WINDOW, NOON - HOUR, "won", id="MONEY 6: until the campaign's end + window"),
        pytest.param(NOON - WINDOW - SECOND, NOON - HOUR, "campaign-over", id="MONEY 6: a second after that"),
        pytest.param(NOON + DAY, NOON - HOUR, "won", id="MONEY 6: the campaign goes on"),
    ],
)
@pytest.mark.parametrize(
    "active",
    [
        pytest.param([(LONG_AGO, COMPLETED)], id="the active period ends with the completion"),
        pytest.param([(LONG_AGO,)], id="the active period goes on"),
    ],
)
def test_completed_keeps_earning(active, end, clicked, verdict):
    collaboration = a_collaboration(active=active, completed_at=COMPLETED, campaign_end=end)
    assert verdict_of_click(collaboration, at=clicked) == verdict


@pytest.mark.parametrize(
    ("clicked", "verdict"),
    [
        pytest.param(NOON - 21 * DAY, "won", id="MONEY 6: completed and still active"),
        pytest.param(NOON - 19 * DAY, "paused-or-ended", id="MONEY 6: paused after it was completed"),
        pytest.param(NOON - DAY, "won", id="MONEY 6: the pause is over"),
    ],
)
def test_a_pause_after_the_completion_is_a_pause(clicked, verdict):
    active = [(LONG_AGO, NOON - 20 * DAY), (NOON - 10 * DAY,)]
    collaboration = a_collaboration(active=active, completed_at=COMPLETED)
    assert verdict_of_click(collaboration, at=clicked) == verdict


def test_a_touch_before_the_completion_knows_no_campaign_end():
    """MONEY 6: the limit is for touches made while the collaboration was completed."""
    collaboration = a_collaboration(
        active=[(LONG_AGO, NOON - DAY)], completed_at=NOON - DAY, campaign_end=NOON - 60 * DAY
    )
    assert verdict_of_click(collaboration, at=NOON - 2 * DAY) == "won"


@pytest.mark.parametrize(
    ("spans", "verdict"),
    [
        pytest.param([(NOON - SECOND, None)], "banned", id="MONEY 6: a ban that took effect before the order"),
        pytest.param([(NOON, None)], "won", id="MONEY 6: a ban in the order's second is not before it"),
        pytest.param([(LONG_AGO, NOON)], "won", id="MONEY 6: lifted by the order's time"),
        pytest.param([(LONG_AGO, NOON + SECOND)], "banned", id="MONEY 6: lifted a second later"),
    ],
)
def test_a_fraud_ban_is_judged_at_the_order(spans, verdict):
    assert verdict_of_click(a_collaboration(), a_ban(CREATOR, *spans), at=NOON - HOUR) == verdict


def test_a_banned_creator_s_touches_lose_and_the_next_touch_wins():
    decision = decided(
        an_order(click_ids=(CLICK, "click-2")),
        a_click(),
        a_click(id="click-2", collaboration="collaboration-2", creator="creator-2", at=NOON - DAY),
        a_collaboration(),
        a_collaboration(id="collaboration-2", creator="creator-2"),
        a_ban(CREATOR, (LONG_AGO, None)),
    )
    assert verdicts(decision) == {CLICK: "banned", "click-2": "won"}


RAISED = some_terms(number=2, in_force_at=NOON - DAY, rates=(percent(500),))


@pytest.mark.parametrize(
    ("clicked", "number"),
    [
        pytest.param(NOON - DAY - SECOND, 1, id="MONEY 3: terms at the click"),
        pytest.param(NOON - DAY, 2, id="MONEY 20: in force from its second"),
        pytest.param(NOON + HOUR, 2, id="MONEY 4: after the order counts as at the order"),
    ],
)
def test_a_rate_cut_between_click_and_order_cuts_nothing(clicked, number):
    """WEBHOOKS trap 14."""
    decision = decided(an_order(), a_click(at=clicked), a_collaboration(terms=(SOME_TERMS, RAISED)))
    assert decision.candidates[0].terms == number
    assert decision.lines[0].parts[0].terms == number


def test_the_highest_number_in_force_counts():
    late = some_terms(number=3, in_force_at=NOON + DAY)
    decision = decided(an_order(), a_click(), a_collaboration(terms=(late, RAISED, SOME_TERMS)))
    assert decision.candidates[0].terms == 2


def test_terms_that_are_not_in_force_yet_pay_nothing():
    terms = (some_terms(in_force_at=NOON),)
    assert verdict_of_click(a_collaboration(terms=terms), at=NOON - SECOND) == "no-terms-in-force"


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("krista20", id="MONEY 9: case (WEBHOOKS trap 10)"),
        pytest.param("  KRISTA20\t", id="MONEY 9: trimmed"),
        pytest.param("".join(chr(ord(letter) + 0xFEE0) for letter in "KRISTA20"), id="MONEY 9: NFKC"),
        pytest.param("Kri\u017fta20", id="MONEY 9: casefold, a long s"),
    ],
)
def test_codes_compare_after_trim_nfkc_casefold_nfkc(written):
    assert normal_code(written) == normal_code("KRISTA20")
    decision = decided(an_order(click_ids=(), codes=(written,)), a_coupon(), a_collaboration())
    assert verdicts(decision) == {written: "won"}


def test_casefold_may_need_nfkc_again():
    assert "\u0390".casefold() != "\u0390"
    assert normal_code("\u0390") == normal_code("\u0390".casefold()) == "\u0390"


@pytest.mark.parametrize(
    ("coupon", "verdict"),
    [
        pytest.param(a_coupon(), "won", id="MONEY 9: ours and to be entered: confirmation does not matter"),
        pytest.param(a_coupon(status=CouponStatus.CONFIRMED), "won", id="MONEY 9: confirmed"),
        pytest.param(
            a_coupon(status=CouponStatus.ENDED, ended_at=NOON + SECOND), "won", id="MONEY 9: not ended at the order"
        ),
        pytest.param(
            a_coupon(status=CouponStatus.ENDED, ended_at=NOON + 0.9 * SECOND),
            "code-ended",
            id="MONEY 2-4: ended in the order's second",
        ),
        pytest.param(a_coupon(status=CouponStatus.ENDED), "code-ended", id="MONEY 9: ended, nobody knows when"),
        pytest.param(a_coupon(created_at=NOON + DAY), "won", id="MONEY 9: became ours later: a late code"),
    ],
)
def test_a_code_is_valid_at_the_order_s_time(coupon, verdict):
    decision = decided(an_order(click_ids=(), codes=("KRISTA20",)), coupon, a_collaboration())
    assert verdicts(decision) == {"KRISTA20": verdict}


def test_a_code_s_terms_and_eligibility_are_those_at_the_order():
    """MONEY 3: its touch time is the order's."""
    order = an_order(click_ids=(), codes=("KRISTA20",))
    decision = decided(order, a_coupon(), a_collaboration(terms=(SOME_TERMS, RAISED)))
    assert decision.candidates[0].terms == 2
    ended = a_collaboration(active=[(LONG_AGO, NOON)])
    assert verdicts(decided(order, a_coupon(), ended)) == {"KRISTA20": "paused-or-ended"}


def test_a_foreign_code_never_cancels_a_click():
    """MONEY 9: noted and ignored."""
    decision = decided(an_order(codes=("SPRING",)), a_click(), a_collaboration())
    assert verdicts(decision) == {CLICK: "won", "SPRING": "code-not-ours"}


def test_every_fact_that_was_read_is_named_with_its_revision():
    """ARCHITECTURE 5: present or absent, so that a look can tell what has changed."""
    order = an_order(click_ids=(CLICK, "click-2"), codes=("KRISTA20", "SPRING"))
    decision = decided(order, a_click(), a_coupon(revision=3, collaboration="collaboration-9"), a_collaboration(7))
    assert {ref.key: ref.revision for ref in decision.refs} == {
        "store:store-1": 1,
        f"click:{CLICK}": 1,
        "click:click-2": 0,
        f"code:{BRAND}:krista20": 3,
        f"code:{BRAND}:spring": 0,
        f"terms:{COLLABORATION}": 7,
        "terms:collaboration-9": 0,
    }


def test_bans_are_named_only_where_they_are_kept():
    order = an_order()
    with_bans = decided(order, a_click(), a_collaboration(), a_ban("creator-2", (LONG_AGO, None)))
    assert ("ban:creator-1", 0) in {(ref.key, ref.revision) for ref in with_bans.refs}
    assert not any(ref.key.startswith("ban:") for ref in decided(order).refs)
