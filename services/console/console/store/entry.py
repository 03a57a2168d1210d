"""How people come in: sign-ins that wait for their code, sessions, proofs of invitations, and limits."""

from datetime import datetime, timedelta

from chassis import mongo
from console.domain.codes import SignIn
from console.domain.sessions import Role, Session, chosen
from console.store.accounts import roles_of

FORGET_AFTER = timedelta(hours=1)


class Entry:
    """Sign-ins and sessions. Each is found only by the hash of a cookie that nobody else has."""

    def __init__(self, db: mongo.Database) -> None:
        self._db = db

    async def sign_in(self, id: str, now: datetime) -> SignIn | None:  # noqa: A002 - the sign-in's own id
        """What this browser waits for; also when its code has ended a while ago, for its limits."""
        doc = await self._db["sign_ins"].find_one({"_id": id, "forget_at": {"$gt": now}})
        return None if doc is None else _sign_in(doc)

    async def begin_sign_in(self, sign_in: SignIn, instead_of: str | None) -> None:
        """Keep a sign-in; the one that this browser had before ends."""
        await self._db["sign_ins"].insert_one(
            sign_in.model_dump(exclude={"id", "registration"})
            | {
                "_id": sign_in.id,
                "registration": sign_in.registration and sign_in.registration.model_dump(mode="json"),
                "forget_at": sign_in.expires_at + FORGET_AFTER,
            }
        )
        if instead_of is not None:
            await self._db["sign_ins"].delete_one({"_id": instead_of})

    async def count_try(self, id: str) -> SignIn | None:  # noqa: A002
        """One more try, counted before it is judged, so that many at once are no more tries than few."""
        doc = await self._db["sign_ins"].find_one_and_update(
            {"_id": id, "used": False}, {"$inc": {"tries": 1}}, return_document=True
        )
        return None if doc is None else _sign_in(doc)

    async def session(self, id: str, now: datetime) -> Session | None:  # noqa: A002
        """A live session with what its person may be at this moment; a role that was lost falls back to the first."""
        doc = await self._db["sessions"].find_one({"_id": id, "expires_at": {"$gt": now}})
        if doc is None:
            return None
        roles = await roles_of(self._db, doc["person"])
        role = chosen(roles, doc["role"]["kind"], doc["role"]["id"]) or chosen(roles)
        if role is None:
            return None
        proofs = self._db["proofs"].find({"person": doc["person"]}).sort("at", -1).limit(500)
        return Session(
            id=doc["_id"],
            person=doc["person"],
            role=role,
            roles=roles,
            invitations=frozenset([proof["invitation"] async for proof in proofs]),
            expires_at=doc["expires_at"],
        )

    async def act_as(self, id: str, role: Role) -> None:  # noqa: A002
        """Let a session act in another of its person's roles."""
        await self._db["sessions"].update_one({"_id": id}, {"$set": {"role": {"kind": role.kind, "id": role.id}}})

    async def end_session(self, id: str) -> None:  # noqa: A002
        """Sign out; a repeat changes nothing."""
        await self._db["sessions"].delete_one({"_id": id})


class Limits:
    """How often something happened in a window, by a name that tells nobody who it was."""

    def __init__(self, db: mongo.Database) -> None:
        self._limits = db["limits"]

    async def count(self, name: str, now: datetime, window: timedelta) -> int:
        """One more, and how many that makes in this window; windows are fixed, counted from the epoch."""
        number = int(now.timestamp() // window.total_seconds())
        doc = await self._limits.find_one_and_update(
            {"_id": f"{name}:{number}"},
            {"$inc": {"count": 1}, "$setOnInsert": {"forget_at": now + 2 * window}},
            upsert=True,
            return_document=True,
        )
        return int(doc["count"])


def _sign_in(doc: mongo.Document) -> SignIn:
    return SignIn.model_validate({**doc, "id": doc["_id"]})
