"""What a run is: how much flows, what is killed when, all of it from one seed."""

import random
import threading
from dataclasses import dataclass, field
from enum import StrEnum

SERVICES = ("attribution-worker", "attribution-worker-2", "attribution-api", "attribution-redirect", "campaigns")
SERVERS = ("kafka", "mongo")
pause = threading.Event().wait
"""Let the flow go on for so many seconds: between blows, the time itself is what is wanted."""


class How(StrEnum):
    """What happens to a process: killed and started again, or stopped past its session's timeout and woken."""

    KILL = "kill"
    ZOMBIE = "zombie"


@dataclass(frozen=True)
class Blow:
    """One of them: `after` seconds from the one before, and `away` seconds until it is back."""

    how: How
    target: str
    after: float
    away: float


@dataclass(frozen=True)
class Plan:
    """Sizes, rates in events a second, and the blows."""

    seed: int
    orders: int = 10_000
    clicks: int = 30_000
    orders_per_second: int = 60
    clicks_per_second: int = 160
    invitations: int = 20
    blows: tuple[Blow, ...] = field(default=())


def a_plan(seed: int, *, kills: int = 20, orders: int = 10_000, clicks: int = 30_000) -> Plan:
    """Kills of services (most), of Kafka and of mongod, and one zombie among them; every target falls at least once."""
    chance = random.Random(seed)
    targets: list[str] = [*SERVICES, *SERVERS][: max(kills - 1, 1)]
    while len(targets) < kills - 1:
        targets.append(chance.choice([*SERVICES, *SERVICES, *SERVERS]))
    chance.shuffle(targets)
    blows = [Blow(How.KILL, target, after=chance.uniform(3, 7), away=chance.uniform(0.1, 2.0)) for target in targets]
    zombie = Blow(How.ZOMBIE, "attribution-worker", after=chance.uniform(3, 6), away=chance.uniform(8, 11))
    blows.insert(chance.randrange(len(blows) + 1), zombie)
    return Plan(seed, orders=orders, clicks=clicks, blows=tuple(blows))
