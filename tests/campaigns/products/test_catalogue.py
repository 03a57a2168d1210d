"""A brand's catalogue on a real database: from files, and from what orders name (C16)."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from campaigns import handlers as heard
from campaigns.domain.products.catalogue import Product, Variant
from campaigns.domain.products.finding import terms_of
from campaigns.store.products import STORE_KNOWN
from chassis.consume import Loop
from chassis.ids import new_id
from chassis.looks import Looks
from contracts.console import Account, AccountKind, StoreDetails, StoreKind
from contracts.stores import ObservationKind, OrderLine, OrderObserved, OrderState, Snapshot, Way
from tests.campaigns.builders import NOON, a_draft
from tests.campaigns.kit import Campaigns, fields, found, problem
from tests.support.toys import a_record

FILE = "product_id,title,price,cost,collections\n17,Lamp,49.90,18.20,Lamps\n18,Bulb,9.90,,Lamps|Sale\n"


def an_order(*products: str, store: str = "s-1", order: str = "1", gift_card: bool = False) -> OrderObserved:
    lines = tuple(
        OrderLine(
            line=f"l-{n}",
            product=product,
            variant=f"{product}-red",
            sku="R",
            collections=("Seen",),
            quantity=1,
            unit_price=4_990,
            gift_card=gift_card,
        )
        for n, product in enumerate(products)
    )
    return OrderObserved(
        id=new_id(),
        time=NOON,
        store=store,
        order=f"{store}:{order}",
        kind=ObservationKind.SNAPSHOT,
        way=Way.TOPIC,
        received_at=NOON,
        snapshot=Snapshot(state=OrderState.PAID, placed_at=NOON, currency="EUR", lines=lines),
    )


def a_store(store: str = "s-1", brand: str = "b-1") -> Account:
    details = StoreDetails(brand=brand, kind=StoreKind.SHOPIFY, shop="lumen.myshopify.com")
    return Account(id=store, kind=AccountKind.STORE, store=details, registered_at=NOON)


async def products(service: Campaigns, query: str = "", brand: str = "b-1"):
    return found(await service.brand("GET", f"/v1/products?{query}", brand=brand))


@pytest.fixture
def looking(service: Campaigns):
    """Looks are taken after each commit, as in a running service."""
    looks = Looks(heard.handlers, service.context.transactions)
    service.context.transactions.afterwards = (looks,)
    yield looks
    service.context.transactions.afterwards = ()


async def test_the_same_file_twice_is_once_and_a_change_is_told(service: Campaigns):
    first = await service.load(FILE)
    assert (first["new"], first["changed"], first["same"], first["rows"]) == (2, 0, 0, 2)
    assert first["columns"]["price"] == "price"
    before = await service.db["products"].find().sort("_id").to_list(None)
    again = await service.load(FILE)
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 2)
    assert await service.db["products"].find().sort("_id").to_list(None) == before
    third = await service.load(FILE.replace("49.90", "44.90"))
    assert (third["changed"], third["same"]) == (1, 1)
    lamp = found(await service.brand("GET", "/v1/products/17"))
    assert (lamp["price"], lamp["cost"]) == (
        {"amount": 4_490, "currency": "EUR"},
        {"amount": 1_820, "currency": "EUR"},
    )


async def test_good_products_load_and_bad_ones_are_told_by_line_and_field(service: Campaigns):
    told = await service.load(FILE + "19,Shade,nonsense,,\n")
    assert (told["new"], told["refused"]) == (2, 1)
    assert told["faults"] == [{"line": 4, "field": "price", "reason": "is no amount"}]


async def test_products_are_listed_in_pages_with_filters(service: Campaigns):
    await service.load(FILE)
    assert ((await products(service))["total"], (await products(service, "collection=Sale"))["total"]) == (2, 1)
    first = await products(service, "limit=1")
    rest = await products(service, f"limit=1&cursor={first['next_cursor']}")
    assert [p["id"] for p in first["items"] + rest["items"]] == ["17", "18"]
    assert (await products(service, brand="b-2"))["total"] == 0
    assert problem(await service.brand("GET", "/v1/products/17", brand="b-2"), 404)


async def test_an_order_shows_products_and_says_nothing_twice(service: Campaigns, looking):
    await service.hear(a_store())
    await service.load(FILE)
    await service.hear_events(an_order("17", "99"))
    lamp, seen = [found(await service.brand("GET", f"/v1/products/{id_}")) for id_ in ("17", "99")]
    assert (seen["source"], seen["title"], seen["collections"]) == ("orders", "", ["Seen"])
    assert (lamp["source"], lamp["title"], lamp["price"]["amount"]) == ("file", "Lamp", 4_990)
    assert [variant["id"] for variant in lamp["variants"]] == ["17-red"]
    before = await service.db["products"].find().sort("_id").to_list(None)
    await service.hear_events(an_order("99", "17", order="2"), an_order("17", order="3"))
    assert await service.db["products"].find().sort("_id").to_list(None) == before
    told = await service.load(FILE)
    assert told["same"] == 1, "a file does not undo what orders named"


async def test_gift_cards_and_lines_without_a_product_are_none(service: Campaigns, looking):
    await service.hear(a_store())
    await service.hear_events(an_order("17", gift_card=True))
    assert (await products(service))["total"] == 0


@pytest.mark.parametrize("first", ["the order", "the store", "both at once"])
async def test_an_order_and_its_store_meet_whichever_comes_first(service: Campaigns, looking, first):
    order, store = service.hear_events(an_order("17", "18")), service.hear(a_store())
    if first == "both at once":
        await asyncio.gather(order, store)
    else:
        for one in (order, store) if first == "the order" else (store, order):
            await one
    assert [p["id"] for p in (await products(service))["items"]] == ["17", "18"]
    assert await service.db["unplaced_products"].count_documents({}) == 0


async def test_a_look_that_a_crash_left_behind_is_taken_by_the_sweep(service: Campaigns):
    await service.hear_events(an_order("17"))
    await service.hear(a_store())
    assert (await products(service))["total"] == 0, "nobody looked yet"
    assert await service.db["looks"].count_documents({"kind": STORE_KNOWN}) == 2
    service.later(timedelta(seconds=6))
    await Looks(heard.handlers, service.context.transactions).sweep()
    assert [p["id"] for p in (await products(service))["items"]] == ["17"]


async def test_a_program_covers_products_that_the_catalogue_has(service: Campaigns):
    await service.load(FILE)
    answer = await service.brand("POST", "/v1/campaigns", a_draft(terms={"products": ["17", "404"]}))
    assert fields(answer) == ["terms.products"]
    campaign = await service.published(terms={"products": ["17"]})
    sent = await service.invited(campaign)
    assert sent["terms"][0]["products"] == ["17"]


@pytest.mark.parametrize(
    ("body", "type_", "status"),
    [
        pytest.param(b"", "text/csv", 422, id="empty"),
        pytest.param(b"title\nLamp\n", "text/csv", 422, id="no ids"),
        pytest.param(b"PK\x03\x04", "text/csv", 422, id="a workbook"),
        pytest.param(FILE.encode(), "application/json", 415, id="another type"),
        pytest.param(b"x" * (20 * 1024 * 1024 + 1), "text/csv", 413, id="too large"),
    ],
)
async def test_what_is_no_file_of_products_is_refused(service: Campaigns, body, type_, status):
    from chassis.http import Kind
    from chassis.testing import calling

    async with calling(service.app, service.token(Kind.BRAND, "m-1", brand="b-1")) as client:
        answer = await client.post("/v1/products/import", content=body, headers={"content-type": type_})
    assert problem(answer, status)
    assert await service.db["products"].count_documents({}) == 0


async def named(service: Campaigns, query: str, brand: str = "b-1") -> list[str]:
    items = found(await service.brand("GET", f"/v1/products?{query}", brand=brand))["items"]
    return [product["id"] for product in items]


async def test_a_product_is_found_by_its_title_and_by_how_its_id_or_sku_begins(service: Campaigns):
    await service.load("product_id,title,sku\n17,Reading Lamp,RL-1\n18,Bulb (E27),B.1\n170,Shade,SX\n")
    for text, ids in {
        "lamp": ["17"],
        "17": ["17", "170"],
        "rl-": ["17"],
        "b.": ["18"],
        "(e27)": ["18"],
        ".*": [],
        "^17$": [],
        "70": [],
        "READING  lamp": ["17"],
        "amp": [],
    }.items():
        assert await named(service, str(httpx.QueryParams({"text": text}))) == ids, text
    assert await named(service, "text=lamp", brand="b-2") == []
    assert await named(service, "id=18&id=17&id=nothing") == ["17", "18"]
    assert await named(service, "id=18", brand="b-2") == []


async def test_the_search_reads_what_it_finds_and_not_the_whole_catalogue(service: Campaigns):
    lines = "".join(f"{n},{'Lamp' if n < 103 else 'Shade'} No. {n},SKU-{n}\n" for n in range(100, 1100))
    await service.load(f"product_id,title,sku\n{lines}")
    await service.db.command("profile", 2)
    try:
        told = found(await service.brand("GET", "/v1/products?text=lamp"))
        assert ([product["id"] for product in told["items"]], told["total"]) == (["100", "101", "102"], 3)
        assert await named(service, "text=LAMP no. 10&limit=1") == ["100"]
        assert await named(service, "text=sku-1099") == ["1099"]
        await service.db["products"].update_one({"product": "1098"}, {"$unset": {"terms": True}})
        assert await named(service, "text=no. 1098") == ["1098"], "it was kept before there were terms"
        assert await named(service, "limit=2&text=") == ["100", "1000"]
    finally:
        await service.db.command("profile", 0)
    read = await service.db["system.profile"].find({"ns": f"{service.db.name}.products"}).to_list(None)
    await service.db.drop_collection("system.profile")
    read = [row for row in read if row["op"] in {"query", "command"}]
    assert len(read) == 10, "a page and a total for each"
    assert max(row["docsExamined"] for row in read) <= 3
    assert max(row["keysExamined"] for row in read if "terms" in str(row["command"])) <= 10


@pytest.mark.parametrize(
    ("title", "terms"),
    [
        pytest.param("Bulb (E27)", ["bulb (e27)", "(e27)", "e27)"], id="words, and what stands around them"),
        pytest.param("  Ähre   STRASSE ", ["ähre strasse", "strasse"], id="caseless, one space"),
        pytest.param("東京ランプ", ["東京ランプ", "京ランプ", "ランプ", "ンプ", "プ"], id="a script without spaces"),
        pytest.param("x" * 300, ["x" * 100], id="no longer than anybody looks for"),
        pytest.param("", [], id="no title"),
    ],
)
def test_a_product_is_found_from_each_word_of_its_title_on(title, terms):
    assert list(terms_of(Product("17", title, variants=(Variant("1", "RL-1"), Variant("2"))))) == [*terms, "17", "rl-1"]


async def test_a_product_is_changed_by_hand_field_by_field(service: Campaigns):
    await service.load(FILE)
    price = {"amount": 5_490, "currency": "EUR"}
    body = {"price": price, "kind": " lamp ", "url": "https://shop.example/lamp"}
    changed = found(await service.brand("PATCH", "/v1/products/17", body))
    assert (changed["price"], changed["kind"], changed["url"]) == (price, "lamp", "https://shop.example/lamp")
    assert (changed["title"], changed["cost"]["amount"], changed["source"]) == ("Lamp", 1_820, "file")
    assert found(await service.brand("GET", "/v1/products/17")) == changed
    emptied = found(await service.brand("PATCH", "/v1/products/17", {"cost": None, "url": None, "kind": None}))
    assert (emptied["cost"], emptied["url"], emptied["kind"]) == (None, None, "")
    assert emptied["price"] == price
    assert (await service.load(FILE))["changed"] == 1


async def test_of_two_who_change_a_product_as_they_saw_it_the_second_is_told(service: Campaigns):
    await service.load(FILE)
    seen = await service.brand("GET", "/v1/products/17")
    assert seen.headers["etag"] == f'"{found(seen)["revision"]}"'
    match = {"if_match": seen.headers["etag"]}
    changed = found(await service.brand("PATCH", "/v1/products/17", {"title": "Reading lamp"}, **match))
    assert changed["revision"] == found(seen)["revision"] + 1
    problem(await service.brand("PATCH", "/v1/products/17", {"title": "Lamp 2"}, **match), 412)
    assert found(await service.brand("GET", "/v1/products/17")) == changed
    await service.load(FILE)
    assert found(await service.brand("GET", "/v1/products/17"))["revision"] == changed["revision"] + 1
    assert (await service.load(FILE))["changed"] == 0
    assert found(await service.brand("GET", "/v1/products/17"))["revision"] == changed["revision"] + 1


async def test_of_many_who_change_a_product_at_once_as_they_saw_it_one_does(service: Campaigns):
    await service.load(FILE)
    match = {"if_match": (await service.brand("GET", "/v1/products/17")).headers["etag"]}
    answers = await asyncio.gather(
        *(service.brand("PATCH", "/v1/products/17", {"title": f"Lamp {n}"}, **match) for n in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [200, *[412] * 5]


async def test_a_product_from_before_there_were_revisions_has_its_first(service: Campaigns):
    await service.load(FILE)
    await service.db["products"].update_many({}, {"$unset": {"revision": True}})
    assert (await service.load(FILE))["changed"] == 0
    assert (await service.brand("GET", "/v1/products/17")).headers["etag"] == '"1"'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"price": {"amount": -1, "currency": "EUR"}}, "price", id="a price below zero"),
        pytest.param({"cost": {"amount": 10**15, "currency": "EUR"}}, "cost", id="an absurd cost"),
        pytest.param({"price": {"amount": 1, "currency": "USD"}}, "price.currency", id="another currency"),
        pytest.param({"url": "javascript:alert(1)"}, "url", id="a script for an address"),
        pytest.param({"image": "https://a b"}, "image", id="an address with a space"),
        pytest.param({"title": "x" * 10_000}, "title", id="a title of 10,000 letters"),
        pytest.param({"prize": 1}, "prize", id="a misspelled field"),
    ],
)
async def test_what_a_product_can_not_have_is_refused(service: Campaigns, body, field):
    await service.load(FILE)
    assert fields(await service.brand("PATCH", "/v1/products/17", body)) == [field]


async def test_what_was_changed_by_hand_stays_when_an_order_names_the_product(service: Campaigns):
    await service.hear(a_store())
    await service.hear_events(an_order("17"))
    found(await service.brand("PATCH", "/v1/products/17", {"title": "Lamp", "cost": {"amount": 9, "currency": "EUR"}}))
    await service.hear_events(an_order("17", order="2"))
    told = found(await service.brand("GET", "/v1/products/17"))
    assert (told["title"], told["cost"]["amount"], told["source"]) == ("Lamp", 9, "orders")
    assert told["variants"][0]["id"] == "17-red"


async def test_somebody_else_s_product_is_changed_by_nobody(service: Campaigns):
    await service.load(FILE)
    problem(await service.brand("PATCH", "/v1/products/17", {"title": "Mine"}, brand="b-2"), 404)
    assert found(await service.brand("GET", "/v1/products/17"))["title"] == "Lamp"


@pytest.mark.parametrize(
    ("damaged", "left"),
    [
        pytest.param(lambda body: body.replace(b'"quantity":1', b'"quantity":"many"'), b"snapshot", id="refused"),
        pytest.param(lambda body: body[:-20], b"", id="no JSON"),
    ],
)
async def test_an_order_that_is_parked_does_not_say_who_bought(service: Campaigns, damaged, left):
    """Stores' requests to forget a customer are carried out by attribution alone (ADR 9)."""
    order = an_order("17")
    assert order.snapshot is not None
    named = order.model_copy(update={"snapshot": order.snapshot.model_copy(update={"customer": "jo-of-turku"})})
    loop = Loop("campaigns.orders", heard.handlers, service.context.transactions)

    await loop.handle([a_record(named, value=damaged(named.body()))])

    (row,) = await service.db["dead_letters"].find().to_list(None)
    assert (row["topic"], row["reason"] != "", row["error"]) == ("stores.orders.v1", True, "")
    assert "jo-of-turku" not in str(row)
    assert left in bytes(row["value"])
    assert bool(row["value"]) is bool(left)
