"""One service over HTTP: typed answers, and the few ways in which a call can end otherwise."""

import asyncio
from collections.abc import AsyncIterable, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ValidationError

from chassis.http import FieldError, etag

M = TypeVar("M", bound=BaseModel)
NOT_KNOWN_YET = "not-known-yet"
NOT_KNOWN_YET_WAITS = (0.25, 0.5, 1.0, 0)
"""Seconds between tries while a service has not heard of a thing that was just made elsewhere (ARCHITECTURE 4)."""
Mint = Callable[[], Awaitable[str]]


class ServiceAwayError(Exception):
    """A service did not answer, or answered nonsense; nobody knows whether a write happened."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"{service}: {reason}")
        self.service = service


class NotThereError(Exception):
    """The thing is not there, or somebody else's."""


class DeclinedError(Exception):
    """The thing's state does not allow it (409, 412), or there were too many requests (429); says why in English.

    `rule` is the service's own word for what refused it, where it says one.
    """

    def __init__(self, code: str, title: str, detail: str, status: int = 409, rule: str = "") -> None:
        super().__init__(f"{code}: {detail or title}")
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.rule = rule


class WrongFieldsError(Exception):
    """What the service can't take: fields by their names in its body (422), or a file (413, 415)."""

    def __init__(self, errors: Sequence[FieldError], detail: str = "") -> None:
        super().__init__(", ".join(error.field for error in errors) or detail)
        self.errors = tuple(errors)
        self.detail = detail


@dataclass(frozen=True)
class File:
    """An answer that is no JSON."""

    content: bytes
    kind: str


class Caller:
    """Calls one service with tokens of one principal, or without any where `mint` is None."""

    def __init__(self, http: httpx.AsyncClient, service: str, mint: Mint | None) -> None:
        self._http = http
        self.service = service
        self._mint = mint

    async def get(self, path: str, model: type[M], params: Mapping[str, Any] | None = None) -> M:
        """Read a thing; absent parameters are left out."""
        given = {name: value for name, value in (params or {}).items() if value not in (None, "")}
        return self._read(model, await self._send("GET", path, params=given))

    async def file(self, path: str, params: Mapping[str, Any] | None = None) -> File:
        """Read what is no JSON: a picture, a table."""
        answer = await self._send("GET", path, params=params)
        return File(answer.content, answer.headers.get("content-type", "application/octet-stream"))

    async def stream(self, path: str) -> httpx.Response:
        """Read a file part by part; whoever reads it closes it."""
        request = self._http.build_request("GET", path, headers=await self._proof())
        try:
            answer = await self._http.send(request, stream=True)
            if not answer.is_success:
                await answer.aread()
        except httpx.HTTPError as error:
            raise ServiceAwayError(self.service, repr(error)) from error
        if not answer.is_success:
            raise self._refusal(answer)
        return answer

    async def write(
        self,
        method: str,
        path: str,
        model: type[M],
        body: BaseModel | None = None,
        *,
        key: str = "",
        seen: int | None = None,
        says_null: bool = False,
    ) -> M:
        """Write and read the answer; `key` makes a repeat harmless, `seen` is the revision that is changed.

        A change (PATCH) says the fields that were set, null among them; everything else leaves out what is null, unless
        it `says_null`.
        """
        return self._read(
            model,
            await self._send(method, path, body=body, key=key, seen=seen, says_null=says_null or method == "PATCH"),
        )

    async def upload(
        self,
        path: str,
        model: type[M],
        content: AsyncIterable[bytes],
        kind: str,
        params: Mapping[str, Any],
        *,
        seconds: float,
        method: str = "POST",
    ) -> M:
        """Send a file part by part and read the answer; it is sent once, for its parts are gone then."""
        given = {name: value for name, value in params.items() if value not in (None, "")}
        headers = {**await self._proof(), "Content-Type": kind}
        try:
            answer = await self._http.request(
                method, path, params=given, content=content, headers=headers, timeout=seconds
            )
        except httpx.HTTPError as error:
            raise ServiceAwayError(self.service, repr(error)) from error
        if not answer.is_success:
            raise self._refusal(answer)
        return self._read(model, answer)

    async def _proof(self) -> dict[str, str]:
        return {} if self._mint is None else {"Authorization": f"Bearer {await self._mint()}"}

    async def tell(self, method: str, path: str, body: BaseModel | None = None, *, key: str = "") -> None:
        """Write where the answer says nothing."""
        await self._send(method, path, body=body, key=key, says_null=method == "PATCH")

    async def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: BaseModel | None = None,
        key: str = "",
        seen: int | None = None,
        says_null: bool = False,
    ) -> httpx.Response:
        headers = await self._proof()
        if seen is not None:
            headers["If-Match"] = etag(seen)
        if key:
            headers["Idempotency-Key"] = key
        content = None
        if body is not None:
            content = body.model_dump_json(exclude_unset=says_null, exclude_none=not says_null, by_alias=True)
            headers["Content-Type"] = "application/json"
        for wait in NOT_KNOWN_YET_WAITS:
            try:
                answer = await self._http.request(method, path, params=params, content=content, headers=headers)
            except httpx.HTTPError as error:
                raise ServiceAwayError(self.service, repr(error)) from error
            if answer.is_success:
                return answer
            refusal = self._refusal(answer)
            if not (isinstance(refusal, DeclinedError) and refusal.code == NOT_KNOWN_YET and wait):
                break
            await asyncio.sleep(wait)
        raise refusal

    def _refusal(self, answer: httpx.Response) -> Exception:
        try:
            problem = answer.json()
        except ValueError:
            problem = None
        if not isinstance(problem, dict):
            return ServiceAwayError(self.service, f"status {answer.status_code}")
        title, detail = str(problem.get("title", "")), str(problem.get("detail", ""))
        match answer.status_code:
            case HTTPStatus.NOT_FOUND:
                return NotThereError(detail)
            case HTTPStatus.CONFLICT | HTTPStatus.PRECONDITION_FAILED | HTTPStatus.TOO_MANY_REQUESTS:
                code = str(problem.get("type", "")).rpartition("/")[2]
                return DeclinedError(code, title, detail, answer.status_code, str(problem.get("rule", "")))
            case (
                HTTPStatus.UNPROCESSABLE_ENTITY
                | HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                | HTTPStatus.UNSUPPORTED_MEDIA_TYPE
            ):
                listed = problem.get("errors")
                errors = [FieldError.model_validate(e) for e in listed] if isinstance(listed, list) else []
                return WrongFieldsError(errors, detail)
        return ServiceAwayError(self.service, f"status {answer.status_code} {title}")

    def _read(self, model: type[M], answer: httpx.Response) -> M:
        try:
            return model.model_validate_json(answer.content)
        except ValidationError as error:
            fields = ", ".join(".".join(map(str, e["loc"])) for e in error.errors(include_input=False)[:5])
            # Neither the cause nor its text: both would quote the answer.
            raise ServiceAwayError(self.service, f"an answer that is no {model.__name__}: {fields}") from None


def part(id: str) -> str:  # noqa: A002 - an id as one part of a path
    """An id as one part of a path, whatever letters it has."""
    return quote(id, safe="")
