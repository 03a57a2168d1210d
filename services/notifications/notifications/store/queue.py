"""The mails that are due, and what is known of what they name: read outside transactions, by whoever sends."""

from datetime import datetime, timedelta
from typing import Any

from chassis import mongo
from chassis.clock import Clock
from chassis.ids import new_id
from contracts.campaigns import Application, Collaboration
from notifications.domain.claims import Claim
from notifications.domain.contacts import Contact
from notifications.domain.conversations import Conversation
from notifications.domain.delivery import Mail
from notifications.domain.letters import Known
from notifications.domain.spending import Spending
from notifications.store.collections import (
    APPLICATIONS,
    BRANDS,
    CAMPAIGNS,
    COLLABORATIONS,
    CONVERSATIONS,
    COUPONS,
    LINKS,
    MAILS,
    OPEN,
    PROFILES,
)
from notifications.store.contacts import find_contact


class MailQueue:
    """The mails that are due, one lease each; by the database's clock, so that several workers agree."""

    def __init__(self, db: mongo.Database, clock: Clock, lease: timedelta) -> None:
        self._db = db
        self._clock = clock
        self._lease = lease

    async def take(self) -> Mail | None:
        """The mail that is due first, leased to the caller; also one whose worker died with it in hand."""
        offset = int(self._clock.offset.total_seconds() * 1000)
        now: Any = {"$add": ["$$NOW", offset]}
        lease_end = {"$add": ["$$NOW", offset + int(self._lease.total_seconds() * 1000)]}
        row = await self._db[MAILS].find_one_and_update(
            {"status": OPEN, "due": {"$lte": self._clock.now()}, "$expr": {"$lte": ["$due", now]}},
            [{"$set": {"owner": new_id(), "due": lease_end, "attempts": {"$add": ["$attempts", 1]}}}],
            sort=[("due", 1)],
            return_document=True,
        )
        return None if row is None else Mail.model_validate({**row, "id": row["_id"]})

    async def put_back(self, mail: Mail, due: datetime, *, waits: int = 0, attempts: int = 0) -> None:
        """Take it again at `due`; `waits` and `attempts` say what this turn counts as."""
        await self._db[MAILS].update_one(
            {"_id": mail.id, "owner": mail.owner, "status": OPEN},
            {"$set": {"due": due, "waits": mail.waits + waits, "attempts": mail.attempts - 1 + attempts}},
        )

    async def known(self, claim: Claim) -> Known:
        """What has been heard so far of all that the mail names."""
        if claim.application is not None:
            return await self._of_application(claim.application)
        if claim.conversation is not None:
            return await self._of_conversation(claim.conversation)
        if claim.campaign is not None:
            return await self._of_spending(claim.campaign)
        row = await self._db[COLLABORATIONS].find_one({"_id": claim.collaboration}) if claim.collaboration else None
        collaboration = Collaboration.model_validate({**row["state"], "id": row["_id"]}) if row is not None else None
        brand = collaboration.brand if collaboration else claim.earned.brand if claim.earned else None
        campaign = collaboration.campaign if collaboration else claim.earned.campaign if claim.earned else None
        link, coupon = await self._of(LINKS, claim.collaboration), await self._of(COUPONS, claim.collaboration)
        return Known(
            collaboration=collaboration,
            campaign=await self._name(CAMPAIGNS, campaign),
            creator=await self._name(PROFILES, collaboration.profile if collaboration else None),
            link_code=link["code"] if link else None,
            coupon_code=coupon["code"] if coupon else None,
            coupon_is_ready=bool(coupon and coupon["ready"]),
            **await self._brand(brand),
        )

    async def _of_application(self, application: str) -> Known:
        row = await self._db[APPLICATIONS].find_one({"_id": application})
        if row is None:
            return Known()
        state = Application.model_validate({**row["state"], "id": row["_id"]})
        return Known(
            application=state,
            campaign=await self._name(CAMPAIGNS, state.campaign),
            creator=await self._name(PROFILES, state.profile) or await self._account(state.creator),
            **await self._brand(state.brand),
        )

    async def _of_conversation(self, conversation: str) -> Known:
        row = await self._db[CONVERSATIONS].find_one({"_id": conversation})
        if row is None:
            return Known()
        state = Conversation.model_validate({**row, "id": row["_id"]})
        creator = await self._account(state.creator)
        return Known(conversation=state, creator=creator, **await self._brand(state.brand))

    async def _of_spending(self, campaign: str) -> Known:
        row = await self._db[CAMPAIGNS].find_one({"_id": campaign})
        if row is None or "spending" not in row:
            return Known()
        spending = Spending.model_validate(row["spending"])
        return Known(spending=spending, campaign=row["name"], **await self._brand(spending.brand))

    async def _brand(self, brand: str | None) -> dict[str, str | None]:
        row = await self._db[BRANDS].find_one({"_id": brand}) if brand else None
        return {"brand": row["name"], "brand_zone": row.get("zone")} if row else {}

    async def _account(self, account: str) -> str | None:
        """What an account's profile is called; of several, the first that was made."""
        row = await self._db[PROFILES].find_one({"accounts": account}, sort=[("_id", 1)])
        return row["name"] if row else None

    async def contact(self, contact_id: str) -> Contact | None:
        """The recipient, resolved."""
        return await find_contact(self._db, contact_id)

    async def _name(self, collection: str, thing: str | None) -> str | None:
        row = await self._db[collection].find_one({"_id": thing}) if thing else None
        return row["name"] if row else None

    async def _of(self, collection: str, collaboration: str | None) -> mongo.Document | None:
        if collaboration is None:
            return None
        return await self._db[collection].find_one({"collaboration": collaboration}, sort=[("ready", -1), ("_id", 1)])
