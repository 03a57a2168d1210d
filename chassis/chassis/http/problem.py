"""Errors as RFC 9457 problems: `application/problem+json`, always the same few members, never a stack trace."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from chassis import tracing

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One field that was refused, named from the outside in by dots, and why, in words for a person."""

    model_config = ConfigDict(frozen=True)

    field: str
    message: str


class ProblemBody(BaseModel):
    """What a problem looks like on the wire; some carry members of their own besides."""

    model_config = ConfigDict(frozen=True, extra="allow", title="Problem")

    type: Annotated[str, Field(examples=["/problems/not-found"])]
    title: str
    status: int
    detail: str = ""
    instance: Annotated[str, Field(description="the path that was asked")]
    trace: Annotated[str, Field(description="the trace's id, for whoever runs this")] = ""
    errors: Annotated[tuple[FieldError, ...], Field(description="with status 422")] = ()


class Problem(HTTPException):
    """An outcome that the caller is told of. `code` is its name in kebab case; `extra` become members of the body."""

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(status, detail, dict(headers or {}))
        self.status = status
        self.code = code
        self.title = title
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.status} {self.code}: {self.detail or self.title}"

    def body(self, instance: str) -> dict[str, Any]:
        """The members on the wire; `instance` is the path that was asked."""
        trace = tracing.current_trace_id()
        return {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            **({"detail": self.detail} if self.detail else {}),
            "instance": instance,
            **({"trace": trace} if trace else {}),
            **self.extra,
        }

    def response(self, request: Request) -> Response:
        """This problem as the answer to `request`."""
        return Response(
            orjson.dumps(self.body(request.url.path), default=str),
            status_code=self.status,
            headers=dict(self.headers or {}),
            media_type=MEDIA_TYPE,
        )


def not_found(what: str = "thing") -> Problem:
    """404, for what isn't there and for what is somebody else's alike (ARCHITECTURE 6)."""
    return Problem(404, "not-found", "Not found", f"There is no such {what}.")


def conflict(code: str, title: str, detail: str = "", **extra: Any) -> Problem:
    """409: the thing's state does not allow this."""
    return Problem(409, code, title, detail, **extra)


def not_known_yet(what: str) -> Problem:
    """409 with `Retry-After: 1`: `what` was named and may exist, but this service has not heard of it yet."""
    return Problem(
        409,
        "not-known-yet",
        "Not known yet",
        f"This service has not heard of that {what} yet. Try again in a moment.",
        headers={"Retry-After": "1"},
    )


def unprocessable(errors: Sequence[FieldError | tuple[str, str]], detail: str = "") -> Problem:
    """422, naming each field that was refused: `(field, message)` pairs or `FieldError`s."""
    told = [e if isinstance(e, FieldError) else FieldError(field=e[0], message=e[1]) for e in errors]
    return Problem(422, "invalid", "Some fields are not right", detail, errors=[e.model_dump() for e in told])


def forbidden(detail: str = "This is not for your kind of account.") -> Problem:
    """403, only for the wrong kind of principal; a foreign object is `not_found`."""
    return Problem(403, "forbidden", "Not allowed", detail)


def unauthorized(detail: str, error: str = "invalid_token") -> Problem:
    """401 with the challenge of RFC 6750; `error` is one of its codes, empty when no token came at all."""
    challenge = f'Bearer error="{error}"' if error else "Bearer"
    return Problem(401, "unauthorized", "Who are you?", detail, headers={"WWW-Authenticate": challenge})


def unavailable(code: str, title: str, detail: str, retry_after: int = 1) -> Problem:
    """503: nothing is wrong with the request; `retry_after` in seconds."""
    return Problem(503, code, title, detail, headers={"Retry-After": str(retry_after)})


def unexpected() -> Problem:
    """500: a bug of ours, told without its particulars; they are in the log under the trace's id."""
    return Problem(500, "unexpected", "Something went wrong on our side", "It was noted. Try again later.")


def of_status(status: int, detail: str = "", headers: Mapping[str, str] | None = None) -> Problem:
    """A problem that has no name besides its status: what the router and libraries raise."""
    phrase = HTTPStatus(status).phrase
    code = phrase.lower().replace(" ", "-").replace("'", "")
    return Problem(status, code, phrase.capitalize(), "" if detail == phrase else detail, headers=headers)
