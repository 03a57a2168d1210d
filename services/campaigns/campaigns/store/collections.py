"""Campaigns' collections, every index beside what it is for."""

from chassis.mongo import ASCENDING, DESCENDING, CollectionSpec, IndexModel

BRANDS = "brands"
PROFILES = "profiles"
CAMPAIGNS = "campaigns"
COLLABORATIONS = "collaborations"

COLLECTIONS: tuple[CollectionSpec, ...] = (
    CollectionSpec(BRANDS),
    CollectionSpec(PROFILES),
    CollectionSpec(CAMPAIGNS, indexes=(IndexModel([("brand", ASCENDING), ("_id", DESCENDING)]),)),
    CollectionSpec(
        COLLABORATIONS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("campaign", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("creator", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("contact", ASCENDING), ("_id", DESCENDING)]),
            # A code is one creator's, for one brand (A3); compared as codes compare.
            IndexModel(
                [("brand", ASCENDING), ("code", ASCENDING)],
                unique=True,
                partialFilterExpression={"code": {"$type": "string"}},
                name="codes",
            ),
            # A profile is asked once per campaign, as long as that invitation stands or was accepted.
            IndexModel(
                [("campaign", ASCENDING), ("profile", ASCENDING)],
                unique=True,
                partialFilterExpression={"profile": {"$type": "string"}, "stands": True},
                name="standing",
            ),
        ),
    ),
)
