"""Links and coupons."""

from fastapi import APIRouter

from attribution import answers
from attribution.api.callers import BrandOrCreator, TheContext, settings_of
from attribution.store import BrandView, CreatorView
from attribution.store.views import link_clicks
from chassis.http import (
    Kind,
    Page,
    Paging,
    page_of,
)
from contracts.http.attribution import (
    CouponOut,
    LinkOut,
)

router = APIRouter()


@router.get("/v1/links", tags=["links"])
async def list_links(who: BrandOrCreator, paging: Paging, context: TheContext) -> Page[LinkOut]:
    """The brand's or the creator's links, with their clicks."""
    view = BrandView(context.db, who.id) if who.kind is Kind.BRAND else CreatorView(context.db, who.id)
    after = paging.position(str)
    rows = await view.links(after[0] if after else "", paging.fetch)
    page = page_of(rows, paging, lambda row: (row["_id"],))
    clicks = await link_clicks(context.db, [row["_id"] for row in page.items])
    public = settings_of(context).link_public_url
    return Page[LinkOut](
        items=tuple(answers.link_out(row, clicks, public) for row in page.items), next_cursor=page.next_cursor
    )


@router.get("/v1/coupons", tags=["links"])
async def list_coupons(who: BrandOrCreator, paging: Paging, context: TheContext) -> Page[CouponOut]:
    """The brand's coupons, or those of the creator's that the store knows."""
    view = BrandView(context.db, who.id) if who.kind is Kind.BRAND else CreatorView(context.db, who.id)
    after = paging.position(str)
    rows = await view.coupons(after[0] if after else "", paging.fetch)
    page = page_of(rows, paging, lambda row: (row["_id"],))
    return Page[CouponOut](items=tuple(answers.coupon_out(row) for row in page.items), next_cursor=page.next_cursor)
