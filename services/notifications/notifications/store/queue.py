"""The mails that are due, and what is known of what they name: read outside transactions, by whoever sends."""

from datetime import datetime, timedelta
from typing import Any

from chassis import mongo
from chassis.clock import Clock
from chassis.ids import new_id
from contracts.campaigns import Collaboration
from notifications.domain.claims import Claim
from notifications.domain.contacts import Contact
from notifications.domain.delivery import Mail
from notifications.domain.letters import Known
from notifications.store.collections import BRANDS, CAMPAIGNS, COLLABORATIONS, COUPONS, LINKS, MAILS, OPEN, PROFILES
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
        row = await self._db[COLLABORATIONS].find_one({"_id": claim.collaboration}) if claim.collaboration else None
        collaboration = Collaboration.model_validate({**row["state"], "id": row["_id"]}) if row is not None else None
        brand = collaboration.brand if collaboration else claim.earned.brand if claim.earned else None
        campaign = collaboration.campaign if collaboration else claim.earned.campaign if claim.earned else None
        link, coupon = await self._of(LINKS, claim.collaboration), await self._of(COUPONS, claim.collaboration)
        found = await self._db[BRANDS].find_one({"_id": brand}) if brand else None
        return Known(
            collaboration=collaboration,
            brand=found["name"] if found else None,
            brand_zone=found.get("zone") if found else None,
            campaign=await self._name(CAMPAIGNS, campaign),
            creator=await self._name(PROFILES, collaboration.profile if collaboration else None),
            link_code=link["code"] if link else None,
            coupon_code=coupon["code"] if coupon else None,
            coupon_is_ready=bool(coupon and coupon["ready"]),
        )

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
