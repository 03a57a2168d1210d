"""One small service lived through many deaths: the real loop and relays on a store and a log in memory."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from chassis.consume import Loop
from chassis.handlers import Handlers
from chassis.looks import Look, Looks
from chassis.outbox import Outbox
from chassis.publisher import Publisher
from chassis.settings import Plant
from chassis.tx import ENTITY, Transactions, Tx, facts_of
from contracts.envelope import EntityEvent
from tests.support.memory import Client, Crash, Life, Log, Producer, Store, in_virtual_time
from tests.support.memory_queries import Document, VirtualClock
from tests.support.toy_service import an_echo
from tests.support.toys import a_record, toys

SETTLES_WITHIN = 600.0
"""Virtual seconds: longer than any lease, backoff and sweep takes."""

KINDS = toys()


@dataclass
class World:
    """What no process takes with it: the store, what is on Kafka, how far the group has committed."""

    records: Sequence[Any]
    batch: int = 3
    store: Store = field(default_factory=Store)
    log: Log = field(default_factory=Log)
    committed: int = 0
    facts: set[str] = field(default_factory=set)
    """The id of every fact that was ever committed to be said."""
    heard: int = 0
    looks: bool = True
    once_more: bool = False
    """Whether it is settled only once all that was kept has been said once more."""
    quiet_for: float = 0.0
    """Virtual seconds for which it must stay settled: longer than leases, where a relay was frozen."""

    def __post_init__(self) -> None:
        self.store.on_commit = self._note

    def _note(self, name: str, document: Document) -> None:
        if name == "outbox" and document["kind"] != ENTITY:
            self.facts.update(fact["_id"] for fact in facts_of(document))

    @property
    def is_settled(self) -> bool:
        """All is read, nothing waits to be published or looked at."""
        waits = self.store.all("outbox") or (self.looks and self.store.all("looks")) or self.log.under_way
        if self.once_more and any(row["once_more_at"] is not None for row in self.store.all("outbox_sent")):
            return False
        return self.committed >= len(self.records) and not waits


def handlers_of(world: World) -> Handlers:
    """Hears each ring, echoes it, turns its bell's lamp over, and looks whether the ring has a partner."""
    handlers = Handlers()

    @handlers.on_batch(KINDS.Rang)
    async def hear(rings: Sequence[Any], tx: Tx) -> None:
        for ring in rings:
            world.heard += 1
            # A document of each time that it is done, so that what is done twice is seen; `place` is when.
            row = {"_id": f"{ring.id}-{world.heard}", "event": ring.id, "bell": ring.bell, "place": world.heard}
            await tx.db["heard"].insert_many([row], session=tx.session)
            tx.emit(an_echo(KINDS, ring), because=ring)
            await _turn(ring.bell, tx)
            tx.look("partner", ring.id)

    @handlers.on_look("partner")
    async def look(looks: Sequence[Look], transactions: Transactions[Any]) -> None:
        """Two rings of one number are partners; whoever sees both of them writes it down, once."""
        numbers = {one.event.id: one.event.number for one in _events(world)}
        present = {row["event"] for row in await transactions.db["heard"].find({}).to_list(None)}
        for key in (key for one in looks for key in one.keys):
            both = [id_ for id_, number in numbers.items() if number == numbers[key]]
            if len(both) > 1 and set(both) <= present:
                await transactions.db["pairs"].update_one(
                    {"_id": numbers[key]}, {"$setOnInsert": {"found": True}}, upsert=True
                )

    return handlers


async def _turn(bell: str, tx: Tx) -> None:
    rows = await tx.db["lamps"].find({"_id": bell}, session=tx.session).to_list(1)
    revision = rows[0]["revision"] + 1 if rows else 1
    await tx.db["lamps"].update_one({"_id": bell}, {"$set": {"revision": revision}}, upsert=True, session=tx.session)
    tx.announce(KINDS.LampChanged, KINDS.Lamp(id=bell, on=revision % 2 == 1), revision)


@dataclass(frozen=True)
class _Seen:
    event: Any


def _events(world: World) -> list[_Seen]:
    return [_Seen(KINDS.Rang.from_body(record.value)) for record in world.records if record.value != b"poison"]


