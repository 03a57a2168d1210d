import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    NotLeaderForPartitionError,
    OutOfOrderSequenceNumber,
    ProducerFenced,
)

from attribution.redirect import producer as module
from attribution.redirect.producer import ClickProducer, traceparent
from tests.attribution.redirect.builders import a_click, a_written_click, until


class Sender:
    def __init__(self) -> None:
        self.sender_task = asyncio.get_running_loop().create_future()


class FakeBatch:
    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []

    def append(self, **record: Any) -> object:
        self.records.append(record)
        return record


class FakeKafkaProducer:
    """Stands in for aiokafka's: fails as it is told."""

    made: list["FakeKafkaProducer"] = []  # noqa: RUF012 - emptied by each test
    error: KafkaError | None = None
    start_error: KafkaError | None = None
    hangs_on_stop = False

    def __init__(self, **arguments: Any) -> None:
        self.arguments = arguments
        self.sent: list[tuple[str, bytes, dict[str, Any]]] = []
        self.stopped = False
        self._sender = Sender()
        self.client = self
        self.made.append(self)

    async def start(self) -> None:
        if self.start_error is not None:
            raise self.start_error

    async def partitions_for(self, _topic: str) -> set[int]:
        return {0}

    def create_batch(self) -> "FakeBatch":
        return FakeBatch()

    async def send_batch(self, batch: "FakeBatch", topic: str, *, partition: int) -> asyncio.Future[None]:
        assert partition == 0
        acked = asyncio.get_running_loop().create_future()
        if self.error is not None:
            acked.set_exception(self.error)
        else:
            self.sent += [(topic, record["value"], record) for record in batch.records]
            acked.set_result(None)
        return acked

    @property
    def cluster(self) -> "FakeKafkaProducer":
        return self

    def partitions_for_topic(self, _topic: str) -> set[int]:
        return {0}

    def leader_for_partition(self, _partition: Any) -> int:
        return 1

    async def stop(self) -> None:
        if self.hangs_on_stop:
            await asyncio.Event().wait()
        self.stopped = True

    async def close(self) -> None:
        self.stopped = True


@asynccontextmanager
async def a_producer(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ClickProducer]:
    monkeypatch.setattr(module, "AIOKafkaProducer", FakeKafkaProducer)
    monkeypatch.setattr(module, "_RETRY_AFTER", 0.01)
    monkeypatch.setattr(module, "_STOP_PATIENCE", 0.05)
    monkeypatch.setattr(FakeKafkaProducer, "made", [])
    producer = ClickProducer({"bootstrap_servers": "a:1"}, traced_share=0)
    running = asyncio.create_task(producer.run())
    try:
        yield producer
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        await producer.close()


async def test_a_click_goes_out_with_its_id_as_key_and_the_envelope_as_headers(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_producer(monkeypatch) as producer:
        await producer.send(a_written_click(7))
        (made,) = FakeKafkaProducer.made
        assert made.arguments["acks"] == "all"
        assert made.arguments["enable_idempotence"] is True
        ((topic, value, rest),) = made.sent
        assert topic == "attribution.clicks.v1"
        assert value == a_click(7).body()
        assert rest["key"] == a_click(7).id.encode()
        headers = dict(rest["headers"])
        assert headers["ce_id"] == a_click(7).id.encode()
        assert headers["traceparent"] == b"00-00000000000070008000000000000007-8000000000000007-00"


@pytest.mark.parametrize("error", [OutOfOrderSequenceNumber(), ProducerFenced()])
async def test_a_producer_that_can_not_recover_is_replaced(monkeypatch: pytest.MonkeyPatch, error: KafkaError) -> None:
    async with a_producer(monkeypatch) as producer:
        await until(lambda: producer.connected)
        monkeypatch.setattr(FakeKafkaProducer.made[0], "error", error, raising=False)
        with pytest.raises(type(error)):
            await producer.send(a_written_click())
        await until(lambda: len(FakeKafkaProducer.made) == 2 and producer.connected)
        await producer.send(a_written_click())
        assert producer.renewed == 1
        await until(lambda: FakeKafkaProducer.made[0].stopped)


async def test_what_is_sent_while_a_producer_is_thrown_away_goes_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_producer(monkeypatch) as producer:
        await until(lambda: producer.connected)
        producer.renew()
        await producer.send(a_written_click(7))
        first, second = FakeKafkaProducer.made
        assert first.sent == []
        assert [value for _, value, _ in second.sent] == [a_click(7).body()]


async def test_a_producer_whose_sender_died_is_replaced_whatever_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_producer(monkeypatch) as producer:
        await until(lambda: producer.connected)
        first = FakeKafkaProducer.made[0]
        first._sender.sender_task.set_result(None)
        monkeypatch.setattr(first, "error", KafkaError("it is over"), raising=False)
        with pytest.raises(KafkaError):
            await producer.send(a_written_click())
        await until(lambda: len(FakeKafkaProducer.made) == 2)


async def test_a_passing_error_keeps_the_producer(monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_producer(monkeypatch) as producer:
        await until(lambda: producer.connected)
        monkeypatch.setattr(FakeKafkaProducer.made[0], "error", NotLeaderForPartitionError(), raising=False)
        with pytest.raises(NotLeaderForPartitionError):
            await producer.send(a_written_click())
        assert producer.connected
        assert producer.renewed == 0


async def test_a_broker_that_is_away_is_asked_again_and_a_send_waits_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeKafkaProducer, "start_error", KafkaConnectionError("away"))
    async with a_producer(monkeypatch) as producer:
        sending = producer.send(a_written_click())
        await until(lambda: len(FakeKafkaProducer.made) >= 3)
        assert not sending.done()
        monkeypatch.setattr(FakeKafkaProducer, "start_error", None)
        await asyncio.wait_for(sending, 60)
        await until(lambda: all(made.stopped for made in FakeKafkaProducer.made[:-1]))


async def test_a_producer_that_does_not_stop_is_left_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeKafkaProducer, "hangs_on_stop", True)
    async with a_producer(monkeypatch) as producer:
        await until(lambda: producer.connected)
        producer.renew()
        await until(lambda: FakeKafkaProducer.made[0].stopped)
        assert FakeKafkaProducer.made[0]._sender.sender_task.cancelled()


@pytest.mark.parametrize(("share", "flags"), [(0x10000, b"01"), (0, b"00"), (0x89AC, b"01"), (0x89AB, b"00")])
def test_a_click_is_traced_by_the_chance_in_its_id(share: int, flags: bytes) -> None:
    assert traceparent("01932d5e-7b7a-7c3a-9f00-0123456789ab", share).endswith(flags)
