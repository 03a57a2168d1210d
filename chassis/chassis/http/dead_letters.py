"""The operator's routes: dead letters and how to send one through the loop again, and the consumers that stopped."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Protocol, cast

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from chassis import consume, mongo
from chassis.dead_letters import CONSUMERS, DEAD_LETTERS, ReplayOutcome
from chassis.http.auth import Principal, principal
from chassis.http.here import TheContext
from chassis.http.paging import MOST, Page, PageQuery, Paging, page_of
from chassis.http.problem import conflict, not_found
from chassis.http.tokens import Kind
from chassis.logs import log

_operators_only = principal(Kind.OPERATOR)
Operator = Annotated[Principal, Depends(_operators_only)]

router = APIRouter(prefix="/v1", tags=["operator"], dependencies=[Depends(_operators_only)])


class Replays(Protocol):
    """What a consumer group's loop offers to operators."""

    async def replay(self, letter: str) -> ReplayOutcome:
        """Send one dead letter of its group through it again."""


async def _loops(request: Request) -> Mapping[str, Replays]:
    return cast("Mapping[str, Replays]", request.app.state.loops)


Loops = Annotated[Mapping[str, Replays], Depends(_loops)]


class State(StrEnum):
    """Where a dead letter stands."""

    WAITING = "waiting"
    REPLAYED = "replayed"


class Bytes(BaseModel):
    """Bytes as they can be shown: as text where they are UTF-8, else in base64; `size` counts bytes."""

    model_config = ConfigDict(frozen=True)

    text: str | None = None
    base64: str | None = None
    size: int


class HeaderOut(BaseModel):
    """One header of a record; its value may be null."""

    model_config = ConfigDict(frozen=True)

    name: str
    value: Bytes | None


class DeadLetterOut(BaseModel):
    """A record that could not be handled: where it was, why, and what became of it."""

    model_config = ConfigDict(frozen=True)

    id: str
    group: str
    topic: str
    partition: int
    offset: int
    type: Annotated[str | None, Field(description="the record's `ce_type`, where it has a readable one")]
    reason: str
    error: str
    attempts: int
    at: datetime
    expires_at: datetime
    state: State
    replayed_at: datetime | None


class DeadLetterDetail(DeadLetterOut):
    """With the record itself."""

    key: Bytes | None
    value: Bytes | None
    headers: tuple[HeaderOut, ...]


class ReplayOut(BaseModel):
    """What became of a replay."""

    model_config = ConfigDict(frozen=True)

    id: str
    outcome: ReplayOutcome


class Resume(BaseModel):
    """Which consumers go on; without a group, all of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    group: Annotated[str | None, Field(max_length=200)] = None


class ResumedOut(BaseModel):
    """How many consumers were stopped and now go on."""

    model_config = ConfigDict(frozen=True)

    resumed: int


class ConsumerOut(BaseModel):
    """One consumer group: whether it stopped itself after too many unexpected errors, since when and why."""

    model_config = ConfigDict(frozen=True)

    group: str
    stopped: bool
    at: datetime | None
    error: str


class ConsumersOut(BaseModel):
    """The groups that ever stopped."""

    model_config = ConfigDict(frozen=True)

    items: tuple[ConsumerOut, ...]


@router.get("/dead-letters")
async def list_dead_letters(
    context: TheContext,
    paging: Paging,
    topic: Annotated[str | None, Query(max_length=249)] = None,
    state: State | None = None,
) -> Page[DeadLetterOut]:
    """Newest first."""
    rows, total = await _find(context.db, paging, topic, state)
    page = page_of(rows, paging, lambda row: (row["at"], row["_id"]), total)
    return Page[DeadLetterOut](
        items=tuple(_letter(row) for row in page.items), next_cursor=page.next_cursor, total=total
    )


@router.get("/dead-letters/{letter}")
async def get_dead_letter(letter: str, context: TheContext) -> DeadLetterDetail:
    """One dead letter with its bytes."""
    row = await context.db[DEAD_LETTERS].find_one({"_id": letter})
    if row is None:
        raise not_found("dead letter")
    return _detail(row)


@router.post("/dead-letters/{letter}/replay")
async def replay_dead_letter(letter: str, who: Operator, context: TheContext, loops: Loops) -> ReplayOut:
    """Send it through its group's loop again; 409 once it was handled, for then there is nothing left to do."""
    row = await context.db[DEAD_LETTERS].find_one({"_id": letter}, {"group": 1})
    if row is None:
        raise not_found("dead letter")
    loop = loops.get(row["group"])
    if loop is None:
        raise conflict("consumer-gone", "Nobody handles these any more", f"There is no consumer {row['group']} here.")
    outcome = await loop.replay(letter)
    if outcome is ReplayOutcome.NOT_FOUND:
        raise not_found("dead letter")
    if outcome is ReplayOutcome.ALREADY_REPLAYED:
        raise conflict("already-replayed", "Already replayed", "This record was handled by an earlier replay.")
    log.info("dead_letter.replayed", letter=letter, outcome=outcome, operator=who.account)
    return ReplayOut(id=letter, outcome=outcome)


