"""The work that every contestant is given, and what must come out: made from a seed, the same each time."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.attribution import ClickRecorded
from contracts.envelope import Event, headers
from contracts.stores import ObservationKind, OrderLine, OrderObserved, OrderState, Snapshot, Way
from tests.bench.setting import BRAND, CAMPAIGN, RATE, STORE, collaboration, creator

CREATORS = 50
DOUBLES = 100
EARLY = 100
MALFORMED = 1000
"""One record in so many is a double, an order before its click, or can't be read."""

Credited = dict[str, tuple[str, int]]
"""Order -> creator and commission in cents."""


@dataclass(frozen=True, slots=True)
class Message:
    """A record to be sent."""

    topic: str
    key: bytes
    value: bytes
    headers: Sequence[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Work:
    """The records in the order in which they are sent, and what follows from them."""

    messages: tuple[Message, ...]
    clicks: int
    orders: int
    malformed: int
    credited: Credited


def make(clicks: int, orders: int, now: datetime, *, run: str, seed: int = 7) -> Work:
    """So many clicks and orders; each order has two lines and carries one click, which wins it.

    1 % of all come twice, 1 % of the orders before their click, and 0.1 % of the records can't be read.
    """
    chance = random.Random(seed)
    said = [_click(number, now, run) for number in range(clicks)]
    chosen = chance.sample(range(clicks), orders)
    bought = [_order(number, said[click].id, chance, now, run) for number, click in enumerate(chosen)]
    late = {click for number, click in enumerate(chosen) if number % EARLY == 0}
    first = [_message(one) for number, one in enumerate(said) if number not in late]
    last = [_message(said[number]) for number in sorted(late)]
    events = [*first, *(_message(one) for one in bought), *last]
    doubled = [one for number, one in enumerate(events) if number % DOUBLES == DOUBLES - 1]
    broken = [_broken(one) for number, one in enumerate(events) if number % MALFORMED == MALFORMED - 1]
    # Doubles and what can't be read come in between, not in one heap at an end.
    mixed = _among(_among(events, doubled), broken)
    credited = {
        one.order: (creator(click % CREATORS), commission(one)) for one, click in zip(bought, chosen, strict=True)
    }
    return Work(tuple(mixed), clicks, orders, len(broken), credited)


def commission(order: OrderObserved) -> int:
    """What the order earns its creator, in cents: 10 % of all lines, half-even."""
    assert order.snapshot is not None
    base = sum(line.unit_price * line.quantity for line in order.snapshot.lines)
    whole, rest = divmod(base * RATE, 10_000)
    return whole + (2 * rest > 10_000 or (2 * rest == 10_000 and whole % 2 == 1))


def _click(number: int, now: datetime, run: str) -> ClickRecorded:
    whose = number % CREATORS
    return ClickRecorded(
        id=f"{run}-click-{number}",
        time=now - timedelta(hours=1) + timedelta(milliseconds=number),
        code=f"code-{whose}",
        link=f"link-{whose}",
        brand=BRAND,
        campaign=CAMPAIGN,
        collaboration=collaboration(whose),
        creator=creator(whose),
        visitor=f"{run}-visitor-{number // 3}",
    )


def _order(number: int, click: str, chance: random.Random, now: datetime, run: str) -> OrderObserved:
    lines = tuple(
        OrderLine(line=str(line), product=f"product-{line}", quantity=chance.randint(1, 3), unit_price=price)
        for line, price in enumerate((chance.randint(500, 20_000), chance.randint(500, 20_000)), start=1)
    )
    return OrderObserved(
        id=f"{run}-event-{number}",
        time=now,
        store=STORE,
        order=f"{STORE}:{run}-{number}",
        kind=ObservationKind.SNAPSHOT,
        version=now,
        way=Way.TOPIC,
        received_at=now,
        snapshot=Snapshot(
            state=OrderState.PAID,
            placed_at=now,
            paid_at=now,
            currency="EUR",
            lines=lines,
            click_ids=(click,),
            refunds=(),
        ),
    )


def _message(event: Event) -> Message:
    return Message(event.TOPIC.name, event.key().encode(), event.body(), headers(event, "bench"))


def _broken(one: Message) -> Message:
    return Message(one.topic, one.key, one.value[: len(one.value) // 2], one.headers)


def _among(many: list[Message], few: list[Message]) -> list[Message]:
    """The few spread evenly behind what they repeat: each in the second half."""
    if not few:
        return many
    mixed = many[: len(many) // 2]
    rest = many[len(many) // 2 :]
    step = max(1, len(rest) // len(few))
    for number, one in enumerate(rest):
        mixed.append(one)
        if number % step == 0 and number // step < len(few):
            mixed.append(few[number // step])
    mixed.extend(few[(len(rest) - 1) // step + 1 :])
    return mixed
