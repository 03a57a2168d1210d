"""Attribution's collections: every index beside the query that needs it, validators where money lies."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from attribution.store import retired_codes
from chassis.mongo import ASCENDING, DESCENDING, Collection, CollectionSpec, Document, IndexModel, Session

if TYPE_CHECKING:
    from motor.motor_asyncio import AsyncIOMotorCursor

    Cursor = AsyncIOMotorCursor[Document]
else:
    Cursor = Any

BRANDS = "brands"
STORES = "stores"
SECRETS = "store_secrets"
CREDENTIALS = "store_credentials"
POLLS = "polls"
POLICIES = "policies"
FIXINGS = "fixings"
COLLABORATIONS = "collaborations"
LINKS = "links"
COUPONS = "coupons"
CLICKS = "clicks"
VISITORS = "visitors"
CLICK_COUNTS = "click_counts"
CLICK_RECOUNTS = "click_recounts"
DAILY_KEYS = "daily_keys"
DELIVERIES = "deliveries"
OBSERVATIONS = "observations"
ORDERS = "orders"
DECISIONS = "decisions"
LEDGER = "ledger"
CUSTOMER_KEYS = "customer_keys"
MONTHS = "months"
FEES = "fees"
REVIEWS = "reviews"
PRIVACY_REQUESTS = "privacy_requests"

AT_ONCE = 2_000

IS_HELD = {"held.0": {"$exists": True}}
"""Orders that something holds: the filter of their indexes, which a query must repeat to the word."""

_INTEGER = {"bsonType": ["int", "long"]}

_LEGS_IN_CURRENCY = {"$filter": {"input": "$legs", "as": "leg", "cond": {"$eq": ["$$leg.currency", "$$currency"]}}}
# As decimals: a sum of 64-bit integers that overflows would go on as a rounded double.
_SUM_IN_CURRENCY = {"$sum": {"$map": {"input": _LEGS_IN_CURRENCY, "as": "leg", "in": {"$toDecimal": "$$leg.amount"}}}}
SUM_IS_ZERO = {
    "$allElementsTrue": [
        {
            "$map": {
                "input": {"$setUnion": ["$legs.currency", []]},
                "as": "currency",
                "in": {"$eq": [_SUM_IN_CURRENCY, 0]},
            }
        }
    ]
}
"""Each currency's legs sum to zero (MONEY 23)."""

