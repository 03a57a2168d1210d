"""Collaborations, written, timed, remembered and said together."""

from collections.abc import Sequence

from campaigns.domain.calendar import Calendar
from campaigns.domain.codes import normal_code
from campaigns.domain.collaborations.deadlines import wanted
from campaigns.domain.collaborations.records import CollaborationRecord, Step
from campaigns.domain.refusals import Refused
from campaigns.store import documents
from campaigns.store.collections import BRANDS, COLLABORATIONS, HISTORY
from campaigns.store.revisions import Revised
from contracts.campaigns import CollaborationEvent, Side
from contracts.envelope import fact_name

MOST_BYTES = 900_000
"""A record on the topic is at most 1 MB: what would make a larger state is refused, before anybody misses it."""


class CodeTaken(Exception):
    """The brand has an invitation or an agreement with that code already. HTTP 409."""


class WritesCollaborations(Revised):
    """Collaborations in the service's transaction."""

    async def add_collaboration(self, collaboration: CollaborationRecord, kind: type[CollaborationEvent]) -> None:
        """Keep a new collaboration and say so; its code must be free, and its profile not asked yet."""
        await self.db[COLLABORATIONS].insert_one(documents.of_collaboration(collaboration), session=self.session)
        self._announce(collaboration, kind)
        self._watch(None, collaboration)
        await self._remember(Step(None, collaboration, kind, None, Side.BRAND, self.now))

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

    async def calendar(self, brand: str) -> Calendar:
        """The brand's business days."""
        row = await self.db[BRANDS].find_one({"_id": brand}, {"zone": 1, "country": 1}, session=self.session)
        return Calendar() if row is None else Calendar(row.get("zone", "UTC"), row.get("country"))

    async def take(self, steps: Sequence[Step]) -> None:
        """Each step in turn: replace, say, remember; then the timers of what came of them. Raises `Stale`."""
        for step in steps:
            await self.save_collaboration(step.after, step.says)
            await self._remember(step)
        if steps:
            self._watch(steps[0].before, steps[-1].after)

    async def save_collaboration(self, collaboration: CollaborationRecord, kind: type[CollaborationEvent]) -> None:
        """Replace a collaboration by its next revision and say so; raises `Stale`."""
        await self.replace(COLLABORATIONS, documents.of_collaboration(collaboration))
        self._announce(collaboration, kind)

    def _announce(self, collaboration: CollaborationRecord, kind: type[CollaborationEvent]) -> None:
        self.announce(kind, collaboration.state, collaboration.revision)
        if len(self.rows[-1]["value"]) > MOST_BYTES:
            raise Refused("body", "The texts of this collaboration are too long together: say it shorter.")

    def _watch(self, before: CollaborationRecord | None, after: CollaborationRecord) -> None:
        """Set the timers that it newly wants and drop those that it wants no more; a reminder of the past is none."""
        had = frozenset() if before is None else wanted(before)
        wants = wanted(after)
        for timer in had - wants:
            self.drop_timer(timer.purpose, timer.aggregate, version=timer.version)
        for timer in wants - had:
            if timer.due > self.now or not timer.is_reminder:
                data = {"collaboration": timer.collaboration, "subject": timer.subject}
                self.set_timer(timer.purpose, timer.aggregate, timer.due, version=timer.version, data=data)

    async def _remember(self, step: Step) -> None:
        after = step.after
        await self.db[HISTORY].insert_one(
            {
                "_id": f"{after.state.id}:{after.revision}",
                "collaboration": after.state.id,
                "revision": after.revision,
                "fact": fact_name(step.says.TYPE),
                "at": step.at.isoformat(),
                "by": step.by.value,
                "deliverable": step.deliverable,
            },
            session=self.session,
        )
