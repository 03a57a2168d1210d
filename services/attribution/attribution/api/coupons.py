"""Coupons: listed, made, imported, entered in the store, confirmed, ended (A3)."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from attribution import answers
from attribution.api.callers import Brand, BrandOrCreator, Filter, TheContext, own_view
from attribution.domain.coupons.entering import file_of
from attribution.domain.coupons.reading import read_codes
from attribution.store import AttributionTx, BrandView, coupons
from attribution.store.facts import coupon_state
from chassis.http import MB, Page, Paging, Writing, marks, once, page_of
from contracts.attribution import CouponStatus
from contracts.http.attribution import CouponFile, CouponImport, CouponNew, CouponOut

router = APIRouter(tags=["coupons"])

FILE_CODES = 10_000
"""Codes in one file to be entered: far more than anybody enters at once."""


@router.get("/v1/coupons")
async def list_coupons(
    who: BrandOrCreator,
    paging: Paging,
    context: TheContext,
    campaign: Filter = None,
    collaboration: Filter = None,
    status: CouponStatus | None = None,
) -> Page[CouponOut]:
    """The brand's coupons, or those of the creator's that the store knows."""
    view = own_view(context, who)
    after = paging.position(str)
    asked = {"campaign": campaign, "collaboration": collaboration, "status": status}
    only = {name: str(value) for name, value in asked.items() if value is not None}
    rows = await view.coupons(after[0] if after else "", paging.fetch, **only)
    page = page_of(rows, paging, lambda row: (row["_id"],))
    return Page[CouponOut](items=tuple(answers.coupon_out(row) for row in page.items), next_cursor=page.next_cursor)


@router.post("/v1/coupons", status_code=201, response_model=CouponOut)
async def create_coupon(body: CouponNew, write: Writing, who: Brand, context: TheContext) -> Response:
    """A code of a collaboration, to be entered in the store. Unique per brand: trimmed, whatever the case."""

    async def work(tx: AttributionTx) -> CouponOut:
        return answers.coupon_out(await coupons.create(tx, who.id, body))

    return await once(context, write, who, work)


@router.post(
    "/v1/coupons/import",
    response_model=CouponImport,
    openapi_extra=marks(body_limit=MB) | {"requestBody": {"required": True, "content": {"text/csv": {}}}},
)
async def import_coupons(write: Writing, who: Brand, context: TheContext, request: Request) -> Response:
    """Codes that the store has already, as CSV with the columns code, collaboration or creator, and discount.

    All lines or none: a 422 names each wrong line by its number. The same file again changes nothing.
    """
    lines = read_codes(await request.body())

    async def work(tx: AttributionTx) -> CouponImport:
        return await coupons.take_over(tx, who.id, lines)

    return await once(context, write, who, work, status=200)


@router.get("/v1/coupons/to-enter.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
async def codes_to_enter(
    who: Brand, context: TheContext, store: Annotated[CouponFile, Query(description="whose import takes the file")]
) -> Response:
    """The codes that are to be entered in the store, as a file for its import."""
    rows = await BrandView(context.db, who.id).coupons("", FILE_CODES, status=CouponStatus.TO_ENTER.value)
    return Response(
        file_of(map(coupon_state, rows), store),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="discount-codes-{store.value}.csv"'},
    )


@router.post("/v1/coupons/{coupon}/confirm", response_model=CouponOut)
async def confirm_coupon(coupon: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """The code is entered in the store, so its creator sees it; the first paid order with it says the same."""

    async def work(tx: AttributionTx) -> CouponOut:
        return answers.coupon_out(await coupons.confirm(tx, who.id, coupon))

    return await once(context, write, who, work, status=200)


@router.post("/v1/coupons/{coupon}/end", response_model=CouponOut)
async def end_coupon(coupon: str, write: Writing, who: Brand, context: TheContext) -> Response:
    """End a code for good: orders placed from now on earn nothing by it. It stays the creator's, and is never free."""

    async def work(tx: AttributionTx) -> CouponOut:
        return answers.coupon_out(await coupons.end(tx, who.id, coupon))

    return await once(context, write, who, work, status=200)
