"""What everybody may see of a creator: active links, and codes that the stores know (A2)."""

from datetime import datetime

from attribution.domain.links.standing import standing
from attribution.store.collections import COLLABORATIONS, COUPONS, LINKS, rows_of
from attribution.store.facts import coupon_state, link_state
from attribution.store.views.reading import brand_names
from chassis import forgetting, mongo
from contracts import attribution, campaigns
from contracts.attribution import CouponStatus, LinkStatus

MOST = 200
"""Links and codes of one page: more than anybody scrolls through."""


class Bio:
    """One creator's page at an instant: links that lead on, codes that are valid, and the names of their brands."""

    def __init__(self, links: list[attribution.Link], coupons: list[attribution.Coupon], names: dict[str, str]) -> None:
        self.links = links
        self.coupons = coupons
        self.names = names


async def bio_of(db: mongo.Database, creator: str, now: datetime) -> Bio | None:
    """The creator's page; None for somebody who was erased, or never had a link or a code that a store knows."""
    if await forgetting.forgotten_among(db, [creator]):
        return None
    links = [
        link_state(row) for row in await _newest(db, LINKS, {"creator": creator, "status": LinkStatus.ACTIVE.value})
    ]
    known = {"creator": creator, "status": CouponStatus.CONFIRMED.value}
    coupons = [coupon_state(row) for row in await _newest(db, COUPONS, known)]
    if not links and not coupons and not await _was_ever(db, creator):
        return None
    alive = await _alive(db, {one.collaboration for one in links} | {one.collaboration for one in coupons}, now)
    links = [one for one in links if one.collaboration in alive and (one.expires_at is None or one.expires_at > now)]
    coupons = [one for one in coupons if one.collaboration in alive and (one.ended_at is None or one.ended_at > now)]
    names = await brand_names(db, {one.brand for one in links} | {one.brand for one in coupons})
    return Bio(links, coupons, dict(names))


async def _newest(db: mongo.Database, name: str, query: mongo.Document) -> list[mongo.Document]:
    return await rows_of(db[name].find(query).sort("_id", -1).limit(MOST))


async def _was_ever(db: mongo.Database, creator: str) -> bool:
    if await db[LINKS].find_one({"creator": creator}, {"_id": 1}) is not None:
        return True
    shown = {"creator": creator, "status": {"$ne": CouponStatus.TO_ENTER.value}}
    return await db[COUPONS].find_one(shown, {"_id": 1}) is not None


async def _alive(db: mongo.Database, collaborations: set[str], now: datetime) -> set[str]:
    """Those that lead on now; a link may not have heard of it yet."""
    found = await rows_of(db[COLLABORATIONS].find({"_id": {"$in": sorted(collaborations)}}, {"state": 1}))
    return {
        row["_id"]
        for row in found
        if standing(campaigns.Collaboration.model_validate(row["state"]), now).status is LinkStatus.ACTIVE
    }
