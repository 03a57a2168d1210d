"""Collaborations, written and said together."""

from campaigns.domain.codes import normal_code
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.store import budgets, documents
from campaigns.store.collections import COLLABORATIONS
from campaigns.store.revisions import Revised
from contracts.campaigns import Collaboration
from contracts.envelope import EntityEvent


class CodeTaken(Exception):
    """The brand has an invitation or an agreement with that code already. HTTP 409."""


class WritesCollaborations(Revised):
    """Collaborations in the service's transaction."""

    async def add_collaboration(
        self, collaboration: CollaborationRecord, kind: type[EntityEvent[Collaboration]]
    ) -> None:
        """Keep a new collaboration and say so; its code must be free, and its profile not asked yet."""
        await budgets.follow_collaboration(self, collaboration.state)
        await self.db[COLLABORATIONS].insert_one(documents.of_collaboration(collaboration), session=self.session)
        self.announce(kind, collaboration.state, collaboration.revision)

    async def has_code(self, brand: str, code: str) -> bool:
        """Whether an invitation or agreement of the brand's has that code, however it is spelled."""
        query = {"brand": brand, "code": normal_code(code)}
        return await self.db[COLLABORATIONS].find_one(query, {"_id": 1}, session=self.session) is not None

    async def has_standing_invitation(self, campaign: str, profile: str) -> bool:
        """Whether the profile was asked to this campaign and has not said no."""
        query = {"campaign": campaign, "profile": profile, "stands": True}
        return await self.db[COLLABORATIONS].find_one(query, {"_id": 1}, session=self.session) is not None

    async def collaboration(self, collaboration: str) -> CollaborationRecord | None:
        """A collaboration, whoever asks: for handlers, and for actions that check who acts."""
        row = await self.db[COLLABORATIONS].find_one({"_id": collaboration}, session=self.session)
        return documents.collaboration(row) if row is not None else None

    async def save_collaboration(
        self, collaboration: CollaborationRecord, kind: type[EntityEvent[Collaboration]]
    ) -> None:
        """Replace a collaboration by its next revision and say so; raises `Stale`."""
        await budgets.follow_collaboration(self, collaboration.state)
        await self.replace(COLLABORATIONS, documents.of_collaboration(collaboration))
        self.announce(kind, collaboration.state, collaboration.revision)

    async def collaborations_after(self, campaign: str, after: str, limit: int) -> list[CollaborationRecord]:
        """A campaign's collaborations by id, so many behind `after`."""
        rows = (
            await self.db[COLLABORATIONS]
            .find({"campaign": campaign, "_id": {"$gt": after}}, session=self.session)
            .sort("_id", 1)
            .limit(limit)
            .to_list(limit)
        )
        return [documents.collaboration(row) for row in rows]
