"""Campaigns' own service behind a console, on the same clock and the same keys: for stories that two services tell."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from campaigns import api
from campaigns.answers import PROBLEMS
from campaigns.handlers import handlers
from campaigns.settings import CampaignsSettings
from campaigns.store import COLLECTIONS, CampaignsTx
from chassis import mongo as store
from chassis.health import Health
from chassis.http import build_api, close_api
from chassis.service import CHASSIS_COLLECTIONS
from chassis.settings import Environment
from chassis.testing import a_context
from tests.campaigns import kit
from tests.campaigns.builders import a_brand, a_profile
from tests.console import sample
from tests.console.kit import Console

LUMEA = a_brand(sample.BRAND, name="Lumea Skincare")


@asynccontextmanager
async def campaigns_behind(console: Console, address: str, files: Path = Path()) -> AsyncIterator[kit.Campaigns]:
    """The console's brand is known there, and a profile that its creator claims; other services answer by sample."""
    client = store.connect(address)
    name = f"test-campaigns-{uuid.uuid4().hex[:12]}"
    settings = CampaignsSettings(environment=Environment.DEVELOPMENT, objects_dir=files, requests_per_minute=10**9)
    context = a_context(
        "campaigns", client, name, tx=CampaignsTx, settings=settings, handlers=handlers, clock=console.clock
    )
    await store.ensure(context.db, [*CHASSIS_COLLECTIONS, *COLLECTIONS])
    app = build_api(
        context,
        api.ROUTERS,
        title="campaigns",
        health=Health(),
        keys=console.desk.issuer,
        service_tokens=kit.tokens_for_notifications(),
        problems=PROBLEMS,
    )
    people = kit.Campaigns(context, app, kit.Contacts())
    await people.hear(LUMEA, a_profile(claimed_by=(sample.CREATOR,)))
    console.services.answers = sample.answers()
    console.desk.services["campaigns"] = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://campaigns.test"
    )
    try:
        yield people
    finally:
        await close_api(app)
        await client.drop_database(name)
        client.close()
