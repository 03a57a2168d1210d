"""What a decision reads besides the order: facts of other streams as attribution keeps them.

`known_at` is when a fact became what it is, by our own clock: what comes after the freeze is late (MONEY 11).
Absent, it was known before anything was frozen.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import PlainSerializer

from attribution.domain.values import frozen
from contracts import attribution, campaigns
from contracts.campaigns import CustomerKind, Rate, Tier
from contracts.console import StoreKind
from contracts.favours import favours_creator
from contracts.ids import BrandId, CampaignId, ClickId, CollaborationId, CouponId, CreatorId, StoreId
from contracts.money import Money


@frozen
class Brand:
    """What decisions read of a brand: the IANA zone in which its months end (MONEY 14)."""

    id: BrandId
    zone: str = "UTC"
    revision: int = 0


@frozen
class Store:
    """A brand's store."""

    id: StoreId
    brand: BrandId
    kind: StoreKind
    revision: int
    known_at: datetime | None = field(default=None, compare=False)


@frozen
class Click:
    """A click with the bot verdict of its time (MONEY 1); `at` is the redirect's receive time."""

    id: ClickId
    brand: BrandId
    campaign: CampaignId
    collaboration: CollaborationId
    creator: CreatorId
    at: datetime
    bot: bool = False
    bot_rule: str = ""
    known_at: datetime | None = field(default=None, compare=False)

    @classmethod
    def of(cls, said: attribution.ClickRecorded) -> Self:
        """The click that the redirect recorded."""
        return cls(
            ClickId(said.id),
            BrandId(said.brand),
            CampaignId(said.campaign),
            CollaborationId(said.collaboration),
            CreatorId(said.creator),
            said.time,
            said.bot,
            said.bot_rule,
        )


@frozen
class Coupon:
    """A code of the brand's, spelled as it was made; `ended_at` is exclusive, and absent while it goes on."""

    id: CouponId
    code: str
    brand: BrandId
    campaign: CampaignId
    collaboration: CollaborationId
    creator: CreatorId
    created_at: datetime
    revision: int
    ended: bool = False
    ended_at: datetime | None = None
    known_at: datetime | None = field(default=None, compare=False)

    @classmethod
    def of(cls, state: attribution.Coupon, revision: int) -> Self:
        """The coupon's public state at its revision."""
        return cls(
            CouponId(state.id),
            state.code,
            BrandId(state.brand),
            CampaignId(state.campaign),
            CollaborationId(state.collaboration),
            CreatorId(state.creator),
            state.created_at,
            revision,
            state.status is attribution.CouponStatus.ENDED,
            state.ended_at,
        )


@frozen
class Span:
    """From `start` (inclusive) to `end` (exclusive); open without an end."""

    start: datetime
    end: datetime | None = None


Products = Annotated[frozenset[str], PlainSerializer(sorted, return_type=list[str])]


@frozen
class Terms:
    """What a decision needs of one version of the terms; `products` None covers all of them.

    `tiers` and `cap` are of a collaboration's month (MONEY 14); `cap` None is no limit.
    `favours`: it favours the creator over the version that was in force at its notice (MONEY 20).
    """

    number: int
    in_force_at: datetime
    rates: tuple[Rate, ...]
    window_hours: int = 720
    hold_days: int = 30
    products: Products | None = None
    tiers: tuple[Tier, ...] = ()
    cap: Money | None = None
    favours: bool = False

    @property
    def by_month(self) -> bool:
        """Whether a month's close says what these terms pay in the end (MONEY 14)."""
        return bool(self.tiers) or self.cap is not None

    def covers(self, product: str | None) -> bool:
        """Whether a line of that product may earn by these terms (MONEY 7)."""
        return self.products is None or product in self.products


@frozen
class Collaboration:
    """One creator in one campaign: when it was active, and every version of its terms."""

    id: CollaborationId
    brand: BrandId
    campaign: CampaignId
    creator: CreatorId | None
    revision: int
    terms: tuple[Terms, ...]
    active: tuple[Span, ...]
    completed_at: datetime | None = None
    campaign_end: datetime | None = None
    known_at: datetime | None = field(default=None, compare=False)

    @property
    def asks_customer(self) -> bool:
        """Whether any version of its terms has a row for new or for returning customers (MONEY 13)."""
        return any(rate.customer is not None for terms in self.terms for rate in terms.rates)

    @property
    def by_month(self) -> bool:
        """Whether any version of the terms has tiers or a cap, so that all its orders count for a month."""
        return any(version.by_month for version in self.terms)

    @classmethod
    def of(cls, state: campaigns.Collaboration, revision: int) -> Self:
        """The collaboration's public state at its revision."""
        return cls(
            CollaborationId(state.id),
            BrandId(state.brand),
            CampaignId(state.campaign),
            None if state.creator is None else CreatorId(state.creator),
            revision,
            tuple(
                Terms(
                    version.number,
                    version.in_force_at,
                    version.rates,
                    version.window_hours,
                    version.hold_days,
                    None if version.products is None else frozenset(version.products),
                    version.tiers,
                    version.cap,
                    favours=favours_creator(version, state.terms),
                )
                for version in state.terms
            ),
            tuple(Span(period.start, period.end) for period in state.active),
            state.completed_at,
            state.campaign_end,
        )


