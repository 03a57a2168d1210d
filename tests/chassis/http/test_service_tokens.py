import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import httpx
import pytest
from pydantic import SecretStr

from chassis import tracing
from chassis.http import ServiceAuth, ServiceTokens, TokenUnavailableError, http_client
from chassis.http.clients import RENEW_BEFORE
from chassis.settings import ServiceSettings


class Console:
    """A token address that counts."""

    def __init__(self) -> None:
        self.forms: list[dict[str, list[str]]] = []
        self.answer: httpx.Response | None = None
        self.time = 0.0
        self.tokens = ServiceTokens(
            "http://console.test/",
            "campaigns",
            SecretStr("hush"),
            http=httpx.AsyncClient(transport=httpx.MockTransport(self._respond)),
            monotonic=lambda: self.time,
        )

    def _respond(self, request: httpx.Request) -> httpx.Response:
        assert str(request.url) == "http://console.test/oauth/token"
        self.forms.append(parse_qs(request.content.decode()))
        return self.answer or httpx.Response(200, json={"access_token": f"t-{len(self.forms)}", "expires_in": 300})


@pytest.fixture
async def console():
    console = Console()
    yield console
    await console.tokens.close()


async def test_a_token_is_asked_for_by_client_credentials(console: Console) -> None:
    assert await console.tokens.token("notifications") == "t-1"
    assert console.forms == [
        {
            "grant_type": ["client_credentials"],
            "client_id": ["campaigns"],
            "client_secret": ["hush"],
            "audience": ["notifications"],
        }
    ]


async def test_a_token_is_kept_until_shortly_before_its_end_one_per_audience(console: Console) -> None:
    first = await asyncio.gather(*(console.tokens.token("notifications") for _ in range(5)))
    other = await console.tokens.token("attribution")
    console.time = 300 - RENEW_BEFORE - 1
    still = await console.tokens.token("notifications")
    console.time = 300 - RENEW_BEFORE
    renewed = await console.tokens.token("notifications")

    assert (set(first), other, still, renewed) == ({"t-1"}, "t-2", "t-1", "t-3")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(401, json={"error": "invalid_client"}), id="not known"),
        pytest.param(httpx.Response(503), id="away"),
        pytest.param(httpx.Response(200, json={"access_token": "hush-token"}), id="half an answer"),
        pytest.param(httpx.Response(200, text="<html>"), id="a page"),
    ],
)
async def test_without_a_token_the_error_holds_no_secret(console: Console, answer: httpx.Response) -> None:
    console.answer = answer

    with pytest.raises(TokenUnavailableError) as error:
        await console.tokens.token("notifications")

    assert "hush" not in str(error.value)


async def test_a_call_carries_the_token_and_the_trace(console: Console) -> None:
    seen: list[httpx.Request] = []

    def respond(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(204)

    tracing.start("shop", "test", "")
    async with http_client("http://notifications.test", ServiceAuth(console.tokens, "notifications")) as client:
        client._transport = httpx.MockTransport(respond)
        with tracing.span("a request"):
            traceparent = tracing.current_traceparent()
            await client.put("/internal/contacts/c-1", json={})

    assert seen[0].headers["authorization"] == "Bearer t-1"
    assert seen[0].headers["traceparent"] == traceparent


class Refuses(httpx.AsyncBaseTransport):
    """Takes each request off the wire, as a socket does, and answers 401."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes]] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert isinstance(request.stream, httpx.AsyncByteStream)
        body = b"".join([part async for part in request.stream])
        self.seen.append((request.headers["authorization"], body))
        return httpx.Response(401)


async def test_a_refused_token_is_renewed_once_and_a_streamed_body_sent_again(console: Console) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield b"all "
        yield b"of it"

    refuses = Refuses()
    auth = ServiceAuth(console.tokens, "notifications")
    async with httpx.AsyncClient(transport=refuses, auth=auth) as client:
        answer = await client.put("http://notifications.test/internal/contacts/c-1", content=parts())

    assert answer.status_code == 401
    assert refuses.seen == [("Bearer t-1", b"all of it"), ("Bearer t-2", b"all of it")]


async def test_a_services_own_settings_name_the_console() -> None:
    settings = ServiceSettings(console_url="http://console.test", client_id="campaigns")
    tokens = ServiceTokens.of(settings)
    try:
        assert tokens._url == "http://console.test/oauth/token"
    finally:
        await tokens.close()
