"""Whose things are whose: every route, with another tenant's objects."""

from typing import Any

import pytest

from chassis.http import Kind, routes_of
from chassis.testing import calling, foreign_answers, open_doors
from contracts.discovery import ProfileImported
from tests.campaigns.builders import NOON, a_profile, a_work
from tests.campaigns.kit import A_PNG, Campaigns, found
from tests.support.private_parts import ADDRESS, everybody, leaks_of, leaky

IDS = (
    "campaign",
    "collaboration",
    "deliverable",
    "proposal",
    "application",
    "conversation",
    "asset",
    "product",
    "draft",
)
NO_IDS = dict.fromkeys(IDS, "x") | {"proposal": "1"}

ONE = "/v1/collaborations/{collaboration}"
WORK = f"{ONE}/deliverables/{{deliverable}}"
BODIES: dict[tuple[str, str], Any] = {
    ("PATCH", "/v1/campaigns/{campaign}"): {"name": "Mine now", "landing_url": "https://other.example/"},
    ("PATCH", "/v1/drafts/{draft}"): {"name": "Mine now"},
    ("PATCH", "/v1/products/{product}"): {"title": "Mine now"},
    ("POST", "/v1/campaigns/{campaign}/invitations"): {"address": "x@creators.example"},
    ("PUT", "/v1/campaigns/{campaign}/budget"): {"budget": None},
    ("PUT", "/v1/campaigns/{campaign}/program"): {"program": None},
    ("POST", "/v1/applications/{application}/decline"): {"reason": "fit"},
    ("POST", "/v1/campaigns/{campaign}/applications/decline"): {"applications": ["x"], "reason": "fit"},
    ("POST", "/v1/conversations/{conversation}/messages"): {"text": "Mine now"},
    ("PUT", "/v1/conversations/{conversation}/read"): {"up_to": "x"},
    ("POST", f"{ONE}/offers"): {"commission": 9000},
    ("POST", f"{ONE}/terms"): {"commission": 1},
    ("POST", f"{ONE}/proposals"): {"kind": "cancellation"},
    ("POST", f"{ONE}/sample/request"): {"reason": "to try", "plan": "a video"},
    ("POST", f"{ONE}/sample/ship"): {"carrier": "DHL", "tracking": "1"},
    ("POST", f"{ONE}/sample/step-out"): {"feedback": "no"},
    ("POST", f"{WORK}/propose-concept"): {"text": "mine"},
    ("POST", f"{WORK}/ask-changes"): {"points": ["all"]},
    ("POST", f"{WORK}/submit"): {"url": "https://other.example/1"},
    ("POST", f"{WORK}/ask-revision"): {"points": ["all"]},
    ("POST", f"{WORK}/publish"): {"url": "https://www.tiktok.com/@a/video/1"},
    ("POST", f"{WORK}/refuse-publication"): {"points": ["all"]},
}
FILES = {("POST", "/v1/campaigns/{campaign}/assets"), ("POST", f"{ONE}/files")}
"""Their body is a file, and no JSON."""
PUBLIC = {"/v1/public/programs/{campaign}"}
"""What everybody may read, also without a token."""
OPEN_TO_ALL = PUBLIC | {"/v1/programs/{campaign}", "/v1/programs/{campaign}/applications"}
"""Every creator may look at an open program and apply to it: a program is public among them."""
BOTH = {Kind.BRAND, Kind.CREATOR}
REVIEWS = (
    "approve-concept",
    "ask-changes",
    "approve-submission",
    "ask-revision",
    "refuse-publication",
    "confirm",
)
KINDS = {
    ("POST", "/v1/campaigns"): {Kind.BRAND},
    ("GET", "/v1/campaigns"): {Kind.BRAND},
    ("GET", "/v1/campaigns/{campaign}"): {Kind.BRAND},
    ("PATCH", "/v1/campaigns/{campaign}"): {Kind.BRAND},
    ("POST", "/v1/campaigns/{campaign}/publish"): {Kind.BRAND},
    ("POST", "/v1/campaigns/{campaign}/pause"): {Kind.BRAND},
    ("POST", "/v1/campaigns/{campaign}/resume"): {Kind.BRAND},
    ("POST", "/v1/campaigns/{campaign}/end"): {Kind.BRAND},
    ("DELETE", "/v1/campaigns/{campaign}"): {Kind.BRAND},
    ("GET", "/v1/campaigns/{campaign}/budget"): {Kind.BRAND},
    ("PUT", "/v1/campaigns/{campaign}/budget"): {Kind.BRAND},
    ("PUT", "/v1/campaigns/{campaign}/program"): {Kind.BRAND},
    ("GET", "/v1/campaigns/{campaign}/realism"): {Kind.BRAND},
    ("GET", "/v1/campaigns/{campaign}/result"): {Kind.BRAND},
    ("GET", "/v1/campaigns/{campaign}/applications"): {Kind.BRAND},
    ("GET", "/v1/campaigns/{campaign}/assets"): {Kind.BRAND, Kind.CREATOR},
    ("POST", "/v1/campaigns/{campaign}/assets"): {Kind.BRAND},
    ("POST", "/v1/campaigns/{campaign}/invitation-links"): {Kind.BRAND},
    ("POST", "/v1/drafts"): {Kind.BRAND},
    ("GET", "/v1/drafts"): {Kind.BRAND},
    ("GET", "/v1/drafts/{draft}"): {Kind.BRAND},
    ("PATCH", "/v1/drafts/{draft}"): {Kind.BRAND},
    ("DELETE", "/v1/drafts/{draft}"): {Kind.BRAND},
    ("POST", "/v1/goals/advice"): {Kind.BRAND},
    ("PATCH", "/v1/products/{product}"): {Kind.BRAND},
    ("GET", "/v1/channels"): {Kind.BRAND},
    ("PUT", "/v1/channels"): {Kind.BRAND},
    ("POST", "/v1/channels/advice"): {Kind.BRAND},
    ("GET", "/v1/collaborations/{collaboration}/conversation"): {Kind.BRAND, Kind.CREATOR},
    ("POST", "/v1/conversations"): {Kind.BRAND, Kind.CREATOR},
    ("GET", "/v1/conversations"): {Kind.BRAND, Kind.CREATOR},
    ("GET", "/v1/conversations/{conversation}"): {Kind.BRAND, Kind.CREATOR},
    ("GET", "/v1/conversations/{conversation}/messages"): {Kind.BRAND, Kind.CREATOR},
    ("POST", "/v1/conversations/{conversation}/messages"): {Kind.BRAND, Kind.CREATOR},
    ("PUT", "/v1/conversations/{conversation}/read"): {Kind.BRAND, Kind.CREATOR},
    ("POST", "/v1/products/import"): {Kind.BRAND},
    ("POST", "/v1/products/rates"): {Kind.BRAND},
    ("GET", "/v1/products"): {Kind.BRAND},
    ("GET", "/v1/products/{product}"): {Kind.BRAND},
    ("GET", "/v1/assets/{asset}"): {Kind.BRAND, Kind.CREATOR},
    ("DELETE", "/v1/assets/{asset}"): {Kind.BRAND},
    ("GET", "/v1/programs"): {Kind.CREATOR},
    ("GET", "/v1/programs/{campaign}"): {Kind.CREATOR},
    ("POST", "/v1/programs/{campaign}/applications"): {Kind.CREATOR},
    ("GET", "/v1/applications"): {Kind.CREATOR},
    ("GET", "/v1/applications/{application}"): {Kind.BRAND, Kind.CREATOR},
    ("POST", "/v1/applications/{application}/approve"): {Kind.BRAND},
    ("POST", "/v1/applications/{application}/decline"): {Kind.BRAND},
    ("POST", "/v1/applications/{application}/withdraw"): {Kind.CREATOR},
    ("POST", "/v1/invitation-links/claim"): {Kind.CREATOR},
    ("GET", "/v1/campaigns/{campaign}/collaborations"): {Kind.BRAND},
    ("GET", "/v1/campaigns/{campaign}/board"): {Kind.BRAND},
    ("GET", "/v1/campaigns/{campaign}/stages"): {Kind.BRAND},
    ("GET", "/v1/me/steps"): {Kind.CREATOR},
    ("POST", f"{ONE}/files"): {Kind.CREATOR},
    ("GET", f"{ONE}/files"): BOTH,
    ("GET", "/v1/campaigns/{campaign}/budget/collaborations"): {Kind.BRAND},
    ("POST", "/v1/campaigns/{campaign}/applications/decline"): {Kind.BRAND},
    ("GET", "/v1/conversations/unread"): {Kind.BRAND, Kind.CREATOR},
    ("POST", "/v1/campaigns/{campaign}/invitations"): {Kind.BRAND},
    ("GET", "/v1/collaborations"): {Kind.BRAND, Kind.CREATOR},
    ("GET", "/v1/collaborations/{collaboration}"): {Kind.BRAND, Kind.CREATOR},
    ("GET", f"{ONE}/history"): BOTH,
    **{("POST", f"{ONE}/{way}"): BOTH for way in ("accept", "decline", "offers", "proposals", "cancel")},
    **{("POST", f"{ONE}/proposals/{{proposal}}/{way}"): BOTH for way in ("agree", "refuse", "withdraw")},
    **{("POST", f"{ONE}/{way}"): {Kind.BRAND} for way in ("terms", "complete")},
    **{("POST", f"{ONE}/sample/{way}"): {Kind.BRAND} for way in ("approve", "refuse", "ship")},
    **{("POST", f"{ONE}/sample/{way}"): {Kind.CREATOR} for way in ("request", "receive", "step-out")},
    **{("POST", f"{WORK}/{way}"): {Kind.CREATOR} for way in ("propose-concept", "submit", "publish")},
    **{("POST", f"{WORK}/{way}"): {Kind.BRAND} for way in REVIEWS},
    ("POST", f"{WORK}/cancel"): BOTH,
}


