"""Whenever somebody looks, and whatever came late: one set of balances (MONEY 11)."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.customers import customer_key
from attribution.domain.facts import CustomerRead
from contracts.campaigns import CustomerKind
from tests.attribution.builders import (
    DAY,
    NOON,
    STORE,
    a_click,
    a_collaboration,
    a_coupon,
    a_refund,
    a_refund_line,
    a_refund_observed,
    a_world,
    percent,
    some_terms,
)
from tests.attribution.domain.lives import ANNA, FROZEN, MS, PAID, TWO_CLICKS, Life, annas_click, known, seen

FACTS = ("click", "code", "terms", "refund", "order", "customer")
MOMENTS = [PAID + DAY, FROZEN - MS, FROZEN, FROZEN + MS, FROZEN + DAY]
RATES = (percent(3000, customer=CustomerKind.NEW), percent(2000))
KEY = customer_key(f"{STORE}|c1", NOON)


def a_life(arrivals: dict[str, object], looks: set) -> Life:
    """Each fact becomes known at its moment; somebody looks at every moment of `looks`, and at the end."""
    life = Life()
    annas = replace(ANNA, terms=a_collaboration(terms=(some_terms(rates=RATES),)).terms)
    sale = {"codes": ("ANNA10",), "customer": "c1", "refunds": None, **TWO_CLICKS}
    everything = {
        "click": annas_click(arrivals["click"]),
        "code": known(
            a_coupon(code="ANNA10", collaboration=ANNA.id, creator="creator-2", campaign="campaign-2"), arrivals["code"]
        ),
        "terms": known(annas, arrivals["terms"]),
    }
    refund = a_refund_observed(a_refund(a_refund_line(2_500, quantity=1)), received_at=arrivals["refund"])
    for now in sorted({*looks, PAID, FROZEN + 9 * DAY}):
        there = [fact for name, fact in everything.items() if arrivals[name] <= now]
        world = a_world(a_click(), a_collaboration(), *there)
        if arrivals["customer"] <= now:
            read = CustomerRead(KEY, CustomerKind.RETURNING, arrivals["customer"])
            world = replace(world, customers={KEY: read})
        life.observations = [seen(**sale), *([refund] if arrivals["refund"] <= now else [])]
        life.step(now, world=world)
    return life


@settings(max_examples=200, deadline=None)
@given(
    st.fixed_dictionaries({name: st.sampled_from(MOMENTS) for name in FACTS if name != "order"}),
    st.sets(st.sampled_from(MOMENTS)),
)
def test_any_moment_of_looking_ends_with_the_same_balances(arrivals, looks):
    """MONEY 11: late click, late code, late terms, an earlier order of the customer, a refund; whoever was asleep."""
    awake = a_life(arrivals, {*MOMENTS})
    sleepy = a_life(arrivals, looks)
    assert sleepy.earned() == awake.earned()
    assert sleepy.settled is not None
    assert awake.settled is not None
    assert sleepy.settled.changes == awake.settled.changes
    assert sleepy.differs(FROZEN + 9 * DAY) == awake.differs(FROZEN + 9 * DAY) == []
