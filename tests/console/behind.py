"""Campaigns' own service behind a console, on the same clock and the same keys: for stories that two services tell."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from campaigns import api
from campaigns.answers import PROBLEMS
from campaigns.handlers import handlers
from campaigns.settings import CampaignsSettings
from campaigns.store import COLLECTIONS, CampaignsTx
from chassis import mongo as store
from chassis.health import Health
from chassis.http import build_api
from chassis.service import CHASSIS_COLLECTIONS
from chassis.settings import Environment
from chassis.testing import a_context, static_keys
from console.tokens import Issuer
from tests.campaigns import kit
from tests.campaigns.builders import a_brand, a_profile
from tests.console import sample
from tests.console.kit import Console
from tests.support.emptying import empty_collections

SPECS = (*CHASSIS_COLLECTIONS, *COLLECTIONS)
PREPARED: set[str] = set()
"""The databases of this run whose collections and indexes are made."""
LUMEA = a_brand(sample.BRAND, name="Lumea Skincare")


class BothKeys:
    """The console's own, by which the signed-in person is known, and the one by which tests call campaigns."""

    def __init__(self, issuer: Issuer) -> None:
        self._both = (static_keys(), issuer)

    async def find(self, kid: str) -> Any:
        for keys in self._both:
            if (found := await keys.find(kid)) is not None:
                return found
        return None


@asynccontextmanager
async def campaigns_behind(
    console: Console, address: str, files: Path = Path(), **profile: Any
) -> AsyncIterator[kit.Campaigns]:
    """The console's brand is known there, and a profile that its creator claims; other services answer by sample.

    Its database is empty then; the collections stand from one test to the next.
    """
    name = f"{console.desk.db.name}-campaigns"
    client = store.connect(address)
    settings = CampaignsSettings(environment=Environment.DEVELOPMENT, objects_dir=files, requests_per_minute=10**9)
    context = a_context(
        "campaigns", client, name, tx=CampaignsTx, settings=settings, handlers=handlers, clock=console.clock
    )
    if name in PREPARED:
        await empty_collections(context.db)
    else:
        await store.ensure(context.db, SPECS)
        PREPARED.add(name)
    app = build_api(
        context,
        api.ROUTERS,
        title="campaigns",
        health=Health(),
        keys=BothKeys(console.desk.issuer),
        service_tokens=kit.tokens_for_notifications(),
        problems=PROBLEMS,
    )
    people = kit.Campaigns(context, app, kit.Contacts())
    await people.hear(LUMEA, a_profile(claimed_by=(sample.CREATOR,), **profile))
    console.services.answers = sample.answers()
    console.desk.services["campaigns"] = httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://campaigns.test"
    )
    try:
        yield people
    finally:
        client.close()
