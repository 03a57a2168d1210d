import asyncio
import threading
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from attribution.redirect.segments import Segments
from attribution.redirect.spool import Spool
from tests.attribution.redirect.builders import until


class CountedSegments(Segments):
    """Counts the groups; `gate` holds the disk up."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory, max_bytes=10**6, segment_bytes=10**5)
        self.groups: list[int] = []
        self.gate = threading.Event()
        self.gate.set()

    def commit(self, payloads: Sequence[bytes], also_lost: int = 0) -> int:
        self.groups.append(len(payloads))
        assert self.gate.wait(10)
        return super().commit(payloads, also_lost)


@pytest.fixture
async def files(tmp_path: Path) -> CountedSegments:
    return CountedSegments(tmp_path)


@pytest.fixture
async def spool(files: CountedSegments) -> AsyncIterator[Spool]:
    spool = Spool(files, patience=5)
    await spool.open()
    yield spool
    files.gate.set()
    await spool.close()


async def test_what_comes_during_a_flush_is_flushed_together(spool: Spool, files: CountedSegments) -> None:
    files.gate.clear()
    first = asyncio.create_task(spool.keep(b"click"))
    await until(lambda: files.groups == [1])
    others = [asyncio.create_task(spool.keep(b"click")) for _ in range(50)]
    await asyncio.sleep(0)
    files.gate.set()
    assert all(await asyncio.gather(first, *others))
    assert files.groups == [1, 50]


async def test_a_disk_slower_than_the_patience_counts_as_a_loss_on_disk_too(tmp_path: Path) -> None:
    files = CountedSegments(tmp_path)
    spool = Spool(files, patience=0.02)
    await spool.open()
    files.gate.clear()
    assert await spool.keep(b"click") is False
    assert spool.lost == 1
    files.gate.set()
    await spool.close()
    again = Spool(Segments(tmp_path, max_bytes=0, segment_bytes=4096), patience=1)
    await again.open()
    assert again.lost == 1
    await again.close()


async def test_a_bug_in_the_files_reaches_the_caller(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> int:
        raise ZeroDivisionError

    monkeypatch.setattr(spool._segments, "commit", broken)
    with pytest.raises(ZeroDivisionError):
        await spool.keep(b"click")
    assert spool._flusher is not None
    with pytest.raises(ZeroDivisionError):
        await spool._flusher
    spool._flusher = None


async def test_clicks_that_can_not_be_read_any_more_are_counted(spool: Spool) -> None:
    await spool.count_lost(3)
    assert spool.lost == 3
