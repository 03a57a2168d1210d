"""Campaigns with its brands and profiles on a real database: made once, each test finds it as new."""

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from campaigns import clients
from campaigns.store import COLLECTIONS
from chassis import mongo as store
from chassis.service import CHASSIS_COLLECTIONS
from local.stack import Addressed
from tests.campaigns.builders import a_brand, a_profile
from tests.campaigns.kit import Campaigns, Contacts, a_campaigns
from tests.support.emptying import empty_collections

SPECS = (*CHASSIS_COLLECTIONS, *COLLECTIONS)


@pytest.fixture(scope="session")
async def used_again(mongo: Addressed, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Campaigns]:
    name = f"test-campaigns-{uuid.uuid4().hex[:12]}"
    async with a_campaigns(mongo.address, name, tmp_path_factory.mktemp("files")) as made:
        await store.ensure(made.db, SPECS)
        yield made
        await made.context.client.drop_database(name)


@pytest.fixture
async def service(used_again: Campaigns, monkeypatch: pytest.MonkeyPatch) -> Campaigns:
    """Two brands, an unclaimed profile and one that a-7 claims; notifications takes every contact."""
    used_again.context.clock.offset = timedelta()
    used_again.contacts = Contacts()
    monkeypatch.setattr(clients, "http_client", used_again.contacts.client)
    await empty_collections(used_again.db)
    await used_again.hear(
        a_brand(),
        a_brand("b-2", name="Other", domains=("other.example",)),
        a_profile(),
        a_profile("p-claimed", claimed_by=("a-7",), handle="nico", display_name="NICO"),
    )
    return used_again
