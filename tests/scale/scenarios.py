"""What happens on the stage. Each takes the size, asserts everything, and answers with figures."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from contracts.console import StoreKind
from contracts.envelope import Event
from contracts.topics import ACCOUNTS, COLLABORATIONS
from tests.attribution.service.kit import a_brand_registered, a_store_changed
from tests.scale.checks import exact
from tests.scale.stage import PATIENCE, SLOTS, Say, Stage, speaking
from tests.scale.work import Deal, Outcome, Sale, a_click_of, follows

AT_ONCE = 500
DOUBLES = 0.05


def store_said() -> Event:
    return a_store_changed(kind=StoreKind.TOPIC)


@dataclass
class Figures:
    """What a run came to."""

    orders: int
    seconds: float
    decided: dict[int, int]
    """How many orders were decided how often."""
    parts: int = 0
    """How many times the look kept its position."""
    more: dict[str, Any] = field(default_factory=dict)


async def scaled(stage: Stage, orders: int, seed: int = 1) -> Figures:
    """Orders, clicks, terms and codes flow in any order, doubled, while the group goes from 1 to 3 and back to 1.

    One of the two that leave does so by SIGTERM, the other is killed with -9.
    """
    chance = random.Random(seed)
    was = [Deal(number, 500 + 130 * number, coded=number % 2 == 0) for number in range(8)]
    deals = [deal.at(deal.basis_points + 50) if deal.number % 3 == 0 else deal for deal in was]
    sales = [_a_sale(number, deals, chance) for number in range(orders)]
    flow: list[Event] = [*(sale.observed for sale in sales), *(sale.click for sale in sales if sale.click)]
    # An agreement comes somewhere in the flow, and its correction somewhere else: whichever comes first.
    flow += [deal.said(2) for deal in was] + [deal.said(3) for deal in deals if deal not in was]
    flow += [a_brand_registered(), store_said()]
    flow += chance.sample(flow, int(len(flow) * DOUBLES))
    chance.shuffle(flow)
    fifth = -(-len(flow) // 5)
    began = time.monotonic()
    async with speaking(stage) as say:
        await stage.start(SLOTS[0])
        await _under_flow(say, flow[:fifth], stage.start(*SLOTS[1:]))
        await say(flow[fifth : 2 * fifth])
        assert await _at_work(stage) == set(SLOTS), "all three have partitions of the orders"
        await _under_flow(say, flow[2 * fifth : 3 * fifth], stage.end(SLOTS[1]))
        stage.kill(SLOTS[2])
        for start in range(3 * fifth, len(flow), AT_ONCE):
            await say(flow[start : start + AT_ONCE])
        await stage.until_quiet()
    seconds = time.monotonic() - began
    assert await _at_work(stage) == {SLOTS[0]}
    decided = await exact(stage, {sale.order: follows(sale, deals) for sale in sales})
    return Figures(orders, seconds, dict(decided))


def _a_sale(number: int, deals: Sequence[Deal], chance: random.Random) -> Sale:
    """By a click of its own, by a code, by both, or by nothing."""
    deal = chance.choice(deals)
    kind = chance.random()
    click = a_click_of(deal, f"click-{number}") if kind < 0.7 else None
    coded = chance.choice([one for one in deals if one.coded])
    return Sale(number, click, coded.code.lower() if 0.6 < kind < 0.9 else None)


async def _under_flow(say: Say, events: Sequence[Event], change: Any) -> None:
    """Say these bit by bit until the group has changed, and then the rest at once."""
    changing = asyncio.ensure_future(change)
    at = 0
    while not changing.done() and at < len(events):
        await say(events[at : at + 20])
        at += 20
        await asyncio.wait([changing], timeout=0.1)
    await changing
    await say(events[at:])


async def _at_work(stage: Stage) -> set[str]:
    """The slots that read orders now, once the group has settled."""
    owners: set[str] = set()

    async def are_all() -> bool:
        nonlocal owners
        try:
            owners = {await stage.owner("attribution.orders", "stores.orders.v1", number) for number in range(12)}
        except LookupError:
            return False
        return owners == set(stage.workers)

    await stage.until("every worker of the group reads orders, and nobody else", are_all)
    return owners


async def waited_for(stage: Stage, last: str, orders: int) -> Figures:
    """Orders come first and wait for one fact; it comes, and who looks for them is killed with -9 in the middle.

    `last` is what comes last: a coupon (with its terms), the terms, or the store.
    """
    deals = {"coupon": [Deal(0, 1250, coded=True)], "terms": [Deal(0, 1250)]}.get(
        last, [Deal(number, 700 + 110 * number) for number in range(4)]
    )
    clicks = [] if last == "coupon" else [a_click_of(deals[n % len(deals)], f"click-{n}") for n in range(40)]
    sales = [
        Sale(number, click=clicks[number % 40] if clicks else None, code=None if clicks else deals[0].code.lower())
        for number in range(orders)
    ]
    before: list[Event] = [a_brand_registered(), *clicks]
    before += [deal.said() for deal in deals] if last == "store" else [store_said()]
    fact = store_said() if last == "store" else deals[0].said()
    async with speaking(stage) as say:
        await stage.start(*SLOTS)
        await say(before)
        await stage.until_quiet()
        await say([sale.observed for sale in sales])

        async def all_wait() -> bool:
            return await stage.db["orders"].count_documents({}) == orders

        await stage.until("every order is kept", all_wait)
        await stage.until_quiet()
        assert await stage.db["ledger"].count_documents({}) == 0
        assert await stage.db["orders"].count_documents({"outcome": "credited"}) == 0
        began = time.monotonic()
        async with positions(stage) as told:
            [partition] = await say([fact])
            topic = ACCOUNTS if last == "store" else COLLABORATIONS
            looks_for_them = await stage.owner("attribution", topic.name, partition)
            await told.reached(-(-orders // AT_ONCE) // 3)
            stage.kill(looks_for_them)
            before_death = len(told.kept)
            at_death = await stage.db["orders"].count_documents({"outcome": "credited"})
            assert at_death < orders, "it was in the middle of it"
            await stage.until_quiet()
            seconds = time.monotonic() - began
            await told.reached(orders // AT_ONCE)
    assert before_death < len(told.kept), "somebody else went on"
    # Every place, and who took it up began where it had been left, not at the beginning. On a busy machine a look that
    # seemed left behind for five seconds goes on beside the one that took it up, so some places come twice.
    places = [sale.order for sale in sales[AT_ONCE - 1 :: AT_ONCE]]
    assert set(told.kept) == set(places)
    assert told.kept[before_death] != places[0], told.kept
    expected: dict[str, Outcome] = {sale.order: follows(sale, deals) for sale in sales}
    assert {outcome for outcome, _ in expected.values()} == {"credited"}
    decided = await exact(stage, expected)
    assert decided == {2: orders}, f"once while they waited, and once more, not {decided}"
    return Figures(orders, seconds, dict(decided), len(told.kept), {"at_death": at_death})


@dataclass
class Positions:
    """Every place that looks keep, in their order."""

    kept: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)

    async def reached(self, count: int) -> None:
        """Wait for so many of them."""
        async with asyncio.timeout(PATIENCE):
            while len(self.kept) < count:
                self.came.clear()
                await self.came.wait()


@asynccontextmanager
async def positions(stage: Stage) -> AsyncIterator[Positions]:
    """The places that looks keep from here on, as the database tells them."""
    told = Positions()
    changes = [{"$match": {"operationType": "update", "updateDescription.updatedFields.position": {"$exists": True}}}]

    async def listen() -> None:
        async for change in stream:
            told.kept.append(change["updateDescription"]["updatedFields"]["position"])
            told.came.set()

    async with stage.db["looks"].watch(changes) as stream:
        await stream.try_next()  # it listens from here on
        listening = asyncio.create_task(listen())
        try:
            yield told
        finally:
            listening.cancel()
            await asyncio.wait([listening])
