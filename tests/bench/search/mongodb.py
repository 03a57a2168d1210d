"""The same searches on MongoDB, with the indexes that serve them best."""

import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

from pymongo import ASCENDING, DESCENDING, MongoClient

from discovery.domain.search_documents import SearchDocument
from tests.bench.search.questions import Question

BATCH = 5_000
EQUAL = ("country", "categories", "languages", "influencer_type", "availability", "standing", "words")
FACETS = {
    "country": [{"$sortByCount": "$country"}],
    "tier": [{"$sortByCount": "$tier"}],
    "category": [{"$unwind": "$categories"}, {"$sortByCount": "$categories"}],
    "language": [{"$unwind": "$languages"}, {"$sortByCount": "$languages"}],
}


class Mongo:
    """One collection of the same creators."""

    def __init__(self, address: str) -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(address)
        self._db = self._client["bench-search"]
        self._client.drop_database(self._db.name)
        self._pool = ThreadPoolExecutor(3)

    def fill(self, creators: Iterable[SearchDocument]) -> float:
        """Seconds to insert them and make the indexes."""
        began = time.monotonic()
        batch: list[dict[str, Any]] = []
        for creator in creators:
            batch.append(document(creator))
            if len(batch) == BATCH:
                self._db.creators.insert_many(batch, ordered=False)
                batch = []
        if batch:
            self._db.creators.insert_many(batch, ordered=False)
        for name in EQUAL:
            self._db.creators.create_index([(name, ASCENDING), ("followers", DESCENDING)])
        for name in ("followers", "average_views", "engagement"):
            self._db.creators.create_index([(name, DESCENDING)])
        self._db.creators.create_index([("prices.currency", ASCENDING), ("prices.amount", ASCENDING)])
        self._db.creators.create_index([("audience.value", ASCENDING), ("audience.share", ASCENDING)])
        return time.monotonic() - began

    def ask(self, question: Question) -> tuple[int, float]:
        """The exact total, and seconds for it, the first 20 and four facets, all asked at once."""
        began = time.monotonic()
        creators, query = self._db.creators, question.mongodb
        order = [(question.sort.value, DESCENDING)]
        first = self._pool.submit(lambda: list(creators.find(query, {"_id": 1}).sort(order).limit(20)))
        total = self._pool.submit(lambda: creators.count_documents(query))
        facets = self._pool.submit(lambda: list(creators.aggregate([{"$match": query}, {"$facet": FACETS}])))
        asked: list[Future[Any]] = [first, total, facets]
        wait(asked)
        taken = time.monotonic() - began
        first.result()
        facets.result()
        return total.result(), taken

    def close(self) -> None:
        self._client.drop_database(self._db.name)
        self._client.close()
        self._pool.shutdown()


def document(creator: SearchDocument) -> dict[str, Any]:
    known = {
        "_id": creator.id,
        "country": creator.country,
        "tier": creator.tier,
        "categories": [str(each) for each in creator.categories],
        "languages": list(creator.languages),
        "followers": creator.followers,
        "average_views": creator.average_views,
        "engagement": creator.engagement,
        "influencer_type": creator.influencer_type,
        "availability": creator.availability,
        "standing": dict(creator.standings)["default"],
        "words": sorted(creator.names),
        "prices": [{"currency": each.currency, "amount": each.amount} for each in creator.prices],
        "audience": [{"value": f"{each.kind}:{each.value}", "share": each.share} for each in creator.audience],
    }
    return {name: value for name, value in known.items() if value is not None}
