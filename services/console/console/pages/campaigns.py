"""A brand's campaigns: the list, a new one, and the page of one with what each creator brought."""

import asyncio

from starlette.responses import Response

from chassis.http import Page as Listed
from console.clients import Attribution, Campaigns, DeclinedError, WrongFieldsError
from console.pages import labels
from console.pages.campaign_form import FIELDS, choices, read_draft
from console.pages.parts import if_there
from console.pages.results import creator_rows, goal_of, names_of, timeline_of
from console.pages.site import Page
from console.pages.view import View
from console.pages.whys import whys_of
from contracts.http.attribution import CampaignResults, CandidateOut, OrderOut
from contracts.http.campaigns import CampaignOut, CollaborationOut
from contracts.http.console import RoleKind

NEWEST_ORDERS = 10


async def list_campaigns(view: View) -> Response:
    """All of the brand's campaigns, each with what it brought so far."""
    page = await Campaigns(view.service("campaigns")).all(view.query("cursor", 2000))
    attribution = Attribution(view.service("attribution"))
    results = await asyncio.gather(*(if_there(attribution.results(campaign.id)) for campaign in page.items))
    return view.render(
        "campaigns.html",
        page=page,
        rows=list(zip(page.items, results, strict=True)),
        labels=labels,
        currency=view.who.role.currency,
        first=not view.query("cursor"),
    )


async def show_new(view: View) -> Response:
    """The form of a new campaign."""
    return view.render("campaign_new.html", **choices(view))


async def create(view: View) -> Response:
    """Save a draft; campaigns' own refusals are shown beside our fields."""
    form = await view.form()
    draft = read_draft(form, view)
    if draft is not None:
        try:
            made = await Campaigns(view.service("campaigns")).create(draft, form.text("key", most=100))
            return view.go(f"/campaigns/{made.id}?done=drafted")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            form.wrong("form", declined.detail or declined.title)
    return view.render("campaign_new.html", 422, form=form, **choices(view))


async def publish(view: View) -> Response:
    """Open the campaign for invitations."""
    campaign = view.path("campaign")
    try:
        await Campaigns(view.service("campaigns")).publish(campaign)
    except DeclinedError as declined:
        return await _render(view, campaign, 409, problem=declined.detail or declined.title)
    except WrongFieldsError as wrong:
        problem = " ".join(error.message for error in wrong.errors) or wrong.detail
        return await _render(view, campaign, 422, problem=problem)
    return view.go(f"/campaigns/{campaign}?done=published")


async def show(view: View) -> Response:
    """One campaign: its state, who is in it, what each brought, and the newest orders."""
    return await _render(view, view.path("campaign"))


async def _render(view: View, id_: str, status: int = 200, problem: str = "") -> Response:
    campaigns, attribution = Campaigns(view.service("campaigns")), Attribution(view.service("attribution"))
    campaign, collaborations, results, orders = await asyncio.gather(
        campaigns.find(id_),
        campaigns.collaborations(id_),
        if_there(attribution.results(id_)),
        if_there(attribution.orders(campaign=id_, limit=NEWEST_ORDERS)),
    )
    whys = await whys_of(attribution, orders.items) if orders else {}
    return _page(view, campaign, collaborations, results, orders, whys, status, problem)


def _page(
    view: View,
    campaign: CampaignOut,
    collaborations: list[CollaborationOut],
    results: CampaignResults | None,
    orders: Listed[OrderOut] | None,
    whys: dict[str, list[CandidateOut]],
    status: int,
    problem: str,
) -> Response:
    currency = view.who.role.currency
    return view.render(
        "campaign.html",
        status,
        campaign=campaign,
        rows=creator_rows(collaborations, results),
        results=results,
        orders=orders,
        whys=whys,
        names=names_of(collaborations),
        goal=goal_of(campaign, results, currency),
        timeline=timeline_of(campaign, collaborations),
        labels=labels,
        currency=currency,
        problem=problem,
    )


async def list_orders(view: View) -> Response:
    """All orders of a campaign, and why each was credited."""
    id_, cursor = view.path("campaign"), view.query("cursor", 2000)
    campaigns, attribution = Campaigns(view.service("campaigns")), Attribution(view.service("attribution"))
    campaign, collaborations, orders = await asyncio.gather(
        campaigns.find(id_), campaigns.collaborations(id_), attribution.orders(campaign=id_, cursor=cursor)
    )
    return view.render(
        "campaign_orders.html",
        campaign=campaign,
        orders=orders,
        whys=await whys_of(attribution, orders.items),
        names=names_of(collaborations),
        labels=labels,
        first=not cursor,
    )


PAGES = (
    Page("/campaigns", list_campaigns, RoleKind.BRAND),
    Page("/campaigns/new", show_new, RoleKind.BRAND),
    Page("/campaigns", create, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}", show, RoleKind.BRAND),
    Page("/campaigns/{campaign}/publish", publish, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/orders", list_orders, RoleKind.BRAND),
)
