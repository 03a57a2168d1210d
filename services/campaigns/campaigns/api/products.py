"""A brand's catalogue: loaded from a file, listed (C16)."""

import asyncio
from functools import partial
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request, Response

from campaigns.api.callers import Brand, TheContext, details_of
from campaigns.domain.products.catalogue import Product, changed_by_hand
from campaigns.domain.products.columns import NoCatalogue
from campaigns.domain.products.margins import rate_by_margin
from campaigns.domain.products.reading import read_catalogue
from campaigns.domain.refusals import Refused, refuse
from campaigns.store import CampaignsTx
from campaigns.store.products import Catalogue
from chassis.http import MB, Page, Paging, Problem, Writing, etag, if_match, marks, not_found, once, page_of
from contracts.campaigns import Rate
from contracts.http.campaigns import (
    AskRates,
    ChangeProduct,
    NoRate,
    ProductFault,
    ProductImportOut,
    ProductOut,
    ProductSource,
    RatesOut,
    WithoutRate,
)

router = APIRouter(prefix="/v1", tags=["products"])

FILE_BYTES: Final = 20 * MB
AT_ONCE: Final = 200
FAULTS_TOLD: Final = 1000
MOST_NAMED: Final = 100


@router.post(
    "/products/import",
    openapi_extra={
        **marks(body_limit=FILE_BYTES),
        "requestBody": {
            "required": True,
            "content": {
                "text/csv": {
                    "schema": {"type": "string"},
                    "example": "product_id,title,price,cost,currency\n8123,Reading lamp,49.90,18.20,EUR\n",
                }
            },
        },
    },
)
async def import_products(
    request: Request,
    who: Brand,
    context: TheContext,
    decimal: Annotated[
        Literal[".", ","] | None, Query(description="what stands before decimals, where it is not plain")
    ] = None,
) -> ProductImportOut:
    """Load a catalogue: our columns, Shopify's or WooCommerce's product export.

    A product with a row that can't be read is refused whole and told with line, field and reason; the others are
    loaded. The same file again changes nothing; products that a file leaves out stay.
    """
    brand = await details_of(context, who)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "text/csv":
        raise Problem(415, "content-type", "Send CSV", "The content type must be text/csv.")
    raw = await request.body()
    try:
        # A large file takes seconds of reckoning: not on the loop that answers everybody else.
        found = await asyncio.to_thread(read_catalogue, raw, currency=brand.currency, decimal=decimal)
    except NoCatalogue as unreadable:
        raise Problem(422, "no-catalogue", "Not a table of products", f"{unreadable}.") from None
    sums = [0, 0, 0]
    for start in range(0, len(found.products), AT_ONCE):
        part = found.products[start : start + AT_ONCE]
        loaded = await context.transactions.run(partial(_load, who.id, part), seconds=20)
        sums = [one + other for one, other in zip(sums, loaded, strict=True)]
    return ProductImportOut(
        rows=found.rows,
        new=sums[0],
        changed=sums[1],
        same=sums[2],
        refused=found.refused,
        columns=dict(found.columns.told),
        faults=tuple(ProductFault(line=f.line, field=f.field, reason=f.reason) for f in found.faults[:FAULTS_TOLD]),
    )


async def _load(brand: str, part: list[Product], tx: CampaignsTx) -> tuple[int, int, int]:
    return await tx.load_products(brand, part)


@router.get("/products")
async def list_products(
    who: Brand,
    paging: Paging,
    context: TheContext,
    text: Annotated[
        str, Query(max_length=100, description="how a title from one of its words on, an id or a SKU begins")
    ] = "",
    ids: Annotated[
        list[str] | None, Query(max_length=MOST_NAMED, alias="id", description="these and no others")
    ] = None,
    collection: Annotated[str | None, Query(max_length=200)] = None,
    kind: Annotated[str | None, Query(max_length=500)] = None,
    source: ProductSource | None = None,
) -> Page[ProductOut]:
    """The brand's products by the order of their ids, with the exact total."""
    catalogue = Catalogue(context.db, who.id)
    if ids is not None:
        named = await catalogue.those(ids)
        return Page[ProductOut](items=tuple(named), next_cursor=None, total=len(named))
    position = paging.position(str)
    rows, total = await catalogue.page(
        position[0] if position else None,
        paging.fetch,
        text=text.strip(),
        collection=collection,
        kind=kind,
        source=source,
    )
    return page_of(rows, paging, lambda product: (product.id,), total)


@router.post("/products/rates")
async def rates_by_margin(body: AskRates, who: Brand, context: TheContext) -> RatesOut:
    """Rows for a plan that pay the same part of each product's margin; writes nothing.

    They go by today's prices and costs, and stay as they are in the terms that take them.
    """
    ids = tuple(dict.fromkeys(body.products))
    catalogue = await Catalogue(context.db, who.id).known(ids)
    rates: list[Rate] = []
    without: list[WithoutRate] = []
    for id_ in ids:
        found = rate_by_margin(catalogue[id_], body.share) if id_ in catalogue else NoRate.UNKNOWN
        if isinstance(found, Rate):
            rates.append(found)
        else:
            without.append(WithoutRate(product=id_, reason=found))
    return RatesOut(rates=tuple(rates), without=tuple(without))


@router.get("/products/{product:path}")
async def get_product(product: str, who: Brand, context: TheContext, response: Response) -> ProductOut:
    """One of the brand's products, by the store's own id, with its revision as ETag."""
    found = await Catalogue(context.db, who.id).find(product)
    if found is None:
        raise not_found("product")
    response.headers["ETag"] = etag(found.revision)
    return found


@router.patch("/products/{product:path}", response_model=ProductOut)
async def change_product(
    product: str, body: ChangeProduct, request: Request, write: Writing, who: Brand, context: TheContext
) -> Response:
    """Change what is known of a product by hand: price, own cost, title, kind, address, picture.

    With If-Match only if nobody else changed it meanwhile. A file that names the product later says it anew.
    """
    brand = await details_of(context, who)
    wrong = [
        Refused(f"{name}.currency", f"The brand's currency is {brand.currency}.")
        for name, money in (("price", body.price), ("cost", body.cost))
        if money is not None and money.currency != brand.currency
    ]
    refuse(wrong)
    given = {name: getattr(body, name) for name in body.model_fields_set}

    def change(known: Product, revision: int) -> Product:
        if "if-match" in request.headers:
            if_match(request, revision)
        return changed_by_hand(known, given)

    async def work(tx: CampaignsTx) -> ProductOut:
        found = await tx.change_product(who.id, product, change)
        if found is None:
            raise not_found("product")
        return found

    return await once(context, write, who, work, status=200)
