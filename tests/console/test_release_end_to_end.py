"""A held order, from the console's page through attribution's real API to the creator's balance (MONEY 5)."""

from dataclasses import replace

import httpx
import pytest

from attribution.app import create_app
from chassis.health import Health
from chassis.http import build_api
from chassis.testing import no_service_tokens
from console.app import OwnKeys
from tests.attribution.builders import DAY, NOON, a_click_recorded, an_order_observed
from tests.attribution.service.kit import (
    a_brand_registered,
    a_store_changed,
    an_agreement,
    an_attribution,
    make_collections,
    some_settings,
)
from tests.console import sample
from tests.console.kit import settle

ORDER = f"{sample.STORE}:1001"


@pytest.fixture
async def both(mongo, console):
    """The console, and an attribution on a database of its own that trusts the console's tokens and answers it."""
    name = f"{console.desk.db.name}-attribution"
    async with an_attribution(mongo.address, name) as attribution:
        await make_collections(attribution.db, create_app(some_settings()))
        app = build_api(
            attribution.parts.context,
            attribution.service.routers,
            title="attribution",
            health=Health(),
            loops=attribution.parts.loops,
            problems=attribution.service.problems,
            keys=OwnKeys(console.desk),
            service_tokens=no_service_tokens(),
        )
        http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://attribution.test")
        services = {**console.desk.services, "attribution": http}
        for mount in console.app.routes:
            site = getattr(mount, "app", None)
            if hasattr(site, "_desk"):
                site._desk = replace(console.desk, services=services)
        await attribution.hear(a_brand_registered(sample.BRAND), a_store_changed(sample.STORE, sample.BRAND))
        await attribution.hear(an_agreement(brand=sample.BRAND), a_click_recorded(brand=sample.BRAND))
        attribution.at(NOON + 8 * DAY)
        await attribution.hear(
            an_order_observed(store=sample.STORE, order=ORDER, received_at=NOON + 8 * DAY, placed_at=NOON)
        )
        attribution.at(console.clock.at)
        yield console, attribution
        await http.aclose()
        await attribution.parts.context.client.drop_database(name)


@pytest.mark.parametrize(
    ("role", "listed", "records"), [("brand", "/held", "/orders"), ("operator", "/held-orders", "/records")]
)
async def test_a_release_by_a_page_makes_the_commission_payable_and_is_kept_with_who(both, role, listed, records):
    console, attribution = both
    cookies = await settle(console)
    async with console.browser() as browser:
        browser.cookies.set("session", cookies[role])
        page = (await browser.get(listed)).text
        assert "over seven days before we received it" in page
        assert f'action="{records}/{sample.STORE}%3A1001/release"' in page
        async with attribution.creator("creator-1") as http:
            assert [one["payable"] for one in (await http.get("/v1/earnings")).json()["balances"]] == [0]
        form = {"key": "k-1", "note": "Asked the shop", "list": "1"}
        answer = await browser.post(f"{records}/{ORDER}/release", data=form)
        assert answer.headers["location"] == f"{listed}?done=released"
        assert "Nothing is held" in (await browser.get(listed)).text
        async with attribution.creator("creator-1") as http:
            assert [one["payable"] for one in (await http.get("/v1/earnings")).json()["balances"]] == [1_000]
        again = await browser.post(f"{records}/{ORDER}/release", data={"key": "k-2"})
        assert again.status_code == 409
        assert "Nothing of this order waits" in again.text
    [row] = await attribution.all_of("orders")
    [kept] = row["releases"]
    assert (kept["by"]["kind"], kept["note"]) == (role, "Asked the shop")
