"""Applications to programs, and links of invitations."""

from typing import Any

from campaigns.domain.applications import ApplicationRecord
from campaigns.store.collections import APPLICATIONS, INVITATION_LINKS
from campaigns.store.revisions import Revised
from chassis import mongo
from chassis.mongo import Document
from contracts.campaigns import Application, ApplicationStatus
from contracts.envelope import EntityEvent


class WritesApplications(Revised):
    """Applications, written and said together."""

    async def add_application(self, application: ApplicationRecord, kind: type[EntityEvent[Application]]) -> None:
        """Keep a new application and say so; one creator applies to one program once."""
        await self.db[APPLICATIONS].insert_one(_document(application), session=self.session)
        self.announce(kind, application.state, application.revision)

    async def has_applied(self, campaign: str, creator: str) -> bool:
        """Whether the creator applied and did not withdraw."""
        query = {"campaign": campaign, "creator": creator, "waits": True}
        return await self.db[APPLICATIONS].find_one(query, {"_id": 1}, session=self.session) is not None

    async def application(self, application: str, **whose: str) -> ApplicationRecord | None:
        """An application of a brand (`brand=`) or creator (`creator=`)."""
        row = await self.db[APPLICATIONS].find_one({"_id": application, **whose}, session=self.session)
        return None if row is None else read_application(row)

    async def save_application(self, application: ApplicationRecord, kind: type[EntityEvent[Application]]) -> None:
        """Replace an application by its next revision and say so; raises `Stale`."""
        await self.replace(APPLICATIONS, _document(application))
        self.announce(kind, application.state, application.revision)

    async def keep_link(self, hashed: str, collaboration: str) -> None:
        """Remember which invitation a link opens."""
        document = {"_id": hashed, "collaboration": collaboration}
        await self.db[INVITATION_LINKS].insert_one(document, session=self.session)

    async def invitation_of(self, hashed: str) -> str | None:
        """The invitation that a link opens."""
        row = await self.db[INVITATION_LINKS].find_one({"_id": hashed}, session=self.session)
        return None if row is None else str(row["collaboration"])


class Applications:
    """The applications of one brand or of one creator, for reading."""

    def __init__(self, db: mongo.Database, **whose: str) -> None:
        self._rows = db[APPLICATIONS]
        self._mine: dict[str, Any] = dict(whose)

    async def page(
        self, before: str | None, limit: int, campaign: str | None = None, status: ApplicationStatus | None = None
    ) -> tuple[list[ApplicationRecord], int]:
        """Newest first, and how many there are in all."""
        query = dict(self._mine)
        query |= {} if campaign is None else {"campaign": campaign}
        query |= {} if status is None else {"state.status": status.value}
        total = await self._rows.count_documents(query)
        if before is not None:
            query["_id"] = {"$lt": before}
        rows = await self._rows.find(query).sort("_id", -1).limit(limit).to_list(limit)
        return [read_application(row) for row in rows], total

    async def find(self, application: str) -> ApplicationRecord | None:
        """One of them."""
        row = await self._rows.find_one(self._mine | {"_id": application})
        return None if row is None else read_application(row)

    async def standing(self, campaigns: list[str]) -> dict[str, str]:
        """Of these programs, those that were applied to: the application by campaign."""
        found = self._rows.find(self._mine | {"campaign": {"$in": campaigns}, "waits": True}, {"campaign": 1})
        return {row["campaign"]: row["_id"] async for row in found}


def _document(application: ApplicationRecord) -> Document:
    state = application.state
    return {
        "_id": state.id,
        "brand": state.brand,
        "campaign": state.campaign,
        "creator": state.creator,
        "profile": state.profile,
        "waits": state.status is not ApplicationStatus.WITHDRAWN,
        "revision": application.revision,
        "state": state.model_dump(mode="json", exclude_none=True),
    }


def read_application(row: Document) -> ApplicationRecord:
    """An application as it was stored."""
    return ApplicationRecord(Application.model_validate(row["state"]), row["revision"])
