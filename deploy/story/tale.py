"""The chapters, in their order. Each says in plain words what happened, with figures."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from contracts.attribution import ClickRecorded
from story.addresses import Addresses, Wishes
from story.people import Mailbox, Person
from story.shops import (
    Shopify,
    Topic,
    WooCommerce,
    a_shopify_order,
    a_shopify_refund,
    a_topic_order,
    a_woo_order,
    many_orders,
)
from story.telling import chapter, money, must, say, wait_for

COMMISSION = 1250
DISCOUNT = 2000
BROWSER = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.1 Mobile/15E148 Safari/604.1"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PREVIEW = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
LAMP = 4990
CreatorName = str


@dataclass
class Cast:
    """Who and what the story is about, and what it expects to be credited: order -> (creator, minor units) or None."""

    where: Addresses
    wishes: Wishes
    mailbox: Mailbox
    topic: Topic
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:6])
    people: dict[str, Person] = field(default_factory=dict)
    brand: str = ""
    campaign: str = ""
    stores: dict[str, str] = field(default_factory=dict)
    shopify: Shopify | None = None
    woo: WooCommerce | None = None
    profiles: list[dict[str, Any]] = field(default_factory=list)
    accounts: dict[str, str] = field(default_factory=dict)
    invitations: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    collaborations: dict[str, str] = field(default_factory=dict)
    code: str = ""
    clicks: dict[str, list[str]] = field(default_factory=dict)
    expected: dict[str, tuple[str, int] | None] = field(default_factory=dict)
    shopify_order: dict[str, Any] = field(default_factory=dict)

    def person(self, name: str, address: str) -> Person:
        """A person of the story, with a browser of their own."""
        self.people[name] = Person(name, address, self.where, self.mailbox)
        return self.people[name]

    @property
    def now(self) -> datetime:
        """The story's time: the host's."""
        return datetime.now(UTC)


def half_even(base: int, basis_points: int) -> int:
    """Commission of a base, in minor units (MONEY 15); the story's own arithmetic, not the platform's."""
    return round(Fraction(base * basis_points, 10_000))


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
    """The brand searches by follower range and picks three."""
    chapter("The brand looks for creators")
    brand = cast.people["brand"]

    def look() -> dict[str, Any] | None:
        found = brand.get("discovery", "/v1/creators?min_followers=100000&max_followers=2000000&limit=5")
        return found if found["total"] >= 3 else None

    found = wait_for("creators between 100,000 and 2,000,000 followers", look)
    say(f"{found['total']:,} creators have between 100,000 and 2,000,000 followers. The first:")
    for profile in found["items"][:3]:
        say(f"  @{profile['handle']}: {profile['followers']:,} followers")
    cast.profiles = found["items"][:3]
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
                "fee": {"amount": 15_000, "currency": "EUR"},
                "commission": COMMISSION,
                "discount": DISCOUNT,
                "window_hours": 720,
                "hold_days": 30,
            },
        },
    )
    cast.campaign = drafted["id"]
    brand.post("campaigns", f"/v1/campaigns/{cast.campaign}/publish")
    say(
        "'Autumn lamps': goal 25,000.00 EUR of sales by links and coupons, fee 150.00 EUR, 12.5 % commission, window 30 days."
    )


def invite_three(cast: Cast) -> None:
    """Three imported creators are invited by mail: two accept and so claim their profiles, one declines."""
    chapter("Three creators are invited: two accept, one declines")
    brand = cast.people["brand"]
    names = ("ada", "bea", "cem")
    for name, profile in zip(names, cast.profiles, strict=True):
        address = f"{name}.{cast.run}@creators.example"
        cast.person(name, address)
        invited = brand.post(
            "campaigns",
            f"/v1/campaigns/{cast.campaign}/invitations",
            {
                "profile": profile["id"],
                "address": address,
                "language": "en",
                "message": "We like how you talk about light.",
                "code": f"{name.upper()}{cast.run.upper()}20",
            },
        )
        cast.invitations[name] = invited["id"]
    cast.code = f"ADA{cast.run.upper()}20"
    for name in names:
        _answer(cast, name, accepts=name != "cem")
    say(
        f"@{cast.profiles[0]['handle']} and @{cast.profiles[1]['handle']} agreed; @{cast.profiles[2]['handle']} declined: the fee."
    )

    def claimed() -> bool:
        found = [brand.get("discovery", f"/v1/creators/{profile['id']}") for profile in cast.profiles]
        return [bool(profile["claimed_by"]) for profile in found] == [True, True, False]

    wait_for("the two profiles to be claimed, and the third not", claimed)
    say("The two profiles are claimed now; their handles are not proven.")

    def links() -> dict[str, Any] | None:
        answer = brand.call("attribution", "GET", f"/v1/campaigns/{cast.campaign}/results")
        if answer.status_code != httpx.codes.OK:
            return None
        results: dict[str, Any] = answer.json()
        return results if sum(bool(c["links"] and c["coupons"]) for c in results["creators"]) == 2 else None

    for creator in wait_for("a link and a code for each of the two", links)["creators"]:
        name = next(n for n, account in cast.accounts.items() if account == creator["creator"])
        cast.links[name] = creator["links"][0]["url"]
        cast.collaborations[name] = creator["collaboration"]
        say(
            f"  {name}: link {creator['links'][0]['url']}, code {creator['coupons'][0]['code']}, to be entered in the store"
        )


def _answer(cast: Cast, name: str, *, accepts: bool) -> None:
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


def follow(link: str, agent: str) -> str | None:
    """The click id that the store would get, None if the link did not lead on."""
    answer = httpx.get(link, headers={"User-Agent": agent}, follow_redirects=False, timeout=5)
    if answer.status_code != httpx.codes.FOUND:
        return None
    target = urlsplit(answer.headers["location"])
    must(target.hostname == "lumen.example", f"a link leads to {target.hostname}")
    return parse_qs(target.query)["cclid"][0]


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
    _all_as_expected(cast)
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


def kill_the_worker(cast: Cast, kill: Callable[[], None] | None) -> None:
    """The worker dies amid many orders on the topic, and is started again."""
    chapter(f"Attribution's worker is killed amid {cast.wishes.orders} orders")
    orders = many_orders(
        cast.stores["topic"], cast.wishes.orders, cast.clicks["ada"] + cast.clicks["bea"], cast.now, run=cast.run
    )
    by_click = {click: name for name in ("ada", "bea") for click in cast.clicks[name]}
    for order in orders:
        assert order.snapshot is not None
        line = order.snapshot.lines[0]
        clicks = order.snapshot.click_ids
        earned = half_even(line.unit_price * line.quantity, COMMISSION)
        cast.expected[order.order] = (cast.accounts[by_click[clicks[0]]], earned) if clicks else None
    cast.topic.say(orders, "lumen", on_half=kill)
    _all_as_expected(cast)
    credited = sum(1 for order in orders if cast.expected[order.order])
    said = "Killed with -9 and started again" if kill else "Nobody can be killed here, so it was not"
    say(f"{said}: all {len(orders)} orders are decided, {credited} credited, none lost, none twice.")


def come_late(cast: Cast) -> None:
    """A click whose news comes after its order, a refund before its order, and a partial refund."""
    chapter("Late and out of order")
    assert cast.shopify is not None
    late = str(uuid.uuid4())
    order = a_topic_order(cast.stores["topic"], f"late-{cast.run}", 10_000, 1, cast.now, click=late)
    cast.topic.say([order], "lumen")
    cast.expected[order.order] = None
    _all_as_expected(cast, [order.order])
    link = httpx.URL(cast.links["bea"])
    template = cast.people["brand"].get("attribution", "/v1/links")["items"]
    mine = next(one for one in template if one["url"] == str(link))
    cast.topic.say([late_click(late, mine, order.time - timedelta(seconds=1))], "attribution")
    cast.expected[order.order] = (cast.accounts["bea"], half_even(10_000, COMMISSION))
    _all_as_expected(cast, [order.order])
    say(
        "An order named a click that nobody had heard of: unattributed. The click's news came late, and bea got 12.50 EUR after all."
    )

    number = int(uuid.uuid4().int % 10**17) + 9 * 10**17
    early = a_shopify_order(number, LAMP, 2, cast.clicks["ada"][1], cast.now)
    must(
        cast.shopify.send("refunds/create", a_shopify_refund(early, 1, cast.now + timedelta(seconds=5))) == 200,
        "refund refused",
    )
    order_id = f"{cast.stores['shopify']}:{number}"

    def waits() -> bool:
        waiting = cast.people["operator"].get("attribution", "/v1/orders/waiting?limit=100")["items"]
        return any(one["order"] == order_id for one in waiting)

    wait_for("the refund to wait for its order", waits)
    must(cast.shopify.send("orders/create", early) == 200, "order refused")
    cast.expected[order_id] = (cast.accounts["ada"], half_even(2 * LAMP, COMMISSION) - half_even(LAMP, COMMISSION))
    _all_as_expected(cast, [order_id])
    kept_of_it = half_even(2 * LAMP, COMMISSION) - half_even(LAMP, COMMISSION)
    say(f"A refund came before its order and waited. With the order, ada has {money(kept_of_it, 'EUR')} of it.")

    refund = a_shopify_refund(cast.shopify_order, 1, cast.now)
    must(cast.shopify.send("refunds/create", refund) == 200, "refund refused")
    refunded = f"{cast.stores['shopify']}:{cast.shopify_order['id']}"
    kept = half_even(3 * LAMP, COMMISSION) - half_even(LAMP, COMMISSION)
    cast.expected[refunded] = (cast.accounts["bea"], kept)
    _all_as_expected(cast, [refunded])
    say(f"One of bea's three Shopify lamps was given back: {money(kept, 'EUR')} of her commission is left.")


def late_click(id_: str, link: dict[str, Any], at: datetime) -> ClickRecorded:
    """A click as a redirect says it that had kept it in its spool for a while."""
    return ClickRecorded(
        id=id_,
        time=at,
        code=link["code"],
        link=link["id"],
        brand=link["brand"],
        campaign=link["campaign"],
        collaboration=link["collaboration"],
        creator=link["creator"],
    )


def _all_as_expected(cast: Cast, only: Sequence[str] | None = None) -> None:
    """Wait until the brand's list says of each order what the story's own arithmetic says."""
    brand = cast.people["brand"]
    wanted = {order: cast.expected[order] for order in (only or cast.expected)}

    def differing() -> dict[str, Any]:
        rows = {row["order"]: row for row in brand.pages("attribution", "/v1/orders")}
        found: dict[str, Any] = {}
        for order, expected in wanted.items():
            row = rows.get(order)
            said = None if row is None else (row["outcome"], row["commission"])
            if said != (("unattributed", 0) if expected is None else ("credited", expected[1])):
                found[order] = (said, expected)
        return found

    last: dict[str, Any] = {}

    def settled() -> bool:
        last.clear()
        last.update(differing())
        return not last

    try:
        wait_for("orders to be decided as the story reckons", settled, 60)
    except Exception as error:
        sample = dict(list(last.items())[:3])
        error.args = (f"{error.args[0]}; {len(last)} differ, such as {sample}",)
        raise
