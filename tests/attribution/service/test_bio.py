"""A creator's public page: what leads on now, for everybody, and nothing else (A2)."""

import pytest

from contracts.campaigns import CollaborationStatus, CouponTerms
from tests.attribution.builders import DAY, HOUR, LONG_AGO, some_terms
from tests.attribution.service.kit import Attribution, an_agreement, only

WITH_COUPON = (some_terms(coupon=CouponTerms(code="KRISTA20", percent_off=2000)),)


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    await known.hear(an_agreement(terms=WITH_COUPON, landing_url="https://eu.shop.example/lamp"))
    return known


async def page(service: Attribution, creator: str = "creator-1", **headers: str):
    async with service.store() as http:
        return await http.get(f"/v1/bio/{creator}", headers=headers)


async def confirm(service: Attribution) -> None:
    coupon = only(await service.all_of("coupons"))["_id"]
    async with service.brand() as http:
        await http.post(f"/v1/coupons/{coupon}/confirm")


async def test_everybody_sees_active_links_and_confirmed_codes_with_their_brand(ready: Attribution):
    answer = await page(ready)
    link = only(await ready.all_of("links"))
    assert answer.json() == {
        "creator": "creator-1",
        "links": [
            {
                "url": f"https://go.market.example/r/{link['code']}",
                "brand": "brand-1",
                "brand_name": "Bergfein",
                "campaign": "campaign-1",
                "placement": "bio",
                "host": "eu.shop.example",
                "title": "",
                "expires_at": None,
            }
        ],
        "coupons": [],
    }
    await confirm(ready)
    coupon = only((await page(ready)).json()["coupons"])
    assert (coupon["code"], coupon["percent_off"], coupon["brand_name"]) == ("KRISTA20", 2000, "Bergfein")


async def test_the_page_may_be_kept_for_a_minute_and_asked_for_again_by_its_tag(ready: Attribution):
    first = await page(ready)
    assert first.headers["cache-control"] == "public, max-age=60"
    again = await page(ready, **{"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    await confirm(ready)
    assert (await page(ready, **{"If-None-Match": first.headers["etag"]})).status_code == 200


async def test_nobodys_page_is_404(ready: Attribution):
    for creator in ("creator-2", "brand-1", "{}", '{"$ne": null}'):
        assert (await page(ready, creator)).status_code == 404


async def test_a_creator_with_nothing_but_a_code_to_be_entered_has_no_page(known: Attribution):
    """Else the page's existence would tell of a code that nobody may see yet."""
    await known.hear(an_agreement(terms=WITH_COUPON))
    await known.db["links"].delete_many({})
    assert (await page(known)).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"status": CollaborationStatus.CANCELLED}, id="cancelled"),
        pytest.param({"active": [(LONG_AGO, LONG_AGO + DAY)]}, id="paused"),
        pytest.param({"campaign_end": LONG_AGO}, id="the campaign over"),
    ],
)
async def test_what_does_not_lead_on_is_not_there_and_the_page_stays(ready: Attribution, changes: dict):
    await confirm(ready)
    await ready.hear(an_agreement(revision=9, terms=WITH_COUPON, **changes))
    answer = await page(ready)
    assert (answer.status_code, answer.json()["links"], answer.json()["coupons"]) == (200, [], [])


async def test_a_pause_whose_timer_is_late_shows_all_the_same(ready: Attribution):
    await confirm(ready)
    await ready.hear(an_agreement(revision=9, terms=WITH_COUPON, active=[(LONG_AGO, ready.now() + HOUR)]))
    assert len((await page(ready)).json()["links"]) == 1
    ready.later(2 * HOUR)
    assert ((await page(ready)).json()["links"], (await page(ready)).json()["coupons"]) == ([], [])


async def test_expired_and_paused_links_and_ended_codes_are_gone(ready: Attribution):
    await confirm(ready)
    soon = (ready.now() + HOUR).isoformat()
    body = {"collaboration": "collaboration-1", "placement": "story", "expires_at": soon}
    async with ready.brand() as http:
        await http.post("/v1/links", json=body)
        placements = [link["placement"] for link in (await page(ready)).json()["links"]]
        assert placements == ["bio", "story"], "the bio's own first"
        bio = only((await http.get("/v1/links?placement=bio")).json()["items"])
        await http.patch(f"/v1/links/{bio['id']}", json={"paused": True}, headers={"If-Match": '"1"'})
        coupon = only(await ready.all_of("coupons"))["_id"]
        await http.post(f"/v1/coupons/{coupon}/end")
    assert [link["placement"] for link in (await page(ready)).json()["links"]] == ["story"]
    assert (await page(ready)).json()["coupons"] == []
    ready.later(2 * HOUR)
    assert (await page(ready)).json()["links"] == []
