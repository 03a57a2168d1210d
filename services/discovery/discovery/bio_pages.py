"""The profile's own bio in a network's page: there alone a code counts, and nowhere else on the page (28)."""

import json
from collections.abc import Sequence
from typing import Any, Final

from selectolax.lexbor import LexborHTMLParser

from discovery.domain.profiles import normal_handle
from discovery.settings import BioPage

META_NAMES: Final = ("property", "name", "itemprop")


class NoBioError(Exception):
    """The page has no bio where it should: it is another page, another profile's, or the network changed its pages."""


def bio_in(page: BioPage, text: str, handle: str) -> str:
    """The bio of the profile with this handle in its page's text, empty if it has none. Raises `NoBioError`."""
    if page.meta:
        return _element(text, "meta", META_NAMES, page.meta)
    value = _json(_element(text, "script", ("id",), page.script) if page.script else text)
    found = _at(value, page.handle or "")
    if normal_handle(found) != normal_handle(handle):
        raise NoBioError("the page is about another handle")
    return _at(value, page.bio or "")


def _element(text: str, tag: str, attributes: Sequence[str], value: str) -> str:
    """What the first element of this name and attribute says: a `meta` its content, any other what it holds."""
    for node in LexborHTMLParser(text).css(tag):
        told = node.attributes
        if value in [told.get(name) for name in attributes]:
            return (told.get("content") if tag == "meta" else node.text()) or ""
    raise NoBioError(f"no {tag} {value} in the page")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise NoBioError("what should be JSON is none") from None


def _at(value: Any, pointer: str) -> str:
    """The text that a pointer points to."""
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        elif isinstance(value, dict) and name in value:
            value = value[name]
        else:
            raise NoBioError(f"nothing at {pointer}")
    if not isinstance(value, str):
        raise NoBioError(f"no text at {pointer}")
    return value
