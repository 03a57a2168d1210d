"""Write, commit, then look: a fact and an order that wait for each other find each other, whoever commits first."""

import itertools

import pytest

from attribution.domain.touches import normal_code
from attribution.redirect.bots import the_rule
from attribution.store import naming
from chassis.settings import Plant
from contracts import attribution
from tests.attribution.builders import (
    DAY,
    NOON,
    ORDER,
    a_click_recorded,
    a_coupon_state,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_order_observed,
    percent,
    some_terms,
)
from tests.attribution.service.kit import Attribution, a_store_changed, an_agreement, an_attribution, only

FACTS = ("store", "terms", "click", "coupon", "order", "refund")
ORDERS_OF_ARRIVAL = list(itertools.permutations(FACTS))


def the_facts(n: int) -> dict[str, object]:
    """One order with its own brand, store, creators and facts; its click earns 10 %, its code 20 %."""
    brand, store, code, click = f"brand-{n}", f"store-{n}", f"CODE{n}", f"click-{n}"
    by_click = {"id": f"click-collab-{n}", "creator": f"clicked-{n}", "campaign": f"campaign-a-{n}", "brand": brand}
    by_code = {"id": f"code-collab-{n}", "creator": f"coded-{n}", "campaign": f"campaign-b-{n}", "brand": brand}
    order = f"{store}:1"
    return {
        "store": [a_store_changed(store, brand)],
        "terms": [an_agreement(**by_click), an_agreement(**by_code, terms=(some_terms(rates=(percent(2000),)),))],
        "click": [
            a_click_recorded(
                id=click,
                link=f"link-{n}",
                brand=brand,
                campaign=by_click["campaign"],
                collaboration=by_click["id"],
                creator=by_click["creator"],
            )
        ],
        "coupon": a_coupon_state(
            id=f"coupon-{n}",
            code=code,
            brand=brand,
            campaign=by_code["campaign"],
            collaboration=by_code["id"],
            creator=by_code["creator"],
        ),
        "order": [
            an_order_observed(
                id=f"sale-{n}", store=store, order=order, click_ids=(click,), codes=(code.lower(),), refunds=None
            )
        ],
        "refund": [
            a_refund_observed(
                a_refund(a_refund_line(2_500, quantity=1)),
                id=f"refund-{n}",
                store=store,
                order=order,
                received_at=NOON + DAY,
            ).observed
        ],
    }


async def test_every_order_of_arrival_ends_with_the_same_balances(service: Attribution):
    """All 720 orders of {store, terms, click, coupon, order, refund}, each with an order of its own, step by step."""
    worlds = [the_facts(n) for n in range(len(ORDERS_OF_ARRIVAL))]
    for step in range(len(FACTS)):
        events, coupons = [], []
        for arrival, facts in zip(ORDERS_OF_ARRIVAL, worlds, strict=True):
            fact = facts[arrival[step]]
            if isinstance(fact, attribution.Coupon):
                coupons.append(fact)
            else:
                events.extend(fact)
        await service.run(lambda tx, said=coupons: add_coupons(tx, said))
        await service.hear(*events)
    posted = await balances_by_creator(service)
    wrong = {
        arrival: (posted.get(f"clicked-{n}", 0), posted.get(f"coded-{n}", 0))
        for n, arrival in enumerate(ORDERS_OF_ARRIVAL)
        if (posted.get(f"clicked-{n}", 0), posted.get(f"coded-{n}", 0)) != (0, 1_500)
    }
    assert wrong == {}
    last = {event.order: event for event in await service.decided()}
    assert {only(event.shares).commission for event in last.values()} == {1_500}
    assert len(last) == len(ORDERS_OF_ARRIVAL)


async def add_coupons(tx, coupons) -> None:
    for coupon in coupons:
        await tx.add_coupon(coupon)


async def balances_by_creator(service: Attribution) -> dict[str, int]:
    rows = service.db["ledger"].aggregate(
        [
            {"$unwind": "$legs"},
            {"$match": {"legs.creator": {"$exists": True}}},
            {"$group": {"_id": "$legs.creator", "sum": {"$sum": "$legs.amount"}}},
        ]
    )
    return {row["_id"]: row["sum"] async for row in rows}


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    await known.hear(an_agreement())
    return known


async def test_a_click_that_commits_while_its_order_is_decided_is_found(ready: Attribution):
    """The order looked and found nothing; the click looked and found no order; then the order committed."""

    async def decide_and_be_late(tx):
        await tx.claim([ORDER])
        await tx.decide(await tx.observe([an_order_observed()]))
        await ready.hear(a_click_recorded())

    await ready.parts.context.transactions.once(decide_and_be_late)
    assert await ready.balance("creator-1") == 1_000


async def test_an_order_that_commits_while_its_click_is_written_is_found(ready: Attribution):
    async def count_and_be_late(tx):
        await tx.count_clicks([a_click_recorded()], DAY, the_rule())
        await ready.hear(an_order_observed())

    await ready.parts.context.transactions.once(count_and_be_late)
    assert await ready.balance("creator-1") == 1_000


