"""What attribution's API answers: results, orders with their decision records, earnings, links, coupons, deliveries.

Brands read all that is theirs; a creator reads own touches and amounts, and others only as `ANOTHER_CREATOR`
(DOMAIN A6). Amounts are integers in minor units of the currency that stands beside them; times are UTC.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.attribution import CouponStatus, LinkStatus, OrderOutcome
from contracts.campaigns import CouponCode, Plan, Url
from contracts.envelope import Model, Utc
from contracts.ids import Id, OrderKey
from contracts.money import BasisPoints, CurrencyCode, Minor, Money, NonNegativeMinor
from contracts.stores import Quantity

Count = Annotated[int, Field(ge=0, le=2**63 - 1)]
Words = Annotated[str, StringConstraints(max_length=500)]

ANOTHER_CREATOR = "another creator"
"""How a creator sees anybody else in a decision record."""


class Clicks(Model):
    """Clicks of a link, a collaboration or a campaign (A4).

    `raw` counts all, `human` those that no bot rule marked, `unique` a visitor's first human one on a link a day;
    a visitor who asks not to be tracked is never counted as unique.
    """

    raw: Count = 0
    unique: Count = 0
    human: Count = 0


class LinkResult(Model):
    """A link's address, as a follower sees it."""

    code: Id
    url: Url


class CouponResult(Model):
    """A code and where it stands."""

    code: CouponCode
    status: CouponStatus


class CreatorResult(Model):
    """What one collaboration brought. One entry in `net_sales` and `commission` for each currency."""

    creator: Id
    collaboration: Id
    profile: Id | None = None
    clicks: Clicks = Clicks()
    orders: Count = 0
    net_sales: tuple[Money, ...] = ()
    commission: tuple[Money, ...] = ()
    links: tuple[LinkResult, ...] = ()
    coupons: tuple[CouponResult, ...] = ()


class CampaignResults(Model):
    """`GET /v1/campaigns/{id}/results`: totals and each creator's part; `as_of` is when they were counted."""

    campaign: Id
    clicks: Clicks = Clicks()
    orders: Count = 0
    net_sales: tuple[Money, ...] = ()
    commission: tuple[Money, ...] = ()
    creators: tuple[CreatorResult, ...] = ()
    as_of: Utc | None = None


class OrderOut(Model):
    """One row of `GET /v1/orders?campaign=&collaboration=&cursor=`, newest first; a creator's row has own amounts only.

    `creators` are those with a share that the reader may see.
    `summary` says in one English sentence why it was credited or not; `reasons` of the record are the same, by code.
    """

    order: OrderKey
    store: Id
    placed_at: Utc | None = None
    outcome: OrderOutcome
    net_sales: Minor = 0
    commission: Minor = 0
    currency: CurrencyCode | None = None
    posted: bool = False
    held: tuple[str, ...] = ()
    payable_at: Utc | None = None
    brand: Id | None = None
    creators: tuple[Id, ...] = ()
    summary: Words = ""


class CandidateKind(StrEnum):
    """What an order carried (MONEY 1)."""

    CLICK = "click"
    COUPON = "coupon"


class CandidateOut(Model):
    """One touch that the order named, and why it won or lost. `ref` is a click id or a code.

    `reason` is one English sentence, `reason_code` a word of a closed set for programs and other languages.
    """

    kind: CandidateKind
    ref: Id
    creator: Annotated[Id | None, Field(description="A creator's id, `another creator`, or absent if unknown.")] = None
    collaboration: Id | None = None
    at: Utc | None = None
    won: bool
    reason: Words
    reason_code: Id = "unsaid"


class DecidedLine(Model):
    """One order line's arithmetic: value - discounts - tax = base (MONEY 12); base x rate = exact.

    `value` is quantity x unit_price, or the sum that the store gives in its place.
    `exact` is a fraction of minor units as text ("1234/5" or "250"); `commission` is what the line was given after the
    one rounding of MONEY 15. `tax` is what was taken off because prices include it. `refunded` is the money given back
    on the line, `taken_back` the commission that went with it (MONEY 17).
    """

    line: Id
    title: Words = ""
    quantity: Quantity
    unit_price: NonNegativeMinor
    value: NonNegativeMinor = 0
    discounts: NonNegativeMinor = 0
    tax: NonNegativeMinor = 0
    base: NonNegativeMinor
    creator: Id | None = None
    collaboration: Id | None = None
    plan: Plan | None = None
    rate: BasisPoints | None = None
    per_unit: Money | None = None
    exact: Annotated[str, StringConstraints(max_length=100)] = "0"
    commission: Minor = 0
    refunded: NonNegativeMinor = 0
    taken_back: NonNegativeMinor = 0
    reason: Annotated[Words, Field(description="Why it earns nothing, if so (MONEY 24).")] = ""
    reason_code: Id | None = None


