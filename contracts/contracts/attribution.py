"""What attribution says: links, coupons, clicks, and who was credited for each order."""

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts import topics
from contracts.campaigns import CouponCode, Url
from contracts.envelope import EntityEvent, Event, Model, State, Utc
from contracts.forgetting import PersonForgotten
from contracts.ids import Id, OrderKey
from contracts.money import BasisPoints, CurrencyCode, Minor, Money


class LinkStatus(StrEnum):
    """Whether a link leads on."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Placement(StrEnum):
    """Where a link stands (A1)."""

    BIO = "bio"
    CAPTION = "caption"
    FIRST_COMMENT = "first-comment"
    STORY = "story"
    LIVE = "live"
    ON_SCREEN = "on-screen"
    OWN_SITE = "own-site"
    EMAIL = "email"
    OTHER_NETWORK = "other-network"
    PAID_AD = "paid-ad"


UtmValue = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
"""What a UTM parameter says, before it is encoded."""


class UtmParameters(Model):
    """What a link tells the store's own analytics: `utm_source`, `utm_medium` and so on; absent ones are left out."""

    source: UtmValue | None = None
    medium: UtmValue | None = None
    campaign: UtmValue | None = None
    content: UtmValue | None = None
    term: UtmValue | None = None


LinkCode = Annotated[str, StringConstraints(min_length=4, max_length=64, pattern=r"^[A-Za-z0-9_-]+$")]
"""What stands in `/r/{code}`."""


class Link(State):
    """A short link of one collaboration; `code` is what stands in `/r/{code}`.

    `target` is where it leads, complete but for the click's id: made of `destination`, the page that was asked for, the
    UTM parameters that it does not have itself, and the coupon's code, if the store takes one in its addresses.
    """

    TOPIC: ClassVar = topics.LINKS

    code: LinkCode
    brand: Id
    campaign: Id
    collaboration: Id
    creator: Id
    target: Url
    status: LinkStatus = LinkStatus.ACTIVE
    expires_at: Utc | None = None
    placement: Placement = Placement.BIO
    destination: Url | None = None
    utm: UtmParameters = UtmParameters()
    coupon: Annotated[Id | None, Field(description="The coupon whose code the target carries.")] = None


class LinkEvent(EntityEvent[Link]):
    """Any change of a link."""

    TOPIC: ClassVar = topics.LINKS
    STATE: ClassVar = Link


class LinkCreated(LinkEvent):
    """An agreement brought a link, or somebody made one."""

    TYPE: ClassVar = "attribution.link-created.v1"


class LinkChanged(LinkEvent):
    """A link leads elsewhere, expires at another time, or was paused, resumed or ended."""

    TYPE: ClassVar = "attribution.link-changed.v1"


class CouponStatus(StrEnum):
    """Where a code stands: to be entered in the store, seen there, or over (A3)."""

    TO_ENTER = "to-enter"
    CONFIRMED = "confirmed"
    ENDED = "ended"


class Coupon(State):
    """A code of one brand and collaboration. It compares trimmed and caseless; `code` keeps the spelling."""

    TOPIC: ClassVar = topics.COUPONS

    code: CouponCode
    brand: Id
    campaign: Id
    collaboration: Id
    creator: Id
    percent_off: BasisPoints | None = None
    amount_off: Money | None = None
    status: CouponStatus = CouponStatus.TO_ENTER
    created_at: Utc
    ended_at: Utc | None = None


class CouponEvent(EntityEvent[Coupon]):
    """Any change of a coupon."""

    TOPIC: ClassVar = topics.COUPONS
    STATE: ClassVar = Coupon


class CouponCreated(CouponEvent):
    """An agreement or the brand brought a code, to be entered in the store unless it is there already."""

    TYPE: ClassVar = "attribution.coupon-created.v1"


class CouponConfirmed(CouponEvent):
    """The first paid order with the code showed that the store knows it, or the brand said so."""

    TYPE: ClassVar = "attribution.coupon-confirmed.v1"


class CouponEnded(CouponEvent):
    """The brand ended a code: orders placed from `ended_at` on earn nothing by it.

    Said again with another `code` once its creator was erased, if no order carried it.
    """

    TYPE: ClassVar = "attribution.coupon-ended.v1"


class ClickRecorded(Event):
    """The redirect answered a click. Bots are marked, never dropped; `visitor` is a hash with a daily key.

    `bot` is the verdict of its time, by `bot_rule`. What that rule read stands beside it, so that a later rule can
    judge again: the method, `fetched_ahead`, and `user_agent` as sent, cut at 512 characters. Who objects to being
    followed (GPC, DNT) has neither `visitor` nor `user_agent`. `data_centre` marks an address of a hoster or a crawler,
    by the version `data_centre_list` of the list of ranges; the address itself is nowhere.
    """

    TYPE: ClassVar = "attribution.click-recorded.v1"
    TOPIC: ClassVar = topics.CLICKS
    KEY: ClassVar = "id"

    code: Id
    link: Id
    brand: Id
    campaign: Id
    collaboration: Id
    creator: Id
    bot: bool = False
    bot_rule: Annotated[str, StringConstraints(max_length=100)] = ""
    visitor: Id | None = None
    referrer: Annotated[str, StringConstraints(max_length=255)] | None = None
    method: Annotated[str, StringConstraints(max_length=10)] = "GET"
    user_agent: Annotated[str, StringConstraints(max_length=512)] | None = None
    fetched_ahead: bool = False
    data_centre: bool = False
    data_centre_list: Annotated[str, StringConstraints(max_length=100)] = ""


class Share(Model):
    """What one creator earns by one order now, after refunds; no `payable_at` while nothing is posted or it is held.

    `gross_sales` is the price of all units, before discounts and returns; `net_sales` what is left after both.
    """

    creator: Id
    collaboration: Id
    campaign: Id
    commission: Minor
    net_sales: Minor
    gross_sales: Annotated[Minor | None, Field(description="Absent in events from before it was told.")] = None
    payable_at: Utc | None = None


class OrderOutcome(StrEnum):
    """What became of an order (I2). Waiting and parked orders have not been decided yet."""

    CREDITED = "credited"
    UNATTRIBUTED = "unattributed"
    REJECTED = "rejected"
    WAITING = "waiting"


class OrderDecided(Event):
    """Who was credited for an order, one per order and decision number; `previous` are the shares that it replaces."""

    TYPE: ClassVar = "attribution.order-decided.v1"
    TOPIC: ClassVar = topics.CONVERSIONS
    KEY: ClassVar = "order"

    order: OrderKey
    store: Id
    brand: Id | None = None
    number: Annotated[int, Field(ge=1)]
    outcome: OrderOutcome
    posted: bool
    held: tuple[str, ...] = ()
    currency: CurrencyCode | None = None
    placed_at: Utc | None = None
    shares: tuple[Share, ...] = ()
    previous: tuple[Share, ...] = ()


class ForgottenByAttribution(PersonForgotten):
    """Attribution has forgotten whom an erasure names; what was earned stays in the books, by a number."""

    TYPE: ClassVar = "attribution.forgotten-by-attribution.v1"
    TOPIC: ClassVar = topics.ATTRIBUTION_ERASURES
