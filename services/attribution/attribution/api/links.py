"""Links and their QR codes (A1)."""

import io
from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request, Response

from attribution import answers
from attribution.api.callers import Anyone, BrandOrCreator, Filter, TheContext, own_view, settings_of
from attribution.api.clicks import AskedCounting
from attribution.domain.links.placements import HINTS, utm_of
from attribution.store import AttributionTx, links
from attribution.store.views import link_clicks
from chassis.context import Context
from chassis.http import Kind, Page, Paging, Principal, Writing, etag, if_match, not_found, once, page_of
from chassis.mongo import Document
from contracts.attribution import LinkStatus, Placement, UtmParameters
from contracts.http.attribution import Clicks, LinkChange, LinkNew, LinkOut, PlacementOut, PlacementsOut

router = APIRouter(tags=["links"])

QR_MAX_AGE = "private, max-age=86400"


@router.get("/v1/links")
async def list_links(
    who: BrandOrCreator,
    paging: Paging,
    counting: AskedCounting,
    context: TheContext,
    campaign: Filter = None,
    collaboration: Filter = None,
    placement: Placement | None = None,
    status: LinkStatus | None = None,
) -> Page[LinkOut]:
    """The brand's or the creator's links, with their clicks."""
    view = own_view(context, who)
    after = paging.position(str)
    asked = {"campaign": campaign, "collaboration": collaboration, "placement": placement, "status": status}
    only = {name: str(value) for name, value in asked.items() if value is not None}
    rows = await view.links(after[0] if after else "", paging.fetch, **only)
    page = page_of(rows, paging, lambda row: (row["_id"],))
    clicks = await link_clicks(context.db, [row["_id"] for row in page.items], counting)
    public = settings_of(context).link_public_url
    return Page[LinkOut](
        items=tuple(answers.link_out(row, clicks, public) for row in page.items), next_cursor=page.next_cursor
    )


@router.post("/v1/links", status_code=201, response_model=LinkOut)
async def create_link(body: LinkNew, write: Writing, who: BrandOrCreator, context: TheContext) -> Response:
    """A new link of one of your collaborations. A 422 names the field: a page off the brand's domains, say."""

    async def work(tx: AttributionTx) -> LinkOut:
        row = await _writer(tx, who, context).create(body)
        return answers.link_out(row, {}, settings_of(context).link_public_url)

    return await once(context, write, who, work)


@router.get("/v1/links/{link}")
async def read_link(
    link: str, who: BrandOrCreator, counting: AskedCounting, context: TheContext, response: Response
) -> LinkOut:
    """One link; its `ETag` is what a change must name."""
    row = await _own(link, who, context)
    response.headers["ETag"] = etag(row["revision"])
    clicks = await link_clicks(context.db, [link], counting)
    return answers.link_out(row, clicks, settings_of(context).link_public_url)


@router.patch("/v1/links/{link}", response_model=LinkOut)
async def change_link(
    link: str, body: LinkChange, write: Writing, who: BrandOrCreator, context: TheContext, request: Request
) -> Response:
    """Lead elsewhere, expire, pause or resume. `If-Match` is required; absent fields stay as they are."""
    clicks: dict[str, Clicks] = await link_clicks(context.db, [link])

    async def work(tx: AttributionTx) -> LinkOut:
        writer = _writer(tx, who, context)
        before = await writer.find(link)
        if_match(request, before["revision"])
        row = await writer.change(before, body)
        return answers.link_out(row, clicks, settings_of(context).link_public_url)

    return await once(context, write, who, work, status=200)


@router.get("/v1/links/{link}/qr.svg", response_class=Response, responses={200: {"content": {"image/svg+xml": {}}}})
async def qr_svg(link: str, who: BrandOrCreator, context: TheContext) -> Response:
    """The link's address as a QR code that scales; black on white, with the quiet zone that readers need."""
    row = await _own(link, who, context)
    out = io.BytesIO()
    _qr(row, context).save(out, kind="svg", border=4, light="#fff", title=row["code"], omitsize=True)
    return Response(out.getvalue(), media_type="image/svg+xml", headers={"Cache-Control": QR_MAX_AGE})


@router.get("/v1/links/{link}/qr.png", response_class=Response, responses={200: {"content": {"image/png": {}}}})
async def qr_png(
    link: str,
    who: BrandOrCreator,
    context: TheContext,
    scale: Annotated[int, Query(ge=1, le=40, description="pixels for each square")] = 10,
) -> Response:
    """The link's address as a QR code in pixels."""
    row = await _own(link, who, context)
    out = io.BytesIO()
    _qr(row, context).save(out, kind="png", border=4, light="#fff", scale=scale)
    return Response(out.getvalue(), media_type="image/png", headers={"Cache-Control": QR_MAX_AGE})


@router.get("/v1/placements")
async def list_placements(_who: Anyone) -> PlacementsOut:
    """Where links may stand, what the networks allow there, and what their links tell the store by themselves."""
    return PlacementsOut(
        items=tuple(
            PlacementOut(placement=place, hint=hint, utm=utm_of(place, UtmParameters(), ""))
            for place, hint in HINTS.items()
        )
    )


def _writer(tx: AttributionTx, who: Principal, context: Context[AttributionTx]) -> links.LinkWriter:
    is_brand = who.kind is Kind.BRAND
    mine = {"brand" if is_brand else "creator": who.id}
    return links.LinkWriter(tx, mine, sees_all_codes=is_brand, click_parameter=settings_of(context).click_parameter)


async def _own(link: str, who: Principal, context: Context[AttributionTx]) -> Document:
    view = own_view(context, who)
    row = await view.link(link)
    if row is None:
        raise not_found("link")
    return row


def _qr(row: Document, context: Context[AttributionTx]) -> segno.QRCode:
    return segno.make_qr(answers.short_url(settings_of(context).link_public_url, row["code"]), error="m")
