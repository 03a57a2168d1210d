"""An invitation by a copied link: the first who opens it has it (C4)."""

import asyncio
from datetime import timedelta

import pytest

from tests.campaigns.kit import Campaigns, found, problem


async def linked(service: Campaigns, **body) -> tuple[str, str]:
    """A new invitation and what stands in its link."""
    campaign = await service.published()
    told = found(await service.brand("POST", f"/v1/campaigns/{campaign}/invitation-links", body), 201)
    base, _, link = told["url"].rpartition("/")
    assert base == "http://127.0.0.1:8000/join"
    assert len(link) >= 43
    return told["invitation"]["id"], link


async def claim(service: Campaigns, link: str, who: str = "a-1"):
    return await service.creator(who, "POST", "/v1/invitation-links/claim", {"link": link})


async def test_whoever_opens_it_first_has_the_invitation_and_accepts_it(service: Campaigns):
    invitation, link = await linked(service, message="Join us")
    assert problem(await service.creator("a-1", "GET", f"/v1/collaborations/{invitation}"), 404)
    told = found(await claim(service, link))
    assert (told["id"], told["kind"], told["invitation"]["contact"]) == (invitation, "link", "a-1")
    assert told["invitation"]["message"] == "Join us"
    assert found(await claim(service, link)) == told, "twice is once"
    assert problem(await claim(service, link, "a-2"), 409)["code"] == "already-claimed"
    assert problem(await service.creator("a-2", "GET", f"/v1/collaborations/{invitation}"), 404)
    agreed = found(await service.creator("a-1", "POST", f"/v1/collaborations/{invitation}/accept"))
    assert (agreed["status"], agreed["creator"]) == ("agreed", "a-1")
    assert found(await claim(service, link))["status"] == "agreed"
    facts = [fact for _, fact in await service.facts(invitation)]
    assert facts == ["creator-invited", "invitation-claimed", "invitation-accepted"]


async def test_of_many_who_open_it_at_once_one_has_it(service: Campaigns):
    _, link = await linked(service)
    answers = await asyncio.gather(*(claim(service, link, f"a-{n}") for n in range(6)))
    assert sorted(answer.status_code for answer in answers)[:2] in ([200, 409], [200, 412])


async def test_an_invitation_s_own_id_opens_nothing(service: Campaigns):
    invitation, link = await linked(service)
    for wrong in (invitation, link[:-1], link + "x", "x", "é" * 30):
        assert problem(await claim(service, wrong), 404)["code"] == "not-found"


async def test_a_link_that_is_over_is_told_so(service: Campaigns):
    _, link = await linked(service)
    service.later(timedelta(days=7))
    refused = problem(await claim(service, link), 409)
    assert (refused["code"], refused["possible"]) == ("not-now", [])


async def test_no_event_and_no_document_has_the_link(service: Campaigns):
    _, link = await linked(service)
    for name in await service.db.list_collection_names():
        async for row in service.db[name].find({}):
            assert link not in str(row), name


async def test_a_profile_that_is_not_known_is_told_so(service: Campaigns):
    campaign = await service.published()
    path = f"/v1/campaigns/{campaign}/invitation-links"
    assert problem(await service.brand("POST", path, {"profile": "p-new"}), 409)["code"] == "not-known-yet"
    draft = await service.drafted()
    assert problem(await service.brand("POST", f"/v1/campaigns/{draft['id']}/invitation-links", {}), 409)


@pytest.mark.parametrize("link", [None, "", 7, {"$ne": None}, "x" * 201])
async def test_what_is_no_link_is_422(service: Campaigns, link):
    assert problem(await claim(service, link), 422)
