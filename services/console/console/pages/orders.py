"""Why an order was credited as it was: the decision record, for the brand and for the creator."""

from starlette.responses import Response

from console.clients import Attribution, Campaigns
from console.pages import labels
from console.pages.arithmetic import sums_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.results import name_of
from console.pages.site import Page
from console.pages.view import View
from contracts.http.attribution import ANOTHER_CREATOR, DecisionOut
from contracts.http.console import RoleKind


async def show(view: View) -> Response:
    """One order's record: candidates with reasons, the arithmetic line by line, the ledger."""
    return await render(view, view.path("order"))


async def render(view: View, order: str, form: Form | None = None, status: int = 200) -> Response:
    """The record's page; `form` is the one that releases a held order, with what is wrong with it."""
    decision = await Attribution(view.service("attribution")).decision(order)
    return view.render(
        "order.html",
        status,
        form=form or Form(),
        decision=decision,
        number=decision.order.partition(":")[2] or decision.order,
        names=await _names(view, decision),
        sums=sums_of(decision),
        touches={one.ref: one for one in decision.candidates if one.won},
        labels=labels,
        back=view.query("campaign"),
        ANOTHER_CREATOR=ANOTHER_CREATOR,
    )


async def _names(view: View, decision: DecisionOut) -> dict[str, str]:
    """Who the creators are: to themselves "you", to a brand by the profile of their collaboration."""
    creators = {c.creator: c.collaboration for c in decision.candidates if c.creator and c.collaboration}
    if view.who.role.kind is RoleKind.CREATOR:
        return {view.who.person: view.say("You")}
    campaigns = Campaigns(view.service("campaigns"))
    found = {creator: await if_there(campaigns.collaboration(id_)) for creator, id_ in creators.items()}
    return {creator: name_of(one) for creator, one in found.items() if one is not None}


PAGES = (
    Page("/orders/{order:path}", show, RoleKind.BRAND),
    Page("/earnings/orders/{order:path}", show, RoleKind.CREATOR),
)
