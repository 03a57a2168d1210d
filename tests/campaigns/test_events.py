"""What campaigns says: one event per change, from which the store can be rebuilt, and no address anywhere."""

import logging
from datetime import timedelta

import pytest

from campaigns.store import documents
from chassis.testing import waiting
from contracts.campaigns import Campaign, Collaboration
from contracts.envelope import State
from contracts.registry import EVENTS
from tests.campaigns.builders import FAR
from tests.campaigns.kit import Campaigns, found

WEEK = timedelta(days=7)
SECRETS = ("krista.private", "bea.private", "cem.private", "creators.example")


async def everything_once(service: Campaigns) -> dict[str, str]:
    """Every change that there is."""
    draft = (await service.drafted(ends_at=FAR))["id"]
    found(await service.brand("PATCH", f"/v1/campaigns/{draft}", {"name": "Winter"}))
    found(await service.brand("POST", f"/v1/campaigns/{draft}/publish"))
    accepted = await service.invited(draft, profile="p-1", address="krista.private@creators.example")
    declined = await service.invited(draft, address="bea.private@creators.example", message="Hi")
    expired = await service.invited(draft, address="cem.private@creators.example")
    direct = await service.invited(draft, profile="p-claimed")
    found(await service.accept(accepted["id"]))
    found(await service.decline(declined["id"], {"reason": "brand", "note": "no"}))
    found(await service.creator("a-7", "POST", f"/v1/collaborations/{direct['id']}/accept"))
    service.later(WEEK)
    assert await service.fire_timers() == 1
    named = {"accepted": accepted, "declined": declined, "expired": expired, "direct": direct}
    return {name: one["id"] for name, one in named.items()} | {"campaign": draft}


async def test_every_change_is_told_by_one_event_with_its_fact_and_revision(service: Campaigns):
    ids = await everything_once(service)
    assert await service.facts(ids["campaign"]) == [
        (1, "campaign-drafted"),
        (2, "campaign-drafted"),
        (3, "campaign-published"),
    ]
    for name, fact in {
        "accepted": "invitation-accepted",
        "direct": "invitation-accepted",
        "declined": "invitation-declined",
        "expired": "invitation-expired",
    }.items():
        assert await service.facts(ids[name]) == [(1, "creator-invited"), (2, fact)]
    assert len(await service.events()) == 3 + 4 * 2


async def test_the_last_event_of_each_key_is_what_the_store_holds(service: Campaigns):
    await everything_once(service)
    said = {event.entity: (event.state, event.revision) for event in await service.events()}
    campaigns = [documents.campaign(row) async for row in service.db["campaigns"].find()]
    collaborations = [documents.collaboration(row) async for row in service.db["collaborations"].find()]
    kept: dict[str, tuple[State, int]] = {one.id: (one.state(), one.revision) for one in campaigns}
    kept |= {one.state.id: (one.state, one.revision) for one in collaborations}
    assert kept == said
    assert {type(state) for state, _ in said.values()} == {Campaign, Collaboration}


async def test_a_document_is_read_as_it_was_written(service: Campaigns):
    await everything_once(service)
    async for row in service.db["campaigns"].find():
        assert documents.of_campaign(documents.campaign(row)) == row
    async for row in service.db["collaborations"].find():
        assert documents.of_collaboration(documents.collaboration(row)) == row


async def test_each_event_is_of_the_contract_and_keyed_by_its_entity(service: Campaigns):
    await everything_once(service)
    for row in await waiting(service.db):
        headers = {name: bytes(value).decode() for name, value in row["headers"]}
        kind = EVENTS[headers["ce_type"]]
        event = kind.from_body(bytes(row["value"]))
        assert row["topic"] == kind.TOPIC.name
        assert row["key"] == event.key() == headers["ce_subject"]
        assert headers["ce_source"] == "/campaigns"


async def test_no_address_is_in_events_store_answers_or_logs(
    service: Campaigns, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.DEBUG):
        ids = await everything_once(service)
        service.contacts.status = 500
        assert (await service.invite(ids["campaign"], {"address": "bea.private@creators.example"})).status_code == 503
    assert len(service.contacts.put) == 3

    kept = ""
    for name in await service.db.list_collection_names():
        for row in await service.db[name].find().to_list(None):
            kept += repr(row)
    assert ids["accepted"] in kept
    told = found(await service.brand("GET", "/v1/collaborations"))
    logged = capsys.readouterr()
    assert "request.answered" in logged.out
    for text in (kept, repr(told), logged.out, logged.err, caplog.text):
        assert [secret for secret in SECRETS if secret in text] == []
