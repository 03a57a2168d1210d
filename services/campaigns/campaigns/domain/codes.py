"""Coupon codes as offered: how they compare, and what a creator's own looks like."""

import unicodedata
from collections.abc import Iterable

CODE_LETTERS = 14
_UNMARKED = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i", "ħ": "h"}
)
"""Letters that Unicode does not take apart into a plain one and its mark."""


def normal_code(code: str) -> str:
    """How codes compare: trimmed, NFKC, casefold, NFKC (MONEY, reading 9)."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", code.strip()).casefold())


def suggested_code(names: Iterable[str], discount: int, tail: str = "") -> str:
    """A code as followers remember it: KRISTA20 for 20 % off, from the first name that has Latin letters.

    `discount` is in basis points; `tail` sets the codes of namesakes apart.
    """
    letters = (_latin(name)[:CODE_LETTERS] for name in names)
    name = next((found for found in letters if len(found) > 1), "CREATOR")
    percent = f"{discount // 100}" if discount % 100 == 0 else f"{discount}"
    return f"{name}{percent if discount else ''}{tail}"


def _latin(name: str) -> str:
    """Its Latin letters without their marks, in capitals: Łukasz Đặng becomes LUKASZDANG."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_UNMARKED))
    return "".join(letter for letter in plain if "a" <= letter <= "z").upper()