@router.get("/consumers")
async def list_consumers(context: TheContext) -> ConsumersOut:
    """The consumer groups that stopped themselves at some time, and whether they still stand."""
    rows = await context.db[CONSUMERS].find({}).sort("_id", mongo.ASCENDING).to_list(MOST)
    return ConsumersOut(items=tuple(_consumer(row) for row in rows))


@router.post("/consumers/resume")
async def resume_consumers(who: Operator, context: TheContext, body: Resume | None = None) -> ResumedOut:
    """Let stopped consumers go on. Nothing happens to those that run."""
    group = body.group if body is not None else None
    resumed = await consume.resume(context.db, group)
    log.info("consumers.resumed", group=group, resumed=resumed, operator=who.account)
    return ResumedOut(resumed=resumed)


async def _find(
    db: mongo.Database, paging: PageQuery, topic: str | None, state: State | None
) -> tuple[list[mongo.Document], int]:
    """A page's rows, newest first, and how many there are in all."""
    query: dict[str, Any] = {} if topic is None else {"topic": topic}
    if state is not None:
        query["replayed_at"] = {"$exists": state is State.REPLAYED}
    total = await db[DEAD_LETTERS].count_documents(query)
    position = paging.position(datetime, str)
    if position is not None:
        at, letter = position
        query["$or"] = [{"at": {"$lt": at}}, {"at": at, "_id": {"$lt": letter}}]
    found = db[DEAD_LETTERS].find(query, {"value": 0, "key": 0})
    order = [("at", mongo.DESCENDING), ("_id", mongo.DESCENDING)]
    return await found.sort(order).limit(paging.fetch).to_list(paging.fetch), total


def _letter(row: Mapping[str, Any]) -> DeadLetterOut:
    return DeadLetterOut(**_common(row))


def _detail(row: Mapping[str, Any]) -> DeadLetterDetail:
    return DeadLetterDetail(
        **_common(row),
        key=shown(row["key"]),
        value=shown(row["value"]),
        headers=tuple(HeaderOut(name=name, value=shown(value)) for name, value in row["headers"]),
    )


def _common(row: Mapping[str, Any]) -> dict[str, Any]:
    replayed_at = row.get("replayed_at")
    return {
        "id": row["_id"],
        **{name: row[name] for name in _SAME},
        "type": _type(row["headers"]),
        "state": State.REPLAYED if replayed_at else State.WAITING,
        "replayed_at": replayed_at,
    }


_SAME = ("group", "topic", "partition", "offset", "reason", "error", "attempts", "at", "expires_at")


def _type(headers: Sequence[tuple[str, bytes | None]]) -> str | None:
    value = next((value for name, value in headers if name == "ce_type"), None)
    told = shown(value)
    return told.text if told is not None else None


def _consumer(row: Mapping[str, Any]) -> ConsumerOut:
    return ConsumerOut(
        group=row["_id"], stopped=bool(row.get("stopped")), at=row.get("at"), error=str(row.get("error", ""))
    )


def shown(value: bytes | None) -> Bytes | None:
    """Bytes for the eye: text where they are UTF-8, else base64."""
    if value is None:
        return None
    raw = bytes(value)
    try:
        return Bytes(text=raw.decode(), size=len(raw))
    except UnicodeDecodeError:
        return Bytes(base64=base64.b64encode(raw).decode(), size=len(raw))
