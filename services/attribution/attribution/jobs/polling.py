"""The reconciliation poll: what webhooks lost is found by asking (A5). One worker asks a store at a time.

Each page's orders and the place where the pass goes on are written in one transaction, so a worker that is killed
anywhere is followed by one that goes on behind the last page that was written; what was read twice is written once.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, cast

from attribution.domain.polling import answers as read
from attribution.domain.polling import passes
from attribution.jobs.asking import AskLater, NoAnswer, NotAskable, StoreApi, seconds_of_rest
from attribution.jobs.faults import EXPECTED, fault_of
from attribution.settings import AttributionSettings
from attribution.store import AttributionTx, deliveries, facts, polls
from chassis.context import Context
from chassis.http.outward import AnswerTooLargeError, Outward
from chassis.ids import new_id
from chassis.logs import log
from contracts.console import StoreKind
from contracts.ids import order_id

PAGES_A_TURN: Final = 20
AT_ONCE: Final = 100
BYTES_AT_ONCE: Final = 4 * 1024 * 1024
REFUND_PAGES: Final = 20
FIRST_WAIT: Final = timedelta(seconds=30)
MOST_WAIT: Final = timedelta(hours=1)
BAD_REQUEST: Final = 400
WELL: Final = {"failures": 0, "error": "", "error_code": None}


async def poll_stores(context: Context[AttributionTx]) -> None:
    """Ask the stores that are due, for ever."""
    settings = cast("AttributionSettings", context.settings)
    outward = Outward(private_too=settings.stores_may_be_private)
    polling = Polling(context, outward)
    try:
        while True:
            if not await polling.turn():
                await asyncio.sleep(settings.poll_tick_seconds)
    finally:
        await outward.close()


@dataclass(frozen=True, slots=True)
class _Store:
    id: str
    brand: str
    api: StoreApi


class Polling:
    """Takes turns: a store that is due is claimed, asked, and let go of."""

    def __init__(self, context: Context[AttributionTx], outward: Outward) -> None:
        self._context = context
        self._db = context.db
        self._settings = cast("AttributionSettings", context.settings)
        self._outward = outward
        self._keep = timedelta(days=self._settings.raw_delivery_days)

    async def turn(self) -> bool:
        """Ask one store; False if none is due. Whatever it answers, the turn ends with the lease given back."""
        turn = await polls.claim(self._db, self._context.clock.now(), new_id())
        if turn is None:
            return False
        try:
            await self._ask(turn)
        except polls.LeaseLost:
            log.warning("poll.lease_lost", store=turn.store)
        except AskLater as later:
            await self._wait(turn, timedelta(seconds=later.seconds), turn.failures, later)
        except EXPECTED as why:
            failures = turn.failures + 1
            log.warning("poll.failed", store=turn.store, failures=failures, error=str(why))
            delay = min(FIRST_WAIT * 2 ** min(failures - 1, 10), MOST_WAIT)
            await self._wait(turn, delay, failures, why)
        return True

    async def _ask(self, turn: polls.Turn) -> None:
        store = await self._store(turn.store)
        for wish in await polls.wishes(self._db, turn.store, self._context.clock.now()):
            await self._answer(wish, store, turn)
        now = self._context.clock.now()
        if turn.at is None and turn.next_at > now:
            await self._run(lambda tx: polls.release(tx, turn, **WELL))
            return
        at: passes.Pass | None = turn.at or passes.Pass.begin(store.api.kind, turn.since, now)
        for _ in range(PAGES_A_TURN):
            if at is None:
                break
            at = await self._page(at, store, turn)
        # A long pass goes on in the next turn: it is still due.
        more = {} if at is not None else {"next_at": now + timedelta(seconds=self._settings.poll_every_seconds)}
        await self._run(lambda tx: polls.release(tx, turn, **WELL, **more))

    async def _store(self, store: str) -> _Store:
        known = await facts.store_of(self._db, store)
        credentials = await polls.credentials_of(self._db, store)
        if known is None or credentials is None:
            raise NotAskable("the store is not connected")
        kind = StoreKind(known["kind"])
        api = StoreApi(kind, known["shop"], credentials, self._outward, self._settings.shopify_api_version)
        return _Store(store, known["brand"], api)

    async def _page(self, at: passes.Pass, store: _Store, turn: polls.Turn) -> passes.Pass | None:
        """Ask for one page and write it with the place behind it; returns that place."""
        kind = store.api.kind
        asked = self._asked(store)
        try:
            answer = await store.api.page(passes.page_path(kind, at, self._settings.shopify_api_version))
        except AnswerTooLargeError as large:
            return await self._too_large(at, large, store, turn)
        except NoAnswer as other:
            if other.status == BAD_REQUEST and (at.cursor or at.offset):
                return await self._place(turn, at.again())  # a cursor has its end; the pass begins anew
            raise
        raws = read.page_of_orders(kind, answer.body, at.size)
        after = passes.after_page(kind, at, answer.headers, len(raws))
        await self._write(await self._polled(raws, asked), store, turn, at, after)
        rest = seconds_of_rest(answer.headers)
        if rest and after is not None:
            raise AskLater(rest)
        return after

    async def _polled(self, raws: Sequence[bytes], asked: read.Asked) -> list[read.Polled]:
        """What a page says that nobody has said: what a webhook brought already is left out."""
        found = [read.polled_order(raw, asked, anew=False) for raw in raws]
        orders = {one.order for each in found if (one := each.observation) is not None}
        anew = await polls.wants_answers(self._db, sorted(orders))
        news = [one for each in found if (one := each.observation) is not None and one.order not in anew]
        known: set[str] = await self._run(lambda tx: polls.known_bodies(tx, news))
        kept = []
        for each in found:
            one = each.observation
            if one is not None and one.order in anew:
                kept.append(read.polled_order(each.raw, asked, anew=True))
            elif one is None or one.id not in known:
                kept.append(each)
        return kept

    async def _write(
        self,
        polled: Sequence[read.Polled],
        store: _Store,
        turn: polls.Turn,
        at: passes.Pass,
        after: passes.Pass | None,
    ) -> None:
        """A page in as few transactions as its size allows; the last one, and only that, moves the place."""
        parts = _parts(polled)
        for part in parts[:-1]:
            await self._run(lambda tx, part=part: self._deliver(tx, part, store, turn))
        place = self._place_fields(at, after)
        await self._run(lambda tx: self._deliver(tx, parts[-1], store, turn, **place))

    async def _deliver(
        self, tx: AttributionTx, polled: Sequence[read.Polled], store: _Store, turn: polls.Turn, **place: Any
    ) -> None:
        await polls.keep(tx, turn, **place)
        await deliveries.deliver_all(tx, [_kept(each, store) for each in polled], self._keep)

    async def _place(self, turn: polls.Turn, at: passes.Pass) -> passes.Pass:
        await self._run(lambda tx: polls.keep(tx, turn, **{"pass": polls.pass_doc(at)}))
        return at

    def _place_fields(self, at: passes.Pass, after: passes.Pass | None) -> dict[str, Any]:
        if after is not None:
            return {"pass": polls.pass_doc(after)}
        overlap = timedelta(seconds=self._settings.poll_overlap_seconds)
        return {"pass": None, "since": passes.next_since(at, overlap)}

    async def _too_large(
        self, at: passes.Pass, large: AnswerTooLargeError, store: _Store, turn: polls.Turn
    ) -> passes.Pass | None:
        """Smaller pages; an order that is too large alone is listed for the operator, and passed over."""
        smaller = at.smaller(store.api.kind)
        if smaller is not None:
            return await self._place(turn, smaller)
        after = passes.after_page(store.api.kind, at, large.headers, 1)
        reason = f"an order of the poll is too large to be read (place {at.offset}{at.cursor[:80]})"
        kept = deliveries.Kept(
            key=f"{store.id}:{at.asked_at.isoformat()}:{at.offset}:{at.cursor[-80:]}:poll:kept",
            store=store.id,
            brand=store.brand,
            topic="poll",
            raw=b"",
            reason=reason,
        )

        async def work(tx: AttributionTx) -> None:
            await polls.keep(tx, turn, **self._place_fields(at, after))
            await deliveries.deliver_all(tx, [kept], self._keep)

        await self._run(work)
        return after

    async def _answer(self, wish: polls.Wish, store: _Store, turn: polls.Turn) -> None:
        """Ask for one order, and for the lines of its refunds where the order itself has none (MONEY 17)."""
        external = wish.order.removeprefix(order_id(store.id, ""))
        asked = self._asked(store)
        answer = await store.api.order(external)
        polled: list[read.Polled] = []
        if answer is not None:
            order = read.polled_order(read.one_order(store.api.kind, answer.body), asked, anew=True)
            polled = [order, *await self._refunds(order, external, asked, store)]

        async def work(tx: AttributionTx) -> None:
            await polls.fulfil(tx, wish)
            await self._deliver(tx, polled, store, turn)

        await self._run(work)
        if answer is None:
            log.warning("poll.order_not_found", store=store.id, order=wish.order)
        elif rest := seconds_of_rest(answer.headers):
            raise AskLater(rest)

    async def _refunds(self, order: read.Polled, external: str, asked: read.Asked, store: _Store) -> list[read.Polled]:
        seen = order.observation
        if store.api.kind is not StoreKind.WOOCOMMERCE or seen is None or seen.snapshot is None:
            return []
        if not seen.snapshot.refunds:
            return []
        found: list[read.Polled] = []
        for page in range(1, REFUND_PAGES + 1):
            raws = read.refunds_of_page((await store.api.refunds(external, page)).body, AT_ONCE)
            found += [read.polled_refund(raw, external, seen.snapshot.currency, asked) for raw in raws]
            if len(raws) < AT_ONCE:
                break
        return found

    async def _wait(self, turn: polls.Turn, delay: timedelta, failures: int, why: Exception) -> None:
        retry_at = self._context.clock.now() + delay
        said = {"error": str(why)[:500], "error_code": fault_of(why).value}
        try:
            await self._run(lambda tx: polls.release(tx, turn, retry_at=retry_at, failures=failures, **said))
        except polls.LeaseLost:
            log.warning("poll.lease_lost", store=turn.store)

    def _asked(self, store: _Store) -> read.Asked:
        now = self._context.clock.now()
        return read.Asked(store.id, store.api.shop, store.api.kind, now, self._settings.click_parameter)

    async def _run(self, work: Any) -> Any:
        return await self._context.transactions.run(work, seconds=20)


def _parts(polled: Sequence[read.Polled]) -> list[list[read.Polled]]:
    """At most 100 orders and 4 MB a transaction; at least one part, for the place moves with the last."""
    parts: list[list[read.Polled]] = [[]]
    size = 0
    for each in polled:
        if len(parts[-1]) == AT_ONCE or (parts[-1] and size + len(each.raw) > BYTES_AT_ONCE):
            parts.append([])
            size = 0
        parts[-1].append(each)
        size += len(each.raw)
    return parts


def _kept(polled: read.Polled, store: _Store) -> deliveries.Kept:
    says = polled.translation.observations
    return deliveries.Kept(
        key=polled.key if says else f"{polled.key}:kept",
        store=store.id,
        brand=store.brand,
        topic="poll",
        raw=polled.raw,
        observations=says,
        reason=polled.translation.kept_raw,
    )
