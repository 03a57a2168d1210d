"""Discovery's collections, every index beside what it is for."""

from chassis.mongo import ASCENDING, DESCENDING, CollectionSpec, IndexModel
from discovery.store import brand_things, imports, policies, registrations, sales, snapshots

PROFILES = "profiles"
COLLABORATIONS = "collaborations"

ORDER = [("rank", DESCENDING), ("_id", ASCENDING)]
"""How creators are listed: by followers, unknown ones last. `rank` is -1 for those, and absent before any import."""

COLLECTIONS: tuple[CollectionSpec, ...] = (
    CollectionSpec(
        PROFILES,
        indexes=(
            IndexModel(ORDER),  # all, and a range of followers
            IndexModel([("network", ASCENDING), *ORDER]),
            IndexModel([("claimed", ASCENDING), *ORDER]),
            IndexModel([("words", ASCENDING), *ORDER]),  # by the beginnings of words
            IndexModel([("claimed_by", ASCENDING)]),  # the profiles of an account
        ),
    ),
    CollectionSpec(
        COLLABORATIONS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("status", ASCENDING)]),  # with whom a brand worked
            IndexModel([("brand", ASCENDING), ("campaign", ASCENDING)]),  # whom it invited to a campaign
            IndexModel([("profile", ASCENDING)]),  # what a profile's figures here are made of
        ),
    ),
    *snapshots.COLLECTIONS,
    *imports.COLLECTIONS,
    *brand_things.COLLECTIONS,
    sales.COLLECTION,
    policies.COLLECTION,
    registrations.COLLECTION,
)
