"""A creator's balances."""

from contracts.envelope import Model
from contracts.http.attribution.fields import Words
from contracts.ids import Id
from contracts.money import CurrencyCode, Minor


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
