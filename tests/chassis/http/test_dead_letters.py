from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from chassis import dead_letters
from chassis.consume import Loop
from chassis.context import Context
from chassis.dead_letters import CONSUMERS, DEAD_LETTERS, ReplayOutcome
from chassis.http import Kind, Replays, close_api
from chassis.testing import calling
from tests.chassis.http.conftest import Logs
from tests.chassis.http.shop import a_shop, a_shop_token
from tests.chassis.http.test_problems import is_problem

NOON = datetime(2030, 5, 4, 12, tzinfo=UTC)


class Answers:
    """A loop that says what became of a letter."""

    def __init__(self, outcome: ReplayOutcome) -> None:
        self.outcome = outcome
        self.replayed: list[str] = []

    async def replay(self, letter: str) -> ReplayOutcome:
        self.replayed.append(letter)
        return self.outcome


def a_letter(offset: int = 0, **changed: Any) -> dict[str, Any]:
    letter = {
        "_id": f"shop:stores.orders.v1:0:{offset}",
        "group": "shop",
        "topic": "stores.orders.v1",
        "partition": 0,
        "offset": offset,
        "key": b"o-1",
        "value": b"\xff\xfe",
        "headers": [["ce_type", b"stores.order-observed.v1"], ["null", None], ["binary", b"\x00\xff"]],
        "reason": "invalid",
        "error": "not JSON",
        "attempts": 1,
        "at": NOON + timedelta(minutes=offset),
        "expires_at": NOON + timedelta(days=90),
    }
    return {**letter, **changed}


@pytest.fixture
def loop() -> Answers:
    return Answers(ReplayOutcome.HANDLED)


@pytest.fixture
async def operator(context: Context[Any], loop: Answers) -> AsyncIterator[httpx.AsyncClient]:
    loops: dict[str, Replays] = {"shop": loop}
    app = a_shop(context, loops=loops)
    async with calling(app, a_shop_token(Kind.OPERATOR, "op-1")) as client:
        yield client
    await close_api(app)


async def keep(context: Context[Any], letters: Sequence[dict[str, Any]]) -> None:
    await context.db[DEAD_LETTERS].insert_many(letters)


async def test_letters_are_listed_newest_first_page_by_page(operator: httpx.AsyncClient, context: Context[Any]) -> None:
    together = [a_letter(n, at=NOON) for n in (1, 2, 3)]
    await keep(context, [*together, a_letter(4), a_letter(5)])

    first = (await operator.get("/v1/dead-letters", params={"limit": 3})).json()
    second = (await operator.get("/v1/dead-letters", params={"limit": 3, "cursor": first["next_cursor"]})).json()

    assert [letter["offset"] for letter in first["items"]] == [5, 4, 3]
    assert [letter["offset"] for letter in second["items"]] == [2, 1]
    assert (first["total"], second["next_cursor"]) == (5, None)
    assert first["items"][0]["type"] == "stores.order-observed.v1"
    assert "value" not in first["items"][0]


@pytest.mark.parametrize(
    ("params", "offsets"),
    [
        ({"topic": "stores.orders.v1"}, [3, 1]),
        ({"topic": "nothing"}, []),
        ({"state": "waiting"}, [2, 1]),
        ({"state": "replayed"}, [3]),
        ({"state": "waiting", "topic": "stores.orders.v1"}, [1]),
    ],
)
async def test_letters_are_picked_by_topic_and_state(
    operator: httpx.AsyncClient, context: Context[Any], params: dict[str, str], offsets: list[int]
) -> None:
    await keep(context, [a_letter(1), a_letter(2, topic="attribution.clicks.v1"), a_letter(3, replayed_at=NOON)])

    page = (await operator.get("/v1/dead-letters", params=params)).json()

    assert [letter["offset"] for letter in page["items"]] == offsets
    assert page["total"] == len(offsets)


async def test_one_letter_is_shown_with_its_bytes(operator: httpx.AsyncClient, context: Context[Any]) -> None:
    await keep(context, [a_letter(7)])

    letter = (await operator.get("/v1/dead-letters/shop:stores.orders.v1:0:7")).json()

    assert letter["key"] == {"text": "o-1", "base64": None, "size": 3}
    assert letter["value"] == {"text": None, "base64": "//4=", "size": 2}
    assert letter["headers"] == [
        {"name": "ce_type", "value": {"text": "stores.order-observed.v1", "base64": None, "size": 24}},
        {"name": "null", "value": None},
        {"name": "binary", "value": {"text": None, "base64": "AP8=", "size": 2}},
    ]
    assert (letter["state"], letter["replayed_at"], letter["attempts"]) == ("waiting", None, 1)


