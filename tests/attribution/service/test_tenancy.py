"""What is another's is 404, without a token it is 401, and no text from outside becomes a query."""

import pytest

from chassis.http import Kind, routes_of
from chassis.ids import derived_id
from chassis.testing import calling, foreign_answers, open_doors
from contracts.console import StoreKind
from tests.attribution.builders import ORDER, a_click_recorded, an_order_observed
from tests.attribution.service.kit import Attribution, a_brand_registered, a_store_changed, an_agreement

IDS = {
    "creator": "creator-1",
    "link": derived_id("link", "collaboration-1"),
    "coupon": derived_id("coupon", "collaboration-1"),
    "campaign": "campaign-1",
    "order": ORDER,
    "store": "store-1",
    "kind": StoreKind.SHOPIFY,
    "letter_id": "letter-1",
}
NEEDS_MORE = {"/v1/coupons/to-enter.csv": 422, "/v1/click-recounts/comparison": 404}
"""What answers nothing without a query of its own, or before there is anything to compare."""
INJECTION = '{"$ne": null}'


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    """There is something of brand-1's and creator-1's behind every route; brand-2 is known, and has nothing."""
    await known.hear(an_agreement(), a_click_recorded(), a_brand_registered("brand-2", revision=1))
    await known.hear(an_order_observed())
    return known


async def test_no_route_is_open_but_the_webhooks_and_creators_public_pages(ready: Attribution):
    assert await open_doors(ready.app, public=frozenset({"/webhooks/{kind}/{store}", "/v1/bio/{creator}"})) == []


@pytest.mark.parametrize(("kind", "who"), [(Kind.BRAND, "brand-2"), (Kind.CREATOR, "creator-2")])
async def test_everything_of_another_tenant_is_404(ready: Attribution, kind: Kind, who: str):
    answers = await foreign_answers(ready.app, ready.token(kind, who), kind, IDS)
    assert {answer.status_code for route, answer in answers if route.method == "GET"} == {404}
    asked = {route.path for route, _ in answers}
    assert "/v1/orders/{order}/decision" in asked
    assert kind is Kind.CREATOR or {"/v1/campaigns/{campaign}/results", "/v1/stores/{store}/deliveries"} <= asked


async def test_the_same_routes_answer_the_owner(ready: Attribution):
    """Else the test above could be green because nothing is there."""
    answers = await foreign_answers(ready.app, ready.token(Kind.BRAND, "brand-1"), Kind.BRAND, IDS)
    assert {answer.status_code for route, answer in answers if route.method == "GET"} == {200}


@pytest.mark.parametrize("path", ["/v1/orders", "/v1/links", "/v1/coupons"])
@pytest.mark.parametrize(("kind", "who"), [(Kind.BRAND, "brand-2"), (Kind.CREATOR, "creator-2")])
async def test_lists_hold_nothing_of_others(ready: Attribution, path: str, kind: Kind, who: str):
    async with calling(ready.app, ready.token(kind, who)) as http:
        for query in ("", "?campaign=campaign-1", "?collaboration=collaboration-1"):
            assert (await http.get(path + query)).json()["items"] == []


async def test_a_creators_token_is_no_brands(ready: Attribution):
    """A creator whose id is a brand's is still a creator."""
    async with calling(ready.app, ready.token(Kind.CREATOR, "brand-1")) as http:
        assert (await http.get("/v1/campaigns/campaign-1/results")).status_code == 403
        assert (await http.get("/v1/orders")).json()["items"] == []
        assert (await http.get(f"/v1/orders/{ORDER}/decision")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/v1/orders/waiting",
        "/v1/deliveries/kept-raw",
        "/v1/privacy-requests",
        "/v1/dead-letters",
        "/v1/click-recounts/comparison",
    ],
)
@pytest.mark.parametrize("kind", [Kind.BRAND, Kind.CREATOR])
async def test_operators_lists_are_for_operators(ready: Attribution, path: str, kind: Kind):
    async with calling(ready.app, ready.token(kind, "brand-1")) as http:
        assert (await http.get(path)).status_code == 403


@pytest.mark.parametrize("who", [Kind.BRAND, Kind.OPERATOR])
async def test_only_the_console_hands_over_secrets(ready: Attribution, who: Kind):
    for token in (ready.token(who, "brand-1"), ready.token(Kind.SERVICE, "campaigns")):
        async with calling(ready.app, token) as http:
            answer = await http.put("/internal/stores/store-1/secrets", json={"secret": "long enough"})
        assert answer.status_code == 403
    assert await ready.all_of("store_secrets") == []


@pytest.mark.parametrize(
    ("kind", "who"), [(Kind.BRAND, "brand-1"), (Kind.CREATOR, "creator-1"), (Kind.OPERATOR, "operator-1")]
)
async def test_operators_of_the_database_are_only_text(ready: Attribution, kind: Kind, who: str):
    """In every path parameter and every query parameter: 4xx or an empty list, and nothing of anybody's."""
    async with calling(ready.app, ready.token(kind, who)) as http:
        for route in routes_of(ready.app):
            if route.method != "GET" or (route.kinds and kind not in route.kinds) or route.is_public:
                continue
            path = route.url(fill=INJECTION)
            if route.params:
                assert (await http.get(path)).status_code in {404, 409, 422}, route.path
            else:
                for name in ("campaign", "collaboration"):
                    for query in ({name: INJECTION}, {f"{name}[$ne]": "x"}):
                        answer = await http.get(path, params=query)
                        assert answer.status_code == NEEDS_MORE.get(path, 200), route.path
                        found = answer.json().get("items") if path == "/v1/orders" and name in query else []
                        assert found == []
                assert (await http.get(path, params={"cursor": INJECTION})).status_code in {200, 404, 422}


async def test_a_body_that_is_an_operator_is_refused(ready: Attribution):
    async with ready.console() as http:
        answer = await http.put("/internal/stores/store-1/secrets", json={"secret": {"$ne": None}})
        assert answer.status_code == 422
    async with ready.brand() as http:
        answer = await http.put("/v1/policy", json={"precedence": {"$ne": None}}, headers={"If-Match": '"1"'})
        assert answer.status_code == 422


async def test_a_brand_that_is_not_known_yet_can_ask_for_its_store_again(ready: Attribution):
    async with ready.brand("brand-2") as http:
        assert (await http.get("/v1/stores/store-77/deliveries")).status_code == 409
    await ready.hear(a_store_changed("store-77", "brand-2", revision=9))
    async with ready.brand("brand-2") as http:
        assert (await http.get("/v1/stores/store-77/deliveries")).json()["items"] == []