@frozen
class Ban:
    """When a creator was banned for fraud; `revision` grows with each change."""

    creator: CreatorId
    spans: tuple[Span, ...]
    revision: int


@frozen
class Fixing:
    """What one euro cost in a currency at the ECB's last fixing before a day (MONEY 16).

    `before` and `day` are ISO dates: the order's in UTC, and the fixing's; `rate` is the text that the ECB gave.
    """

    currency: str
    before: str
    day: str
    rate: str

    @property
    def revision(self) -> int:
        """What decisions name: a later fixing before the same day is a greater one."""
        return date.fromisoformat(self.day).toordinal()


class Model(StrEnum):
    """How clicks share a line (MONEY 8)."""

    LAST_CLICK = "last-click"
    FIRST_CLICK = "first-click"
    LINEAR = "linear"
    POSITION_BASED = "position-based"


class Precedence(StrEnum):
    """What wins a line that both a code and a click claim (MONEY 9)."""

    COUPON_FIRST = "coupon-first"
    CLICK_FIRST = "click-first"


@frozen
class Policy:
    """A brand's policy in force at the order's time (MONEY 3); `operator_share` in basis points (A8)."""

    version: int = 1
    model: Model = Model.LAST_CLICK
    precedence: Precedence = Precedence.COUPON_FIRST
    operator_share: int = 0


DEFAULT_POLICY = Policy()


@frozen
class CustomerRead:
    """Whether a customer was new when an order was placed, by the key of `customers.customer_key` (MONEY 13)."""

    key: str
    kind: CustomerKind
    known_at: datetime | None = field(default=None, compare=False)


@frozen
class Release:
    """A person's word that an order may be paid that was held for its claimed time; for that time only (MONEY 5)."""

    order: str
    placed_at: datetime
    at: datetime


@frozen
class World:
    """What the store looked up. It may hold more than an order names, so one can serve a whole batch of one store.

    `clicks` by id, `coupons` **of the store's brand** by `touches.normal_code`, `collaborations` by id. What is not
    there is absent. `bans` None: this installation keeps none, and decisions don't name them in `refs`. `fixings` by
    (currency, the order's UTC date), `customers` by `customers.customer_key`: whether the customer was new at that
    second, `released` by order. `brand` is the store's, looked up only where one of the collaborations has tiers or a
    cap.
    """

    store: Store | None
    clicks: Mapping[str, Click] = field(default_factory=dict)
    coupons: Mapping[str, Coupon] = field(default_factory=dict)
    collaborations: Mapping[str, Collaboration] = field(default_factory=dict)
    bans: Mapping[str, Ban] | None = None
    fixings: Mapping[tuple[str, str], Fixing] = field(default_factory=dict)
    customers: Mapping[str, CustomerRead] = field(default_factory=dict)
    brand: Brand | None = None
    released: Mapping[str, Release] = field(default_factory=dict)


@frozen
class Facts:
    """The part of the world that one decision used, kept in its record so that it can be decided again by itself."""

    store: Store | None = None
    clicks: tuple[Click, ...] = ()
    coupons: tuple[tuple[str, Coupon], ...] = ()
    collaborations: tuple[Collaboration, ...] = ()
    bans: tuple[Ban, ...] | None = None
    fixings: tuple[Fixing, ...] = ()
    customer: CustomerRead | None = None
    brand: Brand | None = None
    released: Release | None = None

    def world(self) -> World:
        """The world that consists of these facts only."""
        return World(
            self.store,
            {click.id: click for click in self.clicks},
            dict(self.coupons),
            {collaboration.id: collaboration for collaboration in self.collaborations},
            None if self.bans is None else {ban.creator: ban for ban in self.bans},
            fixings={(fixing.currency, fixing.before): fixing for fixing in self.fixings},
            customers={} if self.customer is None else {self.customer.key: self.customer},
            brand=self.brand,
            released={} if self.released is None else {self.released.order: self.released},
        )


@frozen
class Ref:
    """A fact that a decision named, and the revision that it read: 0 = absent, 1 = a click that is there.

    Keys: `store:<id>`, `click:<id>`, `code:<brand>:<normal code>`, `terms:<collaboration>`, `ban:<creator>`,
    `fixing:<the order's UTC date>:<currency>`, `customer:<store>|<pseudonym>|<second of the order>` (1 = new, 2 =
    returning), `brand:<id>`.
    """

    key: str
    revision: int
