import asyncio
import os
import subprocess
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from local.errors import DiedError, DiskFullError, MissingError, PortInUseError
from local.kafka import Kafka, jars
from local.kafka.server import brokers_at
from local.stack import Addressed
from tests.local.test_processes import an_http_server
from tests.support.servers import OwnServer

FAKE_MAVEN = """#!/bin/sh
echo called >> "$CALLS"
[ -e "$CALLS.fail" ] && echo "no route to the repository" && exit 1
for argument; do case $argument in -DoutputDirectory=*) out=${argument#*=};; esac; done
mkdir -p "$out" && echo jar > "$out/kafka_2.13-4.3.1.jar"
"""


async def a_topic(bootstrap: str, name: str) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1)])
    finally:
        await admin.close()


async def with_producer(bootstrap: str, work: Callable[[AIOKafkaProducer], Awaitable[object]]) -> None:
    producer = AIOKafkaProducer(bootstrap_servers=bootstrap, enable_idempotence=True, acks="all")
    await producer.start()
    try:
        await work(producer)
    finally:
        await producer.stop()


async def all_values(bootstrap: str, topic: str) -> list[bytes]:
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap)
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        values = []
        while await consumer.position(partition) < end:
            values += [record.value for record in (await consumer.getmany(timeout_ms=500)).get(partition, [])]
        return values
    finally:
        await consumer.stop()


def maps_the_archive(broker: Kafka) -> bool:
    return str(jars.archive_of()) in Path(f"/proc/{broker.pid}/maps").read_text()


def test_a_broker_is_registered_once_it_is_ready(kafka: Addressed) -> None:
    assert brokers_at(int(kafka.address.rpartition(":")[2])) == 1


async def test_a_broker_killed_amid_sends_comes_back_on_its_port_with_every_record(own_kafka: OwnServer) -> None:
    broker = await asyncio.to_thread(own_kafka)
    address = broker.address
    await a_topic(address, "orders")

    async def kill_amid_sends(producer: AIOKafkaProducer) -> None:
        sends = [await producer.send("orders", b"%d" % n) for n in range(2_000)]
        broker.kill()
        assert not broker.running
        sends += [await producer.send("orders", b"%d" % n) for n in range(2_000, 2_100)]
        await asyncio.to_thread(broker.start)
        await asyncio.gather(*sends)

    await with_producer(address, kill_amid_sends)

    assert broker.address == address
    assert sorted(map(int, await all_values(address, "orders"))) == list(range(2_100))


async def test_a_paused_broker_takes_nothing_until_it_is_resumed(own_kafka: OwnServer) -> None:
    broker = await asyncio.to_thread(own_kafka)
    await a_topic(broker.address, "orders")

    async def send_while_paused(producer: AIOKafkaProducer) -> None:
        broker.pause()
        sent = await producer.send("orders", b"late")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(sent), timeout=0.5)
        broker.resume()
        await sent

    await with_producer(broker.address, send_while_paused)

    assert await all_values(broker.address, "orders") == [b"late"]


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    other = an_http_server(tmp_path).start()
    port = int(other.argv[-1])
    with pytest.raises(PortInUseError, match=f"port {port} on 127.0.0.1 is in use, so Kafka cannot start"):
        Kafka(tmp_path / "kafka", port=port).start()
    other.stop()


def test_a_missing_java_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match=r"^Java is needed to run Kafka: install maven: `apt install maven` brings"):
        Kafka(tmp_path / "kafka").start()


def test_a_full_disk_is_told_before_anything_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.places.NEEDED_BYTES", 10**18)
    with pytest.raises(DiskFullError, match=r"^the disk is full: .* and Kafka needs 1000000000000 MB$"):
        Kafka(tmp_path / "kafka").start()
    assert list((tmp_path / "kafka").iterdir()) == []


def test_a_format_that_was_killed_is_done_again(tmp_path: Path) -> None:
    half_done = tmp_path / "data" / "bootstrap.checkpoint"
    half_done.parent.mkdir()
    half_done.write_text("half")
    broker = Kafka(tmp_path)
    try:
        broker.start()
        assert brokers_at(broker.port) == 1
    finally:
        broker.kill()


def test_the_archive_of_classes_is_written_once(kafka: Addressed) -> None:
    written: list[Path] = []
    jars.archive(written.append)
    assert written == []


def test_java_starts_without_an_archive_that_is_empty(tmp_path: Path) -> None:
    (tmp_path / "classes.jsa").touch()
    done = subprocess.run(["java", f"-XX:SharedArchiveFile={tmp_path}/classes.jsa", "-version"], check=False)
    assert done.returncode == 0


async def test_data_can_be_served_from_other_ports(tmp_path: Path) -> None:
    first = await asyncio.to_thread(Kafka(tmp_path).start)
    assert maps_the_archive(first), "it loads each class by itself"
    await a_topic(first.address, "orders")
    await with_producer(first.address, lambda producer: producer.send_and_wait("orders", b"kept"))
    await asyncio.to_thread(first.stop)

    second = Kafka(tmp_path)
    assert second.address != first.address
    try:
        await asyncio.to_thread(second.start)
        assert await all_values(second.address, "orders") == [b"kept"]
    finally:
        second.kill()


@pytest.fixture
def maven_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "mvn").write_text(FAKE_MAVEN)
    (programs / "mvn").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def test_two_runs_at_once_fetch_the_jars_once(tmp_path: Path, maven_calls: Path) -> None:
    home = tmp_path / "kafka"
    runs = [threading.Thread(target=jars.fetch, args=[home]) for _ in range(4)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert maven_calls.read_text().splitlines() == ["called"]
    assert [jar.name for jar in (home / "libs").iterdir()] == ["kafka_2.13-4.3.1.jar"]


def test_a_fetch_that_was_cut_off_is_done_again(tmp_path: Path, maven_calls: Path) -> None:
    home = tmp_path / "kafka"
    for folder in ("libs", "libs.partial"):
        (home / folder).mkdir(parents=True)
        (home / folder / "half.jar").write_text("half")
    assert not jars.is_complete(home)

    jars.fetch(home)

    assert jars.is_complete(home)
    assert [jar.name for jar in (home / "libs").iterdir()] == ["kafka_2.13-4.3.1.jar"]


def test_jars_of_another_version_are_fetched_anew(tmp_path: Path, maven_calls: Path) -> None:
    home = tmp_path / "kafka"
    jars.fetch(home)
    (home / "complete").write_text("of another pom.xml")
    jars.fetch(home)
    assert maven_calls.read_text().splitlines() == ["called", "called"]


def test_a_fetch_that_fails_gives_mavens_reason_and_no_jars(tmp_path: Path, maven_calls: Path) -> None:
    maven_calls.with_name("calls.fail").touch()
    with pytest.raises(DiedError, match=r"(?s)could not fetch Kafka's jars.*no route to the repository"):
        jars.fetch(tmp_path / "kafka")
    assert not jars.is_complete(tmp_path / "kafka")


def test_a_missing_maven_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match=r"^Maven is needed to fetch Kafka's jars once: install maven"):
        jars.fetch(tmp_path / "kafka")
