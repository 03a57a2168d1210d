"""What a brand's completed collaborations brought, as fit reads it (D8)."""

from typing import Final

from chassis.mongo import DESCENDING, Database
from contracts.campaigns import CollaborationStatus
from discovery.domain.fit import figures_of
from discovery.domain.history import Done
from discovery.store import documents, sales
from discovery.store.brand_things import Relevances
from discovery.store.collections import COLLABORATIONS, PROFILES
from discovery.store.predictions import EVER

MOST: Final = 50
"""As many of the last ones count."""


async def completed(db: Database, brand: str, currency: str) -> list[Done]:
    """The brand's last completed collaborations that sold something in this currency, with creators that are known."""
    query = {"brand": brand, "status": CollaborationStatus.COMPLETED.value, "profile": {"$ne": None}}
    found = db[COLLABORATIONS].find(query).sort("completed_at", DESCENDING).limit(MOST)
    rows = [row async for row in found]
    if not rows:
        return []
    known = db[PROFILES].find({"_id": {"$in": [row["profile"] for row in rows]}})
    profiles = {row["_id"]: documents.profile(row) async for row in known}
    by_hand = await Relevances(db, brand).all()
    done: list[Done] = []
    for row in rows:
        profile = profiles.get(row["profile"])
        if profile is None or not profile.is_known:
            continue
        sold = await sales.sums(db, None, [row["_id"]], *EVER)
        net = next((each.net for each in sold if each.currency == currency), None)
        if net is not None:
            done.append(Done(figures_of(profile.state()), by_hand.get(profile.id), net, row.get("videos", 1)))
    return done
