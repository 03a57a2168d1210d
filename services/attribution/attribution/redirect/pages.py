"""What a person sees when a code does not lead on. Each page says what happened, without saying what we know."""

import base64
import hashlib
from html import escape
from http import HTTPStatus
from typing import NamedTuple

_STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; font: 1.0625rem/1.6 system-ui, sans-serif;
  background: #fafaf9; color: #1c1917; }
main { max-width: 30rem; padding: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .75rem; }
p { margin: 0; color: #57534e; }
@media (prefers-color-scheme: dark) { body { background: #1c1917; color: #fafaf9; } p { color: #d6d3d1; } }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"private, no-store"),
    (b"content-security-policy", f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'".encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-robots-tag", b"noindex"),
)


class Page(NamedTuple):
    """A finished answer."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


def too_many_misses(seconds: int) -> Page:
    """For who asked for too many codes that nobody has; `seconds` until the next is answered."""
    return Page(_GUESSING.status, (*_GUESSING.headers, (b"retry-after", str(seconds).encode())), _GUESSING.body)


def _page(status: HTTPStatus, title: str, text: str, *headers: tuple[bytes, bytes]) -> Page:
    body = (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body><main><h1>{escape(title)}</h1><p>{escape(text)}</p></main></body></html>\n"
    ).encode()
    length = (b"content-length", str(len(body)).encode())
    return Page(status, (*_HEADERS, *headers, length), body)


UNKNOWN = _page(
    HTTPStatus.NOT_FOUND,
    "There is nothing at this address",
    "The link may be mistyped or cut off. Please check it, or go back to where you found it.",
)
PAUSED = _page(
    HTTPStatus.GONE,
    "This link is paused",
    "It leads nowhere at the moment. It may work again later.",
)
OVER = _page(
    HTTPStatus.GONE,
    "This link has ended",
    "The campaign that it belonged to is over, so it leads nowhere any more.",
)
STARTING = _page(
    HTTPStatus.SERVICE_UNAVAILABLE,
    "One moment, please",
    "We are just starting. Please try again in a few seconds.",
    (b"retry-after", b"2"),
)
WRONG_METHOD = _page(
    HTTPStatus.METHOD_NOT_ALLOWED,
    "This address can only be opened",
    "It takes nothing in. Please open it as a link.",
    (b"allow", b"GET, HEAD"),
)
_GUESSING = _page(
    HTTPStatus.TOO_MANY_REQUESTS,
    "Too many wrong addresses",
    "Too many links that do not exist were asked for from here. Please wait a moment and check the address.",
)
