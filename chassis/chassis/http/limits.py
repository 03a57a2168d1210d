"""What a body may be: of a bounded size, and where a route wants JSON, strict JSON. Checked where the body is read."""

from email.message import Message as Headers
from typing import Any, Final

import orjson
from fastapi import params
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.http.problem import Problem
from chassis.http.routes import BODY_LIMIT, JSON_LIMIT, marks_of

DEEPEST: Final = 64
"""Levels of nesting that a JSON body may have: far more than any model of ours, far less than any parser's end."""


class BodyLimits:
    """Wraps `receive`, so that what is over a route's limit is never held: neither as announced nor as it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request through with a bounded `receive`."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.app(scope, _Bounded(scope, receive), send)


class _Bounded:
    """One request's `receive`. By the time that it is first called the router has named the route."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._scope = scope
        self._receive = receive
        self._size = 0
        self._whole: list[bytes] = []
        self._headers = {name: value.decode("latin-1") for name, value in scope["headers"]}

    async def __call__(self) -> Message:
        route = self._scope.get("route")
        # What is below the API, such as a site of pages, says its limit in the scope: its routes are none of FastAPI's.
        limit = int(self._scope.get(BODY_LIMIT) or marks_of(route).get(BODY_LIMIT, JSON_LIMIT))
        announced = self._headers.get(b"content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            raise too_large(limit)
        message = await self._receive()
        if message["type"] != "http.request":
            return message
        part = message.get("body", b"")
        self._size += len(part)
        if self._size > limit:
            raise too_large(limit)
        if wants_json(route):
            self._whole.append(part)
            if not message.get("more_body", False):
                self._check_json()
        return message

    def _check_json(self) -> None:
        body = b"".join(self._whole)
        self._whole = []
        if not body:
            return
        if not is_json(self._headers.get(b"content-type", "")):
            raise Problem(415, "content-type", "Send JSON", "The content type must be application/json.")
        strict_json(body)


def wants_json(route: Any) -> bool:
    """Whether the route's body is declared as JSON, as opposed to a form or to bytes that it reads itself."""
    return (
        isinstance(route, APIRoute)
        and route.body_field is not None
        and not isinstance(route.body_field.field_info, params.Form)
    )


def is_json(content_type: str) -> bool:
    """Whether a `Content-Type` says JSON: `application/json` or `application/<something>+json`."""
    header = Headers()
    header["content-type"] = content_type
    kind = header.get_content_type() if content_type else ""
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def strict_json(body: bytes) -> Any:
    """The body's value: UTF-8, no NaN, at most 64 levels deep. A 400 names the line and column, counted from 1."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Problem(
            400,
            "not-json",
            "This is not JSON",
            f"{error.msg} at line {error.lineno}, column {error.colno}.",
            line=error.lineno,
            column=error.colno,
        ) from None
    if _is_deeper(value, DEEPEST):
        raise Problem(400, "json-too-deep", "Nested too deeply", f"At most {DEEPEST} levels are read.")
    return value


def too_large(limit: int) -> Problem:
    """413: the body is over `limit` bytes; the rest is thrown away unread by the server, so that the answer arrives."""
    return Problem(413, "too-large", "Too large", f"At most {limit} bytes are taken here.")


def _is_deeper(value: Any, levels: int) -> bool:
    """Level by level: a few list comprehensions, where recursion would hold the event loop ten times longer."""
    level = [value]
    for _ in range(levels + 1):
        containers = [inner for inner in level if isinstance(inner, (dict, list))]
        if not containers:
            return False
        level = [inner for outer in containers for inner in (outer.values() if isinstance(outer, dict) else outer)]
    return True
