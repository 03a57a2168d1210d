"""Memory stays flat: a file many times larger takes no more of it."""

import subprocess
import sys

import pytest

PROGRAM = """
import asyncio, resource, sys
from collections import defaultdict
from chassis.clock import Clock
from discovery.imports import Options, Progress, run_import
from discovery.store import Written
from discovery.store.imports import Position

class Nothing:
    async def find_one(self, query):
        return None

class Kept:
    clock = Clock()
    db = defaultdict(Nothing)

    async def run(self, work, *, seconds):
        class Tx:
            async def keep_part(self, rows, source, name, before, read):
                return Position(before.began, read, before.new + len(rows)), Written(new=len(rows))

            async def end_import(self, name, source, mapping):
                return None
        return await work(Tx())

async def megabytes(count, filler):
    yield b"handle,followers,bio\\n"
    row = 0
    for _ in range(count):
        part = []
        size = 0
        while size < 1_000_000:
            part.append(f'creator{row},{row},{filler}\\n')
            size += len(part[-1])
            row += 1
        yield "".join(part).encode()

async def main(count, filler):
    report = await run_import(megabytes(count, filler), Kept(), Options(), Progress())
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, report.rows, report.refused_total)

asyncio.run(main(int(sys.argv[1]), sys.argv[2] * int(sys.argv[3])))
"""


def peak(megabytes: int, filler: str, times: int) -> tuple[int, int, int]:
    """Peak memory in KB, rows, refused rows."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(megabytes), filler, str(times)],
        capture_output=True,
        text=True,
        check=True,
        timeout=250,
    )
    kilobytes, rows, refused = map(int, ended.stdout.split())
    return kilobytes, rows, refused


@pytest.mark.parametrize(
    ("filler", "times", "most"),
    [
        pytest.param("x", 5000, 60, id="60 MB"),
        pytest.param("x", 10, 2, id="70,000 rows"),
        pytest.param("y", 10_000_000, 10, id="rows of 10 MB"),
        pytest.param(",", 1000, 20, id="a thousand columns too many"),
        pytest.param('"', 1, 2, id="a stray quotation mark in every row"),
    ],
)
def test_memory_stays_flat_however_long_the_file_is(filler, times, most):
    small, few, _ = peak(1, filler, times)
    large, rows, refused = peak(most, filler, times)
    assert rows > few
    assert refused in {0, rows} or filler == '"'
    assert large - small < 25_000, f"{small} KB for 1 MB, {large} KB for {most} MB"
