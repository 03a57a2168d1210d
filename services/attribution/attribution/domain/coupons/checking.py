"""What a code and a discount may be (A3)."""

import unicodedata

from attribution.domain.refused import Refused
from attribution.domain.webhooks.amounts import AmountError, Currency
from contracts.money import Money


def checked_code(code: str) -> str:
    """The code as it is kept, without the blanks around it; raises `Refused` for what no store takes."""
    kept = code.strip()
    if not kept:
        raise Refused("code", "Give a code.")
    if len(kept) > 100:  # noqa: PLR2004 - the contract's length
        raise Refused("code", "A code has 100 characters at most.")
    if any(letter.isspace() or unicodedata.category(letter).startswith("C") for letter in kept):
        raise Refused("code", "A code has no blanks inside and no characters that can't be seen.")
    if not kept[0].isalnum():
        raise Refused("code", "A code begins with a letter or a digit.")
    return kept


def checked_discount(percent_off: int | None, amount_off: Money | None) -> None:
    """Raises `Refused` unless exactly one of the two says something: basis points, or minor units of a currency."""
    if (percent_off is None) == (amount_off is None):
        raise Refused("percent_off", "Give either a percentage or an amount.")
    if percent_off is not None and not 0 < percent_off <= 10_000:  # noqa: PLR2004 - 100 %
        raise Refused("percent_off", "A percentage is more than 0 and at most 100.")
    if amount_off is not None:
        if amount_off.amount <= 0:
            raise Refused("amount_off", "An amount is more than 0.")
        try:
            Currency.of(amount_off.currency)
        except AmountError as error:
            raise Refused("amount_off", f"{amount_off.currency}: {error}.") from None
