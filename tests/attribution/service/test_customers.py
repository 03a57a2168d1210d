"""New and returning customers on a real store: whatever comes late decides what it changes, and nothing else."""

import asyncio
import json

import pytest

from attribution.store import customers
from attribution.store.verify import Counts, verify
from chassis.ids import new_id
from contracts.campaigns import CustomerKind
from contracts.stores import OrderState
from tests.attribution.builders import (
    DAY,
    HOUR,
    NOON,
    SECOND,
    a_click_recorded,
    an_order_observed,
    percent,
    some_terms,
)
from tests.attribution.service.kit import Attribution, a_brand_registered, a_store_changed, an_agreement, only

RATES = (percent(3000, customer=CustomerKind.NEW), percent(500, customer=CustomerKind.RETURNING), percent(1000))
NEW, RETURNING, UNKNOWN = 3_000, 500, 1_000
JO = "115310627314723954"


def an_agreement_that_asks(revision: int = 2):
    return an_agreement(revision, terms=(some_terms(rates=RATES),))


@pytest.fixture
async def asking(known: Attribution) -> Attribution:
    """Its one collaboration pays more for new customers; its click is on every order."""
    await known.hear(an_agreement_that_asks(), a_click_recorded(at=NOON - DAY))
    return known


def bought(n: int, at=NOON, customer: str | None = JO, **changes):
    """The customer's `n`-th order; `more` seconds later another state of it."""
    more = changes.pop("more", 0)
    return an_order_observed(
        id=new_id(),
        order=f"store-1:{n}",
        placed_at=at,
        version=at + (1 + more) * SECOND,
        customer=customer,
        received_at=NOON + HOUR,
        **changes,
    )


async def earned(service: Attribution) -> dict[str, int]:
    rows = await service.all_of("orders")
    return {row["_id"].partition(":")[2]: sum(share["commission"] for share in row["shares"]) for row in rows}


async def nothing_differs(service: Attribution) -> None:
    assert [one async for one in verify(service.db, Counts(), service.now())] == []


async def test_the_second_order_of_a_customer_is_a_returning_ones(asking: Attribution):
    """MONEY 13."""
    await asking.hear(bought(1))
    await asking.hear(bought(2, NOON + HOUR), bought(3, NOON + HOUR, customer="another"), bought(4, customer=None))
    assert await earned(asking) == {"1": NEW, "2": RETURNING, "3": NEW, "4": UNKNOWN}
    await nothing_differs(asking)


async def test_two_orders_of_one_batch_know_of_each_other(asking: Attribution):
    """MONEY 13: and the first decision is right at once."""
    await asking.hear(bought(2, NOON + HOUR), bought(1))
    assert await earned(asking) == {"1": NEW, "2": RETURNING}
    assert len(await asking.all_of("decisions")) == 2


async def test_an_earlier_order_that_arrives_late_decides_the_later_one_again(asking: Attribution):
    """MONEY 13, 11."""
    await asking.hear(bought(2, NOON + HOUR))
    assert await earned(asking) == {"2": NEW}
    await asking.hear(bought(1))
    assert await earned(asking) == {"1": NEW, "2": RETURNING}
    assert await asking.balance("creator-1") == NEW + RETURNING
    await nothing_differs(asking)


async def test_an_earlier_order_that_is_cancelled_makes_the_customer_new_again(asking: Attribution):
    """MONEY 13: its present state counts; and back again."""
    await asking.hear(bought(1), bought(2, NOON + HOUR))
    await asking.hear(bought(1, state=OrderState.CANCELLED, more=60))
    assert await earned(asking) == {"1": 0, "2": NEW}
    await asking.hear(bought(1, more=120))
    assert await earned(asking) == {"1": NEW, "2": RETURNING}
    await nothing_differs(asking)


async def test_an_earlier_order_that_is_paid_later_makes_the_customer_returning(asking: Attribution):
    """MONEY 13."""
    await asking.hear(bought(1, state=OrderState.PENDING))
    await asking.hear(bought(2, NOON + HOUR))
    assert (await earned(asking))["2"] == NEW
    await asking.hear(bought(1, more=60))
    assert await earned(asking) == {"1": NEW, "2": RETURNING}


