"""Who and what the story is about, and what it reckons itself."""

import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from story.addresses import Addresses, Wishes
from story.people import Mailbox, Person
from story.shops import Shopify, Topic, WooCommerce
from story.telling import must, wait_for

COMMISSION = 1250
DISCOUNT = 2000
FEE = 15_000
BROWSER = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.1 Mobile/15E148 Safari/604.1"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
PREVIEW = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
LAMP = 4990


@dataclass
class Cast:
    """Who and what the story is about, and what it expects.

    `expected` is what is to be credited: order -> (creator, minor units) or None; `mails` how many each person is to get.
    """

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
    mails: Counter[str] = field(default_factory=Counter)

    def person(self, name: str, address: str) -> Person:
        """A person of the story, with a browser of their own."""
        self.people[name] = Person(name, address, self.where, self.mailbox)
        return self.people[name]

    @property
    def now(self) -> datetime:
        """The story's time: the host's."""
        return datetime.now(UTC)


def mailed(cast: Cast, **more: int) -> None:
    """These people are to get so many mails more: wait until they have them."""
    cast.mails.update(more)
    for name in more:
        address = cast.people[name].address
        wait_for(f"{cast.mails[name]} mails to {name}", lambda: cast.mailbox.count(address) >= cast.mails[name])  # noqa: B023 - called at once


def half_even(base: int, basis_points: int) -> int:
    """Commission of a base, in minor units (MONEY 15); the story's own arithmetic, not the platform's."""
    return round(Fraction(base * basis_points, 10_000))


def taken_back(given: int, units: int, quantity: int) -> int:
    """What goes back of a line's commission with so many of its units (MONEY 17): half-even of what was given."""
    return round(Fraction(given * units, quantity))


def follow(link: str, agent: str) -> str | None:
    """The click id that the store would get, None if the link did not lead on."""
    answer = httpx.get(link, headers={"User-Agent": agent}, follow_redirects=False, timeout=5)
    if answer.status_code != httpx.codes.FOUND:
        return None
    target = urlsplit(answer.headers["location"])
    must(target.hostname == "lumen.example", f"a link leads to {target.hostname}")
    return parse_qs(target.query)["cclid"][0]


def all_as_expected(cast: Cast, only: Sequence[str] | None = None) -> None:
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
