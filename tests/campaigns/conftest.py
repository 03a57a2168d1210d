"""Campaigns with its brands and profiles on a real database; collections are made once, each test finds them empty."""

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from campaigns import api, clients
from campaigns.answers import PROBLEMS
from campaigns.handlers import handlers
from campaigns.settings import CampaignsSettings
from campaigns.store import COLLECTIONS, CampaignsTx
from chassis import mongo as store
from chassis.health import Health
from chassis.http import build_api, close_api
from chassis.service import CHASSIS_COLLECTIONS
from chassis.settings import Environment
from chassis.testing import a_context, static_keys
from local.stack import Addressed
from tests.campaigns.builders import a_brand, a_profile
from tests.campaigns.kit import NOTIFICATIONS, Campaigns, Contacts, tokens_for_notifications


@pytest.fixture(scope="session")
async def used_again(mongo: Addressed) -> AsyncIterator[str]:
    name = f"test-campaigns-{uuid.uuid4().hex[:12]}"
    client = store.connect(mongo.address)
    await store.ensure(store.database(client, name), [*CHASSIS_COLLECTIONS, *COLLECTIONS])
    yield name
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def service(mongo: Addressed, used_again: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Campaigns]:
    client = store.connect(mongo.address)
    settings = CampaignsSettings(
        environment=Environment.DEVELOPMENT,
        notifications_url=NOTIFICATIONS,
        client_id="campaigns",
        client_secret=SecretStr("test"),
    )
    context = a_context("campaigns", client, used_again, tx=CampaignsTx, settings=settings, handlers=handlers)
    specs = [*CHASSIS_COLLECTIONS, *COLLECTIONS]
    await asyncio.gather(*(context.db[spec.name].delete_many({}) for spec in specs))
    contacts = Contacts()
    monkeypatch.setattr(clients, "http_client", contacts.client)
    app = build_api(
        context,
        [api.router],
        title="campaigns",
        health=Health(),
        keys=static_keys(),
        service_tokens=tokens_for_notifications(),
        problems=PROBLEMS,
    )
    made = Campaigns(context, app, contacts)
    await made.hear(a_brand(), a_brand("b-2", name="Other", domains=("other.example",)))
    await made.hear(a_profile(), a_profile("p-claimed", claimed_by=("a-7",), handle="nico", display_name="NICO"))
    yield made
    await close_api(app)
    client.close()
