"""Forgetting a creator (D12): some collaborations at a time, then everything else, then the answer.

Each part is one transaction that ends with the next part's timer, so a kill between two parts loses nothing and repeats
nothing.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from campaigns.domain.applications import ApplicationRecord
from campaigns.domain.collaborations.forgetting import forgotten
from campaigns.store import documents
from campaigns.store.applications import WritesApplications, read_application
from campaigns.store.assets import KeepsAssets
from campaigns.store.collaborations import WritesCollaborations
from campaigns.store.collections import APPLICATIONS, COLLABORATIONS, CONVERSATIONS, MESSAGES, PROFILES
from chassis import forgetting
from chassis.ids import derived_id, new_id
from chassis.mongo import Document
from contracts import topics
from contracts.campaigns import (
    ApplicantForgotten,
    ApplicationStatus,
    ForgottenByCampaigns,
    without_applicant,
)
from contracts.discovery import Erasure
from contracts.forgetting import Held, Kept, KeptBecause, Went

FORGET: Final = "forget-creator"
AT_ONCE: Final = 50
A_MOMENT: Final = timedelta(minutes=10)
"""After this it is looked once more: whoever wrote in the moment of the erasure saw its creator still there."""


class ForgetsCreators(WritesCollaborations, WritesApplications, KeepsAssets):
    """A creator's words, addresses and names in this service."""

    async def forget_creator(self, erasure: Erasure) -> None:
        """Take no more of them from now on, and begin to forget what there is."""
        accounts = [] if erasure.account is None else [erasure.account]
        await forgetting.remember_forgotten(self, accounts)
        await self.forget_profiles(erasure.profiles)
        await forgetting.refuse_later(self, topics.CREATORS.name, erasure.profiles)
        data = {
            "account": erasure.account,
            "profiles": list(erasure.profiles),
            "invitations": list(erasure.invitations),
            "asked": erasure.asked,
        }
        for quiet, due in ((False, self.now), (True, self.now + A_MOMENT)):
            self._next(erasure.id, due, {**data, "after": "", "went": {}, "quiet": quiet})

    async def forget_some(self, erasure: str, data: Mapping[str, Any]) -> None:
        """The next collaborations; after the last of them all else, and the answer."""
        account, profiles = data["account"], list(data["profiles"])
        went = dict(data["went"])
        invitations = list(data.get("invitations", ()))
        rows = await self._collaborations_of(account, profiles, invitations, data["after"])
        await self.drop_files_of([row["_id"] for row in rows])
        await forgetting.forget_answers_about(self, [row["_id"] for row in rows])
        for row in rows:
            step = forgotten(documents.collaboration(row), self.now)
            if step is not None:
                await self.take([step])
                _add(went, Held.COLLABORATIONS, 1)
        if len(rows) == AT_ONCE:
            self._next(erasure, self.now, {**data, "after": rows[-1]["_id"], "went": went})
            return
        whose = _whose(account, profiles)
        _add(went, Held.APPLICATIONS, await self._forget_applications(whose))
        _add(went, Held.CONVERSATIONS, await self._forget_conversations(whose))
        if account is not None:
            await forgetting.forget_answers(self, account)
        ids = [*profiles, *invitations, *([] if account is None else [account])]
        _add(went, Held.DEAD_LETTERS, await forgetting.forget_records(self, ids, but_of=topics.ERASURES.name))
        if not data["quiet"]:
            self._answer(erasure, data["asked"], went)

    async def forget_profiles(self, profiles: Sequence[str]) -> None:
        """Who can be invited: these no longer."""
        await self.db[PROFILES].delete_many({"_id": {"$in": list(profiles)}}, session=self.session)

    def _next(self, erasure: str, due: Any, data: Document) -> None:
        part = derived_id(erasure, str(data["asked"]), str(data["quiet"]), data["after"])
        self.set_timer(FORGET, part, due, data={**data, "erasure": erasure})

    def _answer(self, erasure: str, asked: int, went: Mapping[str, int]) -> None:
        kept = (Kept(what=Held.COLLABORATIONS, because=KeptBecause.AGREEMENT),)
        self.emit(
            ForgottenByCampaigns(
                id=new_id(),
                time=self.now,
                erasure=erasure,
                asked=asked,
                went=tuple(Went(what=Held(what), count=count) for what, count in went.items()),
                kept=kept if Held.COLLABORATIONS.value in went else (),
            )
        )

    async def _collaborations_of(
        self, account: str | None, profiles: Sequence[str], invitations: Sequence[str], after: str
    ) -> list[Document]:
        """Of `invitations` those that nobody has accepted meanwhile."""
        whose: list[Document] = [{"profile": {"$in": list(profiles)}}] if profiles else []
        if invitations:
            whose.append({"_id": {"$in": list(invitations)}, "creator": None})
        if account is not None:
            whose += [{"creator": account}, {"answering": account}, {"contact": account}]
        if not whose:
            return []
        found = self.db[COLLABORATIONS].find({"$or": whose, "_id": {"$gt": after}}, session=self.session)
        return await found.sort("_id", 1).limit(AT_ONCE).to_list(AT_ONCE)

    async def _forget_applications(self, whose: Document) -> int:
        """What they wrote to programs; an application that waits is withdrawn."""
        count = 0
        rows = await self.db[APPLICATIONS].find(whose, session=self.session).to_list(None)
        await forgetting.forget_answers_about(self, [row["_id"] for row in rows])
        for row in rows:
            before = read_application(row)
            state = without_applicant(before.state)
            if state.status is ApplicationStatus.RECEIVED:
                state = state.model_copy(update={"status": ApplicationStatus.WITHDRAWN, "answered_at": self.now})
            if state != before.state:
                await self.save_application(ApplicationRecord(state, before.revision + 1), ApplicantForgotten)
                count += 1
        return count

    async def _forget_conversations(self, whose: Document) -> int:
        """Both sides of them: what a brand writes to a person is about that person, too."""
        found = await self.db[CONVERSATIONS].find(whose, {"_id": 1}, session=self.session).to_list(None)
        await forgetting.forget_answers_about(self, [row["_id"] for row in found])
        ids = {"$in": [row["_id"] for row in found]}
        await self.db[MESSAGES].delete_many({"conversation": ids}, session=self.session)
        await self.db[CONVERSATIONS].delete_many({"_id": ids}, session=self.session)
        return len(found)


def _whose(account: str | None, profiles: Sequence[str]) -> Document:
    """Applications and conversations of the account, and those under the profiles, whoever claims them."""
    under = {"profile": {"$in": list(profiles)}}
    return under if account is None else {"$or": [{"creator": account}, under]}


def _add(went: dict[str, int], what: Held, count: int) -> None:
    if count:
        went[what.value] = went.get(what.value, 0) + count