@pytest.fixture
async def theirs(service: Campaigns) -> dict[str, str]:
    """A draft could be changed, a published campaign invited to: the routes get the one that they would work on."""
    campaign = await service.published()
    invitation = await service.invited(
        campaign, profile="p-1", address="krista@creators.example", deliverables=[a_work()]
    )
    eligibility = {"program": {"eligibility": {}}}
    found(await service.brand("PUT", f"/v1/campaigns/{campaign}/program", eligibility))
    application = found(await service.creator("a-7", "POST", f"/v1/programs/{campaign}/applications", {}), 201)
    written = found(await service.brand("POST", "/v1/conversations", {"profile": "p-claimed", "text": "Hello"}), 201)
    asset = found(await service.upload(campaign, A_PNG), 201)
    await service.load("product_id,title\n17,Lamp\n")
    return {
        "campaign": campaign,
        "collaboration": invitation["id"],
        "deliverable": invitation["terms"][0]["deliverables"][0]["id"],
        "proposal": "1",
        "draft": (await service.drafted())["id"],
        "application": application["id"],
        "conversation": written["conversation"],
        "asset": asset["id"],
        "product": "17",
    }


async def test_no_door_is_open_without_a_token(service: Campaigns):
    assert await open_doors(service.app, public=frozenset(PUBLIC)) == []