FACTS_THAT_COME_LATE = {
    "click": lambda service: service.hear(a_click_recorded()),
    "store": lambda service: service.hear(a_store_changed()),
    "terms": lambda service: service.hear(an_agreement()),
}


@pytest.mark.parametrize("late", FACTS_THAT_COME_LATE)
async def test_a_kill_between_commit_and_look_is_mended_by_the_sweep(service: Attribution, late: str):
    for name, say in FACTS_THAT_COME_LATE.items():
        if name != late:
            await say(service)
    service.without_looks()
    await service.hear(an_order_observed())
    await FACTS_THAT_COME_LATE[late](service)
    assert await service.balance("creator-1") == 0
    assert len(await service.all_of("looks")) > 0
    await service.sweep()
    assert await service.balance("creator-1") == 1_000
    await service.none_left("looks")


async def test_a_click_that_was_read_stays_read_when_it_is_no_longer_kept(ready: Attribution):
    await ready.hear(a_click_recorded())
    ready.without_looks()
    await ready.hear(an_order_observed())
    await ready.db["clicks"].delete_many({})
    await ready.sweep()
    assert len(await ready.all_of("decisions")) == 1
    assert await ready.balance("creator-1") == 1_000


async def test_a_look_that_was_interrupted_goes_on_where_it_was(ready: Attribution, monkeypatch):
    """300 orders wait for one click; the look is taken in parts, and killed after its first."""
    monkeypatch.setattr("attribution.handlers.AT_ONCE", 100)
    await ready.hear(*(an_order_observed(id=f"e-{n}", order=f"store-1:{n:04}") for n in range(300)))
    ready.without_looks()
    await ready.hear(a_click_recorded())
    ready.parts.context.transactions.afterwards = (ready.parts.outbox, ready.parts.looks)
    asked: list[str] = []
    whole = naming.naming

    async def dies_after_the_first(db, keys, after, limit):
        asked.append(after)
        if len(asked) == 2:
            raise ConnectionError("killed")
        return await whole(db, keys, after, limit)

    monkeypatch.setattr(naming, "naming", dies_after_the_first)
    await ready.sweep()
    assert await ready.balance("creator-1") == 100 * 1_000
    await ready.sweep()
    assert asked == ["", "store-1:0099", "store-1:0099", "store-1:0199", "store-1:0299"]
    assert await ready.balance("creator-1") == 300 * 1_000


async def test_without_looks_a_late_click_is_never_found(mongo, used_again: str, service: Attribution):
    """The planted fault of RELIABILITY, ring 3: what the tests above show is the look's doing."""
    async with an_attribution(mongo.address, used_again, plant=Plant.LOOKUP_ONLY) as planted:
        await planted.hear(a_store_changed(), an_agreement())
        await planted.hear(an_order_observed())
        await planted.hear(a_click_recorded())
        await planted.parts.looks.sweep()
        planted.later(DAY)
        await planted.parts.looks.sweep()
        assert await planted.balance("creator-1") == 0
        assert only(await planted.decided()).outcome is attribution.OrderOutcome.UNATTRIBUTED


async def test_what_decisions_do_not_read_of_a_fact_decides_nothing_again(ready: Attribution):
    """A store's new host name, a coupon's confirmation: no order that names them is touched."""
    await ready.run(lambda tx: tx.add_coupon(a_coupon_state()))
    await ready.hear(a_click_recorded())
    await ready.hear(an_order_observed(codes=("KRISTA20",)))
    assert only(await ready.all_of("coupons"))["status"] == "confirmed"
    await ready.hear(a_store_changed(shop="new-name.myshopify.com", revision=2), an_agreement(revision=3))
    assert only(await ready.all_of("stores"))["shop"] == "new-name.myshopify.com"
    assert len(await ready.all_of("decisions")) == 1
    row = only(await ready.all_of("orders"))
    now = await naming.revisions_now(ready.db, [ref["key"] for ref in row["refs"]])
    assert now == {ref["key"]: ref["revision"] for ref in row["refs"]}
    assert f"code:brand-1:{normal_code('KRISTA20')}" in now


async def test_terms_that_changed_decide_again(ready: Attribution):
    await ready.hear(a_click_recorded())
    await ready.hear(an_order_observed())
    await ready.hear(an_agreement(revision=3, terms=(some_terms(rates=(percent(1500),)),)))
    assert await ready.balance("creator-1") == 1_500
    await ready.hear(an_agreement(revision=4, terms=(some_terms(rates=(percent(1000),)),)))
    assert await ready.balance("creator-1") == 1_000
    assert [only(event.shares).commission for event in await ready.decided()] == [1_000, 1_500, 1_000]


async def test_looks_are_gone_once_taken(ready: Attribution):
    await ready.hear(a_click_recorded())
    await ready.hear(an_order_observed())
    await ready.none_left("looks")
