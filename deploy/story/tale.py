"""The chapters, in their order. Each says in plain words what happened, with figures."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import httpx

from story.cast import (
    BROWSER,
    COMMISSION,
    DISCOUNT,
    FEE,
    GOOGLEBOT,
    LAMP,
    PREVIEW,
    Cast,
    all_as_expected,
    follow,
    half_even,
    mailed,
)
from story.shops import Shopify, WooCommerce, a_shopify_order, a_topic_order, a_woo_order
from story.telling import chapter, money, must, say, wait_for


def import_creators(cast: Cast, csv: bytes, name: str) -> None:
    """The operator signs in and imports a file, twice."""
    chapter("Creators are imported")
    operator = cast.person("operator", cast.where.operator_email)
    operator.sign_in()
    headers = {"Content-Type": "text/csv"}
    first = operator.call("discovery", "POST", "/v1/imports", content=csv, headers=headers, timeout=120).json()
    again = operator.call("discovery", "POST", "/v1/imports", content=csv, headers=headers, timeout=120).json()
    say(
        f"{name}: {first['rows']:,} rows, {first['new']:,} new, {first['unchanged']:,} known, {first['refused_total']} refused."
    )
    for refusal in first["refused"][:3]:
        say(f"  line {refusal['line']}: {refusal['field']}: {refusal['reason']}")
    say(f"The same file again: {again['new']} new, {again['changed']} changed. Twice is once.")
    must(again["new"] == 0 and again["changed"] == 0, "importing the same file twice changed something")


def register_brand(cast: Cast) -> None:
    """A brand registers and connects three stores."""
    chapter("A brand registers and connects its stores")
    brand = cast.person("brand", f"marta.{cast.run}@lumen.example")
    cast.brand = brand.register_brand(name="Lumen Lamps", currency="EUR", zone="Europe/Rome", domains=["lumen.example"])
    mailed(cast, brand=1)
    shopify_secret = f"shpss_{uuid.uuid4().hex}"
    shop = f"lumen-{cast.run}.myshopify.com"
    connected = brand.post("console", "/v1/stores", {"kind": "shopify", "shop": shop, "secret": shopify_secret})
    cast.stores["shopify"] = connected["id"]
    cast.shopify = Shopify(shop, connected["webhook_url"], shopify_secret)
    woo_shop = f"outlet-{cast.run}.lumen.example"
    woo = brand.post("console", "/v1/stores", {"kind": "woocommerce", "shop": woo_shop})
    cast.stores["woocommerce"] = woo["id"]
    cast.woo = WooCommerce(woo_shop, woo["webhook_url"], woo["secret"])
    own = brand.post("console", "/v1/stores", {"kind": "topic", "shop": f"shop-{cast.run}.lumen.example"})
    cast.stores["topic"] = own["id"]
    say(f"Lumen Lamps is registered ({cast.brand}).")
    say(
        f"Shopify sends to {connected['webhook_url']}, WooCommerce to {woo['webhook_url']}, a third store writes the topic."
    )


def find_creators(cast: Cast) -> None:
    """The brand searches by follower range and picks four."""
    chapter("The brand looks for creators")
    brand = cast.people["brand"]

    def look() -> dict[str, Any] | None:
        found = brand.get("discovery", "/v1/creators?min_followers=100000&max_followers=2000000&limit=5")
        return found if found["total"] >= 4 else None

    found = wait_for("creators between 100,000 and 2,000,000 followers", look)
    say(f"{found['total']:,} creators have between 100,000 and 2,000,000 followers. The first:")
    cast.profiles = found["items"][:4]
    for profile in cast.profiles:
        say(f"  @{profile['handle']}: {profile['followers']:,} followers")
    handle = cast.profiles[0]["handle"]
    by_name = brand.get("discovery", "/v1/creators", params={"text": handle[:6]})
    say(f"Searching for '{handle[:6]}' finds {by_name['total']}.")
    must(any(p["id"] == cast.profiles[0]["id"] for p in by_name["items"]), "a creator is not found by their handle")


def publish_campaign(cast: Cast) -> None:
    """A campaign with goal, brief and terms."""
    chapter("A campaign is published")
    brand = cast.people["brand"]
    drafted = brand.post(
        "campaigns",
        "/v1/campaigns",
        {
            "name": "Autumn lamps",
            "landing_url": "https://lumen.example/lamps/reading?utm_source=creators",
            "goal": {
                "metric": "sales-amount",
                "target": 2_500_000,
                "measured_by": "both",
                "deadline": (cast.now + timedelta(days=60)).isoformat(),
                "expected_traffic": 20_000,
            },
            "brief": {
                "product": "Reading lamp",
                "key_messages": "Warm light, no glare, three years of warranty.",
                "content_type": "review",
                "disclosure": "#ad",
                "hashtags": ["#lumenlamps"],
            },
            "terms": {
                "fee": {"amount": FEE, "currency": "EUR"},
                "commission": COMMISSION,
                "discount": DISCOUNT,
                "window_hours": 720,
                "hold_days": 30,
                "deliverables": [
                    {
                        "type": "short-video",
                        "platform": "tiktok",
                        "manner": "Vertical, 30 seconds, the lamp in the first three.",
                        "concept_due": (cast.now + timedelta(days=20)).isoformat(),
                        "submission_due": (cast.now + timedelta(days=30)).isoformat(),
                        "publication_due": (cast.now + timedelta(days=40)).isoformat(),
                    }
                ],
            },
        },
    )
    cast.campaign = drafted["id"]
    brand.post("campaigns", f"/v1/campaigns/{cast.campaign}/publish")
    say(
        "'Autumn lamps': goal 25,000.00 EUR of sales by links and coupons, a short video for a fee of 150.00 EUR,"
        " 12.5 % commission, window 30 days."
    )


def invite_three(cast: Cast) -> None:
    """Three imported creators are invited by mail: two accept and so claim their profiles, one declines."""
    chapter("Three creators are invited: two accept, one declines")
    brand = cast.people["brand"]
    names = ("ada", "bea", "cem")
    for name, profile in zip(names, cast.profiles[:3], strict=True):
        invite(cast, name, profile)
    cast.code = f"ADA{cast.run.upper()}20"
    for name in names:
        answer(cast, name, accepts=name != "cem")
    say(
        f"@{cast.profiles[0]['handle']} and @{cast.profiles[1]['handle']} agreed; @{cast.profiles[2]['handle']} declined: the fee."
    )

    def claimed() -> bool:
        found = [brand.get("discovery", f"/v1/creators/{profile['id']}") for profile in cast.profiles[:3]]
        return [bool(profile["claimed_by"]) for profile in found] == [True, True, False]

    wait_for("the two profiles to be claimed, and the third not", claimed)
    # An invitation and a code for each; the two agreements are told to both sides, the refusal to the brand.
    mailed(cast, ada=3, bea=3, cem=2, brand=3)
    say("The two profiles are claimed now; their handles are not proven.")

    def links() -> dict[str, Any] | None:
        found = brand.call("attribution", "GET", f"/v1/campaigns/{cast.campaign}/results")
        if found.status_code != httpx.codes.OK:
            return None
        results: dict[str, Any] = found.json()
        return results if sum(bool(c["links"] and c["coupons"]) for c in results["creators"]) == 2 else None

    for creator in wait_for("a link and a code for each of the two", links)["creators"]:
        name = next(n for n, account in cast.accounts.items() if account == creator["creator"])
        cast.links[name] = creator["links"][0]["url"]
        cast.collaborations[name] = creator["collaboration"]
        say(
            f"  {name}: link {creator['links'][0]['url']}, code {creator['coupons'][0]['code']}, to be entered in the store"
        )


def invite(cast: Cast, name: str, profile: dict[str, Any]) -> None:
    """The brand invites a new person by mail, with a code of that person's own."""
    person = cast.person(name, f"{name}.{cast.run}@creators.example")
    invited = cast.people["brand"].post(
        "campaigns",
        f"/v1/campaigns/{cast.campaign}/invitations",
        {
            "profile": profile["id"],
            "address": person.address,
            "language": "en",
            "message": "We like how you talk about light.",
            "code": f"{name.upper()}{cast.run.upper()}20",
        },
    )
    cast.invitations[name] = invited["id"]


