"""Third parties that may read creators' figures (D11): what they may read, and their secret's hash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from pydantic import BaseModel, ConfigDict

from chassis import mongo

THIRD_PARTIES: Final = "third_parties"
MOST: Final = 500


class ThirdParty(BaseModel):
    """One third party. Revoked, it gets no more tokens; it stays listed, for what it did is in the logs."""

    model_config = ConfigDict(frozen=True)

    id: str
    name: str
    scopes: tuple[str, ...]
    secret: str
    created_at: datetime
    created_by: str
    revoked_at: datetime | None = None


class ThirdParties:
    """All third parties: operators make, change and revoke them."""

    def __init__(self, db: mongo.Database) -> None:
        self._rows = db[THIRD_PARTIES]

    async def find(self, id: str) -> ThirdParty | None:  # noqa: A002 - the client's own id
        """One of them, revoked or not."""
        return _read(await self._rows.find_one({"_id": id}))

    async def all(self) -> list[ThirdParty]:
        """The newest 500, newest first."""
        rows = await self._rows.find().sort([("created_at", -1), ("_id", -1)]).limit(MOST).to_list(MOST)
        return [found for row in rows if (found := _read(row)) is not None]

    async def add(self, third_party: ThirdParty) -> None:
        """Keep a new one."""
        await self._rows.insert_one(third_party.model_dump(exclude={"id"}) | {"_id": third_party.id})

    async def change_scopes(self, id: str, scopes: Sequence[str]) -> ThirdParty | None:  # noqa: A002
        """Let one that is not revoked read this from now on; None if there is no such."""
        return await self._change(id, {"scopes": list(scopes)})

    async def revoke(self, id: str, now: datetime) -> ThirdParty | None:  # noqa: A002
        """Give it no more tokens; None if there is no such, or it was revoked before."""
        return await self._change(id, {"revoked_at": now})

    async def _change(self, id: str, values: mongo.Document) -> ThirdParty | None:  # noqa: A002
        alive = {"_id": id, "revoked_at": None}
        return _read(await self._rows.find_one_and_update(alive, {"$set": values}, return_document=True))


def _read(row: mongo.Document | None) -> ThirdParty | None:
    return None if row is None else ThirdParty.model_validate({**row, "id": row["_id"]})
