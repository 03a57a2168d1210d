"""Links: made, changed, and following their collaboration (A1)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from attribution.domain.links.codes import chosen, new_code
from attribution.domain.links.making import LONGEST, checked, made, with_utm
from attribution.domain.links.placements import utm_of
from attribution.domain.links.standing import Standing, standing
from attribution.domain.refused import InTheWay, NotHeardOf, NotTheirs, Refused
from attribution.store import retired_codes
from attribution.store.collections import BRANDS, COLLABORATIONS, COUPONS, LINKS, STORES, rows_of
from attribution.store.facts import link_state
from chassis import forgetting, mongo
from chassis.ids import new_id
from chassis.tx import Tx
from contracts import attribution, campaigns
from contracts.attribution import CouponStatus, LinkStatus, UtmParameters
from contracts.console import StoreKind
from contracts.http.attribution import CouponWay, LinkChange, LinkNew

FOLLOW = "follow-collaboration"
"""The timer at whose instant a collaboration's links pause, lead on again, or end."""
MOST_LINKS = 200
"""Links of one collaboration, so that nobody fills the redirects' memory."""


class LinkWriter:
    """Links of one principal's own collaborations; `mine` is a query that says whose they are."""

    def __init__(self, tx: Tx, mine: mongo.Document, *, sees_all_codes: bool, click_parameter: str) -> None:
        self._tx = tx
        self._mine = mine
        self._sees_all_codes = sees_all_codes
        self._click_parameter = click_parameter

    async def create(self, asked: LinkNew) -> mongo.Document:
        """A new link at revision 1. Raises what `domain.refused` has."""
        collaboration = await self._collaboration(asked.collaboration)
        stands = await standing_now(self._tx, collaboration)
        if collaboration.creator is None or stands.status is LinkStatus.ENDED:
            raise InTheWay("collaboration-not-active", "This collaboration has no links: it has not begun, or is over.")
        of_this = {"brand": collaboration.brand, "collaboration": collaboration.id}
        if await self._rows.count_documents(of_this, session=self._tx.session, limit=MOST_LINKS) == MOST_LINKS:
            raise InTheWay("too-many-links", f"A collaboration has {MOST_LINKS} links at most.")
        row: mongo.Document = {
            "_id": new_id(),
            "code": await self._code(asked.code),
            "brand": collaboration.brand,
            "campaign": collaboration.campaign,
            "collaboration": collaboration.id,
            "creator": collaboration.creator,
            "status": stands.status.value,
            "placement": asked.placement.value,
            "coupon_parameter": asked.coupon_parameter,
            "paused": False,
            "revision": 1,
        }
        asked_for = asked.model_dump(exclude={"collaboration", "placement", "code"}, exclude_unset=True)
        row = await self._filled(row, asked_for | {"utm": asked.utm}, collaboration)
        await self._rows.insert_one(row, session=self._tx.session)
        self._tx.announce(attribution.LinkCreated, link_state(row), 1)
        return row

    async def find(self, link: str) -> mongo.Document:
        """One of theirs; 404 else."""
        row: mongo.Document | None = await self._rows.find_one(self._mine | {"_id": link}, session=self._tx.session)
        if row is None:
            raise NotTheirs("link")
        return row

    async def change(self, row: mongo.Document, asked: LinkChange) -> mongo.Document:
        """The link as it becomes; the same again is no change. Raises what `domain.refused` has."""
        if row["status"] == LinkStatus.ENDED:
            raise InTheWay("link-ended", "This link has ended.")
        collaboration = await self._collaboration(row["collaboration"])
        asked_for = {name: getattr(asked, name) for name in asked.model_fields_set}
        after = await self._filled(dict(row), asked_for, collaboration)
        stands = await standing_now(self._tx, collaboration)
        after["status"] = stands.of_link(paused=after["paused"]).value
        return after if after == row else await say_changed(self._tx, after)

    @property
    def _rows(self) -> Any:
        return self._tx.db[LINKS]

    async def _filled(
        self, row: mongo.Document, asked: dict[str, Any], collaboration: campaigns.Collaboration
    ) -> mongo.Document:
        """The row with what was asked for, its target made anew."""
        if "destination" in asked or "destination" not in row:
            domains = await self._domains(collaboration.brand)
            row["destination"] = checked(
                asked.get("destination") or collaboration.landing_url, domains, self._click_parameter
            )
        if "utm" in asked:
            utm = utm_of(
                attribution.Placement(row["placement"]), asked["utm"] or UtmParameters(), collaboration.campaign
            )
            row["utm"] = utm.model_dump(exclude_none=True)
        for name in ("expires_at", "coupon"):
            if name in asked and asked[name] is None:
                row.pop(name, None)
        if asked.get("expires_at") is not None:
            if asked["expires_at"] <= self._tx.now:
                raise Refused("expires_at", "This time is over.")
            row["expires_at"] = _json_time(asked["expires_at"])
        if asked.get("coupon") is not None:
            row["coupon"] = asked["coupon"]
        if asked.get("paused") is not None:
            row["paused"] = asked["paused"]
        row["coupon_parameter"] = asked.get("coupon_parameter") or row["coupon_parameter"]
        way = asked.get("coupon_way") or row.get("coupon_way") or await self._way(collaboration.brand)
        row["coupon_way"] = CouponWay(way).value
        code = await self._coupon_code(row["coupon"], collaboration, new="coupon" in asked) if "coupon" in row else None
        utm = UtmParameters.model_validate(row["utm"])
        row["target"] = made(row["destination"], utm, code, CouponWay(way), row["coupon_parameter"])
        return row

    async def _collaboration(self, collaboration: str) -> campaigns.Collaboration:
        row = await self._tx.db[COLLABORATIONS].find_one({"_id": collaboration}, session=self._tx.session)
        if row is None:
            raise NotHeardOf("collaboration")
        if any(row.get(name) != value for name, value in self._mine.items()):
            raise NotTheirs("collaboration")
        return campaigns.Collaboration.model_validate(row["state"])

    async def _code(self, asked: str | None) -> str:
        if asked is None:
            return new_code()
        code = chosen(asked)
        taken = await self._rows.find_one({"code": code}, session=self._tx.session) is not None
        if taken or await retired_codes.is_retired(self._tx, code):
            raise InTheWay("code-taken", "This code is taken. Choose another one.")
        return code

    async def _domains(self, brand: str) -> Sequence[str]:
        row = await self._tx.db[BRANDS].find_one({"_id": brand}, session=self._tx.session)
        if row is None:
            raise NotHeardOf("brand")
        domains: Sequence[str] = row["domains"]
        return domains

    async def _way(self, brand: str) -> CouponWay:
        """How the brand's stores take codes: Shopify's own way, if any of them is Shopify's; else in the query."""
        kinds = await self._tx.db[STORES].distinct("kind", {"brand": brand}, session=self._tx.session)
        return CouponWay.SHOPIFY_DISCOUNT if StoreKind.SHOPIFY.value in kinds else CouponWay.PARAMETER

    async def _coupon_code(self, coupon: str, collaboration: campaigns.Collaboration, *, new: bool) -> str:
        """The code, if it is the collaboration's and goes on; a creator knows a code only once the store does (A3)."""
        query = {"_id": coupon, "collaboration": collaboration.id}
        row = await self._tx.db[COUPONS].find_one(query, session=self._tx.session)
        hidden = row is not None and row["status"] == CouponStatus.TO_ENTER and not self._sees_all_codes
        if new and (row is None or hidden):
            raise Refused("coupon", "This collaboration has no such coupon.")
        if new and row is not None and row["status"] == CouponStatus.ENDED:
            raise Refused("coupon", "This code has ended.")
        assert row is not None
        code: str = row["code"]
        return code