class Process:
    """One process: consumer, relays and sweeps, until it dies or the world is settled."""

    def __init__(
        self,
        world: World,
        slot: str,
        *,
        dies_at: int | None = None,
        plant: Plant = Plant.NONE,
        outbox: type[Outbox] = Outbox,
    ) -> None:
        self.world = world
        self.life = Life(dies_at)
        self.plant = plant
        client, clock = Client(world.store, self.life), VirtualClock()
        handlers = handlers_of(world)
        transactions: Any = Transactions(client, client, Tx, clock, "toys")  # type: ignore[arg-type] # ours in memory
        self.outbox = outbox(client, clock, Publisher(lambda: Producer(world.log, self.life), clock), slot)  # type: ignore[arg-type]
        self.looks = Looks(handlers, transactions, plant)
        transactions.afterwards = (self.outbox, self.looks)
        self.loop = Loop("toys", handlers, transactions, plant=plant)
        self.life.at_death = self._release

    def _release(self) -> None:
        """The server gives up the transactions of a connection that is gone."""
        store = self.world.store
        for key in [key for key, holder in store.locks.items() if holder._life is self.life]:
            del store.locks[key]

    async def live(self) -> None:
        """Until the world is settled, or death."""
        work = (
            self._consume(),
            self.outbox.run_facts(),
            self.outbox.run_sweep(),
            self.outbox.run_entities(),
            self.looks.run(),
        )
        tasks = [asyncio.ensure_future(one) for one in work]
        watch = asyncio.ensure_future(self._until_settled())
        try:
            done, _ = await asyncio.wait([*tasks, watch], return_when=asyncio.FIRST_COMPLETED)
            for one in done:
                with suppress(Crash):
                    await one
        finally:
            if not self.life.is_dead:
                self.life.die()
            for one in (*tasks, watch):
                one.cancel()
            await asyncio.gather(*tasks, watch, return_exceptions=True)

    async def _until_settled(self) -> None:
        deadline = asyncio.get_running_loop().time() + SETTLES_WITHIN
        settled_at: float | None = None
        while not self.life.is_dead:
            now = asyncio.get_running_loop().time()
            settled_at = (settled_at or now) if self.world.is_settled else None
            if settled_at is not None and now - settled_at >= self.world.quiet_for:
                return
            assert now < deadline, "it never settles"
            await asyncio.sleep(0.05)

    async def _consume(self) -> None:
        world = self.world
        at = world.committed
        while at < len(world.records):
            some = world.records[at : at + world.batch]
            if self.plant is Plant.COMMIT_FIRST:
                await self._commit(at + len(some))
            await self.loop.handle(some)
            await self._commit(at + len(some))
            at += len(some)
        await asyncio.Event().wait()

    async def _commit(self, offset: int) -> None:
        await self.life.step()
        self.world.committed = max(self.world.committed, offset)
        await self.life.step()


Deaths = Sequence[int]


def lived(
    world: World, deaths: Deaths = (), *, together: int = 1, plant: Plant = Plant.NONE, outbox: type[Outbox] = Outbox
) -> World:
    """Processes one after another, each dying at its step, then one that lives; `together` of them read the same."""

    async def all_of_them() -> None:
        for dies_at in (*deaths, None):
            slots = [f"slot-{number}" for number in range(together)]
            processes = [
                Process(world, slot, dies_at=dies_at if number == 0 else None, plant=plant, outbox=outbox)
                for number, slot in enumerate(slots)
            ]
            await asyncio.gather(*(process.live() for process in processes))
            if world.is_settled:
                return

    in_virtual_time(all_of_them())
    return world


def steps_of(records: Sequence[Any], batch: int = 3) -> int:
    """How many steps a process takes that does all of it and does not die."""
    world = World(records, batch)
    process = Process(world, "slot-0")
    in_virtual_time(process.live())
    return process.life.steps


def records_of(rings: Sequence[Any]) -> list[Any]:
    """Rings as records of one partition; None is one that can't be read."""
    found: list[Any] = []
    for offset, ring in enumerate(rings):
        if ring is None:
            found.append(a_record(rings[0] or next(r for r in rings if r), offset=offset, value=b"poison"))
        else:
            found.append(a_record(ring, offset=offset))
    return found


def wrong(world: World) -> list[str]:
    """Every invariant that doesn't hold, in words; nothing if all do."""
    checks: Sequence[Callable[[World], list[str]]] = (
        _once_in_effect,
        _in_order_of_its_key,
        _parked,
        _said_what_was_committed,
        _newest_is_newest,
        _pairs_found,
    )
    return [one for check in checks for one in check(world)]


def _once_in_effect(world: World) -> list[str]:
    times = Counter(row["event"] for row in world.store.all("heard"))
    wanted = {one.event.id for one in _events(world)}
    return [f"{id_} was handled {times[id_]} times" for id_ in wanted | set(times) if times[id_] != (id_ in wanted)]


def _in_order_of_its_key(world: World) -> list[str]:
    first: dict[str, list[str]] = {}
    for one in _events(world):
        of_bell = first.setdefault(one.event.bell, [])
        if one.event.id not in of_bell:
            of_bell.append(one.event.id)
    rows = sorted(world.store.all("heard"), key=lambda row: row["place"])
    return [
        f"{bell} was handled out of order"
        for bell, ids in first.items()
        if list(dict.fromkeys(row["event"] for row in rows if row["bell"] == bell)) != ids
    ]


def _parked(world: World) -> list[str]:
    poison = sum(record.value == b"poison" for record in world.records)
    parked = len(world.store.all("dead_letters"))
    return [] if parked == poison else [f"{parked} dead letters of {poison}"]


def _said_what_was_committed(world: World) -> list[str]:
    on_log = {id_ for id_, _, value in world.log.lines if b'"revision"' not in value}
    committed = world.facts
    return [f"{len(committed - on_log)} facts lost"] * bool(committed - on_log) + [
        f"{len(on_log - committed)} facts that were never committed"
    ] * bool(on_log - committed)


def _newest_is_newest(world: World) -> list[str]:
    newest: dict[str, int] = {}
    for _, key, value in world.log.lines:
        if b'"revision"' in value:
            event: EntityEvent[Any] = KINDS.LampEvent.from_body(value)
            newest[key] = event.revision
    return [
        f"{row['_id']} ends with revision {newest.get(row['_id'])} instead of {row['revision']}"
        for row in world.store.all("lamps")
        if newest.get(row["_id"]) != row["revision"]
    ]


def _pairs_found(world: World) -> list[str]:
    of_number: dict[int, set[str]] = {}
    for one in _events(world):
        of_number.setdefault(one.event.number, set()).add(one.event.id)
    pairs = {number for number, ids in of_number.items() if len(ids) > 1}
    found = {row["_id"] for row in world.store.all("pairs")}
    return [f"the pairs {sorted(pairs ^ found)} were missed or made up"] if pairs != found else []
