"""The search as it runs: Kafka, MongoDB, kill -9 at bad moments, a torn index. Nothing missing, nothing twice."""

import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.discovery.search.installation import Installation, came_to, published_keys, until

VISIBLE = 2.0
EARLY = {f"early{n}" for n in range(300)} | {f"quick{n}" for n in range(5)}
LATER = {f"later{n}" for n in range(6_000)}
AFTER = {f"after{n}" for n in range(10)}


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


def _finds(discovery: Installation, wanted: set[str]) -> None:
    """Each of them once, and nobody else, though a relay that was killed said some of them again."""
    until(lambda: discovery.total() == len(wanted))
    found = discovery.everybody()
    assert (len(found), set(found)) == (len(wanted), wanted)


def _is_seen_soon(discovery: Installation) -> None:
    """From the answer to the import until the search has it."""
    headers = {"authorization": f"Bearer {discovery.operator()}"}
    for n in range(5):
        discovery.post_rows(f"handle,followers\nquick{n},5\n", headers)
        assert until(lambda n=n: discovery.total(text=f"quick{n}") == 1) < VISIBLE
    assert discovery.total() == 305


def _kills_while_it_follows(discovery: Installation) -> None:
    """The first one surely amid the records, the others whenever they come."""
    rng = random.Random(7)
    importing = threading.Thread(target=discovery.import_rows, args=("later", 6_000))
    importing.start()
    until(lambda: discovery.total() > 305)
    stood: list[int] = []
    while importing.is_alive() or len(stood) < 2:
        discovery.process.kill()
        stood.append(came_to(discovery.index))
        discovery.process.start()
        importing.join(rng.uniform(0.3, 1.5))
    assert 305 < stood[0] < 6_305, stood
    _finds(discovery, EARLY | LATER)


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
    """It goes on from its last commit, and the old one serves meanwhile."""
    before = discovery.index
    discovery.verb("rebuild-search")
    until(lambda: came_to(discovery.making) > 0)
    discovery.process.kill()
    making = discovery.making
    assert 0 < came_to(making) < came_to(before)
    discovery.process.start()
    assert discovery.total() == 6_315
    kept = came_to(before)
    until(lambda: discovery.index != before, 60)
    assert (discovery.index, came_to(making)) == (making, kept)
    _finds(discovery, EARLY | LATER | AFTER)


def _damage_while_it_was_down(discovery: Installation) -> None:
    discovery.process.kill()
    folder = discovery.index
    assert folder is not None
    victim = max(folder.glob("*.fast"), key=lambda path: path.stat().st_size)
    whole = victim.read_bytes()
    victim.write_bytes(whole[: len(whole) // 2] + b"\xff\x00\xff" + whole[len(whole) // 2 + 3 :])
    discovery.process.start()
    _finds(discovery, EARLY | LATER | AFTER)
    assert discovery.index != folder
    assert discovery.metric("discovery_search_indexes_torn_total") == 1
