"""The search as it runs: Kafka, MongoDB, kill -9 at bad moments, a torn index. Nothing missing, nothing twice."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.discovery.search.installation import Installation, published_keys, until

VISIBLE = 2.0


@pytest.fixture
def installation(own_kafka, own_mongo, free_port, tmp_path: Path) -> Iterator[Installation]:
    with published_keys() as console:
        made = Installation(
            tmp_path,
            kafka=own_kafka().address,
            mongo=own_mongo().address,
            database="discovery",
            console=console,
            port=free_port(),
        )
        made.verb("setup")
        try:
            yield made
        finally:
            made.process.kill()


@pytest.mark.long
def test_a_search_outlives_kills_a_new_index_and_damage(installation: Installation) -> None:
    discovery = installation
    discovery.import_rows("early", 300)
    discovery.process.start()  # ready: the index was made, and has all that the topic held
    until(lambda: discovery.total() == 300)
    _is_seen_soon(discovery)
    _kills_while_it_follows(discovery)
    _a_new_index_while_the_old_one_serves(discovery)
    _a_kill_while_it_is_made(discovery)
    _damage_while_it_was_down(discovery)


def _is_seen_soon(discovery: Installation) -> None:
    """From the answer to the import until the search has it."""
    headers = {"authorization": f"Bearer {discovery.operator()}"}
    for n in range(5):
        discovery.post_rows(f"handle,followers\nquick{n},5\n", headers)
        assert until(lambda n=n: discovery.total(text=f"quick{n}") == 1) < VISIBLE
    assert discovery.total() == 305


def _kills_while_it_follows(discovery: Installation) -> None:
    rng = random.Random(7)
    importing = threading.Thread(target=discovery.import_rows, args=("later", 6_000))
    importing.start()
    kills = 0
    while importing.is_alive() or kills < 2:
        importing.join(rng.uniform(0.3, 1.5))
        discovery.process.kill()
        discovery.process.start()
        kills += 1
    importing.join()
    until(lambda: discovery.total() == 6_305)
    found = discovery.everybody()
    assert len(found) == len(set(found)) == 6_305


def _a_new_index_while_the_old_one_serves(discovery: Installation) -> None:
    before = discovery.index
    discovery.verb("rebuild-search")
    answers = set()

    def is_another() -> bool:
        answers.add(discovery.total())
        return discovery.index != before

    until(is_another, 60)
    assert answers == {6_305}, "it answered all the time, and always the same"
    assert before is not None
    until(lambda: not before.exists())
    discovery.import_rows("after", 10)
    until(lambda: discovery.total() == 6_315)


def _a_kill_while_it_is_made(discovery: Installation) -> None:
    before = discovery.index
    discovery.verb("rebuild-search")
    making = discovery.folder / "search" / "making"
    until(lambda: making.exists() or discovery.index != before)
    discovery.process.kill()
    discovery.process.start()
    until(lambda: discovery.index != before, 60)
    assert sorted(discovery.everybody()) == sorted(set(discovery.everybody()))
    assert discovery.total() == 6_315


def _damage_while_it_was_down(discovery: Installation) -> None:
    discovery.process.kill()
    folder = discovery.index
    assert folder is not None
    victim = max(folder.glob("*.fast"), key=lambda path: path.stat().st_size)
    whole = victim.read_bytes()
    victim.write_bytes(whole[: len(whole) // 2] + b"\xff\x00\xff" + whole[len(whole) // 2 + 3 :])
    discovery.process.start()
    until(lambda: discovery.total() == 6_315)
    assert discovery.index != folder
    assert discovery.metric("discovery_search_indexes_torn_total") == 1
    assert len(set(discovery.everybody())) == 6_315
