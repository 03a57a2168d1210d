"""What a brand's completed collaborations brought, as fit reads it (D8)."""

from collections.abc import Mapping
from typing import Final

from chassis.mongo import DESCENDING, Database
from contracts.campaigns import CollaborationStatus
from discovery.domain.fit import figures_of
from discovery.domain.history import Done
from discovery.store import documents, sales
from discovery.store.collections import COLLABORATIONS, PROFILES

MOST: Final = 50
"""As many of the last ones count."""


async def completed(db: Database, brand: str, currency: str, by_hand: Mapping[str, int]) -> list[Done]:
    """The brand's last completed collaborations that sold something in this currency, with creators that are known.

    `by_hand` are the relevances that the brand set itself, by profile.
    """
    query = {"brand": brand, "status": CollaborationStatus.COMPLETED.value, "profile": {"$ne": None}}
    rows = await db[COLLABORATIONS].find(query).sort("completed_at", DESCENDING).limit(MOST).to_list(MOST)
    if not rows:
        return []
    sold = await sales.nets(db, [row["_id"] for row in rows], currency)
    known = db[PROFILES].find({"_id": {"$in": [row["profile"] for row in rows if row["_id"] in sold]}})
    profiles = {row["_id"]: documents.profile(row) async for row in known}
    return [
        Done(figures_of(profile.state()), by_hand.get(profile.id), sold[row["_id"]], row.get("videos", 1))
        for row in rows
        if row["_id"] in sold and (profile := profiles.get(row["profile"])) is not None and profile.is_known
    ]
