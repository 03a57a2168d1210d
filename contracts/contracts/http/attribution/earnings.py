"""A creator's balances, a campaign's cost, and the ledger entries that both add up from."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.envelope import Model, Utc
from contracts.http.attribution.fields import Words
from contracts.ids import Id, OrderKey
from contracts.money import CurrencyCode, Minor

EntryId = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}$")]


class AmountsOut(Model):
    """One part of a balance: pending + payable = total, all after refunds."""

    pending: Minor = 0
    payable: Minor = 0
    total: Minor = 0


class BalanceOut(Model):
    """A creator's balance with one brand in one currency (MONEY 21): pending + payable = total, all after refunds.

    It is the sum of `commission` and `fees`.
    """

    brand: Id
    brand_name: Words = ""
    currency: CurrencyCode
    pending: Minor
    payable: Minor
    total: Minor
    commission: AmountsOut = AmountsOut()
    fees: AmountsOut = AmountsOut()


class EarningsOut(Model):
    """`GET /v1/earnings`, for the creator who asks."""

    balances: tuple[BalanceOut, ...] = ()


class EntryKind(StrEnum):
    """What an amount is for: an order's commission, what refunds take back, a month's close, a fee."""

    EARNED = "earned"
    TAKEN_BACK = "taken-back"
    TIER_UPLIFT = "tier-uplift"
    CAP_DEDUCTION = "cap-deduction"
    FEE = "fee"


class EntryAmount(Model):
    """One amount of a ledger entry: above zero the creator is owed more, and the brand pays more."""

    kind: EntryKind
    amount: Minor
    currency: CurrencyCode
    payable_at: Utc | None = None
    brand: Id
    campaign: Id | None = None
    collaboration: Id | None = None
    creator: Id | None = None


class EntryOut(Model):
    """One row of `GET /v1/earnings/entries` (a creator's own amounts) or `GET /v1/campaigns/{campaign}/entries`.

    A ledger transaction with those of its amounts that the reader may see, newest first. It is of an order, of a month
    (of `collaboration`), or of a deliverable's fee; `words` say in one English sentence what caused it, `cause` is the
    same for programs and other languages.
    """

    id: EntryId
    at: Utc
    cause: Id
    words: Words
    order: OrderKey | None = None
    month: Month | None = None
    deliverable: Id | None = None
    amounts: Annotated[tuple[EntryAmount, ...], Field(min_length=1)]


class CostOut(Model):
    """What a campaign has cost in one currency, after refunds: commission + fees = total, all of it the creators'.

    `operator_share` is what the brand owes the operator on top (A8). It is reckoned by the order, and of an order of
    several campaigns each has the part that its commission is of the order's; the parts add up to it exactly.
    """

    currency: CurrencyCode
    commission: Minor = 0
    fees: Minor = 0
    total: Minor = 0
    operator_share: Minor = 0


class CampaignCosts(Model):
    """`GET /v1/campaigns/{campaign}/costs`: the sum of all its ledger entries, and the operator's share."""

    campaign: Id
    costs: tuple[CostOut, ...] = ()
    as_of: Utc
