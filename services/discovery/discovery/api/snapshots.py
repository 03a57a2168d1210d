"""What sources count of creators (D3)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from fastapi import APIRouter, Response

from chassis.http import Writing, once, unprocessable
from contracts.http.discovery import SnapshotIn, SnapshotsIn, SnapshotsOut
from discovery.answers import observation_in
from discovery.api.callers import Source, TheContext
from discovery.domain.profiles import Observation
from discovery.store import DiscoveryTx

router = APIRouter(prefix="/v1")
FIRST: Final = datetime(2000, 1, 1, tzinfo=UTC)


@router.post("/snapshots", tags=["snapshots"], response_model=SnapshotsOut, status_code=201)
async def keep_snapshots(said: SnapshotsIn, who: Source, context: TheContext, write: Writing) -> Response:
    """Keep up to 100 snapshots, each of one creator at one time; a handle not heard of yet becomes a profile.

    They may come late, repeated and in any order: of each figure the one of the latest time stands.
    """
    now = context.clock.now()
    observations = [observation_in(each, who.id) for each in said.snapshots]
    _refuse_other_times(said.snapshots, observations, now.timestamp())

    async def work(tx: DiscoveryTx) -> SnapshotsOut:
        new = changed = unchanged = erased = 0
        for some in rounds(observations):
            written = await tx.observe(some)
            new, changed, unchanged = new + written.new, changed + written.changed, unchanged + written.unchanged
            erased += sum(each.profile in written.erased for each in some)
        return SnapshotsOut(new=new, changed=changed, unchanged=unchanged, erased=erased)

    return await once(context, write, who, work)


def rounds(observations: Sequence[Observation]) -> list[list[Observation]]:
    """The same in as many parts as one profile stands among them, so that no part has it twice."""
    parts: list[dict[str, Observation]] = []
    for each in observations:
        part = next((part for part in parts if each.profile not in part), None)
        if part is None:
            parts.append(part := {})
        part[each.profile] = each
    return [list(part.values()) for part in parts]


def _refuse_other_times(said: Sequence[SnapshotIn], observations: Sequence[Observation], now: float) -> None:
    """A count of tomorrow would outlast every one of today; and before there were networks nobody counted."""
    wrong = [
        (f"snapshots.{place}.at", "This is in the future.")
        for place, each in enumerate(observations)
        if each.snapshot.at.timestamp() > now
    ]
    wrong += [
        (f"snapshots.{place}.at", f"This is before {FIRST:%Y}.")
        for place, each in enumerate(observations)
        if each.snapshot.at < FIRST
    ]
    wrong += [
        (f"snapshots.{place}.videos", "Two of these have one id.")
        for place, each in enumerate(said)
        if len({video.id for video in each.videos}) < len(each.videos)
    ]
    if wrong:
        raise unprocessable(wrong)