COLLECTIONS: tuple[CollectionSpec, ...] = (
    CollectionSpec(BRANDS),
    CollectionSpec(STORES, indexes=(IndexModel([("brand", ASCENDING)]),)),
    CollectionSpec(SECRETS),
    CollectionSpec(FIXINGS),
    CollectionSpec(CREDENTIALS),
    CollectionSpec(POLLS, indexes=(IndexModel([("last_at", ASCENDING)]),)),
    CollectionSpec(POLICIES, indexes=(IndexModel([("brand", ASCENDING), ("version", DESCENDING)], unique=True),)),
    CollectionSpec(
        COLLABORATIONS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("campaign", ASCENDING)]),
            # Whose terms ask whether a customer is new: few, and asked for after each batch with customers.
            IndexModel([("brand", ASCENDING)], partialFilterExpression={"asks_customer": True}),
            # Whoever is forgotten.
            IndexModel([("creator", ASCENDING)]),
            IndexModel([("profile", ASCENDING)]),
        ),
    ),
    CollectionSpec(CUSTOMER_KEYS),
    CollectionSpec(
        PRIVACY_REQUESTS,
        indexes=(
            IndexModel([("received_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("status", ASCENDING), ("received_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("customer", ASCENDING)], partialFilterExpression={"customer": {"$type": "string"}}),
        ),
    ),
    CollectionSpec(
        REVIEWS,
        indexes=(
            IndexModel([("order", ASCENDING), ("_id", ASCENDING)]),
            # One open per order (MONEY, reading 11).
            IndexModel(
                [("order", ASCENDING)],
                name="one_open_per_order",
                unique=True,
                partialFilterExpression={"status": "open"},
            ),
            IndexModel([("brand", ASCENDING), ("opened_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("opened_at", DESCENDING), ("_id", DESCENDING)]),
            # Whoever is forgotten.
            IndexModel([("changes.creator", ASCENDING)]),
        ),
    ),
    CollectionSpec(
        LINKS,
        indexes=(
            IndexModel([("code", ASCENDING)], unique=True),
            IndexModel([("brand", ASCENDING), ("campaign", ASCENDING), ("_id", ASCENDING)]),
            # A page of a brand's links, and those of a collaboration when it pauses or ends.
            IndexModel([("brand", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("collaboration", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("creator", ASCENDING), ("_id", ASCENDING)]),
        ),
    ),
    CollectionSpec(
        COUPONS,
        indexes=(
            # Unique per brand, compared as codes compare (A3); also finds what an order names.
            IndexModel([("brand", ASCENDING), ("normal", ASCENDING)], unique=True),
            IndexModel([("brand", ASCENDING), ("campaign", ASCENDING), ("_id", ASCENDING)]),
            # A page of a brand's coupons, and those of one status: what is to be entered in the store.
            IndexModel([("brand", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("brand", ASCENDING), ("status", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("creator", ASCENDING), ("_id", ASCENDING)]),
        ),
    ),
    CollectionSpec(
        CLICKS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("link", ASCENDING), ("at", DESCENDING)]),
            # Which recount counted it last: a sweep finds those that the newest one has not.
            IndexModel([("recount", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),
        ),
    ),
    CollectionSpec(
        VISITORS,
        indexes=(
            IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),
            # Those of a recount that is under way have no end yet.
            IndexModel([("open", ASCENDING)], sparse=True),
        ),
    ),
    CollectionSpec(
        CLICK_COUNTS,
        indexes=(
            IndexModel([("brand", ASCENDING), ("campaign", ASCENDING)]),
            IndexModel([("link", ASCENDING)]),
            # Two counts of the same days, beside each other.
            IndexModel([("day", ASCENDING)]),
        ),
    ),
    CollectionSpec(CLICK_RECOUNTS),
    # Destroyed by a job, on the service's clock; the index is for the days when none runs.
    CollectionSpec(DAILY_KEYS, indexes=(IndexModel([("destroy_at", ASCENDING)], expireAfterSeconds=0),)),
    CollectionSpec(
        DELIVERIES,
        indexes=(
            IndexModel([("store", ASCENDING), ("received_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("outcome", ASCENDING), ("received_at", DESCENDING), ("_id", DESCENDING)]),
            # An erasure empties the bodies of a customer's orders.
            IndexModel(
                [("store", ASCENDING), ("order", ASCENDING)], partialFilterExpression={"order": {"$type": "string"}}
            ),
            IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=0),
        ),
    ),
    CollectionSpec(OBSERVATIONS, indexes=(IndexModel([("order", ASCENDING)]),)),
    CollectionSpec(
        ORDERS,
        indexes=(
            # A fact finds the orders that name it, in parts.
            IndexModel([("refs.key", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("brand", ASCENDING), ("placed_at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel(
                [("brand", ASCENDING), ("campaigns", ASCENDING), ("placed_at", DESCENDING), ("_id", DESCENDING)]
            ),
            IndexModel([("creators", ASCENDING), ("placed_at", DESCENDING), ("_id", DESCENDING)]),
            # A customer's orders, those that earn by their time: the first says who is returning (MONEY 13).
            IndexModel(
                [("customer", ASCENDING), ("earned_at", ASCENDING)],
                partialFilterExpression={"customer": {"$type": "string"}},
            ),
            # Orders that were seen with several customers: few, and asked for by an erasure.
            IndexModel(
                [("also_customers", ASCENDING)], partialFilterExpression={"also_customers": {"$type": "string"}}
            ),
            # Few wait at any time, and only they are asked for by outcome.
            IndexModel(
                [("outcome", ASCENDING), ("decided_at", DESCENDING), ("_id", DESCENDING)],
                partialFilterExpression={"outcome": "waiting"},
            ),
            # What is held, a brand's and everybody's: few at any time.
            IndexModel(
                [("brand", ASCENDING), ("placed_at", DESCENDING), ("_id", DESCENDING)],
                name="held_of_brand",
                partialFilterExpression=IS_HELD,
            ),
            IndexModel([("placed_at", DESCENDING), ("_id", DESCENDING)], name="held", partialFilterExpression=IS_HELD),
            # A month finds its orders; orders by terms without tiers and cap are in no month.
            IndexModel([("months.key", ASCENDING)], partialFilterExpression={"months.key": {"$exists": True}}),
            # What stores are to be asked for: few at any time.
            IndexModel(
                [("wish", ASCENDING), ("store", ASCENDING), ("decided_at", ASCENDING)],
                partialFilterExpression={"wish": True},
            ),
        ),
    ),
    CollectionSpec(DECISIONS, indexes=(IndexModel([("order", ASCENDING), ("number", DESCENDING)]),)),
    CollectionSpec(
        LEDGER,
        indexes=(
            IndexModel([("order", ASCENDING), ("number", ASCENDING)]),
            IndexModel([("legs.creator", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]),
            IndexModel([("legs.campaign", ASCENDING), ("at", DESCENDING), ("_id", DESCENDING)]),
        ),
        validator={
            "$jsonSchema": {
                "bsonType": "object",
                "required": ["_id", "number", "cause", "at", "legs"],
                "anyOf": [
                    {"required": ["order"]},
                    {"required": ["month", "collaboration"]},
                    {"required": ["collaboration", "deliverable"]},
                ],
                "properties": {
                    "number": _INTEGER,
                    "at": {"bsonType": "date"},
                    "legs": {
                        "bsonType": "array",
                        "minItems": 2,
                        "items": {
                            "bsonType": "object",
                            "required": ["account", "amount", "currency"],
                            "properties": {"amount": _INTEGER, "currency": {"bsonType": "string", "minLength": 3}},
                        },
                    },
                },
            },
            "$expr": SUM_IS_ZERO,
        },
    ),
    CollectionSpec(
        MONTHS,
        indexes=(
            IndexModel([("creator", ASCENDING), ("held", ASCENDING)]),
            # A new fixing finds the months that convert by it.
            IndexModel([("converts_until", ASCENDING)]),
        ),
    ),
    CollectionSpec(FEES, indexes=(IndexModel([("collaboration", ASCENDING)]),)),
    retired_codes.COLLECTION,
)


async def insert_new(rows: Collection, documents: Mapping[str, Document], session: Session | None) -> set[str]:
    """Insert the documents, by `_id`, that are not there yet; returns the ids of those that were not.

    Looked up and inserted as a whole, which costs the server a third of as many upserts. Whoever inserts one of them in
    the same moment makes this transaction fail, and it is tried again (ARCHITECTURE 5).
    """
    found = rows.find({"_id": {"$in": list(documents)}}, {"_id": 1}, session=session)
    known = {row["_id"] for row in await rows_of(found)}
    new = [{"_id": id_, **document} for id_, document in documents.items() if id_ not in known]
    if new:
        await rows.insert_many(new, ordered=False, session=session)
    return {document["_id"] for document in new}


async def rows_of(found: Cursor) -> list[Document]:
    """All rows of a bounded query, in one round trip where a cursor's first answer would have 101 of them."""
    return await found.batch_size(AT_ONCE).to_list(None)
