"""A campaign's links and codes, for the brand: making them, entering codes in the store, confirming, ending."""

import asyncio
import re
from typing import Any

from starlette.responses import Response

from console.clients import Attribution, Campaigns, DeclinedError, NotThereError, Products, WrongFieldsError
from console.domain.words import mark
from console.pages import labels, link_pages
from console.pages.forms import Form
from console.pages.link_form import UTM, choices, coupon_choices
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.results import name_of, names_of
from console.pages.site import Page
from console.pages.view import HEADERS, View
from contracts.attribution import CouponStatus
from contracts.campaigns import CollaborationStatus
from contracts.http.attribution import CouponFile, CouponNew
from contracts.http.campaigns import CampaignOut, CollaborationOut
from contracts.http.console import RoleKind

OPEN = (CollaborationStatus.AGREED, CollaborationStatus.COMPLETED)
LONGEST_CODE = 100
PRODUCTS_OFFERED = 100
COUPON_FIELDS = {
    "collaboration": "for_creator",
    "code": "new_code",
    "percent_off": "discount",
    "amount_off": "discount",
}


async def list_links(view: View) -> Response:
    """All links and codes of a campaign; codes that wait to be entered come first."""
    return await _list(view)


async def _list(view: View, form: Form | None = None, status: int = 200) -> Response:
    id_, cursor = view.path("campaign"), view.query("cursor", 2000)
    campaigns, attribution = Campaigns(view.service("campaigns")), Attribution(view.service("attribution"))
    campaign, collaborations, links, coupons = await asyncio.gather(
        campaigns.find(id_),
        campaigns.collaborations(id_),
        attribution.links(campaign=id_, cursor=cursor),
        attribution.coupons(campaign=id_),
    )
    order = list(CouponStatus)
    return view.render(
        "campaign_links.html",
        status,
        campaign=campaign,
        base=f"/campaigns/{id_}/links",
        links=links,
        coupons=sorted(coupons.items, key=lambda one: order.index(one.status)),
        waiting=sum(one.status is CouponStatus.TO_ENTER for one in coupons.items),
        creators=list(_works(collaborations).items()),
        names=names_of(collaborations),
        labels=labels,
        files=[(CouponFile.SHOPIFY, mark("Shopify")), (CouponFile.WOOCOMMERCE, mark("WooCommerce"))],
        first=not cursor,
        form=form or Form(),
    )


def _works(collaborations: list[CollaborationOut]) -> dict[str, str]:
    return {one.id: name_of(one) for one in collaborations if one.status in OPEN}


async def show_new(view: View) -> Response:
    """The form of a new link."""
    return await _new(view, Form(), 200)


async def _new(view: View, form: Form, status: int) -> Response:
    id_ = view.path("campaign")
    campaigns, attribution = Campaigns(view.service("campaigns")), Attribution(view.service("attribution"))
    campaign, collaborations, placements, coupons = await asyncio.gather(
        campaigns.find(id_),
        campaigns.collaborations(id_),
        if_there(attribution.placements()),
        if_there(attribution.coupons(campaign=id_)),
    )
    codes = [one for one in coupons.items if one.status is not CouponStatus.ENDED] if coupons else []
    return view.render(
        "link_new.html",
        status,
        form=form,
        base=f"/campaigns/{campaign.id}/links",
        back_words=view.say("Links and codes"),
        collaborations=list(_works(collaborations).items()),
        placements=choices(view, placements),
        coupons=coupon_choices(view, codes, names_of(collaborations)),
        utm=UTM,
        pages=await _product_pages(view, campaign),
    )


async def _product_pages(view: View, campaign: CampaignOut) -> list[tuple[str, str]]:
    """Pages of the campaign's products, as the catalogue knows them: each address with what it is called."""
    catalogue = Products(view.service("campaigns"))
    if campaign.terms.products is None:
        page = await if_there(catalogue.page(limit=PRODUCTS_OFFERED))
        products = list(page.items) if page else []
    else:
        products = list((await if_there(catalogue.those(campaign.terms.products)) or {}).values())
    return [(product.url, product.title or product.id) for product in products if product.url]


