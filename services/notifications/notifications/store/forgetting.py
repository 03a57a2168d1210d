"""Forgetting a creator (D12): addresses, names, mails, and the words of the collaborations that mails are made of."""

from collections.abc import Sequence
from typing import Final

from chassis import forgetting, mongo
from chassis.ids import new_id
from contracts import topics
from contracts.campaigns import Collaboration, without_person
from contracts.discovery import Erasure
from contracts.forgetting import Held, Kept, KeptBecause, Went
from contracts.notifications import ForgottenByNotifications
from notifications.domain.contacts import ContactKind
from notifications.store.collections import (
    APPLICATIONS,
    BRANDS,
    COLLABORATIONS,
    CONTACTS,
    CONVERSATIONS,
    MAILS,
    PROFILES,
)
from notifications.store.contacts import ContactsTx

MEMBER: Final = Kept(what=Held.ADDRESS, because=KeptBecause.ANOTHER_ROLE)


class ForgetsCreators(ContactsTx):
    """A creator's addresses and names in this service."""

    async def forget_creator(self, erasure: Erasure) -> None:
        """Forget whom an erasure names, and say so; again changes nothing but says it again."""
        account = erasure.account
        accounts = [] if account is None else [account]
        await forgetting.remember_forgotten(self, accounts)
        await self.forget_profiles(erasure.profiles)
        await forgetting.refuse_later(self, topics.CREATORS.name, erasure.profiles)
        invited = await self._forget_words(erasure)
        keeps = account is not None and await self._is_member(account)
        contacts = await self._contacts_of(account, invited, keeps=keeps)
        ids = [*contacts, *accounts]
        mails = await self.db[MAILS].delete_many({"claim.contact": {"$in": ids}}, session=self.session)
        gone = await self.db[CONTACTS].delete_many({"_id": {"$in": contacts}}, session=self.session)
        theirs = {"$in": accounts}
        applied = {"$or": [{"state.creator": theirs}, {"state.profile": {"$in": list(erasure.profiles)}}]}
        applications = await self.db[APPLICATIONS].delete_many(applied, session=self.session)
        await self.db[CONVERSATIONS].delete_many({"creator": theirs}, session=self.session)
        for one in accounts:
            await forgetting.forget_answers(self, one)
        named = [*erasure.profiles, *erasure.invitations, *ids]
        letters = await forgetting.forget_records(self, named, but_of=topics.ERASURES.name)
        forgetting.look_again(self, erasure.id, erasure.asked, named, but_of=topics.ERASURES.name)
        counts = {
            Held.ADDRESS: gone.deleted_count,
            Held.MAILS: mails.deleted_count,
            Held.COLLABORATIONS: len(invited),
            Held.APPLICATIONS: applications.deleted_count,
            Held.DEAD_LETTERS: letters,
        }
        self.emit(
            ForgottenByNotifications(
                id=new_id(),
                time=self.now,
                erasure=erasure.id,
                asked=erasure.asked,
                went=tuple(Went(what=what, count=count) for what, count in counts.items() if count),
                kept=(MEMBER,) if keeps else (),
            )
        )

    async def forget_profiles(self, profiles: Sequence[str]) -> None:
        """How these creators were greeted."""
        await self.db[PROFILES].delete_many({"_id": {"$in": list(profiles)}}, session=self.session)

    async def as_kept(self, collaboration: Collaboration) -> Collaboration:
        """What may be kept of a collaboration: one whose creator was erased comes late with its words, perhaps."""
        creator = collaboration.creator
        if creator is None or not await forgetting.forgotten_among(self.db, [creator], self.session):
            return collaboration
        return without_person(collaboration)

    async def _forget_words(self, erasure: Erasure) -> list[str]:
        """The words of their collaborations; the ids under which they were invited."""
        whose: list[mongo.Document] = [{"state.profile": {"$in": list(erasure.profiles)}}] if erasure.profiles else []
        if erasure.account is not None:
            whose += [{"state.creator": erasure.account}, {"state.invitation.contact": erasure.account}]
        if erasure.invitations:
            whose.append({"_id": {"$in": list(erasure.invitations)}, "state.creator": None})
        if not whose:
            return []
        invited: list[str] = []
        for row in await self.db[COLLABORATIONS].find({"$or": whose}, session=self.session).to_list(None):
            state = without_person(Collaboration.model_validate({**row["state"], "id": row["_id"]}))
            values = state.model_dump(mode="json", by_alias=True, exclude={"id"})
            await self.db[COLLABORATIONS].update_one(
                {"_id": row["_id"]}, {"$set": {"state": values}}, session=self.session
            )
            invited.append(state.invitation.contact)
        return invited

    async def _is_member(self, account: str) -> bool:
        """Whether a brand writes and signs in by this contact, too."""
        if await self.db[BRANDS].find_one({"contacts": account}, {"_id": 1}, session=self.session) is not None:
            return True
        aliases = self.db[CONTACTS].find({"moved_to": account}, {"_id": 1}, session=self.session)
        ids = [row["_id"] async for row in aliases]
        return await self.db[BRANDS].find_one({"_id": {"$in": ids}}, {"_id": 1}, session=self.session) is not None

    async def _contacts_of(self, account: str | None, invited: Sequence[str], *, keeps: bool) -> list[str]:
        """Every contact that is theirs: the account's, what resolves to it, invitations to the same address."""
        ids = {one for one in invited if one != account}
        if account is None:
            return sorted(ids)
        own = await self.db[CONTACTS].find_one({"_id": account}, session=self.session)
        if own is not None and "key" in own:
            same = {"key": own["key"], "kind": ContactKind.INVITATION.value}
            ids |= {row["_id"] async for row in self.db[CONTACTS].find(same, {"_id": 1}, session=self.session)}
        if not keeps:
            ids.add(account)
            aliases = self.db[CONTACTS].find({"moved_to": account}, {"_id": 1}, session=self.session)
            ids |= {row["_id"] async for row in aliases}
        return sorted(ids)
