"""The directory of open programs, and what is known of the creators who read it (C4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.eligibility import Figures
from campaigns.store import documents
from campaigns.store.collections import CAMPAIGNS, PROFILES
from chassis import mongo
from chassis.mongo import Document


@dataclass(frozen=True, slots=True)
class Wish:
    """What a creator looks for; `figures` leaves out the programs that are known to refuse them."""

    category: str | None = None
    country: str | None = None
    min_commission: int | None = None
    min_followers_at_most: int | None = None
    figures: Figures | None = None


async def directory(
    db: mongo.Database, wish: Wish, now: datetime, before: str | None, limit: int
) -> tuple[list[CampaignRecord], int]:
    """Open programs, newest first, and how many there are in all."""
    query: dict[str, Any] = {"open": {"$exists": True}, "open.until": {"$gt": now}, "$and": _conditions(wish)}
    if not query["$and"]:
        del query["$and"]
    total = await db[CAMPAIGNS].count_documents(query)
    if before is not None:
        query["_id"] = {"$lt": before}
    rows = await db[CAMPAIGNS].find(query).sort("_id", -1).limit(limit).to_list(limit)
    return [documents.campaign(row) for row in rows], total


async def program_of(db: mongo.Database, campaign: str) -> CampaignRecord | None:
    """A campaign that is published as a program, open or closed for the moment."""
    row = await db[CAMPAIGNS].find_one({"_id": campaign, "open": {"$exists": True}})
    return None if row is None else documents.campaign(row)


async def figures_of(db: mongo.Database, creator: str) -> dict[str, Figures]:
    """What is known of a creator's profiles, by profile."""
    return {row["_id"]: _figures(row) async for row in db[PROFILES].find({"claimed_by": creator})}


def _figures(row: Document) -> Figures:
    return Figures(followers=row.get("followers"), country=row.get("country"))


def _conditions(wish: Wish) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if wish.category is not None:
        found.append({"open.category": wish.category})
    if wish.country is not None:
        found.append(_lets_in(wish.country))
    if wish.min_commission is not None:
        found.append({"open.commission": {"$gte": wish.min_commission}})
    if wish.min_followers_at_most is not None:
        found.append(_at_most("min_followers", wish.min_followers_at_most))
    if wish.figures is not None:
        # An unknown figure refuses nothing (D2).
        if wish.figures.followers is not None:
            found.append(_at_most("min_followers", wish.figures.followers))
        if wish.figures.country is not None:
            found.append(_lets_in(wish.figures.country))
    return found


def _lets_in(country: str) -> dict[str, Any]:
    return {"$or": [{"open.countries": []}, {"open.countries": country}]}


def _at_most(rule: str, figure: int) -> dict[str, Any]:
    return {"$or": [{f"open.{rule}": None}, {f"open.{rule}": {"$lte": figure}}]}
