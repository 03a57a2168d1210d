"""After a start a group lets the one that it follows catch up, for a bounded time and never beyond a stop."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import IllegalStateError

from chassis import subscriptions
from chassis.handlers import Handlers
from chassis.subscriptions import Subscription
from tests.support.toys import toys

ONE, TWO = TopicPartition("clicks", 0), TopicPartition("clicks", 1)


@dataclass
class ALoop:
    """Notes what it was given."""

    handled: list[Any] = field(default_factory=list)
    is_stopping: bool = False
    stopped_by_errors: bool = False
    is_handling: bool = False
    member: int = 1

    async def handle(self, records: Sequence[Any]) -> None:
        self.handled.extend(records)


@dataclass
class AConsumer:
    """Knows its positions and ends; None is an end that no answer has told yet."""

    positions: dict[TopicPartition, int]
    ends: dict[TopicPartition, int | None]
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    times: int = 0

    def assignment(self) -> set[TopicPartition]:
        return set(self.ends)

    def highwater(self, partition: TopicPartition) -> int | None:
        return self.ends[partition]

    async def position(self, partition: TopicPartition) -> int:
        self.asked.set()
        self.times += 1
        if partition not in self.positions:
            raise IllegalStateError(f"{partition} is not assigned")
        return self.positions[partition]


class ASubscription(Subscription):
    """One whose consumer is given."""

    given: Any = None

    @property
    def consumer(self) -> Any:
        return self.given


def a_leader(ends: dict[TopicPartition, int | None], positions: dict[TopicPartition, int] | None = None) -> Any:
    leader = ASubscription("toys.clicks", ("clicks",), ALoop(), joined=True)  # type: ignore[arg-type]
    leader.given = AConsumer(positions or dict.fromkeys(ends, 0), ends)
    return leader


def a_follower(*leaders: Subscription) -> tuple[Subscription, ALoop]:
    loop = ALoop()
    follower = Subscription("toys.orders", ("orders",), loop, leaders=leaders)  # type: ignore[arg-type]
    follower.started()
    return follower, loop


async def asked_again(leader: Any, times: int = 3) -> None:
    """Until the follower has looked at it so many times more."""
    wanted = leader.given.times + times
    async with asyncio.timeout(5):
        while leader.given.times < wanted:  # noqa: ASYNC110 - what changes is a count
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("ends", "positions", "behind"),
    [
        pytest.param({ONE: 501, TWO: 10}, {ONE: 0, TWO: 10}, True, id="more than a batch waits"),
        pytest.param({ONE: 300, TWO: 300}, {ONE: 0, TWO: 0}, True, id="more than a batch waits in all"),
        pytest.param({ONE: 500, TWO: 10}, {ONE: 0, TWO: 10}, False, id="a batch waits"),
        pytest.param({ONE: None}, {ONE: 0}, True, id="nobody knows yet"),
        pytest.param({ONE: 900}, {TWO: 0}, True, id="the partition went elsewhere"),
        pytest.param({}, {}, False, id="others have all partitions"),
    ],
)
async def test_a_leader_is_behind_by_more_than_a_batch(ends: Any, positions: Any, *, behind: bool) -> None:
    assert await a_leader(ends, positions).is_behind() is behind


async def test_a_leader_that_has_not_joined_may_be_behind_and_one_that_can_not_go_on_is_waited_for_by_nobody() -> None:
    leader = a_leader({ONE: 900})
    leader.joined = False
    assert await leader.is_behind()
    leader.waits_for = ("clicks",)
    assert not await leader.is_behind()
    leader.waits_for = ()
    leader.loop.stopped_by_errors = True
    assert not await leader.is_behind()


async def test_the_follower_goes_on_once_its_leader_has_caught_up_and_waits_no_more() -> None:
    leader = a_leader({ONE: 10_000})
    follower, loop = a_follower(leader)
    handling = asyncio.create_task(follower.handle(["an order"]))  # type: ignore[list-item]
    await asyncio.wait_for(leader.given.asked.wait(), 5)
    assert loop.handled == []
    assert not follower.is_stuck
    leader.given.positions[ONE] = 9_900
    await asyncio.wait_for(handling, 5)
    assert loop.handled == ["an order"]
    leader.given.positions[ONE] = 0
    await asyncio.wait_for(follower.handle(["another"]), 5)  # type: ignore[list-item]
    assert loop.handled == ["an order", "another"]


async def test_a_flooded_leader_holds_nobody_up_for_longer_than_its_head_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "HEAD_START", 0.1)
    follower, loop = a_follower(a_leader({ONE: 10_000}))
    for order in range(3):
        await asyncio.wait_for(follower.handle([order]), 5)  # type: ignore[list-item]
    assert loop.handled == [0, 1, 2]


async def test_what_comes_after_the_start_is_not_waited_for() -> None:
    leader = a_leader({ONE: 5_000, TWO: 0})
    follower, loop = a_follower(leader)
    handling = asyncio.create_task(follower.handle(["an order"]))  # type: ignore[list-item]
    await asyncio.wait_for(leader.given.asked.wait(), 5)
    leader.given.ends = {ONE: 90_000, TWO: 90_000}
    leader.given.positions[ONE] = 4_400
    await asked_again(leader)
    assert loop.handled == [], "more than a batch of what was there waits still"
    leader.given.positions[ONE] = 4_600
    await asyncio.wait_for(handling, 5)
    assert loop.handled == ["an order"]


async def test_all_consumers_of_the_leading_group_are_waited_for() -> None:
    done, behind = a_leader({ONE: 0}), a_leader({TWO: 9_000})
    follower, loop = a_follower(done, behind)
    handling = asyncio.create_task(follower.handle(["an order"]))  # type: ignore[list-item]
    await asked_again(behind)
    assert loop.handled == []
    behind.given.positions[TWO] = 9_000
    await asyncio.wait_for(handling, 5)


async def test_whoever_waits_is_alive_for_as_long_as_it_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriptions, "STUCK_AFTER", 4 * subscriptions.LOOK_AHEAD_EVERY)
    leader = a_leader({ONE: 10_000})
    follower, _ = a_follower(leader)
    handling = asyncio.create_task(follower.handle(["an order"]))  # type: ignore[list-item]
    while leader.given.times < 10:
        await asyncio.wait_for(asked_again(leader), 5)
        assert follower.is_live
    assert not handling.done()
    assert not follower.is_stuck
    leader.given.positions[ONE] = 10_000
    await asyncio.wait_for(handling, 5)


async def test_a_stop_ends_the_wait() -> None:
    leader = a_leader({ONE: 10_000})
    follower, loop = a_follower(leader)
    handling = asyncio.create_task(follower.handle(["an order"]))  # type: ignore[list-item]
    await asyncio.wait_for(leader.given.asked.wait(), 5)
    assert loop.handled == []
    loop.is_stopping = True
    await asyncio.wait_for(handling, 5)


async def test_who_follows_nobody_waits_for_nobody() -> None:
    follower, loop = a_follower()
    await asyncio.wait_for(follower.handle(["an order"]), 5)  # type: ignore[list-item]
    assert loop.handled == ["an order"]


def test_handlers_say_whom_their_group_follows() -> None:
    handlers, kinds = Handlers(), toys()

    @handlers.on_batch(kinds.Rang, group="rings", after="bells")
    async def hear(rings: Any, tx: Any) -> None:
        """Hear."""

    assert handlers.leaders() == {"rings": "bells"}


def test_a_group_waits_for_larger_batches_only_if_none_of_its_handlers_minds() -> None:
    handlers, kinds = Handlers(), toys()

    @handlers.on_batch(kinds.Rang, group="rings", unhurried=True)
    async def hear(rings: Any, tx: Any) -> None:
        """Hear."""

    @handlers.on_batch(kinds.Echoed, group="echoes", unhurried=True)
    async def hear_echoes(echoes: Any, tx: Any) -> None:
        """Hear."""

    assert handlers.unhurried() == {"rings", "echoes"}

    @handlers.on_state(kinds.Lamp, group="echoes", event=kinds.LampEvent)
    async def see(lamp: Any, tx: Any) -> None:
        """See."""

    assert handlers.unhurried() == {"rings"}
    assert handlers.members() == {"rings": 1, "echoes": 1}