def answer(cast: Cast, name: str, *, accepts: bool) -> None:
    """Somebody who was invited signs in by the mail and says yes, or no."""
    person, invitation = cast.people[name], cast.invitations[name]

    def arrived() -> bool:
        return any(f"/invitations/{invitation}" in mail["Text"] for mail in cast.mailbox.to(person.address))

    wait_for(f"the invitation's mail to {name}", arrived)
    cast.accounts[name] = person.sign_in(invitation=invitation)
    path = f"/v1/collaborations/{invitation}"
    if accepts:
        person.post("campaigns", f"{path}/accept", invitation=invitation)
    else:
        person.post("campaigns", f"{path}/decline", {"reason": "fee", "note": "Not this year."}, invitation=invitation)


def click_links(cast: Cast) -> None:
    """Browsers, bots and a link preview follow the two links."""
    chapter("Followers click, and so do bots")
    for name, browsers in (("ada", 6), ("bea", 4)):
        wait_for(f"the redirect to know {name}'s link", lambda: follow(cast.links[name], BROWSER), 30)  # noqa: B023 - called at once
        cast.clicks[name] = [follow(cast.links[name], f"{BROWSER} v{number}") or "" for number in range(browsers)]
        for agent in (GOOGLEBOT, PREVIEW):
            must(follow(cast.links[name], agent) is not None, "a bot was not redirected")
        httpx.head(cast.links[name], headers={"User-Agent": BROWSER}, timeout=5)
    unknown = httpx.get(f"{cast.where.link_url}/r/nosuchcode", timeout=5)
    must(unknown.status_code == httpx.codes.NOT_FOUND, "an unknown code is not answered by 404")

    def counted() -> dict[str, Any] | None:
        clicks: dict[str, Any] = cast.people["brand"].get("attribution", f"/v1/campaigns/{cast.campaign}/results")[
            "clicks"
        ]
        return clicks if clicks["raw"] >= 18 else None

    clicks = wait_for("the clicks to be counted", counted)
    say(
        f"{clicks['raw']} clicks: {clicks['human']} by people, {clicks['unique']} different visitors of the day; bots are marked and kept."
    )
    must(clicks["raw"] == 18 and clicks["human"] == 12, f"the counts are wrong: {clicks}")