async def create(view: View) -> Response:
    """Make the link."""
    id_ = view.path("campaign")
    works = _works(await Campaigns(view.service("campaigns")).collaborations(id_))
    return await link_pages.create(view, f"/campaigns/{id_}/links", works, _new)


async def show(view: View) -> Response:
    """One link."""
    return await link_pages.show(view, *await _place(view))


async def change(view: View) -> Response:
    """Change, pause or resume it."""
    return await link_pages.change(view, *await _place(view))


async def _place(view: View) -> tuple[str, tuple[str, str], dict[str, str]]:
    base = f"/campaigns/{view.path('campaign')}/links"
    collaborations = await if_there(Campaigns(view.service("campaigns")).collaborations(view.path("campaign")))
    return base, (base, view.say("Links and codes")), names_of(collaborations or [])


async def make_code(view: View) -> Response:
    """A new code, to be entered in the store."""
    id_ = view.path("campaign")
    form = await view.form()
    works = _works(await Campaigns(view.service("campaigns")).collaborations(id_))
    words = mark("Choose whose code it is.")
    if not works:
        form.wrong("for_creator", words)
    collaboration = form.choice("for_creator", list(works), words) if works else ""
    code = form.line("new_code", most=LONGEST_CODE, required=True, words=mark("Enter the code, such as ANA15."))
    if re.search(r"\s", code):
        form.wrong("new_code", mark("Enter a code without spaces."))
    share = form.basis_points("discount", view.locale)
    if share == 0:
        form.wrong("discount", mark("Enter what the code takes off."))
    if not form.errors and share is not None:
        asked = CouponNew(collaboration=collaboration, code=code, percent_off=share)
        try:
            await Attribution(view.service("attribution")).create_coupon(asked, form.text("key", most=100))
            return view.go(f"/campaigns/{id_}/links?done=code-made")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, COUPON_FIELDS)
        except DeclinedError as declined:
            form.wrong("new_code", why_declined(declined))
    return await _list(view, form, 422)


async def confirm_code(view: View) -> Response:
    """The brand says that the store knows the code."""
    attribution = Attribution(view.service("attribution"))
    return await _tell(view, attribution.confirm_coupon(view.path("coupon")), "code-confirmed")


async def end_code(view: View) -> Response:
    """End a code for good."""
    return await _tell(view, Attribution(view.service("attribution")).end_coupon(view.path("coupon")), "code-ended")


async def _tell(view: View, call: Any, done: str) -> Response:
    try:
        await call
    except DeclinedError as declined:
        form = Form()
        form.wrong("form", why_declined(declined))
        return await _list(view, form, 409)
    return view.go(f"/campaigns/{view.path('campaign')}/links?done={done}")


async def codes_file(view: View) -> Response:
    """The codes of the whole brand that wait to be entered, for the store's own import."""
    store = view.query("store")
    if store not in list(CouponFile):
        raise NotThereError(store)
    found = await Attribution(view.service("attribution")).codes_to_enter(CouponFile(store))
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="discount-codes-{store}.csv"'}
    return Response(found.content, media_type="text/csv; charset=utf-8", headers=headers)


LINKS = "/campaigns/{campaign}/links"
CODES = "/campaigns/{campaign}/codes"
PAGES = (
    Page(LINKS, list_links, RoleKind.BRAND),
    Page(f"{LINKS}/new", show_new, RoleKind.BRAND),
    Page(LINKS, create, RoleKind.BRAND, "POST"),
    Page(f"{LINKS}/{{link}}", show, RoleKind.BRAND),
    Page(f"{LINKS}/{{link}}", change, RoleKind.BRAND, "POST"),
    Page(f"{LINKS}/{{link}}/qr.{{kind}}", link_pages.qr, RoleKind.BRAND),
    Page(CODES, make_code, RoleKind.BRAND, "POST"),
    Page(f"{CODES}/{{coupon}}/confirm", confirm_code, RoleKind.BRAND, "POST"),
    Page(f"{CODES}/{{coupon}}/end", end_code, RoleKind.BRAND, "POST"),
    Page("/codes/to-enter.csv", codes_file, RoleKind.BRAND),
)
