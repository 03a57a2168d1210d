"""What attribution credits becomes GPM of the profile that the collaboration is with, whichever is heard of first."""

from datetime import timedelta
from functools import partial
from itertools import permutations
from typing import Any

import pytest

from chassis.clock import FixedClock
from chassis.context import Context
from chassis.timers import Timers
from contracts.attribution import OrderDecided, OrderOutcome, Share
from discovery.domain.profiles import profile_id
from discovery.handlers import handlers, keep_collaboration, keep_sales
from discovery.store import Creators
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.test_snapshots import a_look, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")


def a_decision(
    order: str = "o-1", number: int = 1, *, gross: int | None = 5000, net: int = 4000, days: float = 1
) -> OrderDecided:
    share = Share(creator="a-1", collaboration="c-1", campaign="k-1", commission=1, net_sales=net, gross_sales=gross)
    return OrderDecided(
        id=f"{order}-{number}",
        time=NOON,
        order=f"shop:{order}",
        store="shop",
        brand="b-1",
        number=number,
        outcome=OrderOutcome.CREDITED,
        posted=True,
        currency="EUR",
        placed_at=NOON - timedelta(days=days),
        shares=(share,),
    )


async def hear(context: Context[Any], *decided: OrderDecided) -> None:
    await context.transactions.run(partial(keep_sales, decided))


async def reckon(context: Context[Any]) -> None:
    """Fire what is due, by a clock that is past it."""
    await context.db["timers"].update_many({}, {"$set": {"due": NOON - timedelta(days=1)}})
    await Timers(handlers, context.transactions).tick()


async def gpm(context: Context[Any]) -> tuple[list[int], list[int]]:
    found = await Creators(context.db).find(KRISTA)
    assert found is not None
    return [m.amount for m in found.stats.gpm], [m.amount for m in found.stats.net_gpm]


@pytest.mark.parametrize("order", list(permutations(["sale", "collaboration", "views"])))
async def test_sales_collaboration_and_views_may_come_in_any_order(context, order):
    steps = {
        "sale": lambda: hear(context, a_decision()),
        "collaboration": lambda: context.transactions.run(partial(keep_collaboration, a_collaboration(KRISTA, "a-1"))),
        "views": lambda: observe(context, an_observation(a_look(views_30d=100_000))),
    }
    for name in order:
        await steps[name]()
        await reckon(context)
    assert await gpm(context) == ([50], [40])


async def test_a_later_decision_replaces_an_earlier_one_whichever_comes_first(context):
    await context.transactions.run(partial(keep_collaboration, a_collaboration(KRISTA, "a-1")))
    await observe(context, an_observation(a_look(views_30d=100_000)))
    await hear(context, a_decision(number=2, net=1000), a_decision("o-2", net=500))
    await hear(context, a_decision(number=1))
    await reckon(context)
    assert await gpm(context) == ([100], [15])


async def test_only_the_thirty_days_of_the_views_count(context):
    await context.transactions.run(partial(keep_collaboration, a_collaboration(KRISTA, "a-1")))
    await observe(context, an_observation(a_look(views_30d=100_000)))
    await hear(context, a_decision(days=29.9), a_decision("o-2", days=30.1), a_decision("o-3", days=-0.1))
    await reckon(context)
    assert await gpm(context) == ([50], [40])


async def test_an_order_that_does_not_say_its_gross_leaves_gpm_unknown(context):
    await context.transactions.run(partial(keep_collaboration, a_collaboration(KRISTA, "a-1")))
    await observe(context, an_observation(a_look(views_30d=100_000)))
    await hear(context, a_decision(), a_decision("o-2", gross=None))
    await reckon(context)
    assert await gpm(context) == ([], [80])


async def test_many_orders_of_a_minute_are_reckoned_once(context, monkeypatch):
    monkeypatch.setattr(context.transactions, "clock", FixedClock(NOON))
    for number in range(5):
        await hear(context, a_decision(f"o-{number}"))
    assert await context.db["timers"].count_documents({}) == 1
