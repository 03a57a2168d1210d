"""Calls to other services: an HTTP client whose requests carry this service's own token and the running trace."""

import asyncio
import ssl
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final, Self

import httpx
from pydantic import BaseModel, Field, SecretStr, ValidationError

from chassis import tracing
from chassis.settings import ServiceSettings

RENEW_BEFORE: Final = 30.0
"""Seconds before its end that a token is no longer used."""


class TokenUnavailableError(Exception):
    """The console gave no token: it is away, or it does not know this service. HTTP 503."""


class _Granted(BaseModel):
    access_token: Annotated[str, Field(min_length=1)]
    expires_in: Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class _Held:
    token: str
    until: float


class ServiceTokens:
    """This service's tokens for others, one per audience, by client credentials; kept until shortly before they end."""

    def __init__(
        self,
        console_url: str,
        client_id: str,
        client_secret: SecretStr,
        *,
        http: httpx.AsyncClient | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = f"{console_url.rstrip('/')}/oauth/token"
        self._client_id = client_id
        self._secret = client_secret
        self._http = http or http_client()
        self._monotonic = monotonic
        self._held: dict[str, _Held] = {}
        self._lock = asyncio.Lock()

    @classmethod
    def of(cls, settings: ServiceSettings) -> Self:
        """As `CONSOLE_URL`, `CLIENT_ID` and `CLIENT_SECRET` say."""
        return cls(settings.console_url, settings.client_id, settings.client_secret)

    async def token(self, audience: str) -> str:
        """A token for the service named `audience`; raises `TokenUnavailableError`."""
        async with self._lock:
            held = self._held.get(audience)
            if held is None or held.until <= self._monotonic():
                held = await self._ask(audience)
                self._held[audience] = held
            return held.token

    def forget(self, audience: str) -> None:
        """Ask anew next time: the audience refused the token, for keys may have been withdrawn."""
        self._held.pop(audience, None)

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def _ask(self, audience: str) -> _Held:
        asked_at = self._monotonic()
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_secret": self._secret.get_secret_value(),
            "audience": audience,
        }
        try:
            answer = await self._http.post(self._url, data=form)
            answer.raise_for_status()
            granted = _Granted.model_validate_json(answer.content)
        except (httpx.HTTPError, ValidationError) as error:
            # Neither the error's text nor its cause: a validation error would quote the answer, token and all.
            told = f"{self._url}: {error if isinstance(error, httpx.HTTPError) else 'not a token answer'}"
            raise TokenUnavailableError(told) from None
        return _Held(granted.access_token, asked_at + max(granted.expires_in - RENEW_BEFORE, 1.0))


class ServiceAuth(httpx.Auth):
    """Signs each request with this service's token; a 401 is tried once more with a fresh one."""

    def __init__(self, tokens: ServiceTokens, audience: str) -> None:
        self._tokens = tokens
        self._audience = audience

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """As httpx asks for it."""
        await request.aread()  # the second try sends it again
        request.headers["Authorization"] = f"Bearer {await self._tokens.token(self._audience)}"
        response = yield request
        if response.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.forget(self._audience)
            request.headers["Authorization"] = f"Bearer {await self._tokens.token(self._audience)}"
            yield request


def http_client(base_url: str = "", auth: httpx.Auth | None = None, *, seconds: float = 5.0) -> httpx.AsyncClient:
    """A client for our own services: bounded in time, no redirects, the running trace in `traceparent`; close it."""
    return httpx.AsyncClient(
        base_url=base_url,
        auth=auth,
        timeout=seconds,
        follow_redirects=False,
        verify=_authorities(),
        event_hooks={"request": [_trace]},
    )


@cache
def _authorities() -> ssl.SSLContext:
    """The one context of this process's clients: reading the certificate authorities takes 30 ms each time."""
    return httpx.create_ssl_context()


async def _trace(request: httpx.Request) -> None:
    traceparent = tracing.current_traceparent()
    if traceparent:
        request.headers["traceparent"] = traceparent