async def test_an_order_without_any_touch_counts_as_an_earlier_one(asking: Attribution):
    """MONEY 13: it is about the store, not about us."""
    await asking.hear(bought(2, NOON + HOUR))
    await asking.hear(bought(1, click_ids=()))
    assert await earned(asking) == {"1": 0, "2": RETURNING}


async def test_terms_that_begin_to_ask_read_the_customer(known: Attribution):
    """MONEY 11, 13: the earlier order was decided when nobody asked."""
    await known.hear(an_agreement(), a_click_recorded(at=NOON - DAY))
    await known.hear(bought(1), bought(2, NOON + HOUR))
    assert await earned(known) == {"1": 1_000, "2": 1_000}
    await known.hear(an_agreement_that_asks(revision=3))
    assert await earned(known) == {"1": NEW, "2": RETURNING}
    await nothing_differs(known)


@pytest.mark.parametrize("first_to_commit", [1, 2])
async def test_of_two_orders_that_commit_at_once_both_see_the_other(asking: Attribution, first_to_commit: int):
    """ARCHITECTURE 5: each looked and found nothing; one of the looks after the commits finds it."""
    orders = {1: bought(1), 2: bought(2, NOON + HOUR)}
    inner = orders.pop(first_to_commit)
    [outer] = orders.values()

    async def decide_and_be_late(tx):
        await tx.claim([outer.order])
        await tx.decide(await tx.observe([outer]))
        await asking.hear(inner)

    await asking.parts.context.transactions.once(decide_and_be_late)
    assert await earned(asking) == {"1": NEW, "2": RETURNING}


async def test_a_kill_between_commit_and_look_is_mended_by_the_sweep(asking: Attribution):
    """ARCHITECTURE 5."""
    await asking.hear(bought(2, NOON + HOUR))
    asking.without_looks()
    await asking.hear(bought(1))
    assert (await earned(asking))["2"] == NEW
    await asking.sweep()
    assert await earned(asking) == {"1": NEW, "2": RETURNING}
    await asking.none_left("looks")


async def test_three_workers_end_with_one_answer(asking: Attribution):
    """MONEY 13: 60 orders of 12 customers, states that change, in batches that meet."""
    events = [
        bought(10 * c + n, NOON + n * HOUR, customer=f"c{c}", state=state, more=more)
        for c in range(12)
        for n in range(5)
        for more, state in [(0, OrderState.PENDING), (60, OrderState.PAID)]
    ] + [bought(10 * c, NOON, customer=f"c{c}", state=OrderState.CANCELLED, more=120) for c in range(0, 12, 2)]
    events.sort(key=lambda event: event.id[-6:])
    await asyncio.gather(*(asking.hear(*events[worker::3]) for worker in range(3)))
    await asking.sweep()
    found = await earned(asking)
    for c in range(12):
        cancelled = c % 2 == 0
        first = [0, NEW] if cancelled else [NEW, RETURNING]
        assert [found[str(10 * c + n)] for n in range(5)] == [*first, RETURNING, RETURNING, RETURNING]
    await nothing_differs(asking)


async def test_of_a_customer_with_a_thousand_orders_only_those_are_decided_again_whose_answer_changes(
    asking: Attribution,
):
    """MONEY 13: the first two swap their answers, the other 998 are returning before and after."""
    for start in range(0, 1_000, 250):
        await asking.hear(*(bought(1_000 + n, NOON + n * SECOND) for n in range(start, start + 250)))
    before = {row["_id"] for row in await asking.all_of("decisions")}
    assert len(before) == 1_000
    await asking.hear(bought(1, NOON - HOUR))
    await asking.hear(bought(5_000, NOON + DAY))
    decided = {row["_id"] for row in await asking.all_of("decisions")} - before
    assert decided == {"store-1:1#1", "store-1:1000#2", "store-1:5000#1"}


