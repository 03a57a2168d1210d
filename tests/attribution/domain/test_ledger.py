"""MONEY 10, 11, 17, 21, 23, 24 and A8: what is posted is the difference to what should be."""

from datetime import timedelta

import pytest
from bson import decode, encode
from bson.codec_options import CodecOptions

from attribution.domain.facts import Policy
from attribution.domain.ledger import (
    NOTHING,
    LedgerTransaction,
    Leg,
    LegKind,
    Posted,
    Unbalanced,
    balances,
    creator_account,
    operator_account,
    posting,
)
from contracts.attribution import Share
from tests.attribution.builders import (
    BRAND,
    CREATOR,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    a_click,
    a_collaboration,
    a_coupon,
    a_deletion,
    a_line,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_observation,
    an_order,
    decided,
    percent,
    posted_by,
    some_terms,
)

from attribution.domain.shares import order_decided, shares  # isort: skip

V1, V2, V3 = NOON + SECOND, NOON + DAY, NOON + 2 * DAY
PAID = an_observation(version=V1, paid_at=NOON)
PENDING = an_observation(version=V1, state="pending")
CANCELLED = an_observation(version=V2, state="cancelled")
HALF_BACK = an_observation(version=V2, paid_at=NOON, refunds=(a_refund(a_refund_line(5_000)),))
CENT_BACK = an_observation(version=V2, paid_at=NOON, refunds=(a_refund(a_refund_line(10)),))
RESTORED = an_observation(version=V3, paid_at=NOON, refunds=())
ACCOUNT = (creator_account(CREATOR, BRAND), "EUR")


def story(*observations):
    """The decisions as the observations arrive one after another."""
    return [decided(an_order(*observations[: n + 1])) for n in range(len(observations))]


def causes(transactions):
    return [transaction.cause.value for transaction in transactions]


@pytest.mark.parametrize(
    ("observations", "expected", "balance"),
    [
        pytest.param([PENDING], [], 0, id="MONEY 10: pending posts 0"),
        pytest.param([PAID], ["decision"], 1000, id="MONEY 10: posted when paid"),
        pytest.param([PAID, PAID], ["decision"], 1000, id="MONEY 11: a zero difference posts nothing"),
        pytest.param([PAID, HALF_BACK], ["decision", "refund"], 500, id="MONEY 17: a refund"),
        pytest.param([PAID, CENT_BACK], ["decision", "refund"], 999, id="MONEY 17: a refund that takes back one cent"),
        pytest.param([HALF_BACK], ["decision"], 500, id="MONEY 11: both at once in one transaction"),
        pytest.param(
            [PAID, HALF_BACK, RESTORED], ["decision", "refund", "undoing"], 1000, id="MONEY 17: undoing gives back"
        ),
        pytest.param([PAID, CANCELLED], ["decision", "cancellation"], 0, id="MONEY 10: cancelled reverses"),
        pytest.param(
            [HALF_BACK, an_observation(version=V3, state="voided")],
            ["decision", "cancellation"],
            0,
            id="MONEY 10: what is left",
        ),
        pytest.param([CANCELLED], [], 0, id="MONEY 10: never earned, nothing to reverse"),
        pytest.param(
            [PAID, CANCELLED, RESTORED], ["decision", "cancellation", "undoing"], 1000, id="MONEY 10: not sticky"
        ),
        pytest.param(
            [PAID, a_deletion(V2)], ["decision", "cancellation"], 0, id="MONEY 10: deleted after payment: reversed"
        ),
        pytest.param(
            [PAID, an_observation(version=V2, test=True)],
            ["decision", "cancellation"],
            0,
            id="MONEY 10: a test after all",
        ),
    ],
)
def test_postings(observations, expected, balance):
    transactions, posted = posted_by(story(*observations))
    assert causes(transactions) == expected
    assert balances(transactions).get(ACCOUNT, 0) == balance
    assert sum(balances(transactions).values()) == 0
    assert Posted.of(transactions) == posted
    assert [transaction.number for transaction in transactions] == list(range(1, len(transactions) + 1))


@pytest.mark.parametrize(
    ("lines", "commission"),
    [
        pytest.param((a_line(), a_line(2_000, line="l2")), 1_200, id="MONEY 18: an added line earns by the same touch"),
        pytest.param((a_line(2_000, line="l2"),), 200, id="MONEY 18: a line that is gone earns no more"),
        pytest.param((a_line(quantity=2),), 2_000, id="MONEY 18: added units earn, too"),
    ],
)
def test_edits_post_the_difference(lines, commission):
    transactions, _ = posted_by(story(PAID, an_observation(version=V2, paid_at=NOON, lines=lines)))
    assert balances(transactions)[ACCOUNT] == commission


