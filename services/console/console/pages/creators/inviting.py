"""Inviting a creator to a campaign."""

import asyncio
from urllib.parse import quote

from starlette.responses import Response

from console.clients import Campaigns, DeclinedError, Discovery, WrongFieldsError
from console.domain.accounts import Refusal, is_address
from console.domain.words import mark
from console.pages import creator_labels, groups
from console.pages.creators.faces import face_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.http.campaigns import CampaignOut, Invite
from contracts.http.console import RoleKind
from contracts.http.discovery import FitIn

MESSAGE = 5000


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
            form.wrong("form", why_declined(declined) or mark("This creator can't be invited."))
    return await _invite_page(view, form, 422)


async def _invite_page(view: View, form: Form, status: int = 200) -> Response:
    campaign, profile = await asyncio.gather(
        Campaigns(view.service("campaigns")).find(view.path("campaign")),
        Discovery(view.service("discovery")).find(view.path("profile")),
    )
    left_out = await _left_out(view, campaign)
    return view.render(
        "invite.html",
        status,
        form=form,
        campaign=campaign,
        profile=profile,
        face=face_of(profile),
        labels=creator_labels,
        left_out=left_out,
    )


async def _left_out(view: View, campaign: CampaignOut) -> str:
    """Why the campaign's persona leaves the creator out of the first round; empty if it does not, or has none."""
    if campaign.goal.persona_id is None:
        return ""
    asked = FitIn(campaign=campaign.id, keep=False)
    fit = await if_there(Discovery(view.service("discovery")).fit(view.path("profile"), asked))
    return "" if fit is None else groups.left_out(fit.left_out, view)


async def choose_campaign(view: View) -> Response:
    """From a creator's page to the invitation of the chosen campaign."""
    form = await view.form()
    campaign, profile = quote(form.text("campaign"), safe=""), quote(view.path("profile"), safe="")
    if not campaign:
        return view.go(f"/creators/{profile}")
    return view.go(f"/campaigns/{campaign}/invite/{profile}")


PAGES = (
    Page("/creators/{profile}/invite", choose_campaign, RoleKind.BRAND, "POST"),
    Page("/campaigns/{campaign}/invite/{profile}", show_invite, RoleKind.BRAND),
    Page("/campaigns/{campaign}/invite/{profile}", invite, RoleKind.BRAND, "POST"),
)
