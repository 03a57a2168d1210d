"""The outermost layer of an API: one span, one metric and one log line per request, and no error leaves it raw."""

import time
from collections.abc import Mapping
from typing import Any, Final

from opentelemetry.trace import SpanKind, Status, StatusCode
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import metrics, tracing
from chassis.http import answers
from chassis.logs import log

SECURITY_HEADERS: Final[Mapping[str, str]] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""For answers that are no pages; one that sets a header itself keeps its own."""

NO_ROUTE: Final = "none"
QUIET: Final = frozenset({"/health/live", "/health/ready", "/metrics"})
"""Asked every few seconds by machines: logged only when something is wrong."""
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FAILED: Final = 500


class Edge:
    """Wraps an API. Paths are shown by their template and without queries: ids and addresses stay out of logs."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        method = scope["method"] if scope["method"] in METHODS else "other"
        parent = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"traceparent"), "")
        began = time.monotonic()
        with tracing.span(method, SpanKind.SERVER, (parent,)) as span:
            status = await self._answered(scope, receive, send, method)
            route = template(scope)
            seconds = time.monotonic() - began
            span.update_name(f"{method} {route}")
            span.set_attributes(
                {"http.request.method": method, "http.route": route, "http.response.status_code": status}
            )
            if status >= FAILED:
                span.set_status(Status(StatusCode.ERROR))
            metrics.HTTP_SECONDS.labels(method, route, str(status)).observe(seconds)
            if route not in QUIET or status >= FAILED:
                log.info("request.answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))

    async def _answered(self, scope: Scope, receive: Receive, send: Send, method: str) -> int:
        """The status that was sent; an error after it has begun ends the connection, for nothing true can be said."""
        status = 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self.app(scope, receive, sending)
        except Exception as error:
            problem = answers.of_unexpected(error, method, template(scope))
            if status:
                raise
            response = answers.answer(Request(scope, receive), problem)
            await response(scope, receive, sending)
        return status


def template(scope: Mapping[str, Any]) -> str:
    """The path template of the route that was found; `none` where none was."""
    return str(getattr(scope.get("route"), "path_format", NO_ROUTE))
