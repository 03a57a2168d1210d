"""Third parties: an operator makes them, chooses what they may read, and takes it back (D11)."""

import pytest

from chassis.http import Kind, load_key
from chassis.http.tokens import key_id, verify
from chassis.testing import calling
from console.domain.sessions import hashed
from tests.console.kit import NOON, Console

SCOPES = ["audience:ages", "stats:reach"]


async def as_kind(console: Console, kind: Kind) -> str:
    return await console.desk.issuer.mint(kind, "somebody", "console", brand="b" if kind is Kind.BRAND else None)


async def made(console: Console, **body: object) -> dict:
    async with calling(console.app, await as_kind(console, Kind.OPERATOR)) as operator:
        answer = await operator.post("/v1/third-parties", json={"name": "Figures Ltd", "scopes": SCOPES} | body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def a_token_for(console: Console, third_party: dict, audience: str = "discovery", **values: str):
    form = {
        "grant_type": "client_credentials",
        "client_id": third_party["id"],
        "client_secret": third_party["client_secret"],
        "audience": audience,
        **values,
    }
    async with console.browser() as browser:
        return await browser.post("/oauth/token", data=form)


async def claims_of(console: Console, answer):
    token = answer.json()["access_token"]
    async with console.browser() as browser:
        keys = (await browser.get("/.well-known/jwks.json")).json()["keys"]
    key = next(load_key(jwk) for jwk in keys if jwk["kid"] == key_id(token))
    return verify(token, key, audience="discovery", now=NOON)


async def test_its_token_has_the_scopes_that_were_chosen_and_is_for_discovery_alone(console):
    third_party = await made(console)
    claims = await claims_of(console, await a_token_for(console, third_party))
    assert (claims.kind, claims.sub, claims.scope) == (Kind.THIRD_PARTY, third_party["id"], "stats:reach audience:ages")
    for audience in ("campaigns", "attribution", "notifications", "console"):
        assert (await a_token_for(console, third_party, audience)).status_code == 401
    assert (await a_token_for(console, third_party, client_secret="wrong")).status_code == 401


async def test_the_secret_is_shown_once_and_kept_as_a_hash(console):
    third_party = await made(console)
    async with calling(console.app, await as_kind(console, Kind.OPERATOR)) as operator:
        listed = await operator.get("/v1/third-parties")
    assert third_party["client_secret"] not in listed.text
    (row,) = await console.desk.db["third_parties"].find().to_list(None)
    assert (row["secret"], row["created_by"]) == (hashed(third_party["client_secret"]), "somebody")
    assert listed.json()["items"] == [
        {
            "id": third_party["id"],
            "name": "Figures Ltd",
            "scopes": ["stats:reach", "audience:ages"],
            "created_at": third_party["created_at"],
            "revoked_at": None,
        }
    ]


async def test_other_scopes_are_in_the_next_token_and_revoked_there_is_none(console):
    third_party = await made(console)
    path = f"/v1/third-parties/{third_party['id']}"
    async with calling(console.app, await as_kind(console, Kind.OPERATOR)) as operator:
        changed = await operator.put(f"{path}/scopes", json={"scopes": ["videos:list"]})
        assert changed.json()["scopes"] == ["videos:list"]
        assert (await claims_of(console, await a_token_for(console, third_party))).scope == "videos:list"
        assert (await operator.delete(path)).status_code == 204
        assert (await a_token_for(console, third_party)).status_code == 401
        assert (await operator.delete(path)).status_code == 404
        assert (await operator.put(f"{path}/scopes", json={"scopes": SCOPES})).status_code == 404
        assert (await operator.get("/v1/third-parties")).json()["items"][0]["revoked_at"] is not None


@pytest.mark.parametrize("body", [{"scopes": []}, {"scopes": ["stats:everything"]}, {"name": " "}])
async def test_what_can_not_be_chosen_is_refused(console, body):
    async with calling(console.app, await as_kind(console, Kind.OPERATOR)) as operator:
        answer = await operator.post("/v1/third-parties", json={"name": "Figures Ltd", "scopes": SCOPES} | body)
    assert answer.status_code == 422


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.OPERATOR])
async def test_only_operators_make_change_and_revoke_them(console, kind):
    async with calling(console.app, await as_kind(console, kind)) as other:
        for method, path in (
            ("GET", "/v1/third-parties"),
            ("POST", "/v1/third-parties"),
            ("PUT", "/v1/third-parties/x/scopes"),
            ("DELETE", "/v1/third-parties/x"),
        ):
            body = {"name": "N", "scopes": SCOPES} if method in {"POST", "PUT"} else None
            assert (await other.request(method, path, json=body)).status_code == 403
