"""The page behind a copied link: looking takes nothing, the button takes the invitation."""

import httpx
import pytest

from contracts.http.campaigns import ClaimInvitation
from tests.console.kit import sent

CLAIM = "/v1/invitation-links/claim"
PAGE = "/join/kq3-secret"


async def test_a_stranger_signs_in_first_and_comes_back(console):
    async with console.browser() as browser:
        answer = await browser.get(PAGE)
    assert answer.headers["location"] == f"/sign-in?next={PAGE}"
    assert [one for one in console.services.asked if not one.url.path.endswith("/unread")] == []


async def test_looking_takes_nothing_and_the_button_takes_the_invitation(console, signed_in):
    page = await signed_in["creator"].get(PAGE)
    assert "Open the invitation" in page.text
    assert [one for one in console.services.asked if not one.url.path.endswith("/unread")] == []
    console.services.answers[f"POST campaigns{CLAIM}"] = console.services.answers[
        "GET campaigns/v1/collaborations/invitation-3"
    ]
    answer = await signed_in["creator"].post(PAGE)
    assert answer.headers["location"] == "/invitations/invitation-3"
    asked = ClaimInvitation.model_validate_json(sent(console, "POST", CLAIM).content)
    assert asked.link == "kq3-secret"


@pytest.mark.parametrize("status", [404, 409])
async def test_a_link_that_opens_nothing_says_so(console, signed_in, status):
    problem = {"title": "Somebody was faster", "detail": "This link was taken by somebody else.", "status": status}
    console.services.answers[f"POST campaigns{CLAIM}"] = httpx.Response(status, json=problem)
    page = await signed_in["creator"].post(PAGE)
    assert page.status_code == status
    assert "This link opens no invitation for you" in page.text


async def test_it_is_a_creator_s_page(console, signed_in):
    assert (await signed_in["brand"].get(PAGE)).status_code == 403
