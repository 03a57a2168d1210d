"""A great many links, as they are in a redirect's table: UUIDs, codes of our alphabet, targets with UTM parameters."""

import random
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from attribution.domain.links.codes import ALPHABET, LENGTH
from attribution.domain.links.targets import accepted
from attribution.redirect import snapshot
from attribution.redirect.records import Fields, pack
from attribution.redirect.table import Rows, Table
from contracts.attribution import ClickRecorded, LinkStatus

SHOPS = 500
AGENT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1"


def codes(count: int) -> list[str]:
    """So many different codes, the same for the same count."""
    rng = random.Random(count)
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(rng.choices(ALPHABET, k=LENGTH))] = None
    return list(found)


def a_target(number: int) -> str:
    """Where a link leads, with the UTM parameters that links get by themselves: about 170 characters."""
    campaign = uuid.UUID(int=number % 5_000)
    return (
        f"https://shop-{number % SHOPS}.example/products/lamp-{number}"
        f"?utm_source=creator&utm_medium=affiliate&utm_campaign={campaign}&utm_content=bio"
    )


def records(count: int) -> Iterator[bytes]:
    """So many links: two of each collaboration, a creator has four collaborations."""
    for number in range(count):
        ids = (
            str(uuid.UUID(int=2**100 + number)),
            str(uuid.UUID(int=2**101 + number % SHOPS)),
            str(uuid.UUID(int=2**102 + number % 5_000)),
            str(uuid.UUID(int=2**103 + number // 2)),
            str(uuid.UUID(int=2**104 + number // 8)),
        )
        yield pack(Fields(ids, accepted(a_target(number), "cclid"), LinkStatus.ACTIVE, float("inf"), 1))


def write_snapshot(folder: Path, count: int) -> list[str]:
    """A redirect's snapshot with so many links; returns their codes."""
    folder.mkdir(parents=True, exist_ok=True)
    known = codes(count)
    snapshot.write(folder / "links.snapshot", Rows(Table("cclid").rows().targets, known, list(records(count)), []))
    return known


def a_bench_click() -> ClickRecorded:
    """A click as the redirect records it under this load."""
    ids = [str(uuid.UUID(int=2**100 + n)) for n in range(6)]
    return ClickRecorded(
        id=ids[0],
        time=datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC),
        code="k7rm2xq9a",
        link=ids[1],
        brand=ids[2],
        campaign=ids[3],
        collaboration=ids[4],
        creator=ids[5],
        bot_rule="crawler-user-agents/1.67+2",
        visitor="0" * 32,
        referrer="www.tiktok.com",
        method="GET",
        user_agent=AGENT,
        data_centre_list="iporigin/2026.11",
    )
