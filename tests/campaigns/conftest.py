"""Campaigns with its brands and profiles on a real database: made once, each test finds it as new."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

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

ENDLESS = 10**9
"""A few people make all requests of this suite within the same minute."""
SPECS = (*CHASSIS_COLLECTIONS, *COLLECTIONS)


@pytest.fixture(scope="session")
async def used_again(mongo: Addressed) -> AsyncIterator[Campaigns]:
    name = f"test-campaigns-{uuid.uuid4().hex[:12]}"
    client = store.connect(mongo.address)
    settings = CampaignsSettings(
        environment=Environment.DEVELOPMENT,
        notifications_url=NOTIFICATIONS,
        client_id="campaigns",
        client_secret=SecretStr("test"),
        requests_per_minute=ENDLESS,
        tenant_requests_per_minute=ENDLESS,
    )
    context = a_context("campaigns", client, name, tx=CampaignsTx, settings=settings, handlers=handlers)
    await store.ensure(context.db, SPECS)
    app = build_api(
        context,
        api.ROUTERS,
        title="campaigns",
        health=Health(),
        keys=static_keys(),
        service_tokens=tokens_for_notifications(),
        problems=PROBLEMS,
    )
    yield Campaigns(context, app, Contacts())
    await close_api(app)
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def service(used_again: Campaigns, monkeypatch: pytest.MonkeyPatch) -> Campaigns:
    """Two brands, an unclaimed profile and one that a-7 claims; notifications takes every contact."""
    used_again.context.clock.offset = timedelta()
    used_again.contacts = Contacts()
    monkeypatch.setattr(clients, "http_client", used_again.contacts.client)
    await asyncio.gather(*(used_again.db[spec.name].delete_many({}) for spec in SPECS))
    await used_again.hear(
        a_brand(),
        a_brand("b-2", name="Other", domains=("other.example",)),
        a_profile(),
        a_profile("p-claimed", claimed_by=("a-7",), handle="nico", display_name="NICO"),
    )
    return used_again
