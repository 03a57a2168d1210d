"""Writes with an Idempotency-Key: sent twice, they happen once and are answered alike."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.campaigns.builders import a_draft
from tests.campaigns.kit import Campaigns, found, problem

ADDRESS = {"address": "krista@creators.example"}
Write = Callable[[str], Awaitable[Any]]


async def a_write(service: Campaigns, name: str) -> Write:
    """The write of that name, ready to be sent with a key."""
    match name:
        case "create":
            return lambda key: service.brand("POST", "/v1/campaigns", a_draft(), key=key)
        case "change" | "publish":
            path = f"/v1/campaigns/{(await service.drafted())['id']}"
            if name == "change":
                return lambda key: service.brand("PATCH", path, {"name": "Winter"}, key=key, if_match='"1"')
            return lambda key: service.brand("POST", f"{path}/publish", key=key)
        case "invite":
            campaign = await service.published()
            return lambda key: service.invite(campaign, ADDRESS, key=key)
    invitation = (await service.invited(await service.published()))["id"]
    if name == "accept":
        return lambda key: service.accept(invitation, key=key)
    return lambda key: service.decline(invitation, {"reason": "busy"}, key=key)


WRITES = ["create", "change", "publish", "invite", "accept", "decline"]


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_that_is_sent_again_is_answered_as_before_and_happens_once(service: Campaigns, name: str):
    write = await a_write(service, name)
    before = len(await service.events())
    first, again = await write("k-1"), await write("k-1")
    assert first.status_code in (200, 201)
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await service.events()) == before + 1


@pytest.mark.parametrize("name", WRITES)
async def test_a_write_that_is_sent_several_times_at_once_happens_once(service: Campaigns, name: str):
    write = await a_write(service, name)
    before = len(await service.events())
    answers = await asyncio.gather(*(write("k-1") for _ in range(3)))
    assert len({(answer.status_code, answer.content) for answer in answers}) == 1
    assert answers[0].status_code in (200, 201)
    assert len(await service.events()) == before + 1


async def test_an_invitation_that_is_sent_again_asks_notifications_for_nothing(service: Campaigns):
    campaign = await service.published()
    first = found(await service.invite(campaign, ADDRESS, key="k-1"), 201)
    service.contacts.is_away = True
    assert found(await service.invite(campaign, ADDRESS, key="k-1"), 201) == first
    assert list(service.contacts.put) == [first["id"]]


async def test_a_key_is_for_one_content(service: Campaigns):
    campaign = await service.published()
    sent = found(await service.invite(campaign, ADDRESS, key="k-1"), 201)
    other = await service.invite(campaign, {"address": "other@creators.example"}, key="k-1")
    assert problem(other, 422)["code"] == "idempotency-key-reused"
    assert list(service.contacts.put) == [sent["id"]]


async def test_a_key_is_its_sender_s_own(service: Campaigns):
    one = found(await service.brand("POST", "/v1/campaigns", a_draft(), key="k-1"), 201)
    body = a_draft(landing_url="https://other.example/")
    other = found(await service.brand("POST", "/v1/campaigns", body, brand="b-2", key="k-1"), 201)
    assert (one["brand"], other["brand"]) == ("b-1", "b-2")


async def test_a_refusal_is_not_kept(service: Campaigns):
    made = await service.drafted()
    path = f"/v1/campaigns/{made['id']}/invitations"
    assert (await service.brand("POST", path, ADDRESS, key="k-1")).status_code == 409
    found(await service.brand("POST", f"/v1/campaigns/{made['id']}/publish"))
    found(await service.brand("POST", path, ADDRESS, key="k-1"), 201)
