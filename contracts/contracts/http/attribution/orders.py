"""Orders and their decision records."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.attribution import OrderOutcome
from contracts.campaigns import Plan
from contracts.envelope import Model, Utc
from contracts.http.attribution.fields import Words
from contracts.ids import Id, OrderKey
from contracts.money import BasisPoints, CurrencyCode, Minor, Money, NonNegativeMinor
from contracts.stores import Quantity


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


class HoldOut(Model):
    """One reason why an order is held: `reason` is its code, `words` one English sentence.

    What `by_person` may be released by the brand or an operator; anything else ends with the fact that it waits for.
    """

    reason: Id
    words: Words
    by_person: bool


class HeldOrderOut(OrderOut):
    """One row of `GET /v1/orders/held`: an order that is credited and not payable (MONEY 5, 16, 17), newest first."""

    holds: Annotated[tuple[HoldOut, ...], Field(min_length=1)]


class OrderCustomer(StrEnum):
    """Whether who bought had bought at that store before (MONEY 13); `unknown`: the order names no customer."""

    NEW = "new"
    RETURNING = "returning"
    UNKNOWN = "unknown"


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


class ExchangeOut(Model):
    """By what a fixed amount came from `currency` `into` the order's (MONEY 16): what one euro cost in each.

    Both are of the last fixing before the order's UTC date, in the words of `source` (decimal texts; 1 for the euro).
    """

    currency: CurrencyCode
    into: CurrencyCode
    on: Annotated[Words, Field(description="The day of the fixing, as an ISO date.")]
    per_euro: Words
    into_per_euro: Words
    source: Words


class DecidedLine(Model):
    """One touch's part of one order line: value - discounts - tax = base (MONEY 12); base x weight x rate = exact.

    A line that several clicks share has a row for each (MONEY 8): `touch` is the click id or code, `weight` its part of
    the line as text such as "2/5", and the weights of a line sum to 1. `terms` is the number of the version that pays.

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
    touch: Annotated[
        Id | None, Field(description="As in `candidates`; `another creator` where that one may not be seen.")
    ] = None
    terms: Annotated[int, Field(ge=1)] | None = None
    weight: Annotated[str, StringConstraints(max_length=50, pattern=r"^[0-9]+(/[0-9]+)?$")] = "1"
    exchange: ExchangeOut | None = None
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
    operator_share: Annotated[
        NonNegativeMinor, Field(description="What the brand pays the operator on top (A8); creators read 0.")
    ] = 0
    posted: bool = False
    held: tuple[str, ...] = ()
    postings: tuple[PostingOut, ...] = ()
    summary: Words = ""
    customer: Annotated[
        OrderCustomer | None, Field(description="Absent where a customer is named whom no terms ask for.")
    ] = None