async def test_each_kind_of_principal_has_its_routes_and_no_others(service: Campaigns):
    ours = {(r.method, r.path): set(r.kinds) for r in routes_of(service.app) if "dead-letters" not in r.path}
    assert {route: kinds for route, kinds in ours.items() if kinds and kinds != {Kind.OPERATOR}} == KINDS
    for kind in Kind:
        token = service.token(kind, "x-1")
        for (method, path), kinds in KINDS.items():
            url = path.format(**NO_IDS)
            answer = await service.send(token, method, url, {})
            assert (answer.status_code == 403) is (kind not in kinds), (kind, method, path)


@pytest.mark.parametrize(
    ("kind", "who", "claims"),
    [
        pytest.param(Kind.BRAND, "member-9", {"brand": "b-2"}, id="another brand"),
        pytest.param(Kind.CREATOR, "a-9", {}, id="a creator who was not asked"),
        pytest.param(Kind.CREATOR, "a-9", {"invitation": "another"}, id="a creator who was asked elsewhere"),
        pytest.param(Kind.CREATOR, "b-1", {}, id="a creator whose id is the brand's"),
    ],
)
async def test_somebody_else_s_is_404_on_every_route(service: Campaigns, theirs, kind, who, claims):
    before = await service.events()
    token = service.token(kind, who, **claims)
    walked = 0
    async with calling(service.app, token) as client:
        for route in routes_of(service.app):
            if not route.params or kind not in route.kinds or route.path in OPEN_TO_ALL:
                continue
            for campaign in (theirs["campaign"], theirs["draft"]):
                url = route.url(**theirs | {"campaign": campaign})
                if (route.method, route.path) in FILES:
                    answer = await client.request(route.method, f"{url}?name=x.png", content=A_PNG)
                else:
                    answer = await client.request(route.method, url, json=BODIES.get((route.method, route.path), {}))
                assert answer.status_code == 404, (route.method, url, answer.text)
                walked += 1
    assert walked >= 6
    assert await service.events() == before
    assert list(service.contacts.put) == [theirs["collaboration"]]


