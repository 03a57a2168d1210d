"""The click ids that an order carries (MONEY 1): in cart attributes, in line properties, in its landing address."""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from pydantic import TypeAdapter, ValidationError

from contracts.ids import Id

KEPT = 20
"""The newest click ids of an order that are kept; the store snippet keeps as many."""

_URL_LENGTH = 8192
_ID = TypeAdapter(Id)


def is_parameter(name: object, parameter: str) -> bool:
    """Whether an attribute is ours; stores hide attributes that begin with an underscore, so one is allowed."""
    return isinstance(name, str) and name.strip().removeprefix("_").casefold() == parameter.casefold()


def in_value(value: object) -> Iterator[str]:
    """The ids in an attribute's value: comma-separated, the oldest first. What can't be an id is passed over.

    Anyone can put anything into a cart, so nothing found there makes an order unreadable.
    """
    if not isinstance(value, str):
        return
    for part in value.split(","):
        try:
            yield _ID.validate_python(part.strip())
        except ValidationError:
            continue


def in_url(url: object, parameter: str) -> Iterator[str]:
    """The ids in an address's query, absolute or relative."""
    if not isinstance(url, str):
        return
    try:
        query = parse_qsl(urlsplit(url[:_URL_LENGTH]).query)
    except ValueError:
        return
    for name, value in query:
        if is_parameter(name, parameter):
            yield from in_value(value)


def newest(found: Iterable[str]) -> tuple[str, ...]:
    """Each id once, where it was named last; the last `KEPT` of them."""
    once = dict.fromkeys(reversed(list(found)))
    return tuple(reversed(list(once)[:KEPT]))
