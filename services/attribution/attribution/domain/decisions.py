"""The record of a decision: all candidates, who won each line and by what arithmetic, and what the decision read."""

from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Self

from pydantic import TypeAdapter

from attribution.domain.facts import Facts, Policy, Ref
from attribution.domain.values import frozen
from contracts.attribution import OrderOutcome
from contracts.campaigns import Plan
from contracts.money import Money


class TouchKind(StrEnum):
    """What an order may carry as a candidate (MONEY 1)."""

    CLICK = "click"
    CODE = "code"


class Verdict(StrEnum):
    """What became of a candidate. All but `won` say why it lost."""

    WON = "won"
    CLICK_UNKNOWN = "click-unknown"
    CODE_NOT_OURS = "code-not-ours"
    CODE_ENDED = "code-ended"
    OTHER_BRAND = "other-brand"
    BOT = "bot"
    TERMS_UNKNOWN = "terms-unknown"
    NO_TERMS_IN_FORCE = "no-terms-in-force"
    AFTER_THE_ORDER = "after-the-order"
    OUTSIDE_WINDOW = "outside-window"
    NOT_BEGUN = "not-begun"
    PAUSED_OR_ENDED = "paused-or-ended"
    CAMPAIGN_OVER = "campaign-over"
    BANNED = "banned"
    NOT_COVERED = "not-covered"
    CODE_WENT_FIRST = "code-went-first"
    CLICK_WENT_FIRST = "click-went-first"
    LATER_CLICK_WON = "later-click-won"
    EARLIER_CLICK_WON = "earlier-click-won"
    LARGER_DISCOUNT_WON = "larger-discount-won"
    NEWER_CODE_WON = "newer-code-won"
    FIRST_IN_BYTES_WON = "first-in-bytes-won"


class Reason(StrEnum):
    """Why an order is not credited, why it posts nothing, or why a line earns zero (MONEY 24)."""

    STORE_UNKNOWN = "store-unknown"
    REFUND_BEFORE_ORDER = "refund-before-order"
    ORDER_NOT_SEEN = "order-not-seen"
    TEST_ORDER = "test-order"
    CURRENCY_UNKNOWN = "currency-unknown"
    AMOUNT_OUT_OF_RANGE = "amount-out-of-range"
    NO_LINES = "no-lines"
    NO_CANDIDATE = "no-candidate"
    NO_CANDIDATE_COUNTS = "no-candidate-counts"
    NOT_PAID = "not-paid"
    CANCELLED = "cancelled"
    DELETED = "deleted"
    GIFT_CARD = "gift-card"
    NO_RATE = "no-rate"
    NO_FIXING = "no-fixing"
    NO_TOUCH = "no-touch"
    BASE_IS_ZERO = "base-is-zero"
    RATE_IS_ZERO = "rate-is-zero"
    ROUNDED_TO_ZERO = "rounded-to-zero"


class Hold(StrEnum):
    """Why a commission is posted but not payable until a person or a later fact says so (MONEY 5, 16, 17)."""

    PLACED_AFTER_RECEIPT = "placed-after-receipt"
    PLACED_LONG_BEFORE_RECEIPT = "placed-long-before-receipt"
    REFUND_DETAILS_MISSING = "refund-details-missing"
    NO_FIXING = "no-fixing"


@frozen
class Candidate:
    """A click id or code that the order carries. `id` is the click's, or the code as the order spells it.

    `at` is the click's time, or the order's for a code; `terms` the version in force then, `lines` those that it won,
    `lost_to` the candidate that beat it. `weights` are its parts of these lines, absent where it has all of each.
    """

    kind: TouchKind
    id: str
    verdict: Verdict
    creator: str | None = None
    collaboration: str | None = None
    campaign: str | None = None
    at: datetime | None = None
    terms: int | None = None
    coupon: str | None = None
    bot_rule: str = ""
    lines: tuple[str, ...] = ()
    lost_to: str | None = None
    weights: tuple[Fraction, ...] = ()

    def judged(
        self,
        verdict: Verdict,
        lines: tuple[str, ...] = (),
        lost_to: str | None = None,
        weights: tuple[Fraction, ...] = (),
    ) -> "Candidate":
        """The same candidate after the contest of the lines."""
        return Candidate(
            self.kind,
            self.id,
            verdict,
            self.creator,
            self.collaboration,
            self.campaign,
            self.at,
            self.terms,
            self.coupon,
            self.bot_rule,
            lines,
            lost_to,
            weights,
        )


