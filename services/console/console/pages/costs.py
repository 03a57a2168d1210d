"""What a campaign costs a brand: commission, fees and the operator's share, and the entries they add up from."""

import asyncio

from starlette.responses import Response

from console.clients import Attribution, Campaigns
from console.pages import labels
from console.pages.parts import if_there
from console.pages.results import names_of
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind


async def show(view: View) -> Response:
    """A campaign's costs by currency, each a sum, and its ledger entries, the newest first."""
    id_, cursor = view.path("campaign"), view.query("cursor", 2000)
    campaigns, attribution = Campaigns(view.service("campaigns")), Attribution(view.service("attribution"))
    campaign, collaborations, costs, entries = await asyncio.gather(
        campaigns.find(id_),
        if_there(campaigns.collaborations(id_)),
        if_there(attribution.costs(id_)),
        if_there(attribution.cost_entries(id_, cursor)),
    )
    return view.render(
        "campaign_costs.html",
        campaign=campaign,
        costs=costs,
        entries=entries,
        names=names_of(collaborations or []),
        labels=labels,
        first=not cursor,
    )


PAGES = (Page("/campaigns/{campaign}/costs", show, RoleKind.BRAND),)
