"""Markets' rules of eligibility."""

from dataclasses import asdict, replace

from chassis.mongo import CollectionSpec, Database, Document, Session
from discovery.domain.eligibility import Policy, with_default

POLICIES = "policies"

COLLECTION = CollectionSpec(POLICIES)  # a handful: read whole


async def policies(db: Database, session: Session | None = None) -> tuple[Policy, ...]:
    """All that are set, and the default's where it is not."""
    return with_default([_policy(row) async for row in db[POLICIES].find(session=session).sort("_id", 1)])


class Policies:
    """All markets' rules, for reading."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def all(self) -> tuple[Policy, ...]:
        """The default's among them."""
        return await policies(self._db)


async def put(db: Database, session: Session, policy: Policy) -> Policy:
    """Set a market's rules; the next revision, which no two writers get."""
    row = await db[POLICIES].find_one({"_id": policy.market}, session=session)
    kept = replace(policy, revision=(0 if row is None else row["revision"]) + 1)
    document = asdict(kept)
    document["_id"] = document.pop("market")
    await db[POLICIES].replace_one({"_id": policy.market}, document, upsert=True, session=session)
    return kept


async def remove(db: Database, session: Session, market: str) -> bool:
    """A market goes by the default's rules again."""
    gone = await db[POLICIES].delete_one({"_id": market}, session=session)
    return bool(gone.deleted_count)


def _policy(row: Document) -> Policy:
    return Policy(market=row["_id"], **{name: value for name, value in row.items() if name != "_id"})
