"""An order on the topic becomes a decision, a ledger transaction and an event: once, whatever comes again."""

import asyncio

import pytest
from structlog.testing import capture_logs

from attribution.domain.ledger import Cause
from chassis.ids import new_id
from chassis.mongo import is_transient
from contracts.attribution import OrderOutcome
from contracts.stores import OrderState
from tests.attribution.builders import (
    DAY,
    HOUR,
    NOON,
    ORDER,
    SECOND,
    a_click_recorded,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_order_observed,
)
from tests.attribution.service.kit import Attribution, a_store_changed, an_agreement, only


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    """It knows the collaboration and its click."""
    await known.hear(an_agreement(), a_click_recorded())
    return known


def a_refunded(amount: int = 2_500, **changes):
    return a_refund_observed(
        a_refund(a_refund_line(amount, quantity=1)), id=new_id(), received_at=NOON + DAY, **changes
    ).observed


async def test_an_order_is_decided_posted_and_said(ready: Attribution):
    await ready.hear(an_order_observed())
    row = only(await ready.all_of("orders"))
    assert (row["outcome"], row["brand"], row["number"], row["posts"]) == ("credited", "brand-1", 1, True)
    assert only(await ready.all_of("decisions"))["_id"] == f"{ORDER}#1"
    transaction = only(await ready.ledger())
    assert (transaction.id, transaction.cause) == (f"{ORDER}#1", Cause.DECISION)
    assert await ready.balance("creator-1") == 1_000
    event = only(await ready.decided())
    share = only(event.shares)
    assert (event.order, event.number, event.outcome, event.posted) == (ORDER, 1, OrderOutcome.CREDITED, True)
    assert (share.creator, share.commission, share.net_sales, share.payable_at) == (
        "creator-1",
        1_000,
        10_000,
        NOON + SECOND + 30 * DAY,
    )


async def test_an_order_that_is_sent_twice_is_decided_once(ready: Attribution):
    await ready.hear(an_order_observed())
    before = await everything(ready)
    await ready.hear(an_order_observed())
    await ready.hear(an_order_observed(id="event-2"))
    assert await everything(ready) == before


async def test_an_order_twice_in_one_batch_is_decided_once(ready: Attribution):
    await ready.hear(an_order_observed(), an_order_observed(), an_order_observed(id="event-3"))
    assert len(await ready.all_of("observations")) == len(await ready.all_of("decisions")) == 1
    assert len(await ready.decided()) == 1


async def test_two_states_of_an_order_in_one_batch_are_one_decision(ready: Attribution):
    await ready.hear(
        an_order_observed(state=OrderState.PENDING),
        an_order_observed(id="event-2", version=NOON + HOUR, state=OrderState.PAID),
    )
    assert only(await ready.decided()).posted
    assert len(await ready.all_of("observations")) == 2


async def test_two_batches_that_meet_on_one_order_both_count(ready: Attribution):
    """Each says another state; whichever commits last must have seen the other's."""
    await asyncio.gather(
        *(
            ready.hear(an_order_observed(id=new_id(), version=NOON + hours * HOUR, state=state))
            for hours, state in [(1, OrderState.PENDING), (2, OrderState.PAID), (3, OrderState.CANCELLED)]
        )
    )
    assert len(await ready.all_of("observations")) == 3
    assert only(await ready.all_of("orders"))["reason"] == "cancelled"
    assert await ready.balance("creator-1") == 0
    numbers = [row["number"] for row in await ready.all_of("decisions")]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_claimed_order_can_be_written_by_nobody_else(ready: Attribution):
    """The claim is the first write: a second transaction conflicts at once instead of deciding on what it saw."""
    await ready.hear(an_order_observed())

    async def while_claimed(tx):
        await tx.claim([ORDER])
        with pytest.raises(Exception) as refused:  # noqa: PT011 - the driver's own kinds; what matters is the verdict
            await ready.parts.context.transactions.once(lambda other: other.claim([ORDER]))
        assert is_transient(refused.value)

    await ready.run(while_claimed)
    assert only(await ready.all_of("orders"))["claims"] == 1


async def test_a_refund_posts_a_difference_and_says_so(ready: Attribution):
    await ready.hear(an_order_observed(refunds=None))
    await ready.hear(a_refunded())
    sale, refund = await ready.ledger()
    assert (sale.cause, refund.cause, refund.id) == (Cause.DECISION, Cause.REFUND, f"{ORDER}#2")
    assert await ready.balance("creator-1") == 750
    first, second = await ready.decided()
    assert [only(e.shares).commission for e in (first, second)] == [1_000, 750]
    assert second.previous == first.shares
    assert (second.number, only(second.shares).net_sales) == (2, 7_500)
    assert [row["_id"] for row in await ready.all_of("decisions")] == [f"{ORDER}#1", f"{ORDER}#2"]


async def test_a_refund_before_its_order_waits_for_it(ready: Attribution):
    await ready.hear(a_refunded())
    waiting = only(await ready.decided())
    assert waiting.outcome is OrderOutcome.WAITING
    assert await ready.ledger() == []
    await ready.hear(an_order_observed(refunds=None))
    assert await ready.balance("creator-1") == 750
    assert len(await ready.ledger()) == 1, "one posting, of what is left"


