"""Memory stays flat: a file many times larger takes no more of it."""

import asyncio
import os
import subprocess
import sys
import uuid
from pathlib import Path

import pytest

from chassis import mongo as store
from local.stack import Addressed
from tests.bench import imports as bench

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


SMALL_PARENT = """
import os, sys
_, status, used = os.wait4(os.spawnv(os.P_NOWAIT, sys.argv[1], sys.argv[1:]), 0)
print(os.waitstatus_to_exitcode(status), used.ru_maxrss // 1024)
"""
"""What the kernel tells of a child begins with the memory of the process that started it: one that has next to none."""


def peak_of_import(file: Path, address: str, database: str) -> tuple[int, int]:
    """Exit status and peak memory in MB of the command line's process."""
    env = {**os.environ, "MONGO_URL": address, "MONGO_DATABASE": database, "ENVIRONMENT": "development"}
    words = [sys.executable, "-c", SMALL_PARENT, sys.executable, "-m", "discovery", "import", str(file)]
    told = subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout
    status, peak = told.split()[-2:]
    return int(status), int(peak)


@pytest.mark.long
async def test_the_whole_command_keeps_to_its_memory_on_a_real_database(
    tmp_path: Path, mongo: Addressed, monkeypatch: pytest.MonkeyPatch
):
    """As `make bench-import` does with 1 GB; wider rows, so that fewer are to be written."""
    monkeypatch.setattr(bench, "BIO", bench.BIO * 10)
    file = tmp_path / "creators.csv"
    rows = bench.write(file, 30)
    database = f"test-memory-{uuid.uuid4().hex[:8]}"
    client = store.connect(mongo.address)
    try:
        status, peak_mb = await asyncio.to_thread(peak_of_import, file, mongo.address, database)
        profiles = await client[database]["profiles"].count_documents({})
    finally:
        await client.drop_database(database)
        client.close()
    assert status == 0
    assert profiles >= rows * 39 // 41  # a few rows are dirty on purpose
    assert 50 < peak_mb <= bench.MOST_MB