@frozen
class Conversion:
    """By what a fixed amount came from `currency` into the order's (MONEY 16): what one euro cost in each on `day`.

    `day` is an ISO date, the rates are texts as `source` gave them, and 1 for the euro itself.
    """

    currency: str
    day: str
    per_euro: str
    order_per_euro: str
    source: str

    @property
    def rate(self) -> Fraction:
        """What one unit of the currency is worth in the order's; units, not minor units."""
        return Fraction(self.order_per_euro) / Fraction(self.per_euro)


@frozen
class Part:
    """One touch's part of one line. `exact` = weight x base x rate, or weight x units x fixed amount, unrounded.

    A fixed amount of another currency came into the order's by `conversion`. `granted` and `taken` are minor units:
    what the part earns, and what refunds take back of it (MONEY 15, 17).
    `by_month`: its terms have tiers or a cap; `by_default`: the default row pays it, which tiers replace (MONEY 14).
    """

    touch: str
    creator: str
    collaboration: str
    campaign: str
    terms: int
    plan: Plan | None
    basis_points: int | None
    per_unit: Money | None
    weight: Fraction
    exact: Fraction
    granted: int
    taken: int
    hold_days: int
    reason: Reason | None = None
    conversion: Conversion | None = None
    by_month: bool = False
    by_default: bool = False

    @property
    def commission(self) -> int:
        """What is left of it, in minor units."""
        return self.granted - self.taken


@frozen
class DecidedLine:
    """One order line: its base (MONEY 12), what went back of it, and its parts, none if nobody won it.

    `value` (price x quantity) - `discounts` - `tax` (where prices include it) is the base, unless that is below zero or
    a gift card was sold.
    """

    line: str
    product: str | None
    quantity: int
    base: int
    refunded: Fraction
    removed_units: int
    parts: tuple[Part, ...]
    reason: Reason | None = None
    unit_price: int = 0
    value: int = 0
    discounts: int = 0
    tax: int = 0


@frozen
class Decision:
    """Who was credited for an order and why. The same facts, policy and rules always give the same decision.

    `posts`: its commission belongs into the ledger now; `reason` says why it does not, or why nobody is credited.
    `held`: posted, yet not payable. `refs` name every fact that was read, present or absent. `month` (as `2026-03`, in
    the brand's zone) and `month_close` are there where a collaboration that won a line has tiers or a cap (MONEY 14).
    From `freezes_at` on the
    winner stays, whatever becomes known (MONEY 11); None while nothing becomes payable.
    """

    rules: int
    order: str
    store: str
    brand: str | None
    policy: Policy
    outcome: OrderOutcome
    reason: Reason | None
    posts: bool
    held: tuple[Hold, ...]
    currency: str | None
    placed_at: datetime | None
    paid_at: datetime | None
    candidates: tuple[Candidate, ...]
    lines: tuple[DecidedLine, ...]
    operator_share: int
    facts: Facts
    refs: tuple[Ref, ...]
    month: str | None = None
    month_close: datetime | None = None
    first_seen_at: datetime | None = None
    freezes_at: datetime | None = None

    def to_json(self) -> bytes:
        """As JSON, byte for byte the same for equal decisions: what is stored, and what the digest is of.

        Times are ISO strings exact to the microsecond, fractions are texts such as `27/2`.
        As text a record costs half of what it costs as a document (25 µs of 47, digest included), nobody asks for a
        field inside of it, and `JSON.parse(row.doc)` shows it in MongoDB's shell.
        """
        return _DECISION.dump_json(self, exclude_defaults=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The other way."""
        return _DECISION.validate_json(text)  # type: ignore[return-value]


_DECISION = TypeAdapter(Decision)
