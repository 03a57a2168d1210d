"""The chapters of trouble: a kill amid many orders, and news that comes late and out of order."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import httpx

from contracts.attribution import ClickRecorded
from story.cast import COMMISSION, LAMP, Cast, all_as_expected, half_even, taken_back
from story.shops import a_shopify_order, a_shopify_refund, a_topic_order, many_orders
from story.telling import chapter, money, must, say, wait_for


def kill_the_worker(cast: Cast, kill: Callable[[], None] | None) -> None:
    """The worker dies amid many orders on the topic, and is started again."""
    chapter(f"Attribution's worker is killed amid {cast.wishes.orders} orders")
    orders = many_orders(
        cast.stores["topic"], cast.wishes.orders, cast.clicks["ada"] + cast.clicks["bea"], cast.now, run=cast.run
    )
    by_click = {click: name for name in ("ada", "bea") for click in cast.clicks[name]}
    for order in orders:
        assert order.snapshot is not None
        line = order.snapshot.lines[0]
        clicks = order.snapshot.click_ids
        earned = half_even(line.unit_price * line.quantity, COMMISSION)
        cast.expected[order.order] = (cast.accounts[by_click[clicks[0]]], earned) if clicks else None
    cast.topic.say(orders, "lumen", on_half=kill)
    all_as_expected(cast)
    credited = sum(1 for order in orders if cast.expected[order.order])
    said = "Killed with -9 and started again" if kill else "Nobody can be killed here, so it was not"
    say(f"{said}: all {len(orders)} orders are decided, {credited} credited, none lost, none twice.")


def come_late(cast: Cast) -> None:
    """A click whose news comes after its order, a refund before its order, and a partial refund."""
    chapter("Late and out of order")
    assert cast.shopify is not None
    late = str(uuid.uuid4())
    order = a_topic_order(cast.stores["topic"], f"late-{cast.run}", 10_000, 1, cast.now, click=late)
    cast.topic.say([order], "lumen")
    cast.expected[order.order] = None
    all_as_expected(cast, [order.order])
    link = httpx.URL(cast.links["bea"])
    template = cast.people["brand"].get("attribution", "/v1/links")["items"]
    mine = next(one for one in template if one["url"] == str(link))
    cast.topic.say([late_click(late, mine, order.time - timedelta(seconds=1))], "attribution")
    cast.expected[order.order] = (cast.accounts["bea"], half_even(10_000, COMMISSION))
    all_as_expected(cast, [order.order])
    say(
        "An order named a click that nobody had heard of: unattributed. The click's news came late, and bea got 12.50 EUR after all."
    )

    number = int(uuid.uuid4().int % 10**17) + 9 * 10**17
    early = a_shopify_order(number, LAMP, 2, cast.clicks["ada"][1], cast.now)
    must(
        cast.shopify.send("refunds/create", a_shopify_refund(early, 1, cast.now + timedelta(seconds=5))) == 200,
        "refund refused",
    )
    order_id = f"{cast.stores['shopify']}:{number}"

    def waits() -> bool:
        waiting = cast.people["operator"].get("attribution", "/v1/orders/waiting?limit=100")["items"]
        return any(one["order"] == order_id for one in waiting)

    wait_for("the refund to wait for its order", waits)
    must(cast.shopify.send("orders/create", early) == 200, "order refused")
    cast.expected[order_id] = (
        cast.accounts["ada"],
        half_even(2 * LAMP, COMMISSION) - taken_back(half_even(2 * LAMP, COMMISSION), 1, 2),
    )
    all_as_expected(cast, [order_id])
    kept_of_it = half_even(2 * LAMP, COMMISSION) - taken_back(half_even(2 * LAMP, COMMISSION), 1, 2)
    say(f"A refund came before its order and waited. With the order, ada has {money(kept_of_it, 'EUR')} of it.")

    refund = a_shopify_refund(cast.shopify_order, 1, cast.now)
    must(cast.shopify.send("refunds/create", refund) == 200, "refund refused")
    refunded = f"{cast.stores['shopify']}:{cast.shopify_order['id']}"
    kept = half_even(3 * LAMP, COMMISSION) - taken_back(half_even(3 * LAMP, COMMISSION), 1, 3)
    cast.expected[refunded] = (cast.accounts["bea"], kept)
    all_as_expected(cast, [refunded])
    say(f"One of bea's three Shopify lamps was given back: {money(kept, 'EUR')} of her commission is left.")


def late_click(id_: str, link: dict[str, Any], at: datetime) -> ClickRecorded:
    """A click as a redirect says it that had kept it in its spool for a while."""
    return ClickRecorded(
        id=id_,
        time=at,
        code=link["code"],
        link=link["id"],
        brand=link["brand"],
        campaign=link["campaign"],
        collaboration=link["collaboration"],
        creator=link["creator"],
    )
