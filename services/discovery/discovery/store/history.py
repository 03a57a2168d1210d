"""What a brand's completed collaborations brought, as fit reads it (D8)."""

from collections import Counter
from collections.abc import Mapping
from typing import Final

from chassis.mongo import DESCENDING, Database
from contracts.campaigns import CollaborationStatus
from discovery.domain.fit import figures_of
from discovery.domain.history import Done
from discovery.domain.prefill import Source
from discovery.store import documents, sales
from discovery.store.collaborations import WORKED
from discovery.store.collections import COLLABORATIONS, PROFILES

MOST: Final = 50
"""As many of the last ones count."""
MOST_BUYERS: Final = 500
"""The same for whose buyers they were: more are asked, for no single one decides."""


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


async def sold_for(db: Database, brand: str, currency: str) -> list[Source]:
    """The creators of the brand's last collaborations who sold something in this currency, each with all of that.

    Who came by a link or a mail has no profile there: then the account's own one that has most followers.
    """
    query = {"brand": brand, "status": {"$in": [status.value for status in WORKED]}}
    rows = await db[COLLABORATIONS].find(query).sort("agreed_at", DESCENDING).limit(MOST_BUYERS).to_list(MOST_BUYERS)
    sold = await sales.nets(db, [row["_id"] for row in rows], currency) if rows else {}
    rows = [row for row in rows if row["_id"] in sold]
    profiles = [row["profile"] for row in rows if row["profile"] is not None]
    accounts = [row["creator"] for row in rows if row["profile"] is None and row["creator"] is not None]
    asked = {"$or": [{"_id": {"$in": profiles}}, {"claimed_by": {"$in": accounts}}]}
    known = {one["_id"]: documents.profile(one) async for one in db[PROFILES].find(asked).sort("rank", DESCENDING)}
    found = {id_: profile for id_, profile in known.items() if profile.is_known}
    by_account = {account: one.id for one in reversed(found.values()) for account in one.accounts}
    nets: Counter[str] = Counter()
    for row in rows:
        of = row["profile"] if row["profile"] is not None else by_account.get(row["creator"])
        if of is not None and of in found:
            nets[of] += sold[row["_id"]]
    return [Source(figures_of(found[of].state()), net) for of, net in sorted(nets.items())]
