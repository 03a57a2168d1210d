import asyncio
import base64
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey, RSAKey

from chassis.clock import FixedClock
from chassis.context import Context
from chassis.health import Health
from chassis.http import (
    FetchedKeys,
    Kind,
    StaticKeys,
    UnguardedRouteError,
    build_api,
    jwks,
    load_key,
    new_signing_key,
    private_jwk,
    routes_of,
)
from chassis.http.keys import COLD_RETRY_AFTER, REFETCH_AFTER, STALE_AFTER
from chassis.testing import a_context, calling, no_service_tokens, open_doors, static_keys, the_test_key
from tests.chassis.http.shop import NAME, a_shop, a_shop_token

NOON = datetime(2030, 5, 4, 12, tzinfo=UTC)


async def asked(app: FastAPI, token: str | None, path: str = "/v1/whoami") -> httpx.Response:
    async with calling(app, token) as client:
        return await client.get(path)


async def test_a_token_tells_who_asks(shop: FastAPI) -> None:
    token = a_shop_token(Kind.CREATOR, "c-1", invitation="i-1", scope="read write", jti="t-1")

    answer = await asked(shop, token)

    assert answer.json() | {"scopes": sorted(answer.json()["scopes"])} == {
        "kind": "creator",
        "id": "c-1",
        "account": "c-1",
        "brand": None,
        "invitation": "i-1",
        "scopes": ["read", "write"],
        "token": "t-1",
    }


@pytest.mark.parametrize(
    ("kind", "claims", "who", "brand"),
    [
        pytest.param(Kind.BRAND, {"brand": "b-1"}, "b-1", "b-1", id="a member acts for the brand"),
        pytest.param(Kind.BRAND, {}, "a-1", "a-1", id="a brand's own account"),
        pytest.param(Kind.STORE, {"brand": "b-1"}, "a-1", "b-1", id="a store belongs to a brand and is itself"),
        pytest.param(Kind.CREATOR, {}, "a-1", None, id="a creator has no brand"),
    ],
)
async def test_whose_things_they_are(
    shop: FastAPI, kind: Kind, claims: dict[str, str], who: str, brand: str | None
) -> None:
    principal = (await asked(shop, a_shop_token(kind, "a-1", **claims))).json()

    assert (principal["id"], principal["brand"], principal["account"]) == (who, brand, "a-1")


def signed(claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = None) -> str:
    """A token of whatever claims, as an attacker or a broken console would make it."""
    key = key or the_test_key()
    header = header or {"alg": "Ed25519", "kid": "test"}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def claims(**changed: Any) -> dict[str, Any]:
    now = int(datetime.now(UTC).timestamp())
    good = {
        "iss": "http://console.test",
        "aud": NAME,
        "sub": "b-1",
        "kind": "brand",
        "iat": now,
        "exp": now + 300,
        "jti": "t-1",
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def unsigned() -> str:
    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'kid': 'test'})}.{part(claims())}."


def confused() -> str:
    """An HMAC under the public key's own bytes: works where the algorithm is taken from the token."""
    public = base64.urlsafe_b64decode(jwks([the_test_key()])["keys"][0]["x"] + "=")
    return signed(claims(), {"alg": "HS256", "kid": "test"}, OctKey.import_key(public))


def flipped() -> str:
    head, body, signature = signed(claims()).split(".")
    return f"{head}.{body}.{('A' if signature[0] != 'A' else 'B') + signature[1:]}"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")  # the attackers' keys deserve it