async def say_changed(tx: Tx, row: mongo.Document) -> mongo.Document:
    """Keep a changed link at its next revision and say so."""
    row = row | {"revision": row["revision"] + 1}
    await tx.db[LINKS].replace_one({"_id": row["_id"], "revision": row["revision"] - 1}, row, session=tx.session)
    tx.announce(attribution.LinkChanged, link_state(row), row["revision"])
    return row


async def add_first(tx: Tx, collaboration: campaigns.Collaboration, link: str) -> None:
    """The link that an agreement brings: to the campaign's page, for the creator's bio."""
    assert collaboration.creator is not None
    placement = attribution.Placement.BIO
    utm = utm_of(placement, UtmParameters(), collaboration.campaign)
    target = with_utm(collaboration.landing_url, utm)
    row: mongo.Document = {
        "_id": link,
        "code": new_code(),
        "brand": collaboration.brand,
        "campaign": collaboration.campaign,
        "collaboration": collaboration.id,
        "creator": collaboration.creator,
        "status": standing(collaboration, tx.now).status.value,
        "placement": placement.value,
        # Campaigns has checked the page against the brand's domains, and the redirect refuses what it would not serve.
        "destination": collaboration.landing_url,
        "target": target if len(target) <= LONGEST else collaboration.landing_url,
        "utm": utm.model_dump(exclude_none=True),
        "coupon_parameter": "coupon",
        "paused": False,
        "revision": 1,
    }
    await tx.db[LINKS].insert_one(row, session=tx.session)
    tx.announce(attribution.LinkCreated, link_state(row), 1)


async def standing_now(tx: Tx, collaboration: campaigns.Collaboration) -> Standing:
    """How the collaboration's links stand at this moment; with a creator who was erased all is over."""
    creator = collaboration.creator
    if creator is not None and await forgetting.forgotten_among(tx.db, [creator], tx.session):
        return Standing(LinkStatus.ENDED)
    return standing(collaboration, tx.now)


async def follow(tx: Tx, collaboration: campaigns.Collaboration) -> None:
    """Pause, resume and end the collaboration's links as it stands now, and come back when that changes by itself."""
    stands = await standing_now(tx, collaboration)
    of_this = {"brand": collaboration.brand, "collaboration": collaboration.id}
    for row in await rows_of(tx.db[LINKS].find(of_this, session=tx.session).sort("_id", 1)):
        status = _status_of(row, stands)
        if status != row["status"]:
            await say_changed(tx, row | {"status": status.value})
    if stands.changes_at is not None:
        at = stands.changes_at
        tx.set_timer(FOLLOW, collaboration.id, at, version=round(at.timestamp() * 1000))


async def follow_again(tx: Tx, collaboration: str) -> None:
    """What a timer does: look how the collaboration stands by now."""
    row = await tx.db[COLLABORATIONS].find_one({"_id": collaboration}, session=tx.session)
    if row is not None:
        await follow(tx, campaigns.Collaboration.model_validate(row["state"]))


async def drop_coupon(tx: Tx, collaboration: str, coupon: str) -> None:
    """Links that carry a code which has ended lead on without it."""
    found = tx.db[LINKS].find({"collaboration": collaboration, "coupon": coupon}, session=tx.session).sort("_id", 1)
    for row in await rows_of(found):
        del row["coupon"]
        row["target"] = with_utm(row["destination"], UtmParameters.model_validate(row["utm"]))
        await say_changed(tx, row)


def _status_of(row: mongo.Document, stands: Standing) -> LinkStatus:
    return stands.of_link(paused=row.get("paused", False))


def _json_time(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")
