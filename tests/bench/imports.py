"""`make bench-import`: a file of SIZE_MB (1,024) imported by the command line, as its own process, on a real mongod.

Each row is as wide as a real export's, with a bio that is not read. Prints the rate and the process's peak memory; exit
status 1 if that is above 250 MB, or if a row is missing afterwards.
"""

import asyncio
import json
import os
import resource
import sys
import time
import uuid
from pathlib import Path

from chassis import mongo
from discovery.sample import sample
from local.stack import a_mongo, find_source
from tests.support.servers import a_folder, running

MEGABYTE = 1_000_000
BIO = "knits and mends and makes " * 40
MOST_MB = 250


def write(file: Path, size: int) -> int:
    """Rows of the sample, with a bio each, until the file is so large; how many are to be kept."""
    kept = 0
    with file.open("w", encoding="utf-8", newline="") as out:
        lines = sample(100_000_000)
        out.write(next(lines).replace("\r\n", ",Bio\r\n"))
        while out.tell() < size * MEGABYTE:
            for line in (next(lines) for _ in range(1_000)):
                out.write(line.replace("\r\n", f",{BIO}\r\n"))
                kept += 1
    return kept


async def run(file: Path, address: str, database: str) -> tuple[float, int]:
    """Seconds, and the process's exit status."""
    env = {**os.environ, "MONGO_URL": address, "MONGO_DATABASE": database, "ENVIRONMENT": "development"}
    began = time.monotonic()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "discovery", "import", str(file), env=env, stdout=asyncio.subprocess.DEVNULL
    )
    status = await process.wait()
    return time.monotonic() - began, status


async def measure(address: str, folder: Path, size: int) -> bool:
    """Print what it took; whether everything is as it should be."""
    file = folder / "creators.csv"
    rows = write(file, size)
    database = f"bench_import_{uuid.uuid4().hex[:8]}"
    client = mongo.connect(address)
    try:
        seconds, status = await run(file, address, database)
        profiles = await client[database]["profiles"].count_documents({})
        left = await client[database]["imports"].count_documents({})
    finally:
        await client.drop_database(database)
        client.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak, cpu, load = used.ru_maxrss // 1024, used.ru_utime + used.ru_stime, os.getloadavg()[0]
    print(f"{file.stat().st_size / MEGABYTE:,.0f} MB, {rows:,} rows, {profiles:,} profiles in {seconds:,.1f} s")
    print(f"{rows / seconds:,.0f} rows/s, {file.stat().st_size / MEGABYTE / seconds:,.1f} MB/s, peak {peak} MB")
    print(f"{cpu / rows * 1e6:.0f} us of a processor each row, mongod's aside; load average {load:.1f}")
    print(json.dumps({"bench": "import", "peak_mb": peak, "rows_per_s": round(rows / seconds), "load": round(load, 1)}))
    # One row in 40 is followed by a dirty one, half of which are refused.
    return status == 0 and left == 0 and profiles >= rows * 39 // 41 and peak <= MOST_MB


def main() -> int:
    """The command."""
    size = int(os.environ.get("SIZE_MB", "1024"))
    with a_folder() as folder:
        if given := os.environ.get("MONGO_URL"):
            return 0 if asyncio.run(measure(given, folder, size)) else 1
        with running(a_mongo(find_source(), folder)) as server:
            return 0 if asyncio.run(measure(server.address, folder, size)) else 1


if __name__ == "__main__":
    sys.exit(main())
