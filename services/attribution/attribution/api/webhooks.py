"""Webhooks in: signed over their raw bytes, kept before they are answered."""

import asyncio
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response

from attribution import answers
from attribution.api.callers import Brand, Console, Operator, TheContext, settings_of
from attribution.domain.webhooks import receive
from attribution.domain.webhooks.verdicts import Accepted, Ping, Refused
from attribution.store import AttributionTx, BrandView, OperatorView, deliveries, facts, privacy
from chassis.http import (
    MB,
    STORE,
    Page,
    Paging,
    Problem,
    marks,
    not_found,
    not_known_yet,
    page_of,
    rates_of,
)
from contracts.console import StoreKind
from contracts.http.attribution import (
    DeliveryOut,
    StoreSecret,
)

router = APIRouter()

WEBHOOK_BYTES = 10 * MB
AT_ONCE_BYTES = 256 * 1024
KEPT_HEADERS = ("x-shopify-", "shopify-", "x-wc-", "user-agent", "content-type")


@router.post("/webhooks/{kind}/{store}", tags=["stores"], openapi_extra=marks(public=True, body_limit=WEBHOOK_BYTES))
async def take_webhook(kind: StoreKind, store: str, request: Request, context: TheContext) -> Response:
    """A store's webhook, signed over its raw bytes. 2xx once it is kept; 401 unsigned, 400 not JSON, 404 no such store.

    What can't be read as an order is kept raw and listed for the operator, and answered 2xx all the same: a store that
    hears errors stops sending (WEBHOOKS 1).
    """
    raw = await request.body()
    known = await facts.store_of(context.db, store)
    if known is None or known["kind"] != kind.value or kind is StoreKind.TOPIC:
        raise not_found("store")
    now = context.clock.now()
    read = partial(
        receive,
        kind,
        dict(request.headers),
        raw,
        secrets=await deliveries.secrets_of(context.db, store, now),
        store=store,
        shop=known["shop"],
        received_at=now,
        click_parameter=settings_of(context).click_parameter,
    )
    # A body of megabytes takes seconds to read: meanwhile others are answered.
    verdict = await asyncio.to_thread(read) if len(raw) > AT_ONCE_BYTES else read()
    if isinstance(verdict, Ping):
        return Response(status_code=200)
    if isinstance(verdict, Refused):
        extra: dict[str, Any] = {"place": verdict.place} if verdict.place else {}
        code, title = ("not-signed", "Not signed by this store") if verdict.status == 401 else ("not-json", "Not JSON")  # noqa: PLR2004
        raise Problem(verdict.status, code, title, verdict.reason, **extra)
    # After the signature: who can't sign for a store must not be able to use up its budget.
    await rates_of(request).count(STORE, store)
    kept_headers = {name: value for name, value in request.headers.items() if name.startswith(KEPT_HEADERS)}

    kept = deliveries.Kept(
        key=verdict.delivery_key,
        store=store,
        brand=known["brand"],
        topic=request.headers.get("x-shopify-topic")
        or request.headers.get("shopify-topic")
        or request.headers.get("x-wc-webhook-topic", ""),
        headers=kept_headers,
        raw=raw,
        observations=verdict.observations,
        reason=verdict.kept_raw_reason or _asked_for(verdict),
    )
    keep = answers.days(settings_of(context).raw_delivery_days)

    async def work(tx: AttributionTx) -> None:
        if await deliveries.deliver(tx, kept, keep):
            await privacy.note(tx, verdict.notes, store=store, brand=known["brand"], delivery=verdict.delivery_key)

    await context.transactions.run(work, seconds=4)
    return Response(status_code=200)


def _asked_for(verdict: Accepted) -> str | None:
    """What a body asks of a person, such as a customer's data: listed, so that somebody sees it."""
    return f"asks for: {', '.join(note.kind for note in verdict.notes)}" if verdict.notes else None


@router.put("/internal/stores/{store}/secrets", status_code=204, tags=["internal"])
async def put_secret(store: str, body: StoreSecret, _who: Console, context: TheContext) -> None:
    """Take a store's webhook secret over from the console."""
    await context.transactions.run(lambda tx: deliveries.set_secret(tx, store, body.secret, body.previous_until))


@router.get("/v1/stores/{store}/deliveries", tags=["stores"])
async def store_deliveries(store: str, who: Brand, paging: Paging, context: TheContext) -> Page[DeliveryOut]:
    """A store's webhooks, newest first."""
    position = paging.position(*answers.TIME_AND_ID)
    rows = await BrandView(context.db, who.id).deliveries(store, position, paging.fetch)
    if rows is None:
        raise not_found("store") if await facts.store_of(context.db, store) else not_known_yet("store")
    page = page_of(rows, paging, lambda row: (row["received_at"], row["_id"]))
    return Page[DeliveryOut](
        items=tuple(deliveries.delivery_out(row) for row in page.items), next_cursor=page.next_cursor
    )


@router.get("/v1/deliveries/kept-raw", tags=["operator"])
async def kept_raw(_who: Operator, paging: Paging, context: TheContext) -> Page[DeliveryOut]:
    """Webhooks that could not be read as orders, with the reason; their bodies are kept."""
    rows = await OperatorView(context.db).kept_raw(paging.position(*answers.TIME_AND_ID), paging.fetch)
    page = page_of(rows, paging, lambda row: (row["received_at"], row["_id"]))
    return Page[DeliveryOut](
        items=tuple(deliveries.delivery_out(row) for row in page.items), next_cursor=page.next_cursor
    )
