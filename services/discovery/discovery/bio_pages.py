"""The profile's own bio in a network's page: there alone a code counts, and nowhere else on the page (28)."""

import json
from collections.abc import Sequence
from html.parser import HTMLParser
from typing import Any, Final

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


class _Finder(HTMLParser):
    """The first element of one name with one attribute: what a `meta` says, or what another one holds."""

    def __init__(self, tag: str, attributes: Sequence[str], value: str) -> None:
        super().__init__(convert_charrefs=True)
        self._tag, self._attributes, self._value = tag, attributes, value
        self._is_inside = False
        self.found: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look whether it is the element."""
        told = dict(attrs)
        if tag != self._tag or self.found is not None or self._value not in [told.get(a) for a in self._attributes]:
            return
        self.found = told.get("content") or ""
        self._is_inside = tag != "meta"

    def handle_endtag(self, tag: str) -> None:
        """What follows is no part of it."""
        self._is_inside = self._is_inside and tag != self._tag

    def handle_data(self, data: str) -> None:
        """Keep what the element holds."""
        if self._is_inside:
            self.found = (self.found or "") + data


def _element(text: str, tag: str, attributes: Sequence[str], value: str) -> str:
    finder = _Finder(tag, attributes, value)
    try:
        finder.feed(text)
        finder.close()
    except AssertionError:  # how the parser says that a declaration is none
        raise NoBioError("the page is no HTML") from None
    if finder.found is None:
        raise NoBioError(f"no {tag} {value} in the page")
    return finder.found


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