@pytest.mark.parametrize("kind", [Kind.BRAND, Kind.CREATOR])
async def test_what_is_not_there_is_answered_as_what_is_somebody_else_s(service: Campaigns, theirs, kind):
    ids = {name: theirs[name] for name in IDS}
    token = service.token(kind, "x-9")
    foreign = await foreign_answers(service.app, token, kind, ids, frozenset(OPEN_TO_ALL))
    absent = await foreign_answers(service.app, token, kind, NO_IDS, frozenset(OPEN_TO_ALL))
    for (route, one), (_, other) in zip(foreign, absent, strict=True):
        if route.method == "GET":
            said, instead = one.json(), other.json()
            assert said.pop("instance") != instead.pop("instance")
            assert {**said, "trace": ""} == {**instead, "trace": ""}
            assert one.status_code == other.status_code == 404


async def test_lists_have_nothing_of_others(service: Campaigns, theirs):
    found(await service.brand("POST", "/v1/drafts", {"name": "Unfinished"}), 201)
    for path in ("/v1/campaigns", "/v1/drafts", "/v1/collaborations"):
        assert found(await service.brand("GET", path, brand="b-2"))["items"] == []
        assert found(await service.brand("GET", path))["items"] != []
    assert found(await service.creator("a-9", "GET", "/v1/collaborations"))["items"] == []


async def test_a_brand_s_member_sees_the_brand_s_and_not_by_the_account_s_own_id(service: Campaigns, theirs):
    token = service.token(Kind.BRAND, "b-1", brand="b-2")
    answer = await service.send(token, "GET", f"/v1/campaigns/{theirs['campaign']}")
    assert answer.status_code == 404


async def test_no_get_route_tells_anything_private_of_a_creator_to_anybody(service: Campaigns, theirs):
    """Not even where discovery said too much, and the address of an invitation not to the brand that typed it."""
    event = ProfileImported.of(a_profile("p-9", claimed_by=("a-1",)), id="e-1", time=NOON, revision=1)
    await service.hear_records(leaky(event))
    asked = await service.invited(theirs["campaign"], profile="p-9", address=ADDRESS, deliverables=[a_work()])
    found(await service.accept(asked["id"]))
    ids = theirs | {"collaboration": asked["id"]}
    answered, leaks = await leaks_of(service.app, everybody(service.token, "b-1"), ids)
    assert leaks == []
    assert {
        ("their brand", "/v1/collaborations/{collaboration}"),
        ("their brand", "/v1/campaigns/{campaign}/board"),
        ("creator", "/v1/collaborations"),
        ("nobody", "/v1/public/programs/{campaign}"),
    } <= answered
    assert service.contacts.put[asked["id"]].address == ADDRESS, "there was something to tell"
