"""`Idempotency-Key`: a write that is sent twice happens once and is answered alike both times."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from chassis import mongo
from chassis.context import Context
from chassis.forgetting import ANSWERS
from chassis.http.auth import Principal
from chassis.http.problem import Problem
from chassis.ids import derived_id
from chassis.tx import Tx

T = TypeVar("T", bound=Tx)

KEYS = ANSWERS
COLLECTIONS = (
    mongo.CollectionSpec(
        KEYS,
        indexes=[
            mongo.IndexModel([("expires_at", mongo.ASCENDING)], expireAfterSeconds=0),
            mongo.IndexModel([("account", mongo.ASCENDING)], sparse=True),  # whoever is forgotten
        ],
    ),
)
REPLAYED = "Idempotency-Replayed"


@dataclass(frozen=True)
class Write:
    """A writing request: where it goes, the hash of what it says, and the caller's key for it, if any."""

    method: str
    path: str
    content: str
    key: str | None = None

    def name(self, who: Principal) -> str:
        """The key's own id, bound to whoever sent it and to where, so that nobody meets another's answer."""
        return derived_id(who.kind, who.id, self.method, self.path, self.key or "")


async def _write(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(min_length=1, max_length=200, description="yours, one per write: sent again, it happens once"),
    ] = None,
) -> Write:
    said = sha256(request.url.query.encode() + b"\x00" + await request.body())
    return Write(request.method, request.url.path, said.hexdigest(), idempotency_key)


Writing = Annotated[Write, Depends(_write)]


async def once(
    context: Context[T],
    write: Write,
    who: Principal,
    work: Callable[[T], Awaitable[BaseModel | None]],
    status: int = 201,
    again: Callable[[T], Awaitable[BaseModel]] | None = None,
) -> Response:
    """Run `work` in a transaction and answer with what it returns (None: 204); with a key, once in all.

    The answer is kept in the same transaction, so a key exists exactly if the effect does. An answer is replayed with
    `Idempotency-Replayed: true`; the same key with another body is a 422. A refusal (any exception of `work`) aborts
    and is not kept: sending the key again tries again.

    With `again` no answer is kept, only that there was one: a repetition is answered by what `again` reads then. For
    answers that may stand in no other place, and that a later correction must change.
    """

    async def keyed(tx: T) -> Response:
        name = write.name(who)
        kept = await tx.db[KEYS].find_one({"_id": name}, session=tx.session)
        if kept is not None:
            replayed = _replayed(kept, write)
            if again is None:
                return replayed
            return _answer(_json(await again(tx)), kept["status"], replayed=True)
        response = await plain(tx)
        # Of two at the same moment one loses this insert, runs again and finds the other's answer.
        await tx.db[KEYS].insert_one(
            {
                "_id": name,
                "account": who.account,
                "content": write.content,
                "status": response.status_code,
                "body": bytes(response.body) if again is None else b"",
                "expires_at": tx.now + timedelta(hours=context.settings.idempotency_key_hours),
            },
            session=tx.session,
        )
        return response

    async def plain(tx: T) -> Response:
        result = await work(tx)
        if result is None:
            return _answer(b"", 204)
        return _answer(_json(result), status)

    return await context.transactions.run(plain if write.key is None else keyed)


async def answered(context: Context[Any], write: Write, who: Principal) -> Response | None:
    """The answer that the caller's key has already, if any: to be asked before an effect outside the store.

    `once` still decides: of two at the same moment both may find nothing here.
    """
    if write.key is None:
        return None
    kept = await context.db[KEYS].find_one({"_id": write.name(who)})
    return None if kept is None else _replayed(kept, write)


def _replayed(kept: mongo.Document, write: Write) -> Response:
    if kept["content"] != write.content:
        raise Problem(
            422,
            "idempotency-key-reused",
            "This key was used for something else",
            "Use a new Idempotency-Key for each different request.",
        )
    return _answer(bytes(kept["body"]), kept["status"], replayed=True)


def _json(result: BaseModel) -> bytes:
    return result.model_dump_json(by_alias=True).encode()


def _answer(body: bytes, status: int, *, replayed: bool = False) -> Response:
    headers = {REPLAYED: "true"} if replayed else {}
    return Response(body, status_code=status, headers=headers, media_type="application/json" if body else None)
