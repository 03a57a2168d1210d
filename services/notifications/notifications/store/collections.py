"""The collections, their indexes and validators, and how long things are kept."""

from collections.abc import Sequence
from datetime import timedelta

from pydantic import BaseModel

from chassis import mongo

CONTACTS, MAILS, COLLABORATIONS, LINKS, COUPONS = "contacts", "mails", "collaborations", "links", "coupons"
BRANDS, CAMPAIGNS, PROFILES = "brands", "campaigns", "profiles"
APPLICATIONS, CONVERSATIONS = "applications", "conversations"
OPEN = "open"

COLLECTIONS: Sequence[mongo.CollectionSpec] = (
    mongo.CollectionSpec(
        CONTACTS,
        indexes=(
            mongo.IndexModel(
                [("key", 1)], unique=True, partialFilterExpression={"kind": "account"}, name="account_key"
            ),
            mongo.IndexModel([("key", 1)], name="key"),
            mongo.IndexModel([("moved_to", 1)], sparse=True),
        ),
    ),
    mongo.CollectionSpec(
        MAILS,
        indexes=(
            mongo.IndexModel([("status", 1), ("due", 1)]),
            mongo.IndexModel([("claim.contact", 1), ("claimed_at", -1)]),  # also whoever is forgotten, or gets nothing
            mongo.IndexModel([("forget_at", 1)], expireAfterSeconds=0),
        ),
        validator={
            "$jsonSchema": {
                "bsonType": "object",
                "required": ["status", "claim"],
                "properties": {"due": {"bsonType": "date"}, "give_up_at": {"bsonType": "date"}},
            },
            "$or": [{"status": {"$ne": OPEN}}, {"due": {"$type": "date"}, "give_up_at": {"$type": "date"}}],
        },
    ),
    mongo.CollectionSpec(
        COLLABORATIONS,
        indexes=(  # whoever is forgotten
            mongo.IndexModel([("state.creator", 1)]),
            mongo.IndexModel([("state.profile", 1)]),
            mongo.IndexModel([("state.invitation.contact", 1)]),
        ),
    ),
    mongo.CollectionSpec(LINKS, indexes=(mongo.IndexModel([("collaboration", 1)]),)),
    mongo.CollectionSpec(COUPONS, indexes=(mongo.IndexModel([("collaboration", 1)]),)),
    mongo.CollectionSpec(BRANDS, indexes=(mongo.IndexModel([("contacts", 1)]),)),
    mongo.CollectionSpec(CAMPAIGNS),
    mongo.CollectionSpec(PROFILES, indexes=(mongo.IndexModel([("accounts", 1)]),)),
    mongo.CollectionSpec(
        APPLICATIONS,
        indexes=(
            mongo.IndexModel([("forget_at", 1)], expireAfterSeconds=0),
            mongo.IndexModel([("state.creator", 1)]),  # whoever is forgotten
            mongo.IndexModel([("state.profile", 1)]),
        ),
    ),
    mongo.CollectionSpec(
        CONVERSATIONS,
        indexes=(
            mongo.IndexModel([("forget_at", 1)], expireAfterSeconds=0),
            mongo.IndexModel([("creator", 1)]),  # whoever is forgotten
        ),
    ),
)


class Rules(BaseModel, frozen=True):
    """How long things are waited for and kept."""

    fact_age: timedelta = timedelta(hours=24)
    names: timedelta = timedelta(minutes=5)
    give_up: timedelta = timedelta(hours=24)
    keep_mails: timedelta = timedelta(days=400)
    keep_contacts: timedelta = timedelta(days=8)
    keep_asked: timedelta = timedelta(days=30)
    message_pause: timedelta = timedelta(minutes=5)
