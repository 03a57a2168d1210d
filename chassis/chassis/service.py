"""A service as a process: what it is made of, how its roles start, and how it stops within its grace."""

import asyncio
import gc
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

import uvloop
from aiokafka.errors import KafkaError
from fastapi import APIRouter, FastAPI

from chassis import consume, forgetting, kafka, logs, looks, mongo, outbox, timers, tracing
from chassis.clock import Clock
from chassis.consume import Loop
from chassis.context import Context
from chassis.handlers import Handlers
from chassis.health import Check, Health, MissingError
from chassis.http import Keys, build_api, close_api, idempotency
from chassis.http.answers import Render, Told
from chassis.logs import log, told
from chassis.looks import Looks
from chassis.outbox import Outbox
from chassis.publisher import Publisher
from chassis.serving import serve
from chassis.settings import ServiceSettings
from chassis.subscriptions import Subscription, Subscriptions
from chassis.timers import Timers
from chassis.tx import Transactions, Tx, backoff
from contracts.topics import owned_by

T = TypeVar("T", bound=Tx)

API = "api"
WORKER = "worker"
FIRST_TIME_SECONDS = 3.0
CHASSIS_COLLECTIONS: tuple[mongo.CollectionSpec, ...] = (
    *outbox.COLLECTIONS,
    *looks.COLLECTIONS,
    *timers.COLLECTIONS,
    *consume.COLLECTIONS,
    *idempotency.COLLECTIONS,
    *forgetting.COLLECTIONS,
)

