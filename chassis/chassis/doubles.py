"""What was handled before: facts are remembered by their id, entities by their newest revision."""

from collections.abc import Sequence
from datetime import timedelta

from chassis import mongo
from chassis.records import Taken
from chassis.tx import Tx
from contracts.envelope import EntityEvent

INBOX = "inbox"
REVISIONS = "revisions"
FINAL = 2**63 - 1
INBOX_EXTRA_DAYS = 100

COLLECTIONS = (
    mongo.CollectionSpec(INBOX, indexes=(mongo.IndexModel([("expires_at", 1)], expireAfterSeconds=0),)),
    mongo.CollectionSpec(REVISIONS),
)


class Doubles:
    """One consumer group's memory, read and written in the batch's own transaction."""

    def __init__(self, group: str, *, uses_inbox: bool = True) -> None:
        self._group = group
        self._uses_inbox = uses_inbox

    async def without(self, tx: Tx, taken: Sequence[Taken]) -> list[Taken]:
        """Only what is new: facts by inbox (look first, insert second), entities by revision, the newest of each."""
        facts = [t for t in taken if t.reaction.inbox] if self._uses_inbox else []
        states = [t for t in taken if t.reaction.is_state]
        seen = await self._seen(tx, facts)
        known = await self._known_revisions(tx, states)
        newest: dict[str, int] = {}
        for one in states:
            newest[_entity(one)] = max(newest.get(_entity(one), 0), _revision(one))
        fresh: list[Taken] = []
        marks: dict[str, Taken] = {}
        for one in taken:
            if one.reaction.is_state:
                entity = _entity(one)
                if _revision(one) <= known.get(entity, 0) or _revision(one) < newest[entity] or entity in marks:
                    continue
                marks[entity] = one
            elif one.reaction.inbox and self._uses_inbox:
                mark = self._inbox_id(one)
                if mark in seen or mark in marks:
                    continue
                marks[mark] = one
            fresh.append(one)
        await self._mark(tx, marks)
        return fresh

    async def _mark(self, tx: Tx, marks: dict[str, Taken]) -> None:
        facts = {mark: one for mark, one in marks.items() if not one.reaction.is_state}
        if facts:
            await tx.db[INBOX].insert_many(
                [{"_id": mark, "at": tx.now, "expires_at": tx.now + _inbox_memory(one)} for mark, one in facts.items()],
                session=tx.session,
            )
        states = {mark: one for mark, one in marks.items() if one.reaction.is_state}
        if states:
            await tx.db[REVISIONS].bulk_write(
                [
                    mongo.UpdateOne({"_id": mark}, {"$max": {"revision": _revision(one)}}, upsert=True)
                    for mark, one in states.items()
                ],
                session=tx.session,
            )

    async def _seen(self, tx: Tx, facts: Sequence[Taken]) -> set[str]:
        if not facts:
            return set()
        ids = [self._inbox_id(one) for one in facts]
        found = tx.db[INBOX].find({"_id": {"$in": ids}}, {"_id": 1}, session=tx.session)
        return {row["_id"] async for row in found}

    async def _known_revisions(self, tx: Tx, states: Sequence[Taken]) -> dict[str, int]:
        if not states:
            return {}
        ids = list({_entity(one) for one in states})
        found = tx.db[REVISIONS].find({"_id": {"$in": ids}}, session=tx.session)
        return {row["_id"]: row["revision"] async for row in found}

    def _inbox_id(self, taken: Taken) -> str:
        return f"{self._group}:{taken.event.id}"


def _entity(taken: Taken) -> str:
    return f"{taken.record.topic}|{taken.event.key()}"


def _revision(taken: Taken) -> int:
    """An entity event's revision; an erased entity's is final, so that later ones are refused."""
    assert isinstance(taken.event, EntityEvent)
    return FINAL if taken.event.state is None else taken.event.revision


def _inbox_memory(taken: Taken) -> timedelta:
    """ARCHITECTURE 6: the topic's retention + 100 days, longer than the longest replay."""
    return timedelta(days=(taken.reaction.topic.retention_days or 0) + INBOX_EXTRA_DAYS)