async def test_a_customers_first_order_costs_one_step_however_many_there_are(known: Attribution):
    """MONEY 13: by the index alone, for one customer and for many."""
    rows = [
        {"_id": f"{customer}-{n}", "customer": customer, "earned_at": NOON + n * SECOND, "earned_since": NOON}
        for customer in ("a", "b", "c")
        for n in range(500)
    ]
    await known.db["orders"].insert_many(rows)
    for asked in (["a"], ["a", "b", "c", "nobody"]):
        plan = await known.db.command(
            {
                "explain": {"aggregate": "orders", "pipeline": customers.first_of(asked), "cursor": {}},
                "verbosity": "executionStats",
            }
        )
        assert examined(plan) < 5 * len(asked)
        found = await customers.first_earned(known.db, asked, None)
        assert {customer: first.at for customer, first in found.items()} == dict.fromkeys(set(asked) - {"nobody"}, NOON)


def examined(plan: object) -> int:
    """The keys of the index that a plan's winner looked at."""
    if isinstance(plan, dict):
        if "totalKeysExamined" in plan:
            return int(plan["totalKeysExamined"])
        return sum(examined(value) for value in plan.values())
    return sum(examined(value) for value in plan) if isinstance(plan, list) else 0


async def test_nothing_of_the_senders_reference_stays_but_in_raw_deliveries(asking: Attribution):
    """ARCHITECTURE 6, Retention: every collection is read; and the pseudonym is there, so the scan sees something."""
    await asking.hear(bought(1), bought(2, NOON + HOUR))
    value = only({row["customer"] for row in await asking.all_of("orders")}).partition("|")[2]
    for name in await asking.db.list_collection_names():
        for row in await asking.all_of(name):
            assert JO not in json.dumps(row, default=repr), name
    assert all(value in json.dumps(row, default=repr) for row in await asking.all_of("observations"))
    assert all(
        value in json.dumps(json.loads(row["doc"])["facts"]["customer"]) for row in await asking.all_of("decisions")
    )


async def test_a_brands_stores_share_its_key_and_it_is_made_once(known: Attribution):
    """ARCHITECTURE 6."""
    await known.hear(a_store_changed("store-2"))
    found = await asyncio.gather(*(customers.keys_of(known.db, ["store-1", "store-2"]) for _ in range(5)))
    assert {len({key for keys in found for key in keys.values()}), len(await known.all_of("customer_keys"))} == {1, 3}


async def test_a_store_that_is_known_later_keeps_its_customers(service: Attribution):
    """Observed before its brand is known: a key of the store's own, which it keeps, so that nobody becomes another."""
    await service.hear(an_agreement_that_asks(), a_click_recorded(at=NOON - DAY))
    await service.hear(bought(1))
    await service.hear(a_brand_registered(), a_store_changed())
    await service.hear(bought(2, NOON + HOUR))
    await service.hear(bought(1))
    assert await earned(service) == {"1": NEW, "2": RETURNING}
    assert len(await service.all_of("observations")) == 2
    await nothing_differs(service)


async def test_verify_names_an_order_that_is_not_found_as_its_customers(asking: Attribution):
    await asking.hear(bought(1))
    await asking.db["orders"].update_one({}, {"$set": {"earned_at": None}})
    assert "customer" in {one.check async for one in verify(asking.db, Counts(), asking.now())}


@pytest.mark.parametrize("kind", ["brand", "creator"])
async def test_the_record_tells_what_was_read_of_the_customer(asking: Attribution, kind: str):
    """MONEY 13: to the brand and to the creator whom it pays."""
    await asking.hear(bought(1), bought(2, at=NOON + DAY), bought(3, customer=None), bought(4, customer="0"))
    told = {}
    for number in (1, 2, 3, 4):
        client = asking.brand() if kind == "brand" else asking.creator("creator-1")
        told[number] = (await asking.record(f"store-1:{number}", client)).customer
    assert told == {1: "new", 2: "returning", 3: "unknown", 4: "unknown"}


async def test_a_customer_whom_no_terms_ask_for_is_not_told_of(known: Attribution):
    """Nobody looked whether there were earlier orders: neither answer would be true."""
    await known.hear(an_agreement(), a_click_recorded(at=NOON - DAY))
    await known.hear(bought(1), bought(2, customer=None))
    assert (await known.record("store-1:1", known.brand())).customer is None
    assert (await known.record("store-1:2", known.brand())).customer == "unknown"