@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: "nonsense", id="no token at all"),
        pytest.param(lambda: "a.b.c", id="three words"),
        pytest.param(lambda: "\u0080.\u0080.\u0080".encode("latin-1").decode("latin-1"), id="not ASCII"),
        pytest.param(unsigned, id="alg none"),
        pytest.param(confused, id="alg HS256 under the public key"),
        pytest.param(flipped, id="a flipped signature"),
        pytest.param(
            lambda: signed(claims(), {"alg": "RS256", "kid": "test"}, RSAKey.generate_key(2048)), id="alg RS256"
        ),
        pytest.param(
            lambda: signed(claims(), key=OKPKey.generate_key("Ed25519", {"kid": "test"})), id="another key, same kid"
        ),
        pytest.param(lambda: signed(claims(), {"alg": "Ed25519", "kid": "other"}), id="an unknown kid"),
        pytest.param(lambda: signed(claims(), {"alg": "Ed25519"}), id="no kid"),
        pytest.param(lambda: signed(claims(aud="attribution")), id="for another service"),
        pytest.param(lambda: signed(claims(aud=None)), id="for nobody"),
        pytest.param(lambda: signed(claims(exp=None)), id="without an end"),
        pytest.param(lambda: signed(claims(exp=1)), id="ended long ago"),
        pytest.param(lambda: signed(claims(exp="never")), id="an end that is no time"),
        pytest.param(lambda: signed(claims(sub=None)), id="without a subject"),
        pytest.param(lambda: signed(claims(sub="")), id="an empty subject"),
        pytest.param(lambda: signed(claims(sub={"$ne": None})), id="a subject that is an operator"),
        pytest.param(lambda: signed(claims(kind=None)), id="without a kind"),
        pytest.param(lambda: signed(claims(kind="emperor")), id="a kind that isn't one"),
        pytest.param(lambda: signed(claims(invitation={"$ne": None})), id="an invitation that is an operator"),
    ],
)
async def test_a_token_that_is_not_good_is_401_with_a_challenge(shop: FastAPI, make: Any) -> None:
    transport = httpx.ASGITransport(shop)
    async with httpx.AsyncClient(transport=transport, base_url="http://api.test") as client:
        answer = await client.get("/v1/whoami", headers={b"authorization": b"Bearer " + make().encode("latin-1")})

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("header", [{}, {"authorization": "Basic YTpi"}, {"authorization": "Bearer"}])
async def test_no_token_is_401_without_an_error_code(shop: FastAPI, header: dict[str, str]) -> None:
    async with calling(shop) as client:
        answer = await client.get("/v1/whoami", headers=header)

    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize(
    ("past_end", "status"), [pytest.param(59, 200, id="within the leeway"), pytest.param(60, 401, id="after it")]
)
async def test_a_token_ends_by_the_chassis_clock_with_a_minute_of_leeway(
    context: Context[Any], past_end: int, status: int
) -> None:
    clock = FixedClock(NOON)
    app = a_shop(a_context(NAME, context.client, context.db.name, clock=clock))
    token = a_shop_token(clock=clock, lifetime=300)

    clock.at = NOON + timedelta(seconds=300 + past_end)

    assert (await asked(app, token)).status_code == status


async def test_another_kind_of_account_is_403_and_says_no_more(shop: FastAPI) -> None:
    answer = await asked(shop, a_shop_token(Kind.CREATOR, "c-1"), "/v1/things")

    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forbidden"


@pytest.mark.parametrize(
    ("kind", "who", "status"),
    [
        pytest.param(Kind.SERVICE, "console", 200, id="the one it is for"),
        pytest.param(Kind.SERVICE, "discovery", 403, id="another service"),
        pytest.param(Kind.BRAND, "console", 403, id="a brand of that name"),
    ],
)
async def test_an_internal_route_is_for_the_services_that_it_names(
    shop: FastAPI, kind: Kind, who: str, status: int
) -> None:
    assert (await asked(shop, a_shop_token(kind, who), "/v1/internal")).status_code == status


def test_a_key_is_stored_whole_and_shown_by_half() -> None:
    key = new_signing_key("k-1")

    shown = jwks([key])["keys"][0]

    assert shown["kid"] == "k-1"
    assert (shown["kty"], shown["crv"], shown["alg"], shown["use"]) == ("OKP", "Ed25519", "Ed25519", "sig")
    assert "d" not in shown
    assert load_key(private_jwk(key)).as_dict(private=True) == key.as_dict(private=True)


@pytest.mark.parametrize(
    "jwk",
    [
        {},
        {"kty": "RSA", "kid": "k"},
        {"kty": "OKP", "crv": "X25519", "kid": "k", "x": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "k"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "k", "x": "!"},
    ],
)
def test_what_is_no_key_of_ours_is_refused(jwk: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not an Ed25519 key"):
        load_key(jwk)


class Console:
    """A JWKS address that counts, and may be away."""

    def __init__(self) -> None:
        self.keys = [the_test_key()]
        self.answer: httpx.Response | None = None
        self.asked = 0
        self.time = 0.0
        self.source = FetchedKeys(
            "http://console.test/.well-known/jwks.json",
            http=httpx.AsyncClient(transport=httpx.MockTransport(self._respond)),
            monotonic=lambda: self.time,
        )

    def _respond(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.answer is not None and self.answer.status_code == 599:
            raise httpx.ConnectError("away", request=request)
        return self.answer or httpx.Response(200, json=jwks(self.keys))


AWAY = httpx.Response(599)


@pytest.fixture
async def console(context: Context[Any]) -> Any:
    console = Console()
    yield console
    await console.source.close()


async def test_the_keys_are_fetched_once_by_many_at_the_same_time(console: Console, context: Context[Any]) -> None:
    app = a_shop(context, keys=console.source)

    answers = await asyncio.gather(*(asked(app, a_shop_token()) for _ in range(5)))

    assert [answer.status_code for answer in answers] == [200] * 5
    assert console.asked == 1


async def test_an_unknown_key_is_asked_for_at_most_once_a_minute(console: Console, context: Context[Any]) -> None:
    app = a_shop(context, keys=console.source)
    new = new_signing_key("k-2")
    await asked(app, a_shop_token())
    console.keys.append(new)

    console.time = REFETCH_AFTER - 1
    early = [(await asked(app, a_shop_token(key=new))).status_code for _ in range(3)]
    asked_early = console.asked
    console.time = REFETCH_AFTER
    late = (await asked(app, a_shop_token(key=new))).status_code

    assert (early, asked_early) == ([401] * 3, 1)
    assert (late, console.asked) == (200, 2)


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(AWAY, id="away"),
        pytest.param(httpx.Response(500), id="a 500"),
        pytest.param(httpx.Response(200, text="<html>"), id="a page"),
        pytest.param(httpx.Response(200, json=[]), id="a list"),
    ],
)
async def test_the_last_copy_serves_while_the_console_is_away(
    console: Console, context: Context[Any], trouble: httpx.Response
) -> None:
    app = a_shop(context, keys=console.source)
    await asked(app, a_shop_token())
    console.answer = trouble

    console.time = STALE_AFTER * 100
    known = await asked(app, a_shop_token())
    unknown = await asked(app, a_shop_token(key=new_signing_key("k-2")))

    assert (known.status_code, console.asked) == (200, 2)
    assert (unknown.status_code, unknown.json()["type"]) == (503, "/problems/keys-unavailable")


