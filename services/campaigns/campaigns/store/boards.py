"""A campaign's collaborations by stage and by what is due, and a creator's steps across campaigns."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.stages import STAGES
from campaigns.store import documents
from campaigns.store.collections import COLLABORATIONS
from chassis import mongo
from chassis.mongo import Document
from contracts.campaigns import Side

Position = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which of a campaign's collaborations: by stage, and those that need the brand or are overdue at an instant."""

    stages: Sequence[str] = STAGES
    needs_brand: bool = False
    overdue_at: datetime | None = None

    def query(self, brand: str, campaign: str) -> dict[str, Any]:
        """Every stage is named, so that the index is read in order within each."""
        found: dict[str, Any] = {"brand": brand, "campaign": campaign, "stage": {"$in": list(self.stages)}}
        if self.needs_brand:
            found["needs_brand"] = True
        if self.overdue_at is not None:
            found["due_at"] = {"$lt": self.overdue_at}
        return found


@dataclass(frozen=True, slots=True)
class Stage:
    """How many collaborations stand in a stage, how many are overdue, and how many need the brand."""

    count: int = 0
    overdue: int = 0
    needs_brand: int = 0


class Board:
    """The board of one campaign of one brand."""

    def __init__(self, db: mongo.Database, brand: str, campaign: str) -> None:
        self._rows = db[COLLABORATIONS]
        self._brand = brand
        self._campaign = campaign

    async def newest(self, sought: Sought, before: str | None, limit: int) -> list[CollaborationRecord]:
        """Newest first."""
        query = sought.query(self._brand, self._campaign)
        if before is not None:
            query["_id"] = {"$lt": before}
        rows = await self._rows.find(query).sort("_id", -1).limit(limit).to_list(limit)
        return [documents.collaboration(row) for row in rows]

    async def due_first(self, sought: Sought, after: Position | None, limit: int) -> list[CollaborationRecord]:
        """What is due first at the top; what has no date at the end."""
        query = sought.query(self._brand, self._campaign)
        if after is not None:
            at, id_ = after
            query["due_at"] = {**query.get("due_at", {}), "$gte": at}
            query["$or"] = [{"due_at": {"$gt": at}}, {"due_at": at, "_id": {"$gt": id_}}]
        rows = self._rows.find(query).sort([("due_at", 1), ("_id", 1)]).hint("board").limit(limit)
        return [documents.collaboration(row) for row in await rows.to_list(limit)]

    async def stages(self, now: datetime) -> dict[str, Stage]:
        """The stages in which somebody stands. The caller has found the campaign to be the brand's."""
        group = {
            "_id": "$stage",
            "count": {"$sum": 1},
            "overdue": {"$sum": {"$cond": [{"$lt": ["$due_at", now]}, 1, 0]}},
            "needs_brand": {"$sum": {"$cond": ["$needs_brand", 1, 0]}},
        }
        fields = {"_id": 0, "stage": 1, "due_at": 1, "needs_brand": 1}
        rows = self._rows.aggregate(
            [{"$match": {"campaign": self._campaign}}, {"$project": fields}, {"$group": group}], hint="board"
        )
        return {row["_id"]: Stage(row["count"], row["overdue"], row["needs_brand"]) async for row in rows}


@dataclass(frozen=True, slots=True)
class StepAt:
    """Where a step is found: the collaboration, what it is about, and where it stands in the list."""

    order: datetime
    collaboration: str
    subject: str


class Work:
    """The open steps of one creator: of what they agreed to, and of what was offered to them."""

    def __init__(self, db: mongo.Database, creator: str, invitation: str | None) -> None:
        self._rows = db[COLLABORATIONS]
        mine: list[Document] = [{"worker": creator}]
        if invitation is not None:
            mine.append({"_id": invitation, "worker": invitation})
        self._mine: Document = {"worker": {"$exists": True}, "$or": mine}

    async def steps(self, by: Side | None, after: tuple[datetime, str, str] | None, limit: int) -> list[StepAt]:
        """What is due first at the top."""
        pipeline = self._steps(by)
        if after is not None:
            at, id_, subject = after
            pipeline.append(
                {
                    "$match": {
                        "$or": [
                            {"steps.order": {"$gt": at}},
                            {"steps.order": at, "_id": {"$gt": id_}},
                            {"steps.order": at, "_id": id_, "steps.subject": {"$gt": subject}},
                        ]
                    }
                }
            )
        pipeline += [{"$sort": {"steps.order": 1, "_id": 1, "steps.subject": 1}}, {"$limit": limit}]
        rows = self._rows.aggregate(pipeline)
        return [StepAt(row["steps"]["order"], row["_id"], row["steps"]["subject"]) async for row in rows]

    async def count(self, by: Side | None) -> int:
        """How many steps there are in all."""
        rows = await self._rows.aggregate([*self._steps(by), {"$count": "steps"}]).to_list(1)
        return int(rows[0]["steps"]) if rows else 0

    async def of(self, steps: Sequence[StepAt]) -> dict[str, CollaborationRecord]:
        """The collaborations that the steps are of."""
        query = {"_id": {"$in": sorted({step.collaboration for step in steps})}, **self._mine}
        return {row["_id"]: documents.collaboration(row) async for row in self._rows.find(query)}

    def _steps(self, by: Side | None) -> list[Document]:
        pipeline: list[Document] = [
            {"$match": self._mine},
            {"$project": {"steps": 1}},
            {"$unwind": "$steps"},
        ]
        return pipeline if by is None else [*pipeline, {"$match": {"steps.by": by.value}}]
