"""Orders from a CSV file: streamed in, read twice, each order kept and said once."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from datetime import tzinfo
from typing import IO, Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query, Request

from attribution import answers
from attribution.api.callers import BrandOrStore, TheContext, brands_store, settings_of
from attribution.domain.files.cells import DecimalMark
from attribution.domain.files.importing import Apart, Found, OrderFile
from attribution.domain.files.orders import Reading
from attribution.domain.files.table import NoTable
from attribution.store import AttributionTx, deliveries
from chassis.context import Context
from chassis.http import MB, Problem, marks
from contracts.http.attribution import ImportFault, ImportOut

router = APIRouter()

IMPORT_BYTES: Final = 50 * MB
IN_MEMORY: Final = MB
PART: Final = 16 * 1024
AT_ONCE: Final = 200
BYTES_AT_ONCE: Final = 4 * MB
FAULTS_TOLD: Final = 1000


@router.post(
    "/v1/stores/{store}/orders/import",
    tags=["stores"],
    openapi_extra={
        **marks(body_limit=IMPORT_BYTES),
        "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}},
    },
)
async def import_orders(
    store: str,
    request: Request,
    who: BrandOrStore,
    context: TheContext,
    zone: Annotated[
        str | None, Query(max_length=64, description="the store's zone, for times without an offset")
    ] = None,
    decimal: Annotated[
        DecimalMark | None, Query(description="what stands before decimals, where it is not plain")
    ] = None,
    prices_include_tax: Annotated[bool | None, Query(description="where the file does not say it")] = None,
) -> ImportOut:
    """Load orders from a CSV file: our columns, Shopify's order export or WooCommerce's common exports.

    Several rows that stand together are one order with its lines. An order with a row that can't be read is refused
    whole and told with line, field and reason; the others are loaded. The same order again changes nothing. Orders of
    a file are never held for their age, and speak below what the store itself says.
    """
    known = await brands_store(context, store, who)
    _must_be_csv(request)
    reading = Reading(
        store=store,
        shop=known["shop"],
        received_at=context.clock.now(),
        click_parameter=settings_of(context).click_parameter,
        zone=_zone(zone),
        mark=decimal,
        prices_include_tax=prices_include_tax,
    )
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as kept:
        try:
            apart = Apart()
            async for part in request.stream():
                apart.feed(part)
                kept.write(part)
            apart.feed(b"", last=True)
            return await _load(kept, OrderFile(reading, apart.names()), known["brand"], context)
        except NoTable as unreadable:
            raise Problem(422, "no-table", "Not a table of orders", str(unreadable)) from None


async def _load(kept: IO[bytes], file: OrderFile, brand: str, context: Context[AttributionTx]) -> ImportOut:
    loaded = orders = refused = 0
    faults: list[ImportFault] = []
    waiting: list[deliveries.Kept] = []
    size = 0

    async def flush() -> int:
        if not waiting:
            return 0
        keep = answers.days(settings_of(context).raw_delivery_days)
        batch = tuple(waiting)
        waiting.clear()
        return await context.transactions.run(lambda tx: deliveries.deliver_all(tx, batch, keep), seconds=20)

    async for found in orders_in(kept, file):
        if found.observation is None:
            refused += bool(found.raw)
            faults += [ImportFault(line=f.line, field=f.field, reason=f.reason[:500]) for f in found.faults]
            del faults[FAULTS_TOLD:]
            continue
        orders += 1
        waiting.append(_kept(found, brand))
        size += len(found.raw)
        if len(waiting) == AT_ONCE or size > BYTES_AT_ONCE:
            loaded += await flush()
            size = 0
    loaded += await flush()
    return ImportOut(rows=file.rows, loaded=loaded, repeated=orders - loaded, refused=refused, faults=tuple(faults))


async def orders_in(kept: IO[bytes], file: OrderFile) -> AsyncIterator[Found]:
    """The file's orders. Others are answered between its parts: a file of which nothing can be read takes a minute."""
    kept.seek(0)
    while part := kept.read(PART):
        for found in file.feed(part):
            yield found
        await asyncio.sleep(0)
    for found in file.feed(b"", last=True):
        yield found


def _kept(found: Found, brand: str) -> deliveries.Kept:
    assert found.observation is not None
    assert found.observation.raw_ref is not None
    return deliveries.Kept(
        key=found.observation.raw_ref,
        store=found.observation.store,
        brand=brand,
        topic="csv",
        raw=found.raw,
        observations=(found.observation,),
    )


def _must_be_csv(request: Request) -> None:
    if request.headers.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
        raise Problem(415, "content-encoding", "Send it unpacked", "No content encoding is taken here.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise Problem(415, "content-type", "Send CSV", "The content type must be text/csv.")


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise Problem(422, "no-zone", "No such zone", "Name an IANA zone, such as Europe/Berlin.") from None
