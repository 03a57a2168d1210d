"""A creator's invitations: opening one by its mail, reading the terms, accepting, declining."""

import asyncio
from collections.abc import Container

from starlette.responses import Response

from console.clients import Campaigns, DeclinedError, NotThereError
from console.entry import Ask
from console.pages import labels
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.sign_in import mail_code
from console.pages.site import Page
from console.pages.view import View
from contracts.campaigns import CollaborationStatus, DeclineReason
from contracts.http.campaigns import CollaborationOut, DeclineInvitation
from contracts.http.console import RoleKind

NOTE = 5000
MOST_OFFERS = 50
MOST_PROVEN = 20


async def list_invitations(view: View) -> Response:
    """Every invitation of this creator, the open ones first."""
    mine = await everything(view)
    return view.render("invitations.html", rows=mine, labels=labels)


async def everything(view: View) -> list[CollaborationOut]:
    """The creator's collaborations, and the invitations that they proved but have not answered; open ones first."""
    found = {one.id: one for one in await Campaigns(view.service("campaigns")).mine()}
    for one in await proven(view, without=found):
        found[one.id] = one
    return sorted(
        found.values(),
        key=lambda one: (one.status is not CollaborationStatus.INVITED, -one.invitation.sent_at.timestamp()),
    )


async def proven(view: View, without: Container[str] = ()) -> list[CollaborationOut]:
    """The invitations that the creator proved to have got by mail, answered or not."""
    ids = [id_ for id_ in view.who.invitations if id_ not in without][:MOST_PROVEN]
    found = await asyncio.gather(
        *(if_there(Campaigns(view.service("campaigns", invitation=id_)).collaboration(id_)) for id_ in ids)
    )
    return [one for one in found if one is not None]


async def show(view: View) -> Response:
    """The invitation with its terms for whoever proved to have got it; for others the way to prove it."""
    if view.session is None or view.session.role.kind is not RoleKind.CREATOR:
        return view.render(
            "invitation_open.html", invitation=view.path("invitation"), is_other=view.session is not None
        )
    return await _render(view)


async def _render(view: View, status: int = 200, form: Form | None = None) -> Response:
    id_ = view.path("invitation")
    campaigns = Campaigns(view.service("campaigns", invitation=id_))
    try:
        collaboration = await campaigns.collaboration(id_)
    except NotThereError:
        return view.render("invitation_open.html", invitation=id_, is_other=True)
    return view.render(
        "invitation.html",
        status,
        collaboration=collaboration,
        terms=collaboration.terms[-1],
        labels=labels,
        form=form or Form(),
        reasons=[
            ("", view.say(labels.NO_REASON)),
            *((reason, view.say(words)) for reason, words in labels.DECLINE.items()),
        ],
    )


async def sign_in(view: View) -> Response:
    """Mail a code to whoever got the invitation."""
    id_ = view.path("invitation")
    form = Form()
    wish = Ask(browser="", client="", language="", invitation=id_, next=f"/invitations/{id_}")
    response = await mail_code(view, form, wish)
    return response or view.render("invitation_open.html", 429, invitation=id_, is_other=False, form=form)


async def accept(view: View) -> Response:
    """Agree to the offer whose terms were read; one that was replaced meanwhile is refused."""
    id_ = view.path("invitation")
    form = await view.form()
    offer = form.whole("offer", least=1, most=MOST_OFFERS, required=False) if form.values.get("offer") else 1
    if offer is None:
        return await _render(view, 422, form)
    try:
        await Campaigns(view.service("campaigns", invitation=id_)).accept(id_, offer)
    except DeclinedError as declined:
        return await _refused(view, declined)
    return view.go(f"/invitations/{id_}?done=accepted")


async def decline(view: View) -> Response:
    """Say no."""
    id_ = view.path("invitation")
    form = await view.form()
    reason = form.values.get("reason", "")
    note = form.text("note", most=NOTE)
    if form.errors:
        return await _render(view, 422, form)
    answer = DeclineInvitation(reason=DeclineReason(reason) if reason in list(DeclineReason) else None, note=note)
    try:
        await Campaigns(view.service("campaigns", invitation=id_)).decline(id_, answer)
    except DeclinedError as declined:
        return await _refused(view, declined)
    return view.go(f"/invitations/{id_}?done=declined")


async def _refused(view: View, declined: DeclinedError) -> Response:
    form = Form()
    form.wrong("form", why_declined(declined))
    return await _render(view, 409, form)


PAGES = (
    Page("/invitations", list_invitations, RoleKind.CREATOR),
    Page("/invitations/{invitation}", show),
    Page("/invitations/{invitation}/sign-in", sign_in, method="POST"),
    Page("/invitations/{invitation}/accept", accept, RoleKind.CREATOR, "POST"),
    Page("/invitations/{invitation}/decline", decline, RoleKind.CREATOR, "POST"),
)
