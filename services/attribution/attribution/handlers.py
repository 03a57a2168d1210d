"""What attribution reacts to."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from attribution.domain.customers import parts_of, store_of_key
from attribution.domain.facts import Ref
from attribution.redirect.bots import the_rule
from attribution.settings import AttributionSettings
from attribution.store import AttributionTx, customers, fixings, forgetting, links, months, naming, orders, privacy
from chassis.forgetting import AGAIN, forget_again, forgotten_among
from chassis.handlers import Handlers
from chassis.ids import derived_id
from chassis.logs import log
from chassis.looks import Look
from chassis.settings import Plant
from chassis.timers import Timer
from chassis.tx import Transactions
from contracts import attribution
from contracts.attribution import ClickRecorded
from contracts.campaigns import Collaboration, CollaborationStatus
from contracts.console import Account
from contracts.discovery import Erasure
from contracts.stores import OrderObserved

AT_ONCE = 500


def build(settings: AttributionSettings) -> Handlers:
    """Attribution's handlers; `settings` say how long clicks are kept."""
    handlers = Handlers()
    keep_clicks = timedelta(days=settings.click_days)
    rule = the_rule()
    remembers = settings.plant is not Plant.NO_INBOX

    @handlers.on_state(Account)
    async def keep_account(account: Account, tx: AttributionTx) -> None:
        """Remember brands, and whose store is whose."""
        await tx.keep_account(account, _revision(tx))

    @handlers.on_state(Collaboration)
    async def keep_terms(collaboration: Collaboration, tx: AttributionTx) -> None:
        """Remember the terms, post the fees; an agreement brings a link, and a coupon if the terms have one."""
        await tx.keep_collaboration(collaboration, _revision(tx))
        await tx.keep_fees(collaboration)
        if collaboration.status in (CollaborationStatus.AGREED, CollaborationStatus.COMPLETED):
            await bring_link_and_coupon(collaboration, tx)
        await links.follow(tx, collaboration)

    async def claim_orders(observed: Sequence[OrderObserved], tx: AttributionTx) -> None:
        await tx.claim([one.order for one in observed])

    # An order that is decided before its click is decided twice, and readers of conversions hear of both.
    @handlers.on_batch(OrderObserved, group="orders", first=claim_orders, after="clicks", inbox=False)
    async def decide_orders(observed: Sequence[OrderObserved], tx: AttributionTx) -> None:
        """Fold each order's observations and decide it by the brand's policy."""
        await tx.decide(await tx.observe(observed), because={one.order: one for one in observed})

    @handlers.on_batch(ClickRecorded, group="clicks", members=2, inbox=False)
    async def count_clicks(clicks: Sequence[ClickRecorded], tx: AttributionTx) -> None:
        """Keep and count clicks; a kept click tells its doubles, so no inbox is needed."""
        await tx.count_clicks(clicks, keep_clicks, rule, remembers=remembers)

    @handlers.on_timer(privacy.STEP_TIMER)
    async def erase(timer: Timer, tx: AttributionTx) -> None:
        """The next part of what a store asked to be erased."""
        await privacy.step(timer, tx)

    @handlers.on_timer(links.FOLLOW)
    async def follow_collaboration(timer: Timer, tx: AttributionTx) -> None:
        """A pause or an end that was said before has come: links do as the collaboration does."""
        await links.follow_again(tx, timer.aggregate)

    @handlers.on_timer(months.CLOSE)
    async def close_month(timer: Timer, tx: AttributionTx) -> None:
        """A month of a collaboration is over: post the tiers' uplift and the cap's deduction."""
        await tx.reckon_month(timer.aggregate, timer.due)

    handlers.on_state(Erasure)(forget_creator)
    handlers.on_timer(AGAIN)(forget_again)
    handlers.on_look(months.MONTH_LOOK)(look_at_months)
    handlers.on_look(orders.ORDER_LOOK)(look_from_orders)
    handlers.on_look(orders.FACT_LOOK)(look_from_facts)
    handlers.on_look(customers.CUSTOMER_LOOK)(look_from_customers)
    handlers.on_look(fixings.FIXING_LOOK)(look_from_fixings)
    return handlers


async def forget_creator(erasure: Erasure, tx: AttributionTx) -> None:
    """Somebody is to be forgotten (D12)."""
    await forgetting.forget_creator(tx, erasure)


def _revision(tx: AttributionTx) -> int:
    revision: int = getattr(tx.event, "revision")  # noqa: B009 - only entity events reach these handlers
    return revision


