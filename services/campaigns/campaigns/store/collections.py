"""Campaigns' collections, every index beside what it is for."""

from chassis.mongo import ASCENDING, DESCENDING, CollectionSpec, IndexModel

BRANDS = "brands"
PROFILES = "profiles"
CAMPAIGNS = "campaigns"
COLLABORATIONS = "collaborations"
HISTORY = "history"

_MONEY = {
    "bsonType": "object",
    "required": ["amount", "currency"],
    "properties": {
        "amount": {"bsonType": ["int", "long"], "minimum": 0},
        "currency": {"bsonType": "string", "pattern": "^[A-Z]{3}$"},
    },
}
_CAMPAIGN = {
    "bsonType": "object",
    "required": ["brand", "revision", "terms", "state"],
    "properties": {
        "terms": {"bsonType": "object", "required": ["fee"], "properties": {"fee": _MONEY, "per_unit": _MONEY}}
    },
}
_TERMS = {
    "bsonType": "object",
    "required": ["number", "in_force_at", "fee", "rates"],
    "properties": {
        "fee": _MONEY,
        "rates": {"bsonType": "array", "items": {"bsonType": "object", "properties": {"per_unit": _MONEY}}},
    },
}
_COLLABORATION = {
    "bsonType": "object",
    "required": ["brand", "campaign", "revision", "stands", "state"],
    "properties": {
        "state": {
            "bsonType": "object",
            "required": ["status", "invitation", "terms"],
            "properties": {"terms": {"bsonType": "array", "minItems": 1, "items": _TERMS}},
        }
    },
}

COLLECTIONS: tuple[CollectionSpec, ...] = (
    CollectionSpec(BRANDS),
    CollectionSpec(PROFILES),
    CollectionSpec(
        CAMPAIGNS,
        indexes=(IndexModel([("brand", ASCENDING), ("_id", DESCENDING)]),),
        validator={"$jsonSchema": _CAMPAIGN},
    ),
    CollectionSpec(
        COLLABORATIONS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("campaign", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("creator", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("contact", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("answering", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("campaign", ASCENDING), ("stage", ASCENDING), ("_id", DESCENDING)]),
            # A code is one creator's, for one brand (A3), compared as codes compare; an invitation that came to nothing
            # has let its code go. `$exists`, for a filter by `$type` would keep queries from using the index.
            IndexModel(
                [("brand", ASCENDING), ("code", ASCENDING)],
                unique=True,
                partialFilterExpression={"code": {"$exists": True}},
                name="codes",
            ),
            # A profile is asked once per campaign, as long as that invitation stands or was accepted.
            IndexModel(
                [("campaign", ASCENDING), ("profile", ASCENDING)],
                unique=True,
                partialFilterExpression={"profile": {"$exists": True}, "stands": True},
                name="standing",
            ),
        ),
        validator={"$jsonSchema": _COLLABORATION},
    ),
    CollectionSpec(HISTORY, indexes=(IndexModel([("collaboration", ASCENDING), ("revision", ASCENDING)]),)),
)
