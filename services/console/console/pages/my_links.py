"""A creator's links and codes, and the public page that shows them."""

import asyncio

from starlette.responses import Response

from console.clients import Attribution, Campaigns
from console.pages import labels, link_pages
from console.pages.brands import names_of
from console.pages.forms import Form
from console.pages.link_form import UTM, choices, coupon_choices
from console.pages.parts import if_there
from console.pages.site import Page
from console.pages.view import View
from console.store import ConsoleTx
from console.store.accounts import PAGE_NAME_LENGTH, page_name
from contracts.campaigns import CollaborationStatus
from contracts.http.campaigns import CollaborationOut
from contracts.http.console import RoleKind

BASE = "/links"
OPEN = (CollaborationStatus.AGREED, CollaborationStatus.COMPLETED)


async def list_links(view: View) -> Response:
    """The creator's page, links and codes, ready to be copied."""
    return await _list(view)


async def _list(view: View, form: Form | None = None, status: int = 200) -> Response:
    attribution, cursor = Attribution(view.service("attribution")), view.query("cursor", 2000)
    links, coupons, mine = await asyncio.gather(
        attribution.links(cursor=cursor), attribution.coupons(), if_there(Campaigns(view.service("campaigns")).mine())
    )
    brands = await names_of(view.desk.db, [*(one.brand for one in links.items), *(one.brand for one in coupons.items)])
    name = await page_name(view.desk.db, view.who.person) or ""
    return view.render(
        "links.html",
        status,
        links=links,
        coupons=coupons.items,
        brands=brands,
        labels=labels,
        first=not cursor,
        can_make=bool(_works(mine or [])),
        page=f"{view.desk.settings.console_public_url.rstrip('/')}/c/{view.who.person}",
        page_path=f"/c/{view.who.person}",
        page_name=name,
        suggested=name or _known_as(mine or []),
        name_length=PAGE_NAME_LENGTH,
        form=form or Form(),
    )


def _known_as(mine: list[CollaborationOut]) -> str:
    """The display name that a brand invited this creator by: a suggestion for the page, shown to nobody else."""
    names = (one.profile_summary.display_name for one in mine if one.profile_summary)
    return next((name for name in names if name), "")


def _works(mine: list[CollaborationOut]) -> dict[str, str]:
    return {one.id: f"{one.brand_name} · {one.campaign_name}" for one in mine if one.status in OPEN}


async def show_new(view: View) -> Response:
    """The form of a link of one's own."""
    return await _new(view, Form(), 200)


async def _new(view: View, form: Form, status: int) -> Response:
    attribution = Attribution(view.service("attribution"))
    mine, placements, coupons = await asyncio.gather(
        Campaigns(view.service("campaigns")).mine(), if_there(attribution.placements()), if_there(attribution.coupons())
    )
    return view.render(
        "link_new.html",
        status,
        form=form,
        base=BASE,
        back_words=view.say("Links"),
        collaborations=list(_works(mine).items()),
        placements=choices(view, placements),
        coupons=coupon_choices(view, list(coupons.items) if coupons else [], {}),
        utm=UTM,
        pages=(),
    )


async def create(view: View) -> Response:
    """Make the link."""
    return await link_pages.create(view, BASE, _works(await Campaigns(view.service("campaigns")).mine()), _new)


async def show(view: View) -> Response:
    """One link."""
    return await link_pages.show(view, BASE, (BASE, view.say("Links")), {})


async def change(view: View) -> Response:
    """Change, pause or resume it."""
    return await link_pages.change(view, BASE, (BASE, view.say("Links")), {})


async def rename(view: View) -> Response:
    """How the creator is called on the public page."""
    form = await view.form()
    name = form.line("page_name", most=PAGE_NAME_LENGTH)
    if form.errors:
        return await _list(view, form, 422)
    person = view.who.person

    async def work(tx: ConsoleTx) -> None:
        await tx.name_page(person, name)

    await view.desk.transactions.run(work)
    view.desk.bios.forget(person)
    return view.go(f"{BASE}?done=page-named")


PAGES = (
    Page(BASE, list_links, RoleKind.CREATOR),
    Page(f"{BASE}/new", show_new, RoleKind.CREATOR),
    Page(BASE, create, RoleKind.CREATOR, "POST"),
    Page(f"{BASE}/page", rename, RoleKind.CREATOR, "POST"),
    Page(f"{BASE}/{{link}}", show, RoleKind.CREATOR),
    Page(f"{BASE}/{{link}}", change, RoleKind.CREATOR, "POST"),
    Page(f"{BASE}/{{link}}/qr.{{kind}}", link_pages.qr, RoleKind.CREATOR),
)