async def test_a_withdrawn_key_goes_with_the_next_copy(console: Console, context: Context[Any]) -> None:
    app = a_shop(context, keys=console.source)
    await asked(app, a_shop_token())
    console.keys = [new_signing_key("k-2")]

    console.time = STALE_AFTER

    assert (await asked(app, a_shop_token())).status_code == 401


async def test_a_cold_start_without_the_console_is_503_until_it_is_back(
    console: Console, context: Context[Any]
) -> None:
    app = a_shop(context, keys=console.source)
    console.answer = AWAY
    cold = [(await asked(app, a_shop_token())).status_code for _ in range(3)]
    asked_cold = console.asked
    console.answer = None

    console.time = COLD_RETRY_AFTER
    warm = await asked(app, a_shop_token())

    assert (cold, asked_cold) == ([503] * 3, 1)
    assert warm.status_code == 200


async def test_keys_of_other_algorithms_in_the_set_are_passed_over(console: Console, context: Context[Any]) -> None:
    app = a_shop(context, keys=console.source)
    others = [{"kty": "RSA", "kid": "r"}, {"kty": "OKP", "crv": "X25519", "kid": "x"}, "nonsense", None]
    console.answer = httpx.Response(200, json={"keys": [*others, *jwks(console.keys)["keys"]]})

    assert (await asked(app, a_shop_token())).status_code == 200


PUBLIC = frozenset({"/v1/deliveries/{store}", "/v1/uploads", "/v1/errors/{which}"})


async def test_every_route_asks_who_is_there(shop: FastAPI) -> None:
    assert await open_doors(shop, PUBLIC) == []


async def test_the_walk_sees_an_open_door_and_a_list_that_is_not_true(shop: FastAPI) -> None:
    found = await open_doors(shop, frozenset({"/v1/deliveries/{store}", "/v1/errors/{which}", "/v1/things"}))

    assert found == ["POST /v1/uploads: 422", "/v1/things: said to be public and is not"]


def test_the_walk_knows_each_route_and_whom_it_is_for(shop: FastAPI) -> None:
    routes = {(route.method, route.path): route for route in routes_of(shop)}

    thing = routes["GET", "/v1/things/{thing}"]
    assert (thing.params, set(thing.kinds), thing.is_public) == (("thing",), {Kind.BRAND}, False)
    assert thing.url(thing="t-1") == "/v1/things/t-1"
    assert routes["GET", "/v1/whoami"].kinds == set()
    assert routes["POST", "/v1/dead-letters/{letter}/replay"].kinds == {Kind.OPERATOR}
    assert routes["POST", "/v1/deliveries/{store}"].is_public
    assert ("GET", "/health/live") in routes


def test_an_api_with_a_route_that_asks_nobody_is_not_built(context: Context[Any]) -> None:
    router = APIRouter(prefix="/v1")

    @router.get("/forgotten")
    async def forgotten() -> None: ...

    with pytest.raises(UnguardedRouteError, match=re.escape("GET /v1/forgotten")):
        build_api(
            context,
            [router],
            title="Shop",
            health=Health(),
            keys=static_keys(),
            service_tokens=no_service_tokens(),
        )


async def test_static_keys_know_theirs_only() -> None:
    keys = StaticKeys([the_test_key()])

    assert await keys.find("test") is the_test_key()
    assert await keys.find("other") is None
