"""Settings by their variables, the verbs `check` and `setup`, and the clock that they move."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from chassis import mongo
from chassis.cli import build
from chassis.clock import Clock
from chassis.outbox import SENT
from chassis.service import setup
from chassis.settings import ServiceSettings, SettingsError, load
from chassis.tx import TIMERS
from local.ports import free_port
from local.stack import Addressed
from tests.support.toy_service import Toys, ToySettings, a_service, create_app

SASL = {"KAFKA_SECURITY_PROTOCOL": "SASL_SSL", "KAFKA_SASL_USERNAME": "toys"}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        pytest.param({"HTTP_PORT": "99999"}, "HTTP_PORT", id="out of range"),
        pytest.param({"HTTP_PORT": "http"}, "HTTP_PORT", id="no number"),
        pytest.param({"KAFKA_SECURITY_PROTOCOL": "TLS"}, "KAFKA_SECURITY_PROTOCOL", id="not one of them"),
        pytest.param(SASL, "KAFKA_SASL_PASSWORD", id="half of a login"),
        pytest.param({"CLOCK_OFFSET": "P8D"}, "CLOCK_OFFSET", id="a moved clock in production"),
        pytest.param({"PLANT": "no-inbox"}, "PLANT", id="a planted fault in production"),
        pytest.param({"CLOCK_OFFSET": "next week"}, "CLOCK_OFFSET", id="no duration"),
    ],
)
def test_what_is_wrong_is_said_by_the_variables_name(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], named: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=named):
        load(ServiceSettings)


def test_all_that_is_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "-1")
    monkeypatch.setenv("GRACE_SECONDS", "0")

    with pytest.raises(SettingsError) as refused:
        load(ServiceSettings)
    assert "HTTP_PORT" in str(refused.value)
    assert "GRACE_SECONDS" in str(refused.value)


def test_development_may_move_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENVIRONMENT", "development")
    monkeypatch.setenv("CLOCK_OFFSET", "P8D")

    assert load(ServiceSettings).clock_offset == timedelta(days=8)


def test_check_prints_every_setting_and_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGO_URL", "mongodb://toys:open-sesame@127.0.0.1/")
    monkeypatch.setenv("KAFKA_SASL_PASSWORD", "open-sesame")
    monkeypatch.setenv("CLIENT_SECRET", "open-sesame")

    answer = CliRunner().invoke(build(create_app, ToySettings), ["check"])

    assert answer.exit_code == 0
    shown = json.loads(answer.output)
    assert shown.keys() == {name.upper() for name in ToySettings.model_fields}
    assert "open-sesame" not in answer.output
    assert "*" in shown["MONGO_URL"]


def test_check_of_a_wrong_environment_ends_with_2_and_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PORT", "-1")

    answer = CliRunner().invoke(build(create_app, ToySettings), ["check"])

    assert answer.exit_code == 2
    assert "HTTP_PORT" in answer.stderr
    assert answer.stdout == ""


async def test_setup_can_be_repeated(mongo: Addressed, kafka: Addressed, database: str) -> None:
    toys = Toys(mongo.address, database, kafka.address)
    service = a_service(toys.settings(), toys.handlers)

    await setup(service)
    before = await described(toys)
    assert await setup(service) == []
    assert await described(toys) == before
    assert before[TIMERS][1], "the validator guards the timers' due times"
    await toys.close()


@pytest.mark.parametrize("away", ["MongoDB", "Kafka"])
def test_setup_without_a_server_ends_with_one_sentence_that_names_it(
    monkeypatch: pytest.MonkeyPatch, mongo: Addressed, database: str, away: str
) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("KAFKA_BOOTSTRAP", nobody)
    monkeypatch.setenv("MONGO_DATABASE", database)
    monkeypatch.setenv("MONGO_URL", f"mongodb://{nobody}/" if away == "MongoDB" else mongo.address)

    answer = CliRunner().invoke(build(create_app, ToySettings), ["setup"])

    assert answer.exit_code == 1
    assert answer.stdout == ""
    assert len(answer.stderr.strip().splitlines()) == 1
    assert answer.stderr.startswith(away)


async def described(toys: Toys) -> dict[str, Any]:
    found = {}
    async for one in await toys.db.list_collections():
        found[one["name"]] = ((await toys.db[one["name"]].index_information()).keys(), one["options"].get("validator"))
    return {name: (sorted(indexes), validator) for name, (indexes, validator) in found.items()}


async def test_after_a_restore_revisions_are_above_all_that_was_heard_and_nothing_waiting_is_dropped(
    mongo: Addressed, kafka: Addressed, database: str
) -> None:
    toys = Toys(mongo.address, database, kafka.address)
    service = a_service(toys.settings(), toys.handlers)
    await setup(service)
    await toys.db["facts"].insert_many([{"_id": "lamp", "revision": 7}, {"_id": "no entity"}])
    await toys.db[SENT].insert_one({"_id": "t|lamp", "revision": 6})

    await setup(service, restored=True)

    assert await toys.rows("facts") == [{"_id": "lamp", "revision": 7 + 2**32}, {"_id": "no entity"}]
    assert (await toys.rows(SENT))[0]["revision"] == 6, "revision 7 may still wait in the outbox"
    await toys.close()


async def test_the_clock_is_the_databases_moved_on_by_the_monotonic_clock(store_toys: Toys) -> None:
    clock = Clock()
    clock._origin -= timedelta(hours=1)  # a host that is an hour off
    before = await mongo.server_time(store_toys.db)

    off = await clock.measure(lambda: mongo.server_time(store_toys.db))

    after = await mongo.server_time(store_toys.db)
    assert before <= clock.now() <= after + timedelta(seconds=1)
    assert timedelta(minutes=59) < off < timedelta(minutes=61)


async def test_the_offset_is_added_to_what_was_measured() -> None:
    noon = datetime(2030, 5, 4, 12, tzinfo=UTC)
    clock = Clock(timedelta(days=8))

    async def read() -> datetime:
        return noon

    await clock.measure(read)
    assert timedelta() <= clock.now() - noon - timedelta(days=8) < timedelta(seconds=1)
