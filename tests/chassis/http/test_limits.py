from collections.abc import AsyncIterator

import httpx
import pytest

from chassis.http import KB
from tests.chassis.http.test_problems import is_problem

JSON = {"content-type": "application/json"}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        pytest.param(b'{"name": "a",\n  "price": }', (2, 12), id="a value is missing"),
        pytest.param(b'{"name": "a"', (1, 13), id="cut off"),
        pytest.param(b'{"name": "a", "price": NaN}', (1, 24), id="NaN"),
        pytest.param(b'{"name": "a", "price": -Infinity}', (1, 25), id="infinity"),
        pytest.param(b'{"name": "\xff"}', None, id="not UTF-8"),
        pytest.param(b'{"name": "\\ud800"}', None, id="half a surrogate pair"),
        pytest.param(b"{'name': 'a'}", (1, 2), id="single quotes"),
        pytest.param('{"name": "ä"}'.encode("utf-16"), None, id="UTF-16"),
    ],
)
async def test_what_is_not_json_is_400_with_the_place(
    brand: httpx.AsyncClient, body: bytes, place: tuple[int, int] | None
) -> None:
    answer = await brand.post("/v1/things", content=body, headers=JSON)

    assert is_problem(answer, 400, "not-json")
    told = (answer.json()["line"], answer.json()["column"])
    assert told == place or place is None
    assert f"line {told[0]}, column {told[1]}" in answer.json()["detail"]


@pytest.mark.parametrize("levels", [65, 66, 900, 1_000, 5_000, 100_000], ids=lambda levels: f"{levels} levels")
@pytest.mark.parametrize(("opens", "closes"), [("[", "]"), ('{"a":', "}")], ids=["lists", "objects"])
async def test_deep_nesting_is_400_and_no_crash(brand: httpx.AsyncClient, levels: int, opens: str, closes: str) -> None:
    body = opens * levels + "1" + closes * levels
    answer = await brand.post("/v1/things", content=body[: 255 * KB], headers=JSON)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


async def test_64_levels_are_taken(anybody: httpx.AsyncClient) -> None:
    body = '{"a":[' * 32 + "1" + "]}" * 32

    assert (await anybody.post("/v1/deliveries/s-1", content=body)).status_code == 200


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        pytest.param("application/json", 201, id="JSON"),
        pytest.param("application/json; charset=utf-8", 201, id="with a charset"),
        pytest.param("Application/JSON", 201, id="in capitals"),
        pytest.param("application/merge-patch+json", 201, id="a kind of JSON"),
        pytest.param("text/plain", 415, id="text, which a page may send without asking"),
        pytest.param("application/x-www-form-urlencoded", 415, id="a form"),
        pytest.param("multipart/form-data; boundary=x", 415, id="parts"),
        pytest.param("text/json", 415, id="not a JSON type"),
        pytest.param("", 415, id="none"),
    ],
)
async def test_a_body_must_say_that_it_is_json(brand: httpx.AsyncClient, content_type: str, status: int) -> None:
    answer = await brand.post("/v1/things", content=b'{"name": "a"}', headers={"content-type": content_type})

    assert answer.status_code == status
    assert status == 201 or is_problem(answer, 415, "content-type")


def a_body(size: int) -> bytes:
    return b'{"name": "' + b"a" * (size - 12) + b'"}'


@pytest.mark.parametrize(
    ("size", "status"),
    [pytest.param(256 * KB, 422, id="the last byte"), pytest.param(256 * KB + 1, 413, id="one more")],
)
async def test_a_json_body_has_at_most_256_kb(brand: httpx.AsyncClient, size: int, status: int) -> None:
    answer = await brand.post("/v1/things", content=a_body(size), headers=JSON)

    assert answer.status_code == status
    assert status == 422 or is_problem(answer, 413, "too-large")


class Long:
    """A body of 64 parts of 64 KB, that counts how many of them were taken."""

    def __init__(self) -> None:
        self.sent = 0

    async def parts(self) -> AsyncIterator[bytes]:
        for _ in range(64):
            self.sent += 1
            yield b" " * 64 * KB


async def test_a_body_of_untold_length_is_read_no_further_than_its_limit(brand: httpx.AsyncClient) -> None:
    long = Long()

    answer = await brand.post("/v1/things", content=long.parts(), headers=JSON)

    assert is_problem(answer, 413, "too-large")
    assert long.sent == 5


async def test_a_body_that_is_announced_as_too_large_is_not_read(brand: httpx.AsyncClient) -> None:
    long = Long()
    headers = {**JSON, "content-length": str(256 * KB + 1)}

    answer = await brand.post("/v1/things", content=long.parts(), headers=headers)

    assert is_problem(answer, 413, "too-large")
    assert long.sent == 0


async def test_a_length_that_is_a_lie_is_counted(brand: httpx.AsyncClient) -> None:
    answer = await brand.post("/v1/things", content=a_body(300 * KB), headers={**JSON, "content-length": "10"})

    assert is_problem(answer, 413, "too-large")


@pytest.mark.parametrize(
    ("size", "status"), [pytest.param(512 * KB, 200, id="up to it"), pytest.param(512 * KB + 1, 413, id="over it")]
)
async def test_a_route_may_have_its_own_limit(anybody: httpx.AsyncClient, size: int, status: int) -> None:
    answer = await anybody.post("/v1/deliveries/s-1", content=b"x" * size)

    assert answer.status_code == status
    assert status == 413 or answer.json() == {"store": "s-1", "size": size, "json": None}


async def test_an_upload_has_its_limit_too(anybody: httpx.AsyncClient) -> None:
    taken = await anybody.post("/v1/uploads", files={"file": b"x" * 300 * KB})
    refused = await anybody.post("/v1/uploads", files={"file": b"x" * 600 * KB})

    assert (taken.status_code, taken.json()) == (200, 300 * KB)
    assert is_problem(refused, 413, "too-large")


async def test_a_route_that_reads_bytes_itself_can_ask_for_strict_json(anybody: httpx.AsyncClient) -> None:
    good = await anybody.post("/v1/deliveries/s-1", content=b'{"a": 1}')
    broken = await anybody.post("/v1/deliveries/s-1", content=b'{"a": NaN}')

    assert good.json()["json"] == {"a": 1}
    assert is_problem(broken, 400, "not-json")


async def test_no_body_where_one_is_needed_is_422(brand: httpx.AsyncClient) -> None:
    answer = await brand.post("/v1/things")

    assert is_problem(answer, 422, "invalid")
    assert answer.json()["errors"][0]["field"] == "body"
