"""What a column holds, told by its first values: against a header that misleads, and where no header says it."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from discovery.domain.addresses import ALIASES, NETWORKS, is_profile
from discovery.domain.counts import UNKNOWN, NotACount, read_count
from discovery.domain.dates import NotADate, read_date
from discovery.domain.fields import Field
from discovery.domain.words import words_of

FEW: Final = 3
"""So few values tell nothing."""
MOST: Final = 0.5
"""Of the values at least so many must fit what a header says."""
NEARLY_ALL: Final = 0.9
"""Of the values at least so many must fit where no header says it."""
AT_HANDLE: Final = re.compile(r"@[^\s@/]{1,200}")
NAMES_OF_NETWORKS: Final = frozenset((*NETWORKS, *ALIASES))
LARGE: Final = 1000
YEARS: Final = range(1900, 2101)
COUNTS: Final = frozenset(Field) - {Field.HANDLE, Field.DISPLAY_NAME, Field.NETWORK, Field.AS_OF}


def may_be(field: Field, values: Sequence[str]) -> bool:
    """Whether a column may hold what its header says; too few values are no reason against it."""
    known = _known(values)
    if field is Field.AS_OF:  # other columns that are called so hold years, or when somebody was born
        return bool(known) and _share(known, _is_date) >= NEARLY_ALL
    if len(known) < FEW:
        return True
    if field in COUNTS:
        return _share(known, _is_count) >= MOST
    if field is Field.NETWORK:
        return _share(known, lambda value: len(value) <= 40) >= MOST  # noqa: PLR2004 - as long as a network's name may be
    # A handle can be made of digits; a sentence is neither a handle nor a name.
    return _share(known, lambda value: len(value.split()) > 12) < MOST  # noqa: PLR2004


def looks_like(field: Field, values: Sequence[str]) -> bool:
    """Whether nearly all values can be nothing else."""
    known = _known(values)
    if len(known) < FEW:
        return False
    if field is Field.HANDLE:
        return _share(known, _is_a_handle) >= NEARLY_ALL
    if field is Field.NETWORK:
        return _share(known, lambda value: "-".join(words_of(value)) in NAMES_OF_NETWORKS) >= NEARLY_ALL
    if field is Field.FOLLOWERS:
        return _share(known, _is_count) >= NEARLY_ALL and _share(known, _is_large) >= MOST
    return False


def is_above_its_like(title: str, values: Sequence[str]) -> bool:
    """Whether the cell above a column is `@anna` or a profile's address, and most below are the same kind of thing."""
    known = _known(values)
    return any(is_one(title) and (not known or _share(known, is_one) >= MOST) for is_one in (_is_at_handle, is_profile))


def is_a_count(text: str) -> bool:
    """Whether the text is a number, and not a word for one that nobody knows."""
    try:
        return read_count(text, whole=False) is not None
    except NotACount:
        return False


def _is_at_handle(value: str) -> bool:
    return AT_HANDLE.fullmatch(value) is not None


def _is_a_handle(value: str) -> bool:
    return _is_at_handle(value) or is_profile(value)


def _known(values: Sequence[str]) -> list[str]:
    return [value.strip() for value in values if value.strip().casefold() not in UNKNOWN]


def _share(values: Sequence[str], fits: Callable[[str], bool]) -> float:
    return sum(map(fits, values)) / len(values)


def _is_date(value: str) -> bool:
    try:
        return read_date(value) is not None
    except NotADate:
        return False


def _is_count(value: str) -> bool:
    try:
        read_count(value, whole=False)
    except NotACount as error:
        return "two ways" in str(error)
    return True


def _is_large(value: str) -> bool:
    """Whether it is a count of a thousand or more, and hardly a year: ages, ranks and prices mostly are not."""
    try:
        count = read_count(value, whole=False)
    except NotACount:
        return False
    is_year = value.isdigit() and count in YEARS
    return count is not None and count >= LARGE and not is_year
