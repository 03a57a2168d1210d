"""Run where a Docker engine answers; `STACK=docker` then uses the same containers for every test."""

import gc
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient

from local.containers import KafkaContainer, MongoContainer, engine_answers
from local.errors import PortInUseError, StackError
from local.kafka.server import brokers_at
from tests.local.test_kafka import a_topic, all_values, with_producer

pytestmark = pytest.mark.docker


@pytest.fixture(scope="module")
def engine() -> None:
    if not engine_answers():
        pytest.skip("no Docker engine answers")


@pytest.mark.parametrize("host", ["unix:///no/such/docker.sock", "tcp://127.0.0.1:9"])
def test_an_engine_that_is_not_there_is_not_there(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", host)
    assert not engine_answers()
    gc.collect()  # a socket left open would warn here, and so fail the test


@pytest.fixture
def broker(engine: None) -> Iterator[KafkaContainer]:
    container = KafkaContainer()
    try:
        yield container.start()
    finally:
        container.stop()


@pytest.fixture
def mongod(engine: None) -> Iterator[MongoContainer]:
    container = MongoContainer()
    try:
        yield container.start()
    finally:
        container.stop()


async def test_a_broker_in_a_container_survives_kill_on_its_port(broker: KafkaContainer) -> None:
    address = broker.address
    await a_topic(address, "orders")

    async def send(producer) -> None:
        await producer.send_and_wait("orders", b"first")

    await with_producer(address, send)
    broker.kill()
    assert not broker.running
    assert brokers_at(broker.port) == 0

    broker.start()

    assert broker.address == address
    assert await all_values(address, "orders") == [b"first"]
    with pytest.raises(PortInUseError):
        KafkaContainer(broker.port).start()


def test_a_mongod_in_a_container_takes_transactions_and_survives_kill_and_pause(mongod: MongoContainer) -> None:
    client: MongoClient[dict[str, Any]] = MongoClient(mongod.address)
    with client:
        with client.start_session() as session, session.start_transaction():
            client.shop.orders.insert_one({"_id": 1}, session=session)
        mongod.kill()
        mongod.start()
        assert client.shop.orders.count_documents({}) == 1
        mongod.pause()
        assert mongod.running
        mongod.resume()
        assert client.shop.orders.count_documents({}) == 1
        mongod.restart()
        assert client.shop.orders.count_documents({}) == 1


def test_an_image_that_cannot_be_had_is_named(broker: KafkaContainer) -> None:
    other = KafkaContainer()
    other._image = "127.0.0.1:9/no-such-image:1"
    with pytest.raises(StackError, match=r"Docker could not start 127.0.0.1:9/no-such-image:1 for Kafka"):
        other.start()
    other.stop()