async def bring_link_and_coupon(collaboration: Collaboration, tx: AttributionTx) -> None:
    """One link for the landing page, and the terms' coupon, to be entered in the store; once per collaboration."""
    link = derived_id("link", collaboration.id)
    if collaboration.creator is None or await tx.has_link(link):
        return
    if await forgotten_among(tx.db, [collaboration.creator], tx.session):
        return
    await links.add_first(tx, collaboration, link)
    coupon = collaboration.terms[-1].coupon
    if coupon is None:
        return
    if not await tx.code_is_free(collaboration.brand, coupon.code):
        # The first agreement with a code keeps it: sales must not change hands because a later one names it, too.
        log.error("coupon.taken", brand=collaboration.brand, collaboration=collaboration.id)
        return
    await tx.add_coupon(
        attribution.Coupon(
            id=derived_id("coupon", collaboration.id),
            code=coupon.code,
            brand=collaboration.brand,
            campaign=collaboration.campaign,
            collaboration=collaboration.id,
            creator=collaboration.creator,
            percent_off=coupon.percent_off,
            amount_off=coupon.amount_off,
            created_at=tx.now,
        )
    )


async def look_from_orders(looks: Sequence[Look], transactions: Transactions[Any]) -> None:
    """Compare every fact that these orders' decisions named, present or absent; decide those that differ again."""
    told = {key: refs for look in looks for key, refs in look.told.items() if refs is not None}
    ids = list(dict.fromkeys(key for look in looks for key in look.keys))
    for start in range(0, len(ids), AT_ONCE):
        some = ids[start : start + AT_ONCE]
        # What was written a moment ago need not be read back: 15 µs an order.
        named = [naming.Named(id_, told[id_]) for id_ in some if id_ in told]
        if len(named) < len(some):
            named += await naming.named_by(transactions.db, [id_ for id_ in some if id_ not in told])
        await decide_stale(named, transactions)


async def look_from_facts(looks: Sequence[Look], transactions: Transactions[Any]) -> None:
    """Find the orders that named these facts before they were so, 500 at a time, and decide them again."""
    for look in looks:
        await _look_in_parts(look, transactions, partial(naming.naming, transactions.db, look.keys))


async def look_from_fixings(looks: Sequence[Look], transactions: Transactions[Any]) -> None:
    """Decide those orders, and reckon those months, again that converted before there was this, better fixing."""
    for look in looks:
        named_later = partial(naming.naming_fixings_after, transactions.db, min(look.keys))
        await _look_in_parts(look, transactions, named_later)
        for key, close in await months.converting_after(transactions.db, min(look.keys)):
            await transactions.run(partial(_reckon, key=key, close=close), seconds=20)


async def _look_in_parts(
    look: Look, transactions: Transactions[Any], found_after: Callable[[str, int], Awaitable[Sequence[naming.Named]]]
) -> None:
    after = look.position or ""
    while found := await found_after(after, AT_ONCE):
        await decide_stale(found, transactions)
        after = found[-1].order
        if len(found) < AT_ONCE:
            break
        await look.keep_position(after)


async def look_from_customers(looks: Sequence[Look], transactions: Transactions[Any]) -> None:
    """Decide those later orders of a customer again that an earlier one made returning, or new again (MONEY 13)."""
    db = transactions.db
    keys = list(dict.fromkeys(key for look in looks for key in look.keys))
    asking = await customers.anybody_asks(db, [store_of_key(key) for key in keys])
    for key in keys:
        if store_of_key(key) not in asking:
            continue
        query = customers.concerned(key, await customers.next_earned(db, *parts_of(key)))
        after = ""
        while found := await naming.naming_customer(db, query, after, AT_ONCE):
            await decide_stale(found, transactions)
            after = found[-1].order


async def look_at_months(looks: Sequence[Look], transactions: Transactions[Any]) -> None:
    """Reckon the months that orders have changed, each in a transaction of its own; those to come get their timers."""
    for key, close in dict.fromkeys(months.of_look(name) for look in looks for name in look.keys):
        if not await months.waits(transactions.db, key, close, transactions.clock.now()):
            await transactions.run(partial(_reckon, key=key, close=close), seconds=20)


async def _reckon(tx: AttributionTx, *, key: str, close: datetime) -> None:
    await tx.reckon_month(key, close)


def _is_final(ref: Ref) -> bool:
    """A click that was there was read as it stays: only its absence can have changed."""
    return ref.revision == 1 and ref.key.startswith("click:")


async def decide_stale(named: Sequence[naming.Named], transactions: Transactions[Any]) -> None:
    """Decide those orders again whose decision read another revision of a fact than there is now."""
    asked = [ref.key for one in named for ref in one.refs if not _is_final(ref)]
    now = await naming.revisions_now(transactions.db, asked)
    stale = [one.order for one in named if any(now.get(ref.key, ref.revision) != ref.revision for ref in one.refs)]
    if not stale:
        return

    async def again(tx: AttributionTx) -> None:
        await tx.claim(stale)
        await tx.decide(await tx.observations(stale))

    await transactions.run(again, seconds=20)
