"""What order lines of both stores have in common."""

from collections.abc import Iterable

from pydantic import TypeAdapter, ValidationError

from contracts.money import INT64_MAX
from contracts.stores import Code, OrderLine

LINES = 25_000
"""More lines than this never fit an event, so a body with more is not taken apart for it."""

_SKU_LENGTH = 255
_CODE: TypeAdapter[str] = TypeAdapter(Code)


def are_too_many(lines: object) -> bool:
    """Whether a body has more lines than any event holds."""
    return isinstance(lines, list) and len(lines) > LINES


def described(sku: object) -> str | None:
    """A stock-keeping unit, which only describes: one that the contract can't carry is left out, not refused."""
    return sku if isinstance(sku, str) and sku and sku.isprintable() and len(sku) <= _SKU_LENGTH else None


def known_code(code: object) -> str | None:
    """A coupon code that the contract can carry; one that it can't carry is none of ours."""
    try:
        return _CODE.validate_python(code)
    except ValidationError:
        return None


def priced_within_reason(lines: Iterable[OrderLine]) -> bool:
    """Whether the lines' sum, before discounts, fits 64 bits, so that every later sum does."""
    return sum(line.unit_price * line.quantity + (line.subtotal or 0) + line.tax for line in lines) <= INT64_MAX
