"""How often each third party may ask: a bucket of tokens in the database, so that all replicas count together (D11).

A bucket holds `burst` tokens at most and gains `per_minute` a minute, by the database's clock; a request takes one, in
one atomic update. So whatever the number of replicas, in any stretch of t minutes no more than `burst + per_minute * t`
requests are taken. The update waits for no journal: if the primary dies, the requests of its last moments (100 ms) may
be counted again.
"""

import math
from dataclasses import dataclass
from typing import Any, Final

from chassis.mongo import ASCENDING, CollectionSpec, Database, IndexModel, unjournaled

BUDGETS: Final = "data_budgets"
KEPT_SECONDS: Final = 24 * 3600
"""A bucket that nobody takes from is full long before that."""

COLLECTION = CollectionSpec(BUDGETS, indexes=(IndexModel([("at", ASCENDING)], expireAfterSeconds=KEPT_SECONDS),))


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a client may still ask for at once after this request, and in how many seconds there is one token more."""

    taken: bool
    left: int
    next_in: int


async def take(db: Database, client: str, *, per_minute: int, burst: int) -> Bucket:
    """Take one token of the client's, if there is one."""
    gained: Any = {"$divide": [{"$multiply": [{"$subtract": ["$$NOW", "$at"]}, per_minute]}, 60_000]}
    filled: Any = {"$min": [burst, {"$add": ["$tokens", gained]}]}
    # Of a client that has never asked the fields are missing: its bucket is full.
    tokens: Any = {"$ifNull": [filled, burst]}
    row = await unjournaled(db[BUDGETS]).find_one_and_update(
        {"_id": client},
        [
            {"$set": {"tokens": tokens, "at": "$$NOW"}},
            {"$set": {"taken": {"$gte": ["$tokens", 1]}}},
            {"$set": {"tokens": {"$cond": ["$taken", {"$subtract": ["$tokens", 1]}, "$tokens"]}}},
        ],
        upsert=True,
        return_document=True,
    )
    tokens_left = float(row["tokens"])
    missing = 1 - tokens_left % 1 if tokens_left < burst else 0
    return Bucket(row["taken"], math.floor(tokens_left), max(1, math.ceil(missing * 60 / per_minute)))
