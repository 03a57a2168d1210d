from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from attribution.redirect import follower as module
from attribution.redirect.follower import Follower, StalledError
from attribution.redirect.table import Table
from contracts.topics import LINKS
from tests.attribution.redirect.builders import a_link_event, some_settings

FIRST, SECOND = (TopicPartition(LINKS.name, number) for number in (0, 1))


class FakeConsumer:
    def __init__(self, ends: dict[TopicPartition, int], positions: dict[TopicPartition, int]) -> None:
        self.ends = ends
        self.positions = positions

    def assignment(self) -> set[TopicPartition]:
        return set(self.ends)

    async def end_offsets(self, partitions: set[TopicPartition]) -> dict[TopicPartition, int]:
        return {partition: self.ends[partition] for partition in partitions}

    async def position(self, partition: TopicPartition) -> int:
        return self.positions[partition]


def a_record(value: bytes | None) -> Any:
    return SimpleNamespace(value=value, partition=0, offset=7)


async def test_it_has_caught_up_when_every_partition_is_read_to_the_end_that_it_had() -> None:
    consumer = FakeConsumer({}, {FIRST: 5, SECOND: 0})
    assert await module._is_at(consumer, {FIRST: 5, SECOND: 0})
    assert not await module._is_at(consumer, {FIRST: 6, SECOND: 0})


async def test_a_consumer_that_reads_nothing_while_there_is_more_is_given_up() -> None:
    consumer = FakeConsumer({FIRST: 5, SECOND: 3}, {FIRST: 4, SECOND: 3})
    positions = await module._check_progress(consumer, {})
    with pytest.raises(StalledError, match="partition 0 stands at 4 of 5"):
        await module._check_progress(consumer, positions)


async def test_a_slow_or_idle_consumer_is_kept() -> None:
    consumer = FakeConsumer({FIRST: 5, SECOND: 3}, {FIRST: 3, SECOND: 3})
    positions = await module._check_progress(consumer, {})
    consumer.positions[FIRST] = 4
    assert (await module._check_progress(consumer, positions))[FIRST] == 4


@pytest.mark.parametrize("value", [None, b"", b"\xff", b"{}", b'{"id": 1}', b"[]"])
async def test_a_record_that_is_no_link_is_counted_and_passed_over(tmp_path: Path, value: bytes | None) -> None:
    counted: list[int] = []
    table = Table("cclid")
    follower = Follower(table, some_settings(tmp_path), lambda: counted.append(1))
    follower._take(a_record(value))
    follower._take(a_record(a_link_event().body()))
    assert counted == [1]
    assert len(table) == 1


async def test_a_table_that_has_not_caught_up_never_replaces_a_snapshot(tmp_path: Path) -> None:
    follower = Follower(Table("cclid"), some_settings(tmp_path), lambda: None)
    follower._take(a_record(a_link_event().body()))
    await follower.save()
    assert not (tmp_path / "links.snapshot").exists()
    follower.caught_up = True
    await follower.save()
    assert (tmp_path / "links.snapshot").exists()


async def test_a_snapshot_is_written_only_when_something_changed(tmp_path: Path) -> None:
    follower = Follower(Table("cclid"), some_settings(tmp_path), lambda: None)
    follower.caught_up = True
    await follower.save()
    assert not (tmp_path / "links.snapshot").exists()


async def test_a_snapshot_that_can_not_be_written_is_tried_again(tmp_path: Path) -> None:
    follower = Follower(Table("cclid"), some_settings(tmp_path / "data"), lambda: None)
    follower.caught_up = True
    follower._take(a_record(a_link_event().body()))
    await follower.save()  # there is no such folder
    (tmp_path / "data").mkdir()
    await follower.save()
    assert (tmp_path / "data" / "links.snapshot").exists()
