"""What discovery's tests say often."""

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from contracts.campaigns import (
    Collaboration,
    CollaborationStatus,
    Invitation,
    InvitationKind,
    Plan,
    Rate,
    TermsVersion,
)
from contracts.money import Money
from discovery.domain.profiles import ImportedRow
from discovery.domain.rows import Refused
from discovery.domain.snapshots import Figures
from discovery.imports.reading import Reading

NOON = (datetime.now(UTC) - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
"""Yesterday's: what is counted then is neither of the future nor too old to be told."""
CREATORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "creators"
JUNE = CREATORS / "tiktok_top1000_2022-06.csv"
FIRST = CREATORS / "tiktok_top1000_2022-first.csv"


def read(
    file: bytes | str,
    *,
    part: int = 0,
    network: str = "tiktok",
    mapping: Mapping[str, str] | None = None,
    encoding: str = "",
    as_of: datetime | None = None,
) -> tuple[list[ImportedRow], list[str], Reading]:
    """The good rows of a file, what is wrong with the others, and how it was read; in parts of `part` bytes."""
    content = file if isinstance(file, bytes) else file.encode()
    reading = Reading(network, mapping or {}, encoding, now=NOON, as_of=as_of)
    step = part or max(1, len(content))
    found = [one for at in range(0, len(content), step) for one in reading.feed(content[at : at + step])]
    found += reading.end()
    good = [one for one in found if isinstance(one, ImportedRow)]
    bad = [str(reason) for one in found if isinstance(one, tuple) for reason in one]
    assert all(isinstance(reason, Refused) for one in found if isinstance(one, tuple) for reason in one)
    return good, bad, reading


def handles(rows: Iterable[ImportedRow]) -> list[str]:
    return [row.handle for row in rows]


async def in_parts(content: bytes | str, size: int = 65_536) -> AsyncIterator[bytes]:
    raw = content if isinstance(content, bytes) else content.encode()
    for at in range(0, len(raw), size):
        yield raw[at : at + size]


def a_row(handle: str = "krista.makes", *, network: str = "tiktok", name: str = "", line: int = 2, **figures: int):
    return ImportedRow(line=line, network=network, handle=handle, display_name=name, figures=Figures(**figures))


def a_collaboration(
    profile: str | None, creator: str | None, *, named: str = "c-1", status: CollaborationStatus | None = None
) -> Collaboration:
    fee = Money(amount=0, currency="EUR")
    return Collaboration(
        id=named,
        brand="b-1",
        campaign="k-1",
        profile=profile,
        creator=creator,
        status=status or (CollaborationStatus.AGREED if creator else CollaborationStatus.INVITED),
        invitation=Invitation(
            kind=InvitationKind.EXTERNAL, contact=named, sent_at=NOON, expires_at=NOON + timedelta(days=7)
        ),
        terms=(
            TermsVersion(
                number=1,
                notice_at=NOON,
                in_force_at=NOON,
                fee=fee,
                rates=(Rate(plan=Plan.PERCENT, basis_points=1000),),
            ),
        ),
        landing_url="https://shop.example/",
    )
