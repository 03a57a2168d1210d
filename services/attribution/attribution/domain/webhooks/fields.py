"""The kinds of field in stores' bodies. Each refuses by ValueError, which pydantic turns into the field's place."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, ValidationInfo, model_validator

from attribution.domain.webhooks.amounts import AmountError, Currency

_ID_LENGTH = 180
_QUANTITY = 10**9
_YEARS = range(1990, 2201)

T = TypeVar("T")


def _external_id(value: object) -> str:
    """An id of the store's, always as a string: Shopify's exceed 2^53."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        value = str(value)
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _ID_LENGTH:
        raise ValueError("not an id")
    return value


def _optional_id(value: object) -> str | None:
    """WooCommerce writes 0 for none."""
    return None if value in (None, 0, "", "0") else _external_id(value)


def _quantity(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(_QUANTITY)):
        value = int(value)
    if isinstance(value, Decimal) and value.is_finite() and value.adjusted() < len(str(_QUANTITY)) and value % 1 == 0:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _QUANTITY:
        raise ValueError("not a quantity")
    return value


def _instant(value: object) -> datetime:
    return _within_reason(value, None)


def _gmt(value: object) -> datetime:
    """WooCommerce's `*_gmt` times are UTC and don't say so."""
    return _within_reason(value, UTC)


def _within_reason(value: object, assumed: Any) -> datetime:
    if not isinstance(value, str):
        raise ValueError("not a time")  # noqa: TRY004 - pydantic takes ValueError
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("not an ISO 8601 time") from None
    if at.tzinfo is None:
        at = at.replace(tzinfo=assumed)
    if at.tzinfo is None:
        raise ValueError("a time without an offset")
    if at.year not in _YEARS:
        raise ValueError(f"not a time between {_YEARS[0]} and {_YEARS[-1]}")
    return at.astimezone(UTC)


def currency_of(info: ValidationInfo) -> Currency:
    """The currency that the reader of this body was given as context."""
    found = info.context["currency"] if info.context else None
    if not isinstance(found, Currency):
        raise TypeError("a body with amounts is read with its currency as context")
    return found


def _signed(value: object, info: ValidationInfo) -> int:
    return 0 if value is None else currency_of(info).minor_units(value)


def _amount(value: object, info: ValidationInfo) -> int:
    amount = currency_of(info).minor_units(value)
    if amount < 0:
        raise AmountError("below zero")
    return amount


def _amount_or_zero(value: object, info: ValidationInfo) -> int:
    return 0 if value is None else _amount(value, info)


def _optional_amount(value: object, info: ValidationInfo) -> int | None:
    return None if value is None else _amount(value, info)


ExternalId = Annotated[str, BeforeValidator(_external_id)]
OptionalId = Annotated[str | None, BeforeValidator(_optional_id)]
Quantity = Annotated[int, BeforeValidator(_quantity)]
Instant = Annotated[datetime, BeforeValidator(_instant)]
Gmt = Annotated[datetime, BeforeValidator(_gmt)]
Amount = Annotated[int, BeforeValidator(_amount)]
AmountOrZero = Annotated[int, BeforeValidator(_amount_or_zero)]
OptionalAmount = Annotated[int | None, BeforeValidator(_optional_amount)]
SignedAmount = Annotated[int, BeforeValidator(_signed)]
Flag = Annotated[bool, BeforeValidator(lambda value: False if value is None else value)]
Several = Annotated[tuple[T, ...], Field(fail_fast=True)]
"""A list that ends at its first fault: a body of a million empty lines would else be a million faults, of a KB each."""
Listed = Annotated[Several[T], BeforeValidator(lambda value: () if value is None else value)]


class Sent(BaseModel):
    """A part of a body as the store sends it; what we don't know is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=False)


class Priced(Sent):
    """A part with a `*_set` beside its amounts: its `shop_money` is preferred, and must be in the shop's currency."""

    AMOUNTS: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _in_shop_money(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, Mapping):
            return value
        chosen = dict(value)
        for name in cls.AMOUNTS:
            money = shop_money(value.get(f"{name}_set"))
            if money.get("amount") is None:
                continue
            if money.get("currency_code", currency_of(info).code) != currency_of(info).code:
                raise ValueError(f"{name}_set is in another currency than the order")
            chosen[name] = money["amount"]
        return chosen


def shop_money(bag: object) -> Mapping[str, Any]:
    """The `shop_money` of a Shopify money bag; empty where there is none."""
    money = bag.get("shop_money") if isinstance(bag, Mapping) else None
    return money if isinstance(money, Mapping) else {}


def first_fault(error: ValidationError) -> str:
    """The first field that doesn't fit and why, without its value: bodies hold personal data."""
    fault = error.errors(include_url=False, include_context=False, include_input=False)[0]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in fault["loc"]).removeprefix(".")
    return f"{place or 'body'}: {fault['msg'].removeprefix('Value error, ')}"
