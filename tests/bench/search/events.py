"""The creators as events of their topic, in files: what a new index is made of, without the broker that keeps it."""

import gc
import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import orjson
from aiokafka import TopicPartition

from contracts.discovery import ProfileEvent
from contracts.topics import CREATORS
from discovery.domain.search_documents import AudienceKind, SearchDocument
from tests.bench.search.creators import LOT, creators

TOPIC = TopicPartition(CREATORS.name, 0)


def write(folder: Path, count: int) -> list[Path]:
    """A file for each lot, made by as many processes as there are cores."""
    folder.mkdir()
    lots = range(-(-count // LOT))
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn"), initializer=gc.disable) as pool:
        return list(pool.map(partial(_write_lot, folder, count), lots))


def _write_lot(folder: Path, count: int, lot: int) -> Path:
    file = folder / f"{lot:06}"
    with file.open("wb") as out:
        for number, creator in enumerate(creators(count, lots=(lot,))):
            body = orjson.dumps(event(creator))
            if number == 0:
                ProfileEvent.from_body(body)  # the contract takes it
            out.write(body + b"\n")
    return file


def event(creator: SearchDocument) -> dict[str, Any]:
    shares: dict[str, list[dict[str, Any]]] = {"ages": [], "genders": [], "countries": []}
    parts = {AudienceKind.AGE: ("ages", "band"), AudienceKind.GENDER: ("genders", "gender")}
    for each in creator.audience:
        kind, part = parts.get(each.kind, ("countries", "country"))
        shares[kind].append({part: each.value, "share": each.share})
    return {
        "id": creator.id,
        "time": "2026-11-01T12:00:00Z",
        "entity": creator.id,
        "revision": 1,
        "fact": "profile-imported",
        "state": {
            "id": creator.id,
            "network": creator.network,
            "handle": creator.handle,
            "display_name": creator.display_name,
            "bio": creator.bio,
            "country": creator.country,
            "city": creator.city,
            "languages": creator.languages,
            "categories": creator.categories,
            "followers": creator.followers,
            "average_views": creator.average_views,
            "claimed_by": ["a-1"] if creator.is_claimed else [],
            "rates": [
                {"deliverable": p.deliverable, "amount": p.amount, "currency": p.currency} for p in creator.prices
            ],
            "availability": creator.availability,
            "influencer_type": creator.influencer_type,
            "stats": {
                "engagement_per_view": creator.engagement,
                "engagement_per_follower": creator.reach,
                "growth_30d": creator.growth,
                "videos_per_week": creator.videos_per_week,
                "gpm": [{"currency": currency, "amount": amount} for currency, amount in creator.gpm],
            },
            "audience": shares,
            "eligibility": [{"market": market, "standing": standing} for market, standing in creator.standings],
            "record": {"deliveries": int(creator.on_time is not None), "on_time": creator.on_time},
        },
    }


@dataclass(frozen=True, slots=True)
class Told:
    value: bytes
    offset: int
    partition: int = 0


class Tape:
    """What a consumer of the topic would give, read from the files."""

    def __init__(self, files: Sequence[Path], count: int) -> None:
        self._lines = self._read(files)
        self._at = 0
        self._end = count

    def _read(self, files: Sequence[Path]) -> Iterator[bytes]:
        for file in files:
            with file.open("rb") as opened:
                yield from opened

    async def getmany(self, *, timeout_ms: int, max_records: int) -> Mapping[TopicPartition, list[Told]]:  # noqa: ARG002 - as a consumer has it
        lines = itertools.islice(self._lines, max_records)
        found = [Told(line, self._at + number) for number, line in enumerate(lines)]
        self._at += len(found)
        return {TOPIC: found} if found else {}

    async def position(self, _partition: TopicPartition) -> int:
        return self._at

    async def end_offsets(self, _partitions: Any) -> dict[TopicPartition, int]:
        return {TOPIC: self._end}

    def assignment(self) -> set[TopicPartition]:
        return {TOPIC}
