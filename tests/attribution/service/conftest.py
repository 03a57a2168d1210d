"""An attribution of the test's own, on a database that is made once and found empty by each test."""

import uuid
from collections.abc import AsyncIterator

import pytest

from attribution.app import create_app
from chassis import mongo as driver
from chassis.http.outward import Outward
from contracts.console import StoreKind
from local.stack import Addressed
from tests.attribution.service.kit import (
    Attribution,
    a_brand_registered,
    a_store_changed,
    an_attribution,
    make_collections,
    some_settings,
)
from tests.attribution.service.polling_kit import Poll
from tests.attribution.service.standin import a_stand_in
from tests.attribution.webhooks.builders import SHOP, SITE
from tests.support.emptying import empty_collections


@pytest.fixture(scope="session")
async def used_again(mongo: Addressed) -> AsyncIterator[str]:
    name = f"test-attribution-{uuid.uuid4().hex[:12]}"
    client = driver.connect(mongo.address)
    await make_collections(driver.database(client, name), create_app(some_settings()))
    yield name
    await client.drop_database(name)
    client.close()


@pytest.fixture
async def service(mongo: Addressed, used_again: str) -> AsyncIterator[Attribution]:
    """It knows nobody yet."""
    async with an_attribution(mongo.address, used_again) as running:
        await empty_collections(running.db)
        yield running


@pytest.fixture
async def known(service: Attribution) -> Attribution:
    """It knows the brand and its store."""
    await service.hear(a_brand_registered(), a_store_changed())
    return service


@pytest.fixture
async def poll(service: Attribution) -> AsyncIterator[Poll]:
    await service.hear(
        a_store_changed(shop=SHOP), a_store_changed("woo-1", kind=StoreKind.WOOCOMMERCE, shop=SITE, revision=2)
    )
    outward = Outward(private_too=True, seconds=5)
    async with a_stand_in("shopify") as shopify, a_stand_in("woocommerce") as woo:
        yield Poll(service, shopify, woo, outward)
    await outward.close()
