"""Explore: finding creators, reading one's figures, and inviting them to a campaign."""

import asyncio
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from chassis.http import Page as Listed
from console.clients import Campaigns, DeclinedError, Discovery, WrongFieldsError
from console.domain.accounts import Refusal, is_address
from console.domain.words import mark
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.site import Page
from console.pages.view import View
from contracts.discovery import Profile
from contracts.http.campaigns import Invite
from contracts.http.console import RoleKind

MOST_FOLLOWERS = 10**12
MESSAGE = 5000


async def explore(view: View) -> Response:
    """Creators by name or handle and by followers, with the exact total."""
    form = Form(dict(view.request.query_params))
    text = form.text("text", most=200)
    least = form.whole("min_followers", least=0, most=MOST_FOLLOWERS, required=False)
    most = form.whole("max_followers", least=0, most=MOST_FOLLOWERS, required=False)
    if least is not None and most is not None and most < least:
        form.wrong("max_followers", mark("Enter more than in the field before."))
    cursor, campaign_id = view.query("cursor", 2000), view.query("campaign")
    campaign = await Campaigns(view.service("campaigns")).find(campaign_id) if campaign_id else None
    page: Listed[Profile] = Listed(items=(), total=0)
    if not form.errors:
        page = await Discovery(view.service("discovery")).search(text, least, most, cursor)
    filters = {
        name: value
        for name, value in (("text", text), ("min_followers", least), ("max_followers", most))
        if value not in {"", None}
    }
    kept = {"campaign": campaign_id} if campaign_id else {}
    return view.render(
        "creators.html",
        form=form,
        page=page,
        campaign=campaign,
        filters=[(name, value, _link(kept | filters, without=name)) for name, value in filters.items()],
        everybody=_link(kept),
        start="" if not cursor else _link(kept | filters),
        following=_link(kept | filters | {"cursor": page.next_cursor}) if page.next_cursor else "",
    )


def _link(params: Mapping[str, Any], without: str = "") -> str:
    return "/creators?" + urlencode({name: value for name, value in params.items() if name != without})


async def show(view: View) -> Response:
    """One creator's figures, and to which campaigns they can be invited."""
    profile, campaigns = await asyncio.gather(
        Discovery(view.service("discovery")).find(view.path("profile")),
        if_there(Campaigns(view.service("campaigns")).published()),
    )
    return view.render("creator.html", profile=profile, campaigns=campaigns)


async def show_invite(view: View) -> Response:
    """The invitation's form."""
    return await _invite_page(view, Form())


async def invite(view: View) -> Response:
    """Send the invitation."""
    form = await view.form()
    campaign_id, profile = view.path("campaign"), view.path("profile")
    address = form.text("address", most=254)
    if address and not is_address(address):
        form.wrong("address", Refusal.ADDRESS)
    message = form.text("message", most=MESSAGE)
    code = form.text("coupon", most=100)
    if not form.errors:
        body = Invite(
            profile=profile,
            address=address or None,
            language=view.locale.language,
            message=message,
            code=code or None,
        )
        try:
            await Campaigns(view.service("campaigns")).invite(campaign_id, body, form.text("key", most=100))
            return view.go(f"/campaigns/{campaign_id}?done=invited")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, {"address": "address", "code": "coupon", "message": "message"})
        except DeclinedError as declined:
            form.wrong("form", declined.detail or declined.title or mark("This creator can't be invited."))
    return await _invite_page(view, form, 422)


async def _invite_page(view: View, form: Form, status: int = 200) -> Response:
    campaign, profile = await asyncio.gather(
        Campaigns(view.service("campaigns")).find(view.path("campaign")),
        Discovery(view.service("discovery")).find(view.path("profile")),
    )
    return view.render("invite.html", status, form=form, campaign=campaign, profile=profile)


async def choose_campaign(view: View) -> Response:
    """From a creator's page to the invitation of the chosen campaign."""
    form = await view.form()
    campaign = form.text("campaign")
    if not campaign:
        return view.go(f"/creators/{view.path('profile')}")
    return view.go(f"/campaigns/{campaign}/invite/{view.path('profile')}")


PAGES = (
    Page("/creators", explore, RoleKind.BRAND),
    Page("/creators/{profile}", show, RoleKind.BRAND),
    Page("/creators/{profile}/invite", choose_campaign, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/invite/{profile}", show_invite, RoleKind.BRAND),
    Page("/campaigns/{campaign}/invite/{profile}", invite, RoleKind.BRAND, "POST"),
)