def sell_three_ways(cast: Cast) -> None:
    """A Shopify order by webhook, a WooCommerce order with a coupon, an order on the topic; each also sent twice."""
    chapter("Three orders come in three ways, each of them twice")
    assert cast.shopify is not None
    assert cast.woo is not None
    now = cast.now
    number = int(uuid.uuid4().int % 10**17) + 8 * 10**17
    cast.shopify_order = a_shopify_order(number, LAMP, 3, cast.clicks["bea"][0], now)
    must(cast.shopify.forged(cast.shopify_order) == 401, "a forged webhook was not refused")
    _twice(partial(cast.shopify.send, "orders/create", cast.shopify_order))
    cast.expected[f"{cast.stores['shopify']}:{number}"] = (cast.accounts["bea"], half_even(3 * LAMP, COMMISSION))
    must(cast.woo.ping() == 200, "WooCommerce's ping was not answered by 200")
    woo_order = a_woo_order(727, LAMP, LAMP // 5, cast.code, now)
    _twice(partial(cast.woo.send, "order.created", woo_order))
    cast.expected[f"{cast.stores['woocommerce']}:727"] = (cast.accounts["ada"], half_even(LAMP - LAMP // 5, COMMISSION))
    on_topic = a_topic_order(cast.stores["topic"], f"T-{cast.run}", 8900, 1, now, click=cast.clicks["ada"][0])
    cast.topic.say([on_topic], "lumen")
    cast.topic.say([on_topic.model_copy(update={"id": str(uuid.uuid4())})], "lumen")
    cast.expected[on_topic.order] = (cast.accounts["ada"], half_even(8900, COMMISSION))
    all_as_expected(cast)
    mailed(cast, ada=1, bea=1)
    say(
        f"A forged webhook: 401. Shopify order {number} (an id beyond 2^53): {money(*_paid(cast, 'shopify', str(number)))} for bea, by a click."
    )
    say(
        f"WooCommerce order 727 with code {cast.code.lower()}: {money(*_paid(cast, 'woocommerce', '727'))} for ada, by the code."
    )
    say(
        f"The order on the topic: {money(*_paid(cast, 'topic', f'T-{cast.run}'))} for ada, by a click. Each was sent twice and counts once."
    )
    decision = cast.people["brand"].get("attribution", f"/v1/orders/{cast.stores['woocommerce']}:727/decision")
    say("Why ada, for the WooCommerce order:")
    for candidate in decision["candidates"]:
        say(f"  {candidate['kind']} {candidate['ref']}: {candidate['reason']}")
    for line in decision["lines"]:
        say(
            f"  line {line['line']}: {money(line['value'], 'EUR')} - {money(line['discounts'], 'EUR')} discount"
            f" = {money(line['base'], 'EUR')} x {line['rate'] / 100:g} % = {money(line['commission'], 'EUR')}"
        )


def _twice(send: Callable[[], int]) -> None:
    for _ in range(2):
        must(send() == 200, "a signed webhook was not taken")


def _paid(cast: Cast, store: str, external: str) -> tuple[int, str]:
    expected = cast.expected[f"{cast.stores[store]}:{external}"]
    return (expected[1] if expected else 0), "EUR"
