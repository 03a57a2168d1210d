"""What a run is: how much flows, what is killed when, all of it from one seed."""

import random
import threading
from dataclasses import dataclass, field
from enum import StrEnum

SERVICES = (
    "attribution-worker",
    "campaigns",
    "campaigns-worker-2",
    "attribution-worker-2",
    "campaigns-worker-3",
    "attribution-api",
    "attribution-redirect",
)
"""The first ones fall even in a short run. `campaigns` is its API and a worker, the other two are workers alone."""
SERVERS = ("kafka", "mongo")
SKEWED = {"campaigns-worker-2": "+2h", "campaigns-worker-3": "-1h"}
"""Whose hosts' clocks are off by how much. A broker refuses what a host says that is more than an hour ahead of it."""
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
    """Sizes, rates in events a second, and the blows.

    `deadlines` are deliverables with a due date; `endings` campaigns that end, with invitations that nobody answers;
    `invitations` are others that stay open until the clock is moved.
    """

    seed: int
    orders: int = 10_000
    clicks: int = 30_000
    orders_per_second: int = 60
    clicks_per_second: int = 160
    invitations: int = 20
    deadlines: int = 300
    endings: int = 6
    blows: tuple[Blow, ...] = field(default=())

    @property
    def seconds(self) -> float:
        """How long the flow lasts, if nothing holds it up."""
        return max(self.orders / self.orders_per_second, self.clicks / self.clicks_per_second)


def a_plan(
    seed: int, *, kills: int = 20, orders: int = 10_000, clicks: int = 30_000, deadlines: int = 300, endings: int = 6
) -> Plan:
    """Kills of services (most), of Kafka and of mongod, and one zombie among them; every target falls at least once."""
    chance = random.Random(seed)
    targets: list[str] = [*SERVICES, *SERVERS][: max(kills - 1, 1)]
    while len(targets) < kills - 1:
        targets.append(chance.choice([*SERVICES, *SERVICES, *SERVERS]))
    chance.shuffle(targets)
    blows = [Blow(How.KILL, target, after=chance.uniform(3, 7), away=chance.uniform(0.1, 2.0)) for target in targets]
    zombie = Blow(How.ZOMBIE, "attribution-worker", after=chance.uniform(3, 6), away=chance.uniform(8, 11))
    blows.insert(chance.randrange(len(blows) + 1), zombie)
    return Plan(seed, orders=orders, clicks=clicks, deadlines=deadlines, endings=endings, blows=tuple(blows))
