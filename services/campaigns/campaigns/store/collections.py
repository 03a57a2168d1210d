"""Campaigns' collections, every index beside what it is for."""

from chassis.mongo import ASCENDING, DESCENDING, CollectionSpec, IndexModel

BRANDS = "brands"
PROFILES = "profiles"
CAMPAIGNS = "campaigns"
DRAFTS = "drafts"
COLLABORATIONS = "collaborations"
BUDGETS = "budgets"
COMMITMENTS = "commitments"
RESULTS = "results"
COUNTED_ORDERS = "counted_orders"
CHANNELS = "channels"
STORES = "stores"
PRODUCTS = "products"
UNPLACED_PRODUCTS = "unplaced_products"
APPLICATIONS = "applications"
INVITATION_LINKS = "invitation_links"
ASSETS = "assets"
CONVERSATIONS = "conversations"
MESSAGES = "messages"
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
_DRAFT = {
    "bsonType": "object",
    "required": ["brand", "revision", "content"],
    "properties": {
        "content": {
            "bsonType": "object",
            "properties": {
                "terms": {"bsonType": "object", "properties": {"fee": _MONEY, "per_unit": _MONEY, "cap": _MONEY}},
                "budget": {"bsonType": "object", "properties": {"amount": _MONEY}},
            },
        }
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

_WHOLE = {"bsonType": ["int", "long"]}
_BUDGET = {
    "bsonType": "object",
    "required": ["brand", "currency", "runs_until", "status", "sums", "posted"],
    "properties": {
        "currency": {"bsonType": "string", "pattern": "^[A-Z]{3}$"},
        "sums": {"bsonType": "object", "additionalProperties": _WHOLE | {"minimum": 0}},
        "posted": {"bsonType": "object", "additionalProperties": _WHOLE},
    },
}
_COMMITMENT = {
    "bsonType": "object",
    "required": ["campaign", "over", "posted"],
    "properties": {
        "over": _WHOLE | {"minimum": 0},
        "bound": {
            "bsonType": "object",
            "properties": {name: _WHOLE | {"minimum": 0} for name in ("fees", "product", "shipping", "commission")},
        },
        "posted": {"bsonType": "object", "additionalProperties": _WHOLE},
    },
}

COLLECTIONS: tuple[CollectionSpec, ...] = (
    CollectionSpec(BRANDS),
    CollectionSpec(PROFILES, indexes=(IndexModel([("claimed_by", ASCENDING)]),)),
    CollectionSpec(
        CAMPAIGNS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("state.goal.metric", ASCENDING), ("state.status", ASCENDING), ("_id", DESCENDING)]),
            # The directory of open programs: a published campaign without a program is none of its business.
            IndexModel(
                [("open.until", ASCENDING), ("_id", DESCENDING)],
                partialFilterExpression={"open": {"$exists": True}},
                name="open programs",
            ),
        ),
        validator={"$jsonSchema": _CAMPAIGN},
    ),
    CollectionSpec(
        DRAFTS,
        indexes=(IndexModel([("brand", ASCENDING), ("_id", DESCENDING)]),),
        validator={"$jsonSchema": _DRAFT},
    ),
    CollectionSpec(BUDGETS, validator={"$jsonSchema": _BUDGET}),
    CollectionSpec(
        COMMITMENTS,
        indexes=(IndexModel([("campaign", ASCENDING), ("_id", ASCENDING)]),),
        validator={"$jsonSchema": _COMMITMENT},
    ),
    CollectionSpec(RESULTS),
    CollectionSpec(COUNTED_ORDERS),
    CollectionSpec(CHANNELS),
    CollectionSpec(STORES),
    CollectionSpec(
        PRODUCTS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("product", ASCENDING)]),
            IndexModel([("brand", ASCENDING), ("terms", ASCENDING)]),
        ),
        validator={"$jsonSchema": {"bsonType": "object", "required": ["brand", "product", "source"]}},
    ),
    # A store that nobody has connected after so long is no store of ours.
    CollectionSpec(
        UNPLACED_PRODUCTS,
        indexes=(IndexModel([("store", ASCENDING)]), IndexModel([("at", ASCENDING)], expireAfterSeconds=90 * 86_400)),
    ),
    CollectionSpec(
        APPLICATIONS,
        indexes=(
            IndexModel([("campaign", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("creator", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("profile", ASCENDING)]),  # whoever is forgotten
            # A creator applies to a program once at a time.
            IndexModel(
                [("campaign", ASCENDING), ("creator", ASCENDING)],
                unique=True,
                partialFilterExpression={"waits": True},
                name="waiting",
            ),
        ),
    ),
    CollectionSpec(INVITATION_LINKS),
    CollectionSpec(
        ASSETS,
        indexes=(
            IndexModel([("campaign", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("status", ASCENDING), ("at", ASCENDING)]),
            IndexModel(
                [("collaboration", ASCENDING), ("_id", ASCENDING)],
                partialFilterExpression={"collaboration": {"$exists": True}},
            ),
        ),
    ),
    CollectionSpec(
        CONVERSATIONS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("last_id", DESCENDING)]),
            IndexModel([("creator", ASCENDING), ("last_id", DESCENDING)]),
            IndexModel([("brand", ASCENDING), ("unread.brand", ASCENDING)]),
            IndexModel([("creator", ASCENDING), ("unread.creator", ASCENDING)]),
            IndexModel([("profile", ASCENDING)]),  # whoever is forgotten
        ),
    ),
    CollectionSpec(MESSAGES, indexes=(IndexModel([("conversation", ASCENDING), ("_id", DESCENDING)]),)),
    CollectionSpec(
        COLLABORATIONS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("campaign", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("creator", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("contact", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("answering", ASCENDING), ("_id", DESCENDING)]),
            IndexModel([("profile", ASCENDING), ("_id", DESCENDING)], sparse=True),  # whoever is forgotten
            IndexModel([("campaign", ASCENDING), ("stage", ASCENDING), ("_id", DESCENDING)]),
            # A board: what is due first at the top of each column, and its counts without reading a collaboration.
            IndexModel(
                [
                    ("campaign", ASCENDING),
                    ("stage", ASCENDING),
                    ("due_at", ASCENDING),
                    ("_id", ASCENDING),
                    ("needs_brand", ASCENDING),
                ],
                name="board",
            ),
            # A creator's list of work: only what somebody is waited for.
            IndexModel(
                [("worker", ASCENDING), ("steps.order", ASCENDING)],
                partialFilterExpression={"worker": {"$exists": True}},
                name="work",
            ),
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
