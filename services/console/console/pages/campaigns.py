"""A brand's campaigns: the list, and the page of one with what each creator brought."""

import asyncio

from starlette.responses import Response

from chassis.http import Page as Listed
from console.clients import Attribution, Campaigns, Discovery, Drafts, NotThereError
from console.pages import labels
from console.pages.course import COURSES
from console.pages.parts import if_there
from console.pages.results import creator_rows, goal_of, names_of, timeline_of
from console.pages.site import Page
from console.pages.view import View
from console.pages.whys import whys_of
from contracts.campaigns import CampaignStatus
from contracts.http.attribution import CampaignResults, CandidateOut, OrderOut
from contracts.http.campaigns import CampaignOut, CollaborationOut
from contracts.http.console import RoleKind
from contracts.http.discovery import PersonaOut

NEWEST_ORDERS = 10


async def list_campaigns(view: View) -> Response:
    """All of the brand's campaigns, each with what it brought so far."""
    cursor = view.query("cursor", 2000)
    page, unfinished = await asyncio.gather(
        Campaigns(view.service("campaigns")).all(cursor),
        if_there(Drafts(view.service("campaigns")).unfinished()),
    )
    attribution = Attribution(view.service("attribution"))
    results = await asyncio.gather(*(if_there(attribution.results(campaign.id)) for campaign in page.items))
    return view.render(
        "campaigns.html",
        page=page,
        rows=list(zip(page.items, results, strict=True)),
        labels=labels,
        currency=view.who.role.currency,
        first=not cursor,
        unfinished=unfinished.items if unfinished is not None and not cursor else (),
        is_more=unfinished is not None and unfinished.next_cursor is not None,
    )


async def show(view: View) -> Response:
    """One campaign: its state, who is in it, what each brought, and the newest orders. A draft is in the wizard."""
    id_ = view.path("campaign")
    campaigns, attribution = Campaigns(view.service("campaigns")), Attribution(view.service("attribution"))
    try:
        campaign = await campaigns.find(id_)
    except NotThereError:
        await Drafts(view.service("campaigns")).find(id_)
        return view.go(f"/campaigns/{id_}/edit")
    if campaign.status is CampaignStatus.DRAFT:
        return view.go(f"/campaigns/{id_}/edit")
    collaborations, results, orders, persona = await asyncio.gather(
        campaigns.collaborations(id_),
        if_there(attribution.results(id_)),
        if_there(attribution.orders(campaign=id_, limit=NEWEST_ORDERS)),
        _persona(view, campaign),
    )
    whys = await whys_of(attribution, orders.items) if orders else {}
    return _page(view, campaign, collaborations, results, orders, whys, persona)


async def _persona(view: View, campaign: CampaignOut) -> PersonaOut | None:
    """The persona that the goal names; None if it names none, or nobody tells."""
    id_ = campaign.goal.persona_id
    return None if id_ is None else await if_there(Discovery(view.service("discovery")).persona(id_))


def _page(
    view: View,
    campaign: CampaignOut,
    collaborations: list[CollaborationOut],
    results: CampaignResults | None,
    orders: Listed[OrderOut] | None,
    whys: dict[str, list[CandidateOut]],
    persona: PersonaOut | None,
) -> Response:
    currency = view.who.role.currency
    return view.render(
        "campaign.html",
        campaign=campaign,
        rows=creator_rows(collaborations, results),
        results=results,
        orders=orders,
        whys=whys,
        names=names_of(collaborations),
        goal=goal_of(campaign, results, currency),
        timeline=timeline_of(campaign, collaborations),
        labels=labels,
        persona=persona,
        currency=currency,
        courses=[(name, COURSES[name]) for name in campaign.can if name in COURSES],
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
    Page("/campaigns/{campaign}", show, RoleKind.BRAND),
    Page("/campaigns/{campaign}/orders", list_orders, RoleKind.BRAND),
)
