"""The names that mails need, and the mails: each written down once, and settled once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from chassis import mongo
from chassis.forgetting import forgotten_among
from contracts.attribution import Coupon, CouponStatus, Link, LinkStatus
from contracts.campaigns import Application, Campaign, Collaboration
from contracts.console import BrandDetails
from contracts.discovery import Profile
from contracts.notifications import MailSettled, Template
from notifications.domain.addresses import lookup_key
from notifications.domain.claims import Claim
from notifications.domain.conversations import Conversation
from notifications.domain.delivery import TOO_OLD, Settled, skipped
from notifications.domain.spending import Spending, spending_of
from notifications.store.collections import (
    APPLICATIONS,
    BRANDS,
    CAMPAIGNS,
    COLLABORATIONS,
    CONTACTS,
    CONVERSATIONS,
    COUPONS,
    LINKS,
    MAILS,
    OPEN,
    PROFILES,
    Rules,
)
from notifications.store.forgetting import ForgetsCreators


class NotificationsTx(ForgetsCreators):
    """One transaction of notifications."""

    async def keep_collaboration(self, collaboration: Collaboration) -> None:
        """Its newest state."""
        collaboration = await self.as_kept(collaboration)
        state = collaboration.model_dump(mode="json", by_alias=True, exclude={"id"})
        await self._keep(COLLABORATIONS, collaboration.id, {"state": state})

    async def keep_brand(self, brand: str, details: BrandDetails, members: Sequence[str]) -> None:
        """What a brand is called, the time zone that its dates are told in, and whose contacts it needs."""
        await self._keep(BRANDS, brand, {"name": details.name, "zone": details.zone, "contacts": list(members)})

    async def keep_profile(self, profile: Profile) -> None:
        """How to greet a creator, and whose accounts that name is."""
        name = profile.display_name.strip() or f"@{profile.handle.lstrip('@')}"
        await self._keep(PROFILES, profile.id, {"name": name, "accounts": list(profile.claimed_by)})

    async def keep_campaign(self, campaign: Campaign) -> Spending:
        """What a campaign is called, and what is to be told of its budget."""
        spending = spending_of(campaign)
        await self._keep(CAMPAIGNS, campaign.id, {"name": campaign.name, "spending": spending.model_dump(mode="json")})
        return spending

    async def keep_application(self, application: Application) -> None:
        """An application's newest state, without what it answered: mails don't tell that.

        One whose creator was erased is kept no more.
        """
        if await forgotten_among(self.db, [application.creator], self.session):
            return
        state = application.model_dump(mode="json", exclude={"id", "answers"})
        forget_at = self.now + self.rules.keep_asked
        await self._keep(APPLICATIONS, application.id, {"state": state, "forget_at": forget_at})

    async def conversation(self, conversation: str, brand: str, creator: str) -> Conversation:
        """What waits to be read in it; nothing, in one that is not kept."""
        row = await self.db[CONVERSATIONS].find_one({"_id": conversation}, session=self.session)
        if row is None:
            return Conversation(id=conversation, brand=brand, creator=creator)
        return Conversation.model_validate({**row, "id": row["_id"]})

    async def keep_conversation(self, conversation: Conversation) -> None:
        """Keep it while something waits to be read."""
        if conversation.is_quiet:
            await self.db[CONVERSATIONS].delete_one({"_id": conversation.id}, session=self.session)
            return
        forget_at = self.now + self.rules.keep_asked
        values = conversation.model_dump(mode="json", exclude={"id"}) | {"forget_at": forget_at}
        await self._keep(CONVERSATIONS, conversation.id, values)

    async def keep_link(self, link: Link) -> None:
        """The short link of a collaboration."""
        is_ready = link.status is LinkStatus.ACTIVE
        await self._keep(LINKS, link.id, {"collaboration": link.collaboration, "code": link.code, "ready": is_ready})

    async def keep_coupon(self, coupon: Coupon) -> None:
        """The code of a collaboration; `ready` once the store knows it (A3)."""
        ready = coupon.status is CouponStatus.CONFIRMED
        await self._keep(
            COUPONS, coupon.id, {"collaboration": coupon.collaboration, "code": coupon.code, "ready": ready}
        )

    async def _keep(self, collection: str, thing: str, values: mongo.Document) -> None:
        await self.db[collection].update_one({"_id": thing}, {"$set": values}, upsert=True, session=self.session)

    async def claim(self, claims: Sequence[Claim]) -> None:
        """Write each mail down once, to be sent; one whose fact is too old is recorded and not sent (RELIABILITY)."""
        ids = [claim.id for claim in claims]
        known = self.db[MAILS].find({"_id": {"$in": ids}}, {"_id": 1}, session=self.session)
        written = {row["_id"] async for row in known}
        gone = await forgotten_among(self.db, {claim.contact for claim in claims}, self.session)
        for claim in claims:
            if claim.id in written or claim.contact in gone:
                continue
            row = _open_row(claim, self.now, self.rules)
            await self.db[MAILS].update_one({"_id": claim.id}, {"$setOnInsert": row}, upsert=True, session=self.session)
            if self.now - claim.fact_at > self.rules.fact_age:
                await self.settle(claim, skipped(TOO_OLD))

    async def begin(self, claim: Claim, owner: str, lease: timedelta) -> None:
        """Write a mail down that this process is about to send itself; nobody else takes it within the lease."""
        row = _open_row(claim, self.now, self.rules) | {"owner": owner, "due": self.now + lease, "attempts": 1}
        await self.db[MAILS].update_one({"_id": claim.id}, {"$setOnInsert": row}, upsert=True, session=self.session)

    async def sign_in_mails(self, contact: str, since: datetime, most: int) -> list[datetime]:
        """When codes were asked for since then, the newest first, at most `most` of them."""
        query = {"claim.contact": contact, "claim.template": Template.SIGN_IN_CODE.value, "claimed_at": {"$gt": since}}
        found = self.db[MAILS].find(query, {"claimed_at": 1}, session=self.session).sort("claimed_at", -1).limit(most)
        return [row["claimed_at"] async for row in found]

    async def settle(self, claim: Claim, settled: Settled) -> bool:
        """The end of a mail, and the event that says so; false when it had ended before."""
        end: dict[str, Any] = {"status": settled.outcome.value, "reason": settled.reason, "settled_at": self.now}
        if claim.template is not Template.FIRST_SALE:  # once per creator, however long ago: that one is remembered
            end["forget_at"] = self.now + self.rules.keep_mails
        changed = await self.db[MAILS].update_one(
            {"_id": claim.id, "status": OPEN}, {"$set": end, "$unset": {"owner": 1, "due": 1}}, session=self.session
        )
        if not changed.modified_count:
            return False
        if settled.suppress and (contact := await self.contact(claim.contact)) is not None:
            await self.db[CONTACTS].update_many(
                {"key": lookup_key(contact.address)}, {"$set": {"suppressed": True}}, session=self.session
            )
        self.emit(
            MailSettled(
                id=claim.id,
                time=self.now,
                template=claim.template,
                contact=claim.contact,
                cause=claim.cause,
                outcome=settled.outcome,
                reason=settled.reason,
            )
        )
        return True


def tx_kind(rules: Rules) -> type[NotificationsTx]:
    """The kind of transaction of a service with these rules."""
    return type("NotificationsTx", (NotificationsTx,), {"rules": rules})


def _open_row(claim: Claim, now: datetime, rules: Rules) -> mongo.Document:
    return {
        "status": OPEN,
        "claim": claim.model_dump(mode="json"),
        "claimed_at": now,
        "due": max(now, claim.not_before or now),
        "wait_until": now + rules.names,
        "give_up_at": now + rules.give_up,
        "attempts": 0,
        "waits": 0,
        "owner": "",
    }