@pytest.mark.parametrize("headers", [[], [["ce_type", None]], [["ce_type", b"\xff"]]])
async def test_a_letter_without_a_readable_type_is_shown_all_the_same(
    operator: httpx.AsyncClient, context: Context[Any], headers: list[Any]
) -> None:
    await keep(context, [a_letter(headers=headers, key=None, value=None)])

    letter = (await operator.get("/v1/dead-letters/shop:stores.orders.v1:0:0")).json()

    assert (letter["type"], letter["key"], letter["value"]) == (None, None, None)


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        (ReplayOutcome.HANDLED, 200),
        (ReplayOutcome.PARKED_AGAIN, 200),
        (ReplayOutcome.UNKNOWN_TYPE, 200),
        (ReplayOutcome.ALREADY_REPLAYED, 409),
        (ReplayOutcome.NOT_FOUND, 404),
    ],
)
async def test_a_replay_goes_through_the_letters_own_loop(
    operator: httpx.AsyncClient, context: Context[Any], loop: Answers, outcome: ReplayOutcome, status: int
) -> None:
    await keep(context, [a_letter(1)])
    loop.outcome = outcome

    answer = await operator.post("/v1/dead-letters/shop:stores.orders.v1:0:1/replay")

    assert answer.status_code == status
    assert loop.replayed == ["shop:stores.orders.v1:0:1"]
    if status == 200:
        assert answer.json() == {"id": "shop:stores.orders.v1:0:1", "outcome": outcome}
    if status == 409:
        assert is_problem(answer, 409, "already-replayed")


async def test_a_replay_of_nothing_and_of_a_consumer_that_is_gone(
    operator: httpx.AsyncClient, context: Context[Any], loop: Answers
) -> None:
    await keep(context, [a_letter(1, group="shop.old")])

    nothing = await operator.post("/v1/dead-letters/nothing/replay")
    gone = await operator.post("/v1/dead-letters/shop:stores.orders.v1:0:1/replay")

    assert is_problem(nothing, 404, "not-found")
    assert is_problem(gone, 409, "consumer-gone")
    assert loop.replayed == []


async def test_the_real_loop_replays_a_letter_it_wrote_itself(context: Context[Any]) -> None:
    loop = Loop("shop", context.handlers, context.transactions)
    await keep(context, [a_letter(1)])
    app = a_shop(context, loops={"shop": loop})
    async with calling(app, a_shop_token(Kind.OPERATOR, "op-1")) as operator:
        answer = await operator.post("/v1/dead-letters/shop:stores.orders.v1:0:1/replay")
    await close_api(app)

    assert answer.status_code == 200
    assert answer.json()["outcome"] == "unknown-type"


async def test_stopped_consumers_are_shown_and_resumed(
    operator: httpx.AsyncClient, context: Context[Any], logs: Logs
) -> None:
    await context.db[CONSUMERS].insert_many(
        [
            {"_id": "shop", "stopped": True, "at": NOON, "error": "RuntimeError()"},
            {"_id": "shop.clicks", "stopped": True, "at": NOON, "error": "RuntimeError()"},
            {"_id": "shop.orders", "stopped": False, "at": NOON, "error": "RuntimeError()"},
        ]
    )

    before = (await operator.get("/v1/consumers")).json()["items"]
    one = await operator.post("/v1/consumers/resume", json={"group": "shop.clicks"})
    rest = await operator.post("/v1/consumers/resume")
    after = (await operator.get("/v1/consumers")).json()["items"]

    assert [(consumer["group"], consumer["stopped"]) for consumer in before] == [
        ("shop", True),
        ("shop.clicks", True),
        ("shop.orders", False),
    ]
    assert (one.json(), rest.json()) == ({"resumed": 1}, {"resumed": 1})
    assert not any(consumer["stopped"] for consumer in after)
    assert [entry["operator"] for entry in logs if entry["event"] == "consumers.resumed"] == ["op-1", "op-1"]


async def test_a_resume_of_an_operator_is_refused(operator: httpx.AsyncClient, context: Context[Any]) -> None:
    await context.db[CONSUMERS].insert_one({"_id": "shop", "stopped": True})

    answer = await operator.post("/v1/consumers/resume", json={"group": {"$ne": None}})

    assert is_problem(answer, 422, "invalid")
    assert await context.db[CONSUMERS].count_documents({"stopped": True}) == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/dead-letters"),
        ("GET", "/v1/dead-letters/shop:stores.orders.v1:0:1"),
        ("POST", "/v1/dead-letters/shop:stores.orders.v1:0:1/replay"),
        ("GET", "/v1/consumers"),
        ("POST", "/v1/consumers/resume"),
    ],
)
@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.OPERATOR])
async def test_an_operators_routes_are_for_operators(
    context: Context[Any], loop: Answers, kind: Kind, method: str, path: str
) -> None:
    app = a_shop(context, loops={"shop": loop})
    async with calling(app, a_shop_token(kind, "a-1")) as client:
        answer = await client.request(method, path)
    await close_api(app)

    assert is_problem(answer, 403, "forbidden")
    assert loop.replayed == []


def test_letters_have_the_indexes_that_the_list_reads_by() -> None:
    spec = next(spec for spec in dead_letters.COLLECTIONS if spec.name == DEAD_LETTERS)

    assert [list(index.document["key"].items()) for index in spec.indexes][:2] == [
        [("at", -1), ("_id", -1)],
        [("topic", 1), ("at", -1), ("_id", -1)],
    ]
