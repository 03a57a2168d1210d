"""Observations and facts of one order, few values each, so that they meet and tie often."""

from datetime import timedelta

from hypothesis import strategies as st

from attribution.domain.facts import Collaboration, Fixing
from contracts.stores import ObservationKind, OrderState, Way
from tests.attribution.builders import (
    DAY,
    HOUR,
    LONG_AGO,
    MINUTE,
    NOON,
    SECOND,
    a_click,
    a_collaboration,
    a_coupon,
    a_discount,
    a_line,
    a_refund,
    a_refund_line,
    an_observation,
    fixed,
    percent,
    some_terms,
)

VERSIONS = [NOON + SECOND, NOON + SECOND + timedelta(microseconds=1), NOON + HOUR, NOON + DAY]
RECEIPTS = [NOON + 2 * SECOND, NOON + HOUR + MINUTE, NOON + 2 * DAY]
CLICK_IDS = ["click-1", "click-2", "click-3", "click-9"]
CODES = ["KRISTA20", "krista20 ", "ANNA10", "SPRING"]

refunds = st.builds(
    lambda id_, at, lines, amount: a_refund(*lines, id=id_, at=at, amount=amount),
    st.sampled_from(["r1", "r2", "r3"]),
    st.sampled_from([None, NOON + SECOND, NOON + HOUR, NOON + 200 * DAY]),
    st.lists(
        st.builds(
            lambda line, quantity, amount, tax: a_refund_line(amount, line=line, quantity=quantity, tax=tax),
            st.sampled_from(["l1", "l2", "l9"]),
            st.integers(0, 3),
            st.integers(0, 12_000),
            st.integers(0, 500),
        ),
        max_size=2,
    ),
    st.none() | st.integers(0, 9_000),
)


def lines_of(name: str, product: str | None) -> st.SearchStrategy:
    return st.builds(
        lambda price, quantity, current, discount, tax, gift_card: a_line(
            price,
            line=name,
            product=product,
            quantity=quantity,
            current_quantity=current,
            discounts=(a_discount(discount, "krista20"),),
            tax=tax,
            gift_card=gift_card,
        ),
        st.sampled_from([0, 1, 5, 333, 9_999]),
        st.integers(0, 4),
        st.none() | st.integers(0, 4),
        st.sampled_from([0, 7]),
        st.sampled_from([0, 11]),
        st.sampled_from([False, False, False, True]),
    )


def optional(values: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | values


snapshots = st.fixed_dictionaries(
    {
        "version": st.sampled_from([*VERSIONS, None]),
        "way": st.sampled_from([Way.WEBHOOK, Way.TOPIC, Way.POLL, Way.CSV]),
        "received_at": st.sampled_from(RECEIPTS),
        "state": st.sampled_from(list(OrderState)),
        "test": st.sampled_from([False, False, False, False, True]),
        "paid_at": optional(st.sampled_from([NOON, NOON + HOUR])),
        "lines": st.tuples(lines_of("l1", "p1"), lines_of("l2", "p2")),
        "discounts": st.sampled_from([(), (a_discount(101, "ANNA10"),)]),
        "prices_include_tax": st.booleans(),
        "click_ids": optional(st.lists(st.sampled_from(CLICK_IDS), max_size=4).map(tuple)),
        "codes": optional(st.lists(st.sampled_from(CODES), max_size=2).map(tuple)),
        "customer": optional(st.sampled_from(["c1", "c2"])),
        "refunds": optional(st.lists(refunds, max_size=2, unique_by=lambda refund: refund.id).map(tuple)),
    }
).map(lambda values: an_observation(**values))

others = st.one_of(
    st.builds(
        lambda refund, version, at: an_observation(
            kind=ObservationKind.REFUND, refund=refund, version=version, received_at=at
        ),
        refunds,
        st.sampled_from([None, *VERSIONS]),
        st.sampled_from(RECEIPTS),
    ),
    st.builds(
        lambda version, at: an_observation(kind=ObservationKind.DELETION, version=version, received_at=at),
        st.sampled_from([None, *VERSIONS]),
        st.sampled_from(RECEIPTS),
    ),
    st.builds(
        lambda version, at: an_observation(kind=ObservationKind.CHANGED, version=version, received_at=at),
        st.sampled_from([None, *VERSIONS]),
        st.sampled_from(RECEIPTS),
    ),
)

observations = st.lists(st.one_of(snapshots, snapshots, snapshots, others), min_size=1, max_size=6)

RATES = [(percent(1000),), (percent(333),), (fixed(99),), (percent(700, product="p1"), percent(50)), (fixed(5, "USD"),)]


def _collaboration(revision: int, whose: tuple[str, str], rates, cut, covered) -> Collaboration:
    products, ends = covered
    terms = (
        some_terms(rates=rates, products=products),
        some_terms(number=2, in_force_at=NOON - HOUR, rates=cut, hold_days=10),
    )
    active = [(LONG_AGO, ends)] if ends else [(LONG_AGO,)]
    return a_collaboration(revision, id=whose[0], creator=whose[1], terms=terms, active=active)


def collaborations(id_: str, creator: str) -> st.SearchStrategy:
    return st.builds(
        _collaboration,
        st.integers(1, 3),
        st.just((id_, creator)),
        st.sampled_from(RATES),
        st.sampled_from(RATES),
        st.tuples(st.sampled_from([None, ("p1",), ("p2",)]), st.sampled_from([None, None, NOON - 2 * HOUR])),
    )


def clicks(id_: str) -> st.SearchStrategy:
    return st.builds(
        lambda whose, at, bot: a_click(id=id_, collaboration=whose[0], creator=whose[1], at=at, bot=bot),
        st.sampled_from([("ca", "creator-a"), ("cb", "creator-b"), ("cc", "creator-a")]),
        st.sampled_from([NOON - 31 * DAY, NOON - DAY, NOON - MINUTE, NOON + MINUTE]),
        st.sampled_from([False, False, False, True]),
    )


def coupons(id_: str, code: str, collaboration: str, creator: str) -> st.SearchStrategy:
    return st.builds(
        lambda created, ended: a_coupon(
            id=id_, code=code, collaboration=collaboration, creator=creator, created_at=created, ended_at=ended
        ),
        st.sampled_from([LONG_AGO, NOON - DAY]),
        st.sampled_from([None, None, NOON - SECOND]),
    )


facts = st.tuples(
    clicks("click-1"),
    clicks("click-2"),
    clicks("click-3"),
    collaborations("ca", "creator-a"),
    collaborations("cb", "creator-b"),
    collaborations("cc", "creator-a"),
    coupons("coupon-1", "KRISTA20", "ca", "creator-a"),
    coupons("coupon-2", "Anna10", "cb", "creator-b"),
).map(list)

fixings = st.lists(
    st.sampled_from(
        [
            Fixing("USD", "2026-03-02", "2026-02-26", "1.1799"),
            Fixing("USD", "2026-03-02", "2026-02-27", "1.1812"),
            Fixing("USD", "2026-03-03", "2026-03-02", "1.2"),
        ]
    ),
    max_size=3,
    unique=True,
)