def test_why_an_order_stopped_earning_stands_in_the_transaction():
    transactions, _ = posted_by(story(PAID, a_deletion(V2)))
    assert [transaction.reason for transaction in transactions] == [None, "deleted"]


def test_one_document_has_all_legs_and_sums_to_zero():
    """MONEY 23, I4."""
    (transaction,), _ = posted_by(story(HALF_BACK))
    assert transaction.id == "store-1:1001#1"
    assert [(leg.account, leg.kind, leg.amount) for leg in transaction.legs] == [
        ("creator:creator-1:brand:brand-1:commission", "earned", 1000),
        ("creator:creator-1:brand:brand-1:commission", "taken-back", -500),
        ("brand:brand-1:commission-expense", "commission-expense", -500),
    ]


def test_legs_that_do_not_sum_to_zero_are_a_bug():
    """I4: in each currency for itself."""
    legs = tuple(Leg("a", LegKind.EARNED, BRAND, currency, amount) for currency, amount in (("EUR", 1), ("USD", -1)))
    with pytest.raises(Unbalanced):
        LedgerTransaction("o", 1, "decision", NOON, 1, legs)


def test_a_transaction_comes_back_from_mongodb_as_it_was():
    (transaction,), posted = posted_by(story(HALF_BACK), at=NOON + timedelta(microseconds=1_234_567))
    aware = CodecOptions(tz_aware=True)
    doc = decode(encode(transaction.to_doc()), aware)
    assert doc["_id"] == "store-1:1001#1"
    assert LedgerTransaction.from_doc(doc) == transaction
    assert Posted.from_doc(decode(encode(posted.to_doc()), aware)) == posted


@pytest.mark.parametrize("order", [an_order(lines=(a_line(0),)), an_order(lines=(a_line(4),))])
def test_zero_is_a_decision_and_no_transaction(order):
    """MONEY 24."""
    decision = decided(order)
    assert posting(decision, NOTHING, NOON) is None
    assert [share.commission for share in shares(decision)] == [0]


def payable(transactions):
    return {leg.payable_at for transaction in transactions for leg in transaction.legs if leg.creator}


@pytest.mark.parametrize(
    ("paid_at", "hold_days", "expected"),
    [
        pytest.param(NOON, 30, NOON + 30 * DAY, id="MONEY 21: paid time + hold x 24 h"),
        pytest.param(NOON, 0, NOON + MINUTE + 2 * DAY, id="MONEY 21, 11: no hold, but 48 h after first sight"),
        pytest.param(NOON + 0.9 * SECOND, 30, NOON + 30 * DAY, id="MONEY 2-4: a whole second"),
    ],
)
def test_each_entry_has_its_payable_time(paid_at, hold_days, expected):
    collaboration = a_collaboration(terms=(some_terms(hold_days=hold_days),))
    decision = decided(an_order(paid_at=paid_at), a_click(), collaboration)
    transactions, _ = posted_by([decision])
    assert payable(transactions) == {expected}
    assert [share.payable_at for share in shares(decision)] == [expected]


def test_reversals_inherit_the_payable_time():
    """MONEY 21."""
    transactions, _ = posted_by(story(PAID, HALF_BACK, an_observation(version=V3, state="cancelled")))
    assert payable(transactions) == {NOON + 30 * DAY}


def test_a_paid_date_that_is_learned_later_moves_the_whole_amount():
    """MONEY 11, 21: any order of arrival ends with the same balances, by payable time, too."""
    undated = an_observation(version=V2)
    dated = an_observation(version=V1, paid_at=NOON)
    transactions, posted = posted_by(story(undated, dated))
    assert causes(transactions) == ["decision", "decision"]
    assert posted.standings == posted_by(story(dated, undated))[1].standings
    assert [standing.bucket.payable_at for standing in posted.standings] == [NOON + 30 * DAY]
    assert balances(transactions)[ACCOUNT] == 1000


