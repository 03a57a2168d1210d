# ruff: noqa: RUF001 - names as they are found
"""Discovery's API on a real database, called as the bearer of a token."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute

from chassis.context import Context
from chassis.http import Kind, paging
from chassis.http.routes import routes_of
from chassis.testing import a_token, calling, foreign_answers, open_doors
from chassis.tx import TryAgainLater
from discovery.api import imports
from discovery.domain.profiles import profile_id
from tests.discovery.builders import a_row

EVERYBODY = {"standing": ["listed", "unverified", "not-listed"]}
KHABY = profile_id("tiktok", "khaby.lame")


def token(kind: Kind, who: str = "b-1") -> str:
    return a_token(kind, who, audience="discovery")


@pytest.fixture
async def brand(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app, token(Kind.BRAND)) as client:
        yield client


@pytest.fixture
async def operator(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app, token(Kind.OPERATOR, "o-1")) as client:
        yield client


ROWS = (
    a_row("khaby.lame", name="Khábane Lamé", followers=135_200_000, average_views=17_700_000),
    a_row("ekin.721", name="MOMO’s", followers=221_700),
    a_row("nico", name="NICO【平成フラミンゴ】", followers=1_300_000),
    a_row("dotted.star", name="a.*b ^c$ (d)", followers=1000),
    a_row("shy.khabib", name="Khabib"),
    a_row("khaby.lame", network="instagram", name="Khaby", followers=80_000_000),
    a_row("twin.one", followers=500),
    a_row("twin.two", followers=500),
)


@pytest.fixture
async def creators(context: Context[Any]) -> None:
    await context.transactions.run(lambda tx: tx.keep_rows(ROWS))
    await context.transactions.run(lambda tx: tx.claim(KHABY, "a-1"))


async def found(client: httpx.AsyncClient, **params) -> list[str]:
    answer = await client.get("/v1/creators", params=EVERYBODY | params)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["total"] >= len(body["items"])
    return [f"{item['network'][0]}:{item['handle']}" for item in body["items"]]


@pytest.mark.usefixtures("creators")
@pytest.mark.parametrize(
    ("text", "handles"),
    [
        ("Khaby", ["i:khaby.lame", "t:khaby.lame"]),  # the whole name comes first
        ("khabi lame", ["t:khaby.lame", "i:khaby.lame"]),
        ("kháby lmae", ["t:khaby.lame", "i:khaby.lame"]),
        ("khab", ["t:khaby.lame", "i:khaby.lame", "t:shy.khabib"]),
        ("KHÁBY LAM", ["t:khaby.lame", "i:khaby.lame"]),
        ("lame khabane", ["t:khaby.lame"]),
        ("@khaby.lame", ["t:khaby.lame", "i:khaby.lame"]),
        ("khabylame", ["t:khaby.lame", "i:khaby.lame"]),
        ("momo", ["t:ekin.721"]),
        ("フラミンゴ", ["t:nico"]),
        ("aby", []),
        ("...", []),
        (".*", []),
        ("^k", ["t:khaby.lame", "i:khaby.lame", "t:shy.khabib"]),
        ("(d)", ["t:dotted.star"]),
        ('{"$ne": null}', []),
        ('{"$gt": ""}', []),
        ("\x00", []),
        ("x" * 200, []),
    ],
)
async def test_creators_are_found_by_the_beginnings_of_their_words(brand, text, handles):
    assert await found(brand, text=text) == handles


@pytest.mark.usefixtures("creators")
@pytest.mark.parametrize(
    ("params", "handles"),
    [
        ({"min_followers": 1_300_000}, ["t:khaby.lame", "i:khaby.lame", "t:nico"]),
        ({"min_followers": 501, "max_followers": 221_700}, ["t:ekin.721", "t:dotted.star"]),
        ({"max_followers": 999}, None),
        ({"min_followers": 0}, None),
        ({"min_followers": 500, "max_followers": 500}, None),
        ({"network": "instagram"}, ["i:khaby.lame"]),
        ({"network": "youtube"}, []),
        ({"claimed": "true"}, ["t:khaby.lame"]),
        ({"claimed": "false", "text": "khab", "min_followers": 1}, ["i:khaby.lame"]),
        ({"sort": "followers", "limit": 1}, ["t:khaby.lame"]),
    ],
)
async def test_filters_narrow_what_is_found(brand, params, handles):
    answered = await found(brand, **params)
    if handles is None:
        assert set(answered) >= {"t:twin.one", "t:twin.two"}
        assert "t:shy.khabib" not in answered  # an unknown figure is in no range
    else:
        assert answered == handles


@pytest.mark.usefixtures("creators")
async def test_pages_follow_one_another_and_each_tells_the_exact_total(brand):
    seen, cursor = [], None
    while True:
        params = EVERYBODY | {"limit": 3} | ({"cursor": cursor} if cursor else {})
        body = (await brand.get("/v1/creators", params=params)).json()
        assert body["total"] == len(ROWS)
        seen += body["items"]
        cursor = body["next_cursor"]
        if cursor is None:
            break
    assert len({item["id"] for item in seen}) == len(seen) == len(ROWS)
    followers = [item["followers"] for item in seen]
    assert followers[:-1] == sorted(followers[:-1], reverse=True)
    assert (seen[-1]["handle"], followers[-1]) == ("shy.khabib", None)


async def test_a_creator_that_comes_in_between_moves_no_page(brand, context):
    await context.transactions.run(lambda tx: tx.keep_rows([a_row(f"c{n}", followers=1000 - n) for n in range(6)]))
    first = (await brand.get("/v1/creators", params=EVERYBODY | {"limit": 3})).json()
    await context.transactions.run(lambda tx: tx.keep_rows([a_row("famous", followers=10**9)]))
    rest = await brand.get("/v1/creators", params=EVERYBODY | {"limit": 3, "cursor": first["next_cursor"]})
    assert [item["handle"] for item in rest.json()["items"]] == ["c3", "c4", "c5"]


@pytest.mark.usefixtures("creators")
async def test_one_creator_is_told_with_the_revision(brand):
    answer = await brand.get(f"/v1/creators/{KHABY}")
    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    body = answer.json()
    assert (body["display_name"], body["followers"], body["claimed_by"]) == ("Khábane Lamé", 135_200_000, ["a-1"])
    assert (body["proven"], body["revision"]) == (False, 2)


async def test_a_creator_that_is_not_there_is_404(brand, context):
    await context.transactions.run(lambda tx: tx.claim("p-unheard-of", "a-1"))
    for creator in ("nobody", "p-unheard-of", '{"$ne": null}', "%00", "x" * 5000):
        assert (await brand.get(f"/v1/creators/{creator}")).status_code == 404


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"min_followers": 2, "max_followers": 1}, "max_followers"),
        ({"min_followers": -1}, "min_followers"),
        ({"min_followers": 2**63}, "min_followers"),
        ({"max_followers": "many"}, "max_followers"),
        ({"text": "x" * 201}, "text"),
        ({"network": "x" * 41}, "network.0"),
        ({"limit": 101}, "limit"),
        ({"limit": 0}, "limit"),
        ({"sort": "luck"}, "sort"),
        ({"claimed": "perhaps"}, "claimed"),
        ({"cursor": "x"}, "cursor"),
        ({"cursor": paging.encode_cursor(("a", "b"))}, "cursor"),
    ],
)
async def test_what_can_not_be_meant_is_refused_by_its_name(brand, params, field):
    answer = await brand.get("/v1/creators", params=params)
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.usefixtures("creators")
@pytest.mark.parametrize("operator_text", ['{"$ne": null}', '{"$gt": ""}', '{"$regex": ".*"}', "$where", "[$ne]="])
async def test_an_operator_in_any_parameter_is_only_text(brand, operator, operator_text):
    names = ("text", "network", "min_followers", "max_followers", "claimed", "sort", "limit", "cursor")
    for name in names:
        answer = await brand.get("/v1/creators", params={name: operator_text})
        assert answer.status_code == 422 or answer.json()["total"] == 0, name
        nested = await brand.get(f"/v1/creators?{name}[$ne]=x")
        assert nested.status_code == 422
        assert [error["field"] for error in nested.json()["errors"]] == [f"{name}[$ne]"]
    for name in ("network", "mapping", "encoding"):
        answer = await operator.post("/v1/imports", params={name: operator_text}, content=b"handle\nx\n")
        assert answer.status_code == 422 or answer.json()["rows"] == 1, name


async def test_a_file_is_imported_as_it_streams_in(operator, brand):
    async def parts() -> AsyncIterator[bytes]:
        yield b"handle,name,Reach\n"
        for n in range(700):
            yield f"creator{n},Name {n},{n}K\n".encode()
        yield b"bad,x,abc\n"

    params = {"network": "Instagram", "mapping": ["followers=Reach"]}
    answer = await operator.post("/v1/imports", params=params, content=parts(), headers={"content-type": "text/csv"})
    assert answer.status_code == 200, answer.text
    assert answer.json() == {
        "rows": 701,
        "resumed_from": 0,
        "new": 700,
        "changed": 0,
        "unchanged": 0,
        "refused_total": 1,
        "refused": [{"line": 702, "field": "followers", "reason": '"abc" is not a number'}],
        "mapping": {"handle": "handle", "display_name": "name", "followers": "Reach"},
        "by_memory": [],
        "by_values": [],
        "not_used": [],
        "remembered": {"followers": "Reach"},
        "encoding": "utf-8",
    }
    assert await found(brand, text="creator699") == ["i:creator699"]


@pytest.mark.parametrize(
    ("params", "content", "field", "says"),
    [
        ({}, b"PK\x03\x04...", "file", "This is a ZIP archive or an Excel workbook: save it as CSV."),
        ({}, b"", "file", "The file is empty."),
        ({}, b"rank\n1\n", "mapping", "No column looks like the creators' handles"),
        ({"mapping": "followers"}, b"handle\nx\n", "mapping", "Write field=Header"),
        ({"network": "..."}, b"handle\nx\n", "network", '"..." is no network\'s name'),
        ({"as_of": "2099-01-01"}, b"handle\nx\n", "as_of", '"2099-01-01" is in the future.'),
        ({"encoding": "klingon"}, b"handle\nx\n", "encoding", '"klingon" is no encoding'),
    ],
)
async def test_a_file_that_can_not_be_read_is_refused_in_one_sentence(operator, params, content, field, says):
    answer = await operator.post("/v1/imports", params=params, content=content)
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["field"] == field
    assert error["message"].startswith(says)


async def test_a_file_over_the_limit_is_413(operator, monkeypatch):
    (route,) = (one for one in imports.router.routes if isinstance(one, APIRoute) and one.path == "/v1/imports")
    assert route.openapi_extra is not None
    monkeypatch.setitem(route.openapi_extra, "x-body-limit", 100)
    assert (await operator.post("/v1/imports", content=b"handle\n" + b"x\n" * 100)).status_code == 413


async def test_an_import_that_the_store_left_says_how_far_it_came(operator, context, monkeypatch):
    real, calls = type(context.transactions).run, iter([True])

    async def run(transactions, work, *, seconds=5.0):
        if next(calls, False):
            return await real(transactions, work, seconds=seconds)
        raise TryAgainLater("gone")

    monkeypatch.setattr(type(context.transactions), "run", run)
    answer = await operator.post("/v1/imports", content="handle\n" + "".join(f"c{n}\n" for n in range(1900)))
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "1"
    assert "1,000 rows are in" in answer.json()["detail"]


async def test_an_upload_that_is_cut_off_keeps_what_was_whole_and_is_no_error_of_ours(app, context):
    messages = iter(
        [
            {
                "type": "http.request",
                "body": b"handle\n" + b"".join(b"c%d\n" % n for n in range(9000)),
                "more_body": True,
            },
            {"type": "http.request", "body": b"half-a-han", "more_body": True},
            {"type": "http.disconnect"},
        ]
    )
    sent = []

    async def receive() -> Any:
        return next(messages)

    async def send(message: Any) -> None:
        sent.append(message)

    bearer = f"Bearer {token(Kind.OPERATOR, 'o-1')}".encode()
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/v1/imports",
        "query_string": b"",
        "headers": [(b"authorization", bearer)],
    }
    with structlog.testing.capture_logs() as logs:
        await app(scope, receive, send)
    assert sent[0]["status"] == 400
    assert [line for line in logs if line["log_level"] == "error"] == []
    assert await context.db["profiles"].count_documents({}) % 500 == 0
    assert await context.db["profiles"].count_documents({"handle": {"$regex": "^half"}}) == 0


async def test_no_door_is_open_without_a_token(app):
    assert await open_doors(app) == []


async def test_each_kind_of_principal_has_its_routes_and_no_others(app):
    ours = {
        ("GET", "/v1/creators"): {Kind.BRAND, Kind.OPERATOR},
        ("GET", "/v1/creators/{creator}"): {Kind.BRAND, Kind.OPERATOR},
        ("POST", "/v1/imports"): {Kind.OPERATOR},
    }
    assert {(r.method, r.path): set(r.kinds) for r in routes_of(app) if (r.method, r.path) in ours} == ours
    for kind in Kind:
        async with calling(app, token(kind, "x-1")) as client:
            for (method, path), kinds in ours.items():
                answer = await client.request(method, path.format(creator="x"), content=b"handle\nx\n")
                assert (answer.status_code == 403) is (kind not in kinds), (kind, method, path)


async def test_nothing_of_another_service_s_token_is_let_in(app):
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="campaigns")) as client:
        assert (await client.get("/v1/creators")).status_code == 401


async def test_what_is_not_there_is_404_on_every_route(app):
    for kind in (Kind.BRAND, Kind.OPERATOR):
        answers = await foreign_answers(app, token(kind), kind, {"creator": "somebody"})
        found = [(r.method, answer.status_code) for r, answer in answers if r.path.startswith("/v1/creators")]
        assert {status for method, status in found if method == "GET"} == {404}
        assert {status for _, status in found} <= {404, 422}  # an empty body is refused before anything is looked for
