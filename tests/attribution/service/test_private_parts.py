"""No GET route tells what is private of creators, who a store's customers are, or its secret (D1, X3)."""

from tests.attribution.builders import ORDER, a_click_recorded
from tests.attribution.service.kit import Attribution, a_store_changed, an_agreement
from tests.attribution.service.test_tenancy import IDS
from tests.attribution.webhooks.builders import SECRET, SHOP, a_shopify_order, raw_of, shopify_headers
from tests.support.private_parts import SECRETS, everybody, leaks_of, leaky

CUSTOMER = "zqcustomer@shoppers.example"


async def test_no_get_route_tells_anything_private_to_anybody(known: Attribution):
    agreement = an_agreement()
    group = known._group_of(agreement)
    await known.parts.loops[group].handle([leaky(agreement)])
    await known.hear(a_click_recorded(), a_store_changed(shop=SHOP, revision=2))
    async with known.console() as http:
        assert (await http.put("/internal/stores/store-1/secrets", json={"secret": SECRET})).is_success
    raw = raw_of(a_shopify_order(email=CUSTOMER, customer={"id": 191167, "email": CUSTOMER}))
    async with known.store() as http:
        assert (
            await http.post("/webhooks/shopify/store-1", content=raw, headers=shopify_headers(raw, "orders/paid"))
        ).is_success
    answered, leaks = await leaks_of(
        known.app, everybody(known.token, "brand-1"), IDS | {"order": ORDER}, (*SECRETS, SECRET, CUSTOMER)
    )
    assert leaks == []
    assert CUSTOMER in str(await known.all_of("deliveries")), "there was something to tell"
    assert {
        ("their brand", "/v1/campaigns/{campaign}/results"),
        ("their brand", "/v1/stores/{store}/deliveries"),
        ("creator", "/v1/earnings"),
        ("operator", "/v1/deliveries/kept-raw"),
        ("nobody", "/v1/bio/{creator}"),
    } <= answered