def test_a_late_click_decides_again_and_the_ledger_gets_the_difference():
    """MONEY 11."""
    order = an_order(click_ids=("click-1", "click-2"), refunds=(a_refund(a_refund_line(5_000)),))
    late = a_click(id="click-2", collaboration="c2", creator="creator-2", at=NOON - SECOND)
    facts = (a_click(), a_collaboration(), a_collaboration(id="c2", creator="creator-2"))
    transactions, posted = posted_by([decided(order, *facts), decided(order, *facts, late)])
    assert causes(transactions) == ["decision", "decision"]
    assert balances(transactions) == {
        ACCOUNT: 0,
        (creator_account("creator-2", BRAND), "EUR"): 500,
        ("brand:brand-1:commission-expense", "EUR"): -500,
    }
    assert posted.standings == posted_by([decided(order, *facts, late)])[1].standings


def test_an_order_that_waits_posts_nothing_neither_way():
    waiting = decided(an_order(a_refund_observed(a_refund(a_refund_line(1)))))
    _, posted = posted_by(story(PAID))
    assert posting(waiting, posted, NOON) is None


def test_a_currency_that_changes_is_reversed_in_the_old_one():
    dollars = an_observation(version=V2, currency="USD", paid_at=NOON)
    transactions, _ = posted_by(story(PAID, dollars))
    assert balances(transactions)[ACCOUNT] == 0
    assert balances(transactions)[ACCOUNT[0], "USD"] == 1000


@pytest.mark.parametrize(
    ("basis_points", "price", "shares_"),
    [
        pytest.param(0, 10_000, (0, 0), id="A8: 0 by default"),
        pytest.param(500, 10_000, (50, 25), id="A8: of the commission, on top"),
        pytest.param(500, 500, (2, 1), id="A8: half-even per order, 2.5 -> 2, and 1.25 -> 1"),
    ],
)
def test_the_operator_s_share(basis_points, price, shares_):
    policy = Policy(version=2, operator_share=basis_points)
    whole = an_order(lines=(a_line(price),))
    half = an_order(lines=(a_line(price),), refunds=(a_refund(a_refund_line(price // 2)),))
    cancelled = an_order(state="cancelled")
    decisions = [decided(order, a_click(), a_collaboration(), policy=policy) for order in (whole, half, cancelled)]
    account = (operator_account(BRAND), "EUR")
    for count, expected in enumerate((*shares_, 0), start=1):
        transactions, _ = posted_by(decisions[:count])
        assert balances(transactions).get(account, 0) == expected
        assert sum(balances(transactions).values()) == 0
    assert decisions[0].operator_share == shares_[0]


def test_shares_say_what_each_creator_earns_after_refunds():
    decision = decided(
        an_order(
            lines=(a_line(10_000, line="l1", product="p1"), a_line(3_333, line="l2", product="p2")),
            codes=("KRISTA20",),
            refunds=(a_refund(a_refund_line(2_500, line="l1")),),
            paid_at=NOON,
        ),
        a_coupon(),
        a_collaboration(terms=(some_terms(products=("p1",)),)),
        a_click(collaboration="c2", campaign="campaign-2", creator="creator-2"),
        a_collaboration(id="c2", creator="creator-2", terms=(some_terms(hold_days=10, rates=(percent(2000),)),)),
    )
    assert shares(decision) == (
        Share(
            creator="creator-1",
            collaboration="collaboration-1",
            campaign="campaign-1",
            commission=750,
            net_sales=7_500,
            gross_sales=10_000,
            payable_at=NOON + 30 * DAY,
        ),
        Share(
            creator="creator-2",
            collaboration="c2",
            campaign="campaign-2",
            commission=667,
            net_sales=3_333,
            gross_sales=3_333,
            payable_at=NOON + 10 * DAY,
        ),
    )


@pytest.mark.parametrize(
    ("order", "posted"),
    [
        pytest.param(an_order(state="pending"), False, id="MONEY 10: nothing is posted"),
        pytest.param(an_order(placed_at=NOON + HOUR, received_at=NOON), True, id="MONEY 5: held, never payable"),
    ],
)
def test_a_share_without_a_payable_time(order, posted):
    (share,) = shares(decided(order))
    assert share.payable_at is None
    assert (share.commission > 0) is posted


def test_the_event_says_what_it_replaces():
    before, after = story(PAID, HALF_BACK)
    event = order_decided(after, before, event_id="event-9", time=NOON, number=2)
    assert (event.outcome, event.posted, event.number, event.brand) == ("credited", True, 2, BRAND)
    assert [share.commission for share in event.shares] == [500]
    assert [share.commission for share in event.previous] == [1000]
    assert order_decided(before, None, event_id="event-8", time=NOON, number=1).previous == ()
