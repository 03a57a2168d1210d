import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.redirect.segments import MAGIC, Segments, SpoolInUseError, framed, unframed

SEGMENT = 4096


def a_spool(directory: Path, **limits: int) -> Any:
    spool = Segments(directory, **{"max_bytes": 10**6, "segment_bytes": SEGMENT, **limits})
    spool.open()
    return spool


def everything_in(spool: Any) -> list[bytes]:
    """What a drain would bring to the topic, oldest first; the spool is empty afterwards."""
    found: list[bytes] = []
    while (oldest := spool.oldest()) is not None:
        found += oldest[1]
        spool.drop(oldest[0])
    return found


def test_what_was_kept_comes_out_in_order_and_the_spool_is_empty_then(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    assert spool.commit([b"one", b"two"]) == 2
    assert spool.commit([b"three"]) == 1
    assert everything_in(spool) == [b"one", b"two", b"three"]
    assert spool.size == 0
    assert not list(tmp_path.glob("*.clicks"))


def test_what_was_kept_is_there_after_a_kill(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.commit([b"one"])
    os.close(spool._lock)  # what the kernel does on kill -9
    assert everything_in(a_spool(tmp_path)) == [b"one"]


def test_a_drained_segment_takes_no_more_and_a_new_one_begins(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    spool.commit([b"one"])
    segment, payloads = spool.oldest()
    spool.commit([b"two"])
    assert payloads == [b"one"]
    assert spool.oldest() == (segment, [b"one"]), "it stays until it is dropped"
    spool.drop(segment)
    assert everything_in(spool) == [b"two"]


def test_segments_are_cut_at_their_size(tmp_path: Path) -> None:
    spool = a_spool(tmp_path)
    for _ in range(4):
        spool.commit([b"x" * (SEGMENT // 2)])
    assert len(list(tmp_path.glob("*.clicks"))) == 2
    assert len(everything_in(spool)) == 4


def test_numbers_go_on_after_a_start_so_the_oldest_stays_the_oldest(tmp_path: Path) -> None:
    first = a_spool(tmp_path)
    first.commit([b"one"])
    first.close()
    second = a_spool(tmp_path)
    second.commit([b"two"])
    assert everything_in(second) == [b"one", b"two"]


def test_what_does_not_fit_is_counted_and_the_count_survives(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, max_bytes=len(MAGIC) + 2 * len(framed(b"one")))
    assert spool.commit([b"one", b"two", b"six", b"ten"]) == 2
    assert spool.commit([b"six"]) == 0
    assert spool.lost == 3
    os.close(spool._lock)
    again = a_spool(tmp_path)
    assert again.lost == 3
    assert everything_in(again) == [b"one", b"two"]


def test_there_is_room_again_once_a_segment_is_dropped(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, max_bytes=len(MAGIC) + len(framed(b"one")))
    assert [spool.commit([b"one"]), spool.commit([b"two"])] == [1, 0]
    everything_in(spool)
    assert spool.commit([b"two"]) == 1


def test_a_disk_that_refuses_counts_as_a_loss_and_the_next_group_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = a_spool(tmp_path)
    spool.commit([b"one"])
    with monkeypatch.context() as patch:
        real = os.write
        patch.setattr(os, "write", lambda handle, view: real(handle, view[:5]) if len(view) > 5 else _full())
        assert spool.commit([b"two"]) == 0
    assert spool.lost == 1
    assert spool.commit([b"three"]) == 1
    assert spool.size == sum(path.stat().st_size for path in tmp_path.glob("*.clicks"))
    assert everything_in(spool) == [b"one", b"three"]
    assert spool.size == 0


def test_a_header_that_can_not_be_written_is_written_with_the_next_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = a_spool(tmp_path, max_bytes=0)
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", lambda *_: _full())
        spool.commit([b"one"])
    spool.commit([])
    os.close(spool._lock)
    assert a_spool(tmp_path).lost == 1


def _full() -> int:
    raise OSError(28, "No space left on device")


def test_one_spool_belongs_to_one_process(tmp_path: Path) -> None:
    first = a_spool(tmp_path)
    with pytest.raises(SpoolInUseError, match="another process holds the spool"):
        a_spool(tmp_path)
    first.close()
    a_spool(tmp_path).close()


def test_a_segment_cut_off_at_any_byte_keeps_every_whole_record(tmp_path: Path) -> None:
    records = [b"first", b"second record", b"third"]
    whole = MAGIC + b"".join(map(framed, records))
    ends = [len(MAGIC) + sum(len(framed(r)) for r in records[: n + 1]) for n in range(len(records))]
    for length in range(len(whole) + 1):
        directory = tmp_path / str(length)
        directory.mkdir()
        (directory / "00000000000000000001.clicks").write_bytes(whole[:length])
        spool = a_spool(directory)
        spool.commit([b"after the crash"])
        kept = [record for record, end in zip(records, ends, strict=True) if end <= length]
        assert everything_in(spool) == [*kept, b"after the crash"], f"cut at {length}"
        spool.close()


def test_an_altered_byte_never_makes_a_record_that_was_not_written() -> None:
    records = [b"first", b"second"]
    whole = MAGIC + b"".join(map(framed, records))
    for place in range(len(whole)):
        altered = whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :]
        payloads, ignored = unframed(altered)
        assert payloads == records[: len(payloads)]
        assert ignored > 0


def test_a_header_torn_at_any_byte_leaves_the_count_before(tmp_path: Path) -> None:
    spool = a_spool(tmp_path, max_bytes=0)
    spool.commit([b"one"])
    before = (tmp_path / "header").read_bytes()
    spool.commit([b"two", b"three"])
    spool.close()
    after = (tmp_path / "header").read_bytes()
    changed = [place for place in range(len(after)) if before[place] != after[place]]
    for place in range(changed[0], changed[-1] + 1):
        (tmp_path / "header").write_bytes(after[:place] + before[place:])
        torn = a_spool(tmp_path, max_bytes=0)
        assert torn.lost == 1
        torn.close()
    (tmp_path / "header").write_bytes(after)
    assert a_spool(tmp_path).lost == 3


def test_a_header_without_a_whole_slot_does_not_keep_the_redirect_from_starting(tmp_path: Path) -> None:
    (tmp_path / "header").write_bytes(b"\xff" * 1024)
    assert a_spool(tmp_path).lost == 0


@given(payloads=st.lists(st.binary(min_size=1, max_size=50), max_size=8), tail=st.binary(max_size=30))
def test_what_is_framed_comes_back_whatever_follows(payloads: list[bytes], tail: bytes) -> None:
    found, _ignored = unframed(MAGIC + b"".join(map(framed, payloads)) + tail)
    assert found[: len(payloads)] == payloads
