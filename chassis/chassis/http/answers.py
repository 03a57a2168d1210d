"""How each kind of error is answered. Errors that nobody expected become one log line and a 500 that tells nothing."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError, ResponseValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from chassis import mongo
from chassis.http.clients import TokenUnavailableError
from chassis.http.problem import FieldError, Problem, of_status, unavailable, unexpected, unprocessable
from chassis.logs import log
from chassis.tx import OutcomeUnknown, TryAgainLater

MOST_ERRORS = 50
Told = Callable[[Any], Problem]
Render = Callable[[Request, Problem], Response | None]
"""Another form of a problem, such as a page for a browser; None for the usual one."""


def install(app: FastAPI, problems: Mapping[type[Exception], Told]) -> None:
    """Answer errors by problems; `problems` says how a service's own errors are told."""
    table: dict[type[Exception], Told] = {
        Problem: lambda problem: problem,
        HTTPException: lambda error: of_status(error.status_code, str(error.detail or ""), error.headers),
        RequestValidationError: lambda error: unprocessable(field_errors(error.errors())),
        TryAgainLater: lambda _: try_again_later(),
        OutcomeUnknown: lambda _: unavailable(
            "outcome-unknown",
            "Nobody knows whether it happened",
            "It happened once or not at all. Send it again with the same Idempotency-Key, or look first.",
        ),
        TokenUnavailableError: lambda _: try_again_later(),
        **problems,
    }
    for kind, told in table.items():
        app.add_exception_handler(kind, _handler(told))


def _handler(told: Told) -> Callable[[Request, Exception], Any]:
    async def handle(request: Request, error: Exception) -> Response:
        return answer(request, told(error))

    return handle


def answer(request: Request, problem: Problem) -> Response:
    """The problem in the form that the app's `render` gives it, if any."""
    render: Render | None = request.app.state.render
    rendered = render(request, problem) if render is not None else None
    return rendered if rendered is not None else problem.response(request)


def try_again_later() -> Problem:
    """503: nothing happened, and it may work in a moment."""
    return unavailable("try-again-later", "Not possible at the moment", "Nothing happened. Try again in a moment.")


def of_unexpected(error: Exception, method: str, route: str) -> Problem:
    """What is told of an error that no handler knows: 503 if the store is away, else a 500, logged with its frames."""
    if mongo.is_transient(error) and not isinstance(error, mongo.DuplicateKeyError):
        log.warning("request.store_away", method=method, route=route, error=type(error).__name__)
        return try_again_later()
    log.error(
        "request.failed",
        method=method,
        route=route,
        error=type(error).__qualname__,
        said=_said(error),
        cause=type(error.__cause__).__qualname__ if error.__cause__ else None,
        frames=[
            f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-20:]
        ],
    )
    return unexpected()


def _said(error: Exception) -> str:
    """The error's text, where it can't quote a body or a document: logs hold no payloads."""
    if isinstance(error, ValidationError):
        return "; ".join(f"{e['loc']}: {e['type']}" for e in error.errors(include_input=False, include_url=False))
    if isinstance(error, ResponseValidationError):
        return "; ".join(f"{e.get('loc')}: {e.get('type')}" for e in error.errors())
    if isinstance(error, mongo.DuplicateKeyError):
        return f"code {error.code}"
    return str(error)[:500]


def field_errors(errors: Sequence[Mapping[str, Any]]) -> list[FieldError]:
    """Pydantic's errors without what was sent: the field from the outside in, and a sentence."""
    return [
        FieldError(field=_field(error.get("loc", ())), message=str(error.get("msg", "")).removeprefix("Value error, "))
        for error in errors[:MOST_ERRORS]
    ]


def _field(loc: Sequence[str | int]) -> str:
    """`("body", "terms", 0, "percent")` is the field `terms.0.percent`; a body that is wrong as a whole is `body`."""
    inner = [str(part) for part in loc[1:]]
    return ".".join(inner) or ".".join(map(str, loc))