Job = Callable[[Context[Any]], Awaitable[None]]
Role = Callable[[Any, asyncio.Event], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Service(Generic[T]):
    """All that makes one service: built by its `create_app(settings)`, started by `run`.

    `jobs` run for ever in the worker, `starts` once in the api role, which is ready only while each of `ready` holds;
    `roles` are further processes that need none of the rest, as `(settings, stop)` coroutines. `dress` may add pages
    and static files to the built API, `keys` says where tokens' keys come from if not from the console, `problems` and
    `render` how errors are told.
    """

    name: str
    settings: ServiceSettings
    tx: type[T]
    collections: Sequence[mongo.CollectionSpec]
    handlers: Handlers = field(default_factory=Handlers)
    routers: Sequence[APIRouter] = ()
    jobs: Sequence[Job] = ()
    starts: Sequence[Job] = ()
    ready: Mapping[str, Check] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    dress: Callable[[FastAPI, Context[T]], None] | None = None
    keys: Callable[[Context[T]], Keys] | None = None
    problems: Mapping[type[Exception], Told] = field(default_factory=dict)
    render: Render | None = None

    @property
    def all_roles(self) -> tuple[str, ...]:
        """The roles of this service, api and worker first."""
        return (API, WORKER, *self.roles)

    @property
    def database(self) -> str:
        """The name of its own database."""
        return self.settings.mongo_database or self.name


@dataclass
class Parts(Generic[T]):
    """What a running service is made of; tests build it without the processes around."""

    context: Context[T]
    outbox: Outbox
    publisher: Publisher
    looks: Looks
    timers: Timers
    loops: dict[str, Loop]
    beside: dict[str, list[Loop]] = field(default_factory=dict)
    """The loops of a group's further consumers in this process."""

    def listening(self) -> list[Subscription]:
        """All consumers of a worker, each group's first before its further ones, and whom they let go first."""
        handlers = self.context.handlers
        unhurried = handlers.unhurried()
        of_suffix = {
            suffix: [
                Subscription(group, topics, loop, unhurried=suffix in unhurried)
                for loop in (self.loops[group], *self.beside.get(group, ()))
            ]
            for (suffix, topics), group in zip(handlers.groups().items(), self.loops, strict=True)
        }
        for follower, leader in handlers.leaders().items():
            for one in of_suffix[follower]:
                one.leaders = tuple(of_suffix[leader])
        return [one for members in of_suffix.values() for one in members]


def assemble(service: Service[T], roles: Sequence[str] = ()) -> Parts[T]:
    """Wire the parts of a service together; connects to nothing yet."""
    settings = service.settings
    # Two roles of one pod are two processes: they must not both believe that a lease is their own.
    slot = settings.process_slot and "/".join([settings.process_slot, *roles])
    client = mongo.connect(settings.mongo_url.get_secret_value(), app=service.name)
    db = mongo.database(client, service.database)
    clock = Clock(settings.clock_offset)
    transactions: Transactions[T] = Transactions(client, db, service.tx, clock, service.name)
    publisher = Publisher(lambda: kafka.new_producer(settings), clock)
    relay = Outbox(db, clock, publisher, slot)
    look = Looks(service.handlers, transactions, settings.plant)
    timers = Timers(service.handlers, transactions, settings.plant)
    transactions.afterwards = (relay, look)
    context = Context(
        name=service.name,
        settings=settings,
        clock=clock,
        client=client,
        db=db,
        transactions=transactions,
        handlers=service.handlers,
    )
    loops: dict[str, Loop] = {}
    beside: dict[str, list[Loop]] = {}
    for suffix, members in service.handlers.members().items():
        group = f"{service.name}.{suffix}" if suffix else service.name
        loops[group], *beside[group] = (
            Loop(
                group,
                service.handlers,
                transactions,
                keep_dead_letters=timedelta(days=settings.dead_letter_days),
                max_handler_errors=settings.max_handler_errors,
                plant=settings.plant,
                member=member,
            )
            for member in range(1, members + 1)
        )
    return Parts(context, relay, publisher, look, timers, loops, beside)


async def setup(service: Service[Any], *, restored: bool = False) -> list[str]:
    """Make the service's topics, collections, indexes and validators; idempotent. Returns what was made new.

    `restored` is for after a restore from a backup: revisions go up by 2^32, so that what is said next is newer than
    what other services heard before. Raises `CannotSetUp` while a server does not answer.
    """
    settings = service.settings
    client = mongo.connect(settings.mongo_url.get_secret_value(), app=service.name)
    try:
        db = mongo.database(client, service.database)
        await mongo.ensure(db, [*CHASSIS_COLLECTIONS, *service.collections])
        if restored:
            await _raise_revisions(db, [spec.name for spec in service.collections])
    except Exception as error:
        if not mongo.is_transient(error):
            raise
        raise CannotSetUp(
            f"MongoDB does not answer as it should: is it up, and is MONGO_URL right? {told(error)}"
        ) from error
    finally:
        client.close()
    try:
        return await kafka.create_topics(settings, owned_by(service.name))
    except (KafkaError, OSError) as error:
        raise CannotSetUp(
            f"Kafka does not make the topics: is {settings.kafka_bootstrap} up, and may we? {told(error)}"
        ) from error


class CannotSetUp(Exception):
    """A server does not answer; nothing is half made that a repetition would not finish. Exit status 1."""


async def _raise_revisions(db: mongo.Database, names: Sequence[str]) -> None:
    # Not `outbox_sent`'s: what still waits in the restored outbox would be below them and be dropped unsent.
    for name in names:
        await db[name].update_many({"revision": {"$type": "number"}}, {"$inc": {"revision": 2**32}})


async def run(service: Service[Any], roles: Sequence[str]) -> None:
    """Run roles of a service in this process until SIGTERM or SIGINT, then stop within the grace period."""
    settings = service.settings
    spare_the_collector()
    logs.configure(service.name, "+".join(roles), settings.log_level)
    tracing.start(service.name, "+".join(roles), settings.otel_exporter_otlp_endpoint)
    stop = asyncio.Event()
    running = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        running.add_signal_handler(number, stop.set)
    tasks: list[asyncio.Task[None]] = [
        asyncio.create_task(service.roles[role](settings, stop), name=role) for role in roles if role in service.roles
    ]
    if API in roles or WORKER in roles:
        tasks.append(asyncio.create_task(_run_core(service, roles, stop), name="core"))
    log.info("service.started", roles=list(roles))
    waiter = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([waiter, *tasks], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        _, late = await asyncio.wait(tasks, timeout=settings.grace_seconds)
        for task in late:
            log.error("service.stopped_hard", part=task.get_name(), grace_seconds=settings.grace_seconds)
            task.cancel()
        answers = await asyncio.gather(*tasks, return_exceptions=True)
    finally:
        waiter.cancel()
        tracing.stop()
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, asyncio.CancelledError):
            raise answer
    log.info("service.stopped")


def spare_the_collector() -> None:
    """Collect garbage less often: batches make thousands of objects that die young, and what a start made stays.

    Measured on attribution's orders: a fifth of the worker's processor time went into looking at them.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def _run_core(service: Service[Any], roles: Sequence[str], stop: asyncio.Event) -> None:
    parts = assemble(service, roles)
    context, settings = parts.context, service.settings
    health = Health()
    subscriptions = Subscriptions(settings, [])
    await _first_time(context)
    async with _background(context, parts) as spawn:
        if API in roles:
            health.ready("store", lambda: mongo.is_there(context.db))
            for name, check in service.ready.items():
                health.ready(name, check)
            for start in service.starts:
                spawn(_until_done(start, context), start.__name__)
        if WORKER in roles:
            listening = parts.listening()
            subscriptions = Subscriptions(settings, listening)
            for subscription in listening:
                _watch(health, subscription)
            if listening:
                spawn(subscriptions.run(), "subscriptions")
            spawn(parts.timers.run(), "timers")
            spawn(parts.looks.run(), "looks")
            for job in service.jobs:
                spawn(_for_ever(job, context), job.__name__)
        app = api_of(service, parts, health, with_routes=API in roles)
        serving = asyncio.create_task(
            serve(app, settings.http_host, settings.http_port, stop, settings.grace_seconds), name="http"
        )
        await stop.wait()
        for subscription in subscriptions.subscriptions:
            subscription.loop.stop()
        await asyncio.gather(serving, subscriptions.stop())
        await close_api(app)


def api_of(service: Service[T], parts: Parts[T], health: Health, *, with_routes: bool = True) -> FastAPI:
    """The service's ASGI application; without its routes only probes, metrics and the operator's part are left."""
    context = parts.context
    app = build_api(
        context,
        service.routers if with_routes else (),
        title=service.name,
        health=health,
        loops=parts.loops,
        keys=service.keys(context) if service.keys is not None else None,
        problems=service.problems,
        render=service.render if with_routes else None,
    )
    if service.dress is not None and with_routes:
        service.dress(app, context)
    return app


def new_loop() -> asyncio.AbstractEventLoop:
    """The event loop of processes that only serve."""
    return uvloop.new_event_loop()


Spawn = Callable[[Coroutine[Any, Any, None], str], None]


@asynccontextmanager
async def _background(context: Context[Any], parts: Parts[Any]) -> AsyncIterator[Spawn]:
    """The tasks that every role needs: clock and outbox; whatever is spawned ends with them."""
    tasks: list[asyncio.Task[None]] = []

    def spawn(work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_loud)
        tasks.append(task)

    spawn(_until_done(_keep_time, context), "clock")
    spawn(parts.outbox.run_facts(), "facts")
    spawn(parts.outbox.run_sweep(), "sweep")
    spawn(parts.outbox.run_age(), "age")
    spawn(parts.outbox.run_entities(), "entities")
    try:
        yield spawn
        await parts.outbox.drained(seconds=2)
    finally:
        for task in tasks:
            task.remove_done_callback(_loud)
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await parts.publisher.stop()
        context.client.close()


async def _first_time(context: Context[Any]) -> None:
    """The database's time before anything is decided by it; without an answer the host's will do until there is one."""
    try:
        async with asyncio.timeout(FIRST_TIME_SECONDS):
            await context.clock.measure(lambda: mongo.server_time(context.db))
    except Exception as error:  # noqa: BLE001 - `_keep_time` goes on trying; logged
        log.warning("clock.not_measured", error=told(error))


async def _keep_time(context: Context[Any]) -> None:
    await context.clock.measure(lambda: mongo.server_time(context.db))
    await context.clock.keep(lambda: mongo.server_time(context.db))


def _watch(health: Health, subscription: Subscription) -> None:
    async def joined() -> bool:
        if subscription.waits_for:
            raise MissingError(f"no such topics yet, so run their owner's setup: {', '.join(subscription.waits_for)}")
        return subscription.joined and not subscription.loop.stopped_by_errors

    async def live() -> bool:
        return subscription.is_live

    health.ready(f"consumer {subscription.name}", joined)
    health.live(f"consumer {subscription.name}", live)


async def _until_done(work: Job, context: Context[Any]) -> None:
    """Try until it succeeds once; what a start needs may still be starting itself."""
    attempt = 0
    while True:
        try:
            await work(context)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is logged and tried again
            attempt += 1
            log.warning("start.waits", work=getattr(work, "__name__", ""), error=told(error), attempt=attempt)
            await asyncio.sleep(backoff(attempt, first=0.1))
        else:
            return


async def _for_ever(job: Job, context: Context[Any]) -> None:
    """Run a job that has no end; when it fails, begin again after a while."""
    attempt = 0
    while True:
        try:
            await job(context)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is logged and the job begins again
            attempt += 1
            log.error("job.failed", job=job.__name__, attempt=attempt, exc_info=error)
            await asyncio.sleep(backoff(attempt, first=0.1))
        else:
            return


def _loud(task: asyncio.Task[None]) -> None:
    """A background task never ends by itself with an error unheard."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("task.died", task=task.get_name(), exc_info=error)
