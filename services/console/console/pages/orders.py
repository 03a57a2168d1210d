"""Why an order was credited as it was: the decision record, for the brand, the creator and operators."""

from starlette.responses import Response

from console.clients import Attribution, Campaigns
from console.domain.words import mark
from console.pages import labels
from console.pages.arithmetic import sums_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.results import name_of
from console.pages.site import Page
from console.pages.view import View
from contracts.http.attribution import ANOTHER_CREATOR, DecisionOut
from contracts.http.console import RoleKind

RECORDS = {RoleKind.BRAND: "/orders/", RoleKind.CREATOR: "/earnings/orders/", RoleKind.OPERATOR: "/records/"}
"""Where each kind of person reads records."""
BACK = {
    RoleKind.BRAND: ("/campaigns", mark("Campaigns")),
    RoleKind.CREATOR: ("/earnings", mark("Earnings")),
    RoleKind.OPERATOR: ("/held-orders", mark("Held orders")),
}


async def show(view: View) -> Response:
    """One order's record: candidates with reasons, the arithmetic line by line, the ledger."""
    return await render(view, view.path("order"))


async def render(view: View, order: str, form: Form | None = None, status: int = 200) -> Response:
    """The record's page; `form` is the one that releases a held order, with what is wrong with it."""
    decision = await Attribution(view.service("attribution")).decision(order)
    role, campaign = view.who.role.kind, view.query("campaign")
    back, back_words = BACK[role]
    if role is RoleKind.BRAND and campaign:
        back, back_words = f"/campaigns/{campaign}", mark("Campaign")
    elif role is RoleKind.BRAND and (decision.held or "held" in view.request.query_params):
        back, back_words = "/held", mark("Held orders")
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
        back=back,
        back_words=view.say(back_words),
        base=RECORDS[role],
        may_release=role is not RoleKind.CREATOR,
        ANOTHER_CREATOR=ANOTHER_CREATOR,
    )


async def _names(view: View, decision: DecisionOut) -> dict[str, str]:
    """Who the creators are: to themselves "you", to a brand by their profile, to operators by id."""
    creators = {c.creator: c.collaboration for c in decision.candidates if c.creator and c.collaboration}
    if view.who.role.kind is RoleKind.CREATOR:
        return {view.who.person: view.say("You")}
    if view.who.role.kind is RoleKind.OPERATOR:
        return {creator: creator for creator in creators}
    campaigns = Campaigns(view.service("campaigns"))
    found = {creator: await if_there(campaigns.collaboration(id_)) for creator, id_ in creators.items()}
    return {creator: name_of(one) for creator, one in found.items() if one is not None}


PAGES = (
    Page("/records/{order:path}", show, RoleKind.OPERATOR),
    Page("/orders/{order:path}", show, RoleKind.BRAND),
    Page("/earnings/orders/{order:path}", show, RoleKind.CREATOR),
)
