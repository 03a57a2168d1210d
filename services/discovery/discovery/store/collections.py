"""Discovery's collections, every index beside what it is for."""

from chassis.mongo import ASCENDING, DESCENDING, CollectionSpec, IndexModel
from discovery.store import (
    brand_things,
    budgets,
    imports,
    photos,
    policies,
    registrations,
    sales,
    snapshots,
    suppressions,
)

CAMPAIGNS = "campaigns"
PROFILES = "profiles"
COLLABORATIONS = "collaborations"
SEARCH = "search"
ERASURES = "erasures"

COLLECTIONS: tuple[CollectionSpec, ...] = (
    CollectionSpec(
        PROFILES,
        indexes=(
            IndexModel([("claimed_by", ASCENDING)]),  # the profiles of an account
        ),
    ),
    CollectionSpec(
        COLLABORATIONS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("status", ASCENDING)]),  # with whom a brand worked
            IndexModel([("brand", ASCENDING), ("campaign", ASCENDING)]),  # whom it invited to a campaign
            IndexModel([("profile", ASCENDING)]),  # what a profile's figures here are made of
            IndexModel([("creator", ASCENDING)]),  # and what of the accounts behind it
        ),
    ),
    CollectionSpec(CAMPAIGNS),  # by id: whose it is, and what its product is about
    CollectionSpec(SEARCH),
    *snapshots.COLLECTIONS,
    *imports.COLLECTIONS,
    *brand_things.COLLECTIONS,
    sales.COLLECTION,
    policies.COLLECTION,
    registrations.COLLECTION,
    photos.COLLECTION,
    CollectionSpec(
        ERASURES,
        indexes=(
            IndexModel([("asked_at", DESCENDING), ("_id", DESCENDING)]),  # all, newest first
            # What is outstanding, or done.
            IndexModel([("is_open", ASCENDING), ("asked_at", DESCENDING), ("_id", DESCENDING)]),
        ),
    ),
    suppressions.COLLECTION,
    budgets.COLLECTION,
)
