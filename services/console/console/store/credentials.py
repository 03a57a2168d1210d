"""What tokens rest on: our signing keys, and the credentials of stores and third parties."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from chassis import mongo
from console.domain.keys import OVERLAP, KeyRecord


class Keys:
    """The signing keys; their private halves are sealed before they come here."""

    def __init__(self, db: mongo.Database) -> None:
        self._keys = db["signing_keys"]

    async def alive(self, now: datetime) -> list[KeyRecord]:
        """Every key that signs, will sign, or whose tokens may still be shown."""
        found = self._keys.find({"signs_until": {"$gt": now - OVERLAP}})
        return [KeyRecord.model_validate({**doc, "id": doc["_id"]}) async for doc in found]

    async def add(self, key: KeyRecord) -> None:
        """Keep a new key; one of the same term, made by another process at the same moment, is kept beside it."""
        await self._keys.insert_one(key.model_dump(exclude={"id"}) | {"_id": key.id})

    async def forget(self, now: datetime) -> None:
        """Remove the keys that nobody needs any more."""
        await self._keys.delete_many({"signs_until": {"$lte": now - OVERLAP}})


class ClientRecord(BaseModel):
    """Client credentials: `secret` is a hash, `store` and `brand` are whom their tokens speak for."""

    model_config = ConfigDict(frozen=True)

    id: str
    secret: str
    store: str
    brand: str
    created_at: datetime


class Clients:
    """The credentials that brands made for their stores."""

    def __init__(self, db: mongo.Database) -> None:
        self._clients = db["clients"]

    async def find(self, id: str) -> ClientRecord | None:  # noqa: A002 - the client's own id
        """One client's record."""
        doc = await self._clients.find_one({"_id": id})
        return None if doc is None else ClientRecord.model_validate({**doc, "id": doc["_id"]})

    async def replace(self, client: ClientRecord) -> None:
        """A store's new credentials; those that it had before end."""
        await self._clients.insert_one(client.model_dump(exclude={"id"}) | {"_id": client.id})
        await self._clients.delete_many({"store": client.store, "_id": {"$ne": client.id}})

    async def of_store(self, store: str, brand: str) -> ClientRecord | None:
        """The credentials of a brand's store, if it has some."""
        doc = await self._clients.find_one({"store": store, "brand": brand})
        return None if doc is None else ClientRecord.model_validate({**doc, "id": doc["_id"]})