class PostingOut(Model):
    """One ledger transaction of the order: its number, what caused it, and by how much it changed the commission."""

    number: Annotated[int, Field(ge=1)]
    cause: Words
    at: Utc
    amount: Minor
    payable_at: Utc | None = None


class DecisionOut(Model):
    """`GET /v1/orders/{id}/decision`: the decision record (A6). The postings add up to `commission`."""

    order: OrderKey
    store: Id
    brand: Id | None = None
    number: Annotated[int, Field(ge=1)]
    outcome: OrderOutcome
    placed_at: Utc | None = None
    decided_at: Utc | None = None
    currency: CurrencyCode | None = None
    policy_version: Annotated[int, Field(ge=1)] = 1
    rule_version: Id = "1"
    terms_versions: tuple[Id, ...] = ()
    candidates: tuple[CandidateOut, ...] = ()
    lines: tuple[DecidedLine, ...] = ()
    net_sales: Minor = 0
    commission: Minor = 0
    posted: bool = False
    held: tuple[str, ...] = ()
    postings: tuple[PostingOut, ...] = ()
    summary: Words = ""


class BalanceOut(Model):
    """A creator's balance with one brand in one currency (MONEY 21): pending + payable = total, all after refunds."""

    brand: Id
    brand_name: Words = ""
    currency: CurrencyCode
    pending: Minor
    payable: Minor
    total: Minor


class EarningsOut(Model):
    """`GET /v1/earnings`, for the creator who asks."""

    balances: tuple[BalanceOut, ...] = ()


class LinkOut(Model):
    """One row of `GET /v1/links`: a creator's or a brand's own."""

    id: Id
    code: Id
    url: Url
    target: Url
    brand: Id
    campaign: Id
    collaboration: Id
    creator: Id
    status: LinkStatus
    clicks: Clicks = Clicks()


class CouponOut(Model):
    """One row of `GET /v1/coupons`. A creator sees a code only once the store knows it (A3)."""

    id: Id
    code: CouponCode
    brand: Id
    campaign: Id
    collaboration: Id
    creator: Id
    status: CouponStatus
    percent_off: BasisPoints | None = None
    amount_off: Money | None = None


class Precedence(StrEnum):
    """What wins a line that both a code and a click claim (MONEY 9)."""

    COUPON_FIRST = "coupon-first"
    CLICK_FIRST = "click-first"


class AttributionModel(StrEnum):
    """How clicks share a line (MONEY 8)."""

    LAST_CLICK = "last-click"


class PolicyVersion(Model):
    """One version of a brand's policy. Version 1 are the defaults, in force from the beginning, so without a time."""

    version: Annotated[int, Field(ge=1)]
    precedence: Precedence = Precedence.COUPON_FIRST
    model: AttributionModel = AttributionModel.LAST_CLICK
    in_force_at: Utc | None = None


class PolicyOut(Model):
    """`GET /v1/policy` (MONEY 3): the version in force now, the one to come if any, and all there were, newest first.

    An order is decided by the version in force at its own time, so no order that is decided already is affected.
    """

    current: PolicyVersion
    coming: PolicyVersion | None = None
    versions: tuple[PolicyVersion, ...]


class PolicyChange(Model):
    """`PUT /v1/policy`, with `If-Match`: what the next version says."""

    precedence: Precedence


class DeliveryOutcome(StrEnum):
    """What became of a webhook's body."""

    OBSERVED = "observed"
    KEPT_RAW = "kept-raw"
    IGNORED = "ignored"


class DeliveryOut(Model):
    """One row of `GET /v1/stores/{id}/deliveries`, newest first: a webhook that arrived with a right signature."""

    id: Id
    store: Id
    received_at: Utc
    topic: Words
    outcome: DeliveryOutcome
    order: OrderKey | None = None
    reason: Words = ""


class StoreSecret(Model):
    """`PUT /internal/stores/{id}/secrets`: the webhook secret from now on. The same one again changes nothing.

    The one that was right until now stays right beside it until `previous_until`; without that time it ends at once.
    Attribution is the only place that keeps them: never logged, never on Kafka.
    """

    secret: Annotated[str, StringConstraints(min_length=8, max_length=200)]
    previous_until: Utc | None = None