async def test_a_cancellation_takes_everything_back(ready: Attribution):
    await ready.hear(an_order_observed())
    await ready.hear(an_order_observed(id="event-2", version=NOON + HOUR, state=OrderState.CANCELLED))
    assert [t.cause for t in await ready.ledger()] == [Cause.DECISION, Cause.CANCELLATION]
    assert await ready.balance("creator-1") == 0
    assert [only(e.shares).commission for e in await ready.decided()] == [1_000, 0]


async def test_a_decision_that_changes_nothing_for_readers_is_kept_and_not_said(ready: Attribution):
    """The buyer's note changed: another version of the same sale, paid at the same time."""
    await ready.hear(an_order_observed(paid_at=NOON))
    await ready.hear(an_order_observed(id="event-2", paid_at=NOON, version=NOON + HOUR, click_ids=("click-1", "gone")))
    assert [row["number"] for row in await ready.all_of("decisions")] == [1, 2]
    assert len(await ready.decided()) == 1
    assert len(await ready.ledger()) == 1
    row = only(await ready.all_of("orders"))
    assert {ref["key"] for ref in row["refs"]} >= {"click:click-1", "click:gone"}


async def test_the_same_decision_again_is_no_decision(ready: Attribution):
    await ready.hear(an_order_observed(paid_at=NOON))
    await ready.hear(an_order_observed(id="event-2", paid_at=NOON, version=NOON + HOUR))
    assert len(await ready.all_of("observations")) == 2
    assert len(await ready.all_of("decisions")) == 1


async def test_an_order_without_a_candidate_is_said_as_unattributed(ready: Attribution):
    await ready.hear(an_order_observed(click_ids=()))
    event = only(await ready.decided())
    assert (event.outcome, event.shares) == (OrderOutcome.UNATTRIBUTED, ())
    assert await ready.ledger() == []


async def test_an_order_of_an_unknown_store_waits_and_is_decided_when_the_store_is_known(service: Attribution):
    await service.hear(an_agreement(), a_click_recorded())
    await service.hear(an_order_observed())
    assert only(await service.decided()).outcome is OrderOutcome.WAITING
    assert only(await service.all_of("orders"))["reason"] == "store-unknown"
    await service.hear(a_store_changed())
    assert await service.balance("creator-1") == 1_000
    assert (await service.decided())[-1].brand == "brand-1"


async def test_orders_of_one_batch_are_decided_each_by_itself(ready: Attribution):
    orders = [
        an_order_observed(id=f"event-{n}", order=f"store-1:{n}", lines=({**LINE, "unit_price": 100 * n},))
        for n in range(1, 41)
    ]
    await ready.hear(*orders)
    assert await ready.balance("creator-1") == sum(10 * n for n in range(1, 41))
    assert len(await ready.decided()) == 40


async def test_one_order_that_breaks_the_decision_does_not_hold_up_the_others(ready: Attribution, monkeypatch):
    from attribution.store import orders as store

    whole = store.decide

    def breaks(order, world, policy):
        if order.id == "store-1:13":
            raise ZeroDivisionError("planted")
        return whole(order, world, policy)

    monkeypatch.setattr(store, "decide", breaks)
    with capture_logs():  # its traceback, in colours, takes longer than all the rest
        await ready.hear(*(an_order_observed(id=f"event-{n}", order=f"store-1:{n}") for n in range(10, 16)))
    letters = await ready.all_of("dead_letters")
    assert "planted" in only(letters)["error"]
    assert {event.order for event in await ready.decided()} == {f"store-1:{n}" for n in range(10, 16)} - {"store-1:13"}
    assert "store-1:13" not in {row["order"] for row in await ready.all_of("observations")}


async def test_of_two_that_see_an_order_first_the_loser_is_told_to_try_again(ready: Attribution):
    async def while_undecided(tx):
        await tx.claim([ORDER])
        seen = await tx.observe([an_order_observed()])
        await ready.hear(an_order_observed(id="event-2", version=NOON + HOUR, state=OrderState.CANCELLED))
        await tx.decide(seen)

    with pytest.raises(Exception) as refused:  # noqa: PT011 - the driver's own kinds; what matters is the verdict
        await ready.parts.context.transactions.once(while_undecided)
    assert is_transient(refused.value)
    assert only(await ready.all_of("orders"))["reason"] == "cancelled"


async def test_a_known_order_is_known_beside_a_new_one_and_after_its_own_decision(ready: Attribution):
    await ready.hear(an_order_observed())
    new = an_order_observed(id="event-2", order="store-1:new")

    async def both(tx):
        await tx.claim([ORDER])
        await tx.claim([new.order])
        assert await tx.observe([an_order_observed()]) == {}
        await tx.decide(await tx.observe([new]))
        assert await tx.observe([new]) == {}

    await ready.run(both)
    assert [row["_id"] for row in await ready.all_of("orders")] == sorted([ORDER, new.order])


async def test_amounts_beyond_53_bits_survive_the_store(ready: Attribution):
    price = 2**60 + 1
    await ready.hear(an_order_observed(lines=({**LINE, "unit_price": price},)))
    assert only(only(await ready.decided()).shares).net_sales == price
    assert only(await ready.all_of("orders"))["shares"][0]["net_sales"] == price


LINE = {"line": "line-1", "product": "product-1", "quantity": 1, "unit_price": 10_000}


async def everything(service: Attribution) -> dict[str, list[dict]]:
    names = ("observations", "decisions", "ledger", "outbox")
    return {name: await service.all_of(name) for name in names}
