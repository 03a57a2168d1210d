"""What campaigns hears: brands and profiles, the newest state of each."""

from chassis.dead_letters import DEAD_LETTERS
from contracts.console import Account, AccountKind, StoreDetails, StoreKind
from tests.campaigns.builders import NOON, a_brand, a_draft, a_profile
from tests.campaigns.kit import Campaigns, fields, found


async def test_a_brand_s_newest_domains_count(service: Campaigns):
    await service.hear(a_brand(domains=("new.example",)), revision=3)
    await service.hear(a_brand(domains=("old.example",)), revision=2)
    assert fields(await service.brand("POST", "/v1/campaigns", a_draft(landing_url="https://old.example/")))
    await service.drafted(landing_url="https://new.example/")


async def test_a_profile_s_newest_claim_counts(service: Campaigns):
    campaign, other = await service.published(), await service.published()
    await service.hear(a_profile(claimed_by=("a-5",), display_name="Krista M."), revision=3)
    await service.hear(a_profile(), revision=2)
    sent = await service.invited(campaign, profile="p-1")
    assert sent["invitation"]["contact"] == "a-5"
    assert sent["profile_summary"] == {
        "id": "p-1",
        "network": "tiktok",
        "handle": "krista.makes",
        "display_name": "Krista M.",
        "followers": 1200,
    }
    assert (await service.invited(other, profile="p-1"))["kind"] == "direct"


async def test_a_brand_s_new_name_is_told_with_old_collaborations(service: Campaigns):
    sent = await service.invited(await service.published())
    assert sent["brand_name"] == "Lumen"
    await service.hear(a_brand(name="Lumen & Söhne"), revision=2)
    assert (await service.collaboration(sent["id"]))["brand_name"] == "Lumen & Söhne"


async def test_accounts_of_others_are_no_brands(service: Campaigns):
    creator = Account(id="a-1", kind=AccountKind.CREATOR, registered_at=NOON)
    store = StoreDetails(brand="b-1", kind=StoreKind.SHOPIFY, shop="lumen.myshopify.com")
    await service.hear(creator, Account(id="s-1", kind=AccountKind.STORE, store=store, registered_at=NOON))
    for id_ in ("a-1", "s-1"):
        answer = await service.brand("POST", "/v1/campaigns", a_draft(), brand=id_)
        assert answer.json()["type"] == "/problems/not-known-yet"
    assert await service.db[DEAD_LETTERS].count_documents({}) == 0


async def test_a_profile_without_figures_or_name_can_be_invited(service: Campaigns):
    await service.hear(a_profile("p-bare", handle="平成", display_name="", followers=None))
    sent = await service.invited(await service.published(), profile="p-bare", address="x@creators.example")
    assert (sent["profile_summary"]["followers"], sent["profile_summary"]["display_name"]) == (None, "")
    assert sent["terms"][0]["coupon"]["code"] == "CREATOR20"


async def test_hearing_it_again_changes_nothing_and_says_nothing(service: Campaigns):
    before = await service.db["brands"].find().to_list(None)
    await service.hear(a_brand(), a_profile())
    assert await service.db["brands"].find().to_list(None) == before
    assert await service.events() == []
    assert found(await service.brand("GET", "/v1/campaigns"))["items"] == []
