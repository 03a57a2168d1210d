"""The directory of open programs, and what is known of the creators who read it (C4)."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from campaigns.domain import eligibility, fit
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.eligibility import Figures
from campaigns.domain.fit import Asked, Known
from campaigns.store import documents
from campaigns.store.collections import CAMPAIGNS, PROFILES
from chassis import mongo
from chassis.mongo import Document
from contracts.campaigns import Eligibility


@dataclass(frozen=True, slots=True)
class Wish:
    """What a creator looks for; `figures` leaves out the programs that are known to refuse them."""

    category: str | None = None
    country: str | None = None
    min_commission: int | None = None
    min_followers_at_most: int | None = None
    figures: Figures | None = None


MOST_COMPARED = 5_000
"""So many open programs, the newest, are compared with a creator."""


async def directory(
    db: mongo.Database, wish: Wish, now: datetime, before: str | None, limit: int
) -> tuple[list[CampaignRecord], int]:
    """Open programs, newest first, and how many there are in all."""
    query = _query(wish, now)
    total = await db[CAMPAIGNS].count_documents(query)
    if before is not None:
        query["_id"] = {"$lt": before}
    rows = await db[CAMPAIGNS].find(query).sort("_id", -1).limit(limit).to_list(limit)
    return [documents.campaign(row) for row in rows], total


async def by_fit(
    db: mongo.Database, wish: Wish, now: datetime, known: Known, after: tuple[int, str] | None, limit: int
) -> tuple[list[tuple[int, CampaignRecord]], int]:
    """Open programs with their points, those that suit the creator best first, then the newest; how many in all.

    Only what the directory goes by is read of each, and whole campaigns for the page that is asked for.
    """
    query = _query(wish, now)
    total = await db[CAMPAIGNS].count_documents(query)
    rows = db[CAMPAIGNS].find(query, {"open": 1}).sort("_id", -1).limit(MOST_COMPARED)
    ranked = [(fit.points(fit.parts(_asked(row["open"]), known)), row["_id"]) async for row in rows]
    first = heapq.nlargest(limit, (one for one in ranked if after is None or one < after))
    ids = [id_ for _, id_ in first]
    found = {row["_id"]: documents.campaign(row) async for row in db[CAMPAIGNS].find({"_id": {"$in": ids}})}
    return [(points, found[id_]) for points, id_ in first if id_ in found], total


def asked_of(campaign: CampaignRecord) -> Asked:
    """What a program says of itself."""
    assert campaign.program is not None
    channels = tuple(channel.value for channel in campaign.brief.channels)
    return Asked(campaign.program.eligibility, campaign.brief.category, channels)


def _asked(opened: Mapping[str, Any]) -> Asked:
    rules = {name: opened[name] for name in ("min_followers", "min_age", "countries")}
    return Asked(Eligibility.model_validate(rules), opened["category"], tuple(opened.get("channels", ())))


async def program_of(db: mongo.Database, campaign: str) -> CampaignRecord | None:
    """A campaign that is published as a program, open or closed for the moment."""
    row = await db[CAMPAIGNS].find_one({"_id": campaign, "open": {"$exists": True}})
    return None if row is None else documents.campaign(row)


async def figures_of(db: mongo.Database, creator: str) -> dict[str, Figures]:
    """What is known of a creator's profiles, by profile."""
    return {row["_id"]: _figures(row) async for row in db[PROFILES].find({"claimed_by": creator})}


async def known_of(db: mongo.Database, creator: str) -> Known:
    """What is known of a creator over all of their profiles."""
    rows = await db[PROFILES].find({"claimed_by": creator}).to_list(None)
    return Known(
        figures=eligibility.best(_figures(row) for row in rows),
        categories=frozenset(category for row in rows for category in row.get("categories", ())),
        networks=frozenset(row["network"] for row in rows),
    )


def _figures(row: Document) -> Figures:
    return Figures(followers=row.get("followers"), country=row.get("country"))


def _query(wish: Wish, now: datetime) -> dict[str, Any]:
    query: dict[str, Any] = {"open": {"$exists": True}, "open.until": {"$gt": now}}
    conditions = _conditions(wish)
    return query | ({"$and": conditions} if conditions else {})


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
