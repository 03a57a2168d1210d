"""A creator's page (D6), and what they read of their own figures."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import Final

from fastapi import APIRouter

from chassis.http import Kind, not_found
from contracts.http.discovery import (
    CreatorPage,
    FigureOut,
    HistoryPoint,
    OwnFigures,
    PastCampaign,
    ResponsivenessOut,
    VideoOut,
)
from contracts.money import Money
from discovery.answers import creator_out
from discovery.api.callers import BrandOrOperator, Creator, TheContext
from discovery.domain.profiles import ProfileRecord
from discovery.domain.relations import Relation, brands_now, responsiveness
from discovery.domain.told_figures import all_figures
from discovery.store import Creators, PageView

router = APIRouter(prefix="/v1")
HISTORY: Final = timedelta(days=400)
OF_HISTORY: Final = ("followers", "average_views", "median_views", "engagement_per_view", "views_30d")


@router.get("/me/profiles/{profile}/figures", tags=["own profiles"])
async def read_own_figures(profile: str, who: Creator, context: TheContext) -> OwnFigures:
    """What brands read of one's own figures. Of a handle that others claim, too, only who has proven it reads them."""
    found = await Creators(context.db).find(profile)
    if found is None or found.owner != who.id:
        raise not_found("profile")
    relations = await PageView(context.db, None).relations(found)
    return OwnFigures(
        figures=_figures(found),
        record=found.record,
        brands_now=len(brands_now(relations)),
        responsiveness=_answers(relations),
    )


@router.get("/creators/{creator}/page", tags=["creators"])
async def read_page(creator: str, who: BrandOrOperator, context: TheContext) -> CreatorPage:
    """What a brand needs to judge: figures with their history, the last videos, its own campaigns, how they answer."""
    profile = await Creators(context.db).find(creator)
    if profile is None:
        raise not_found("creator")
    brand = who.id if who.kind is Kind.BRAND else None
    view = PageView(context.db, brand)
    relations = await view.relations(profile)
    return CreatorPage(
        creator=creator_out(profile),
        figures=_figures(profile),
        history=tuple(
            HistoryPoint(at=row["at"], source=row["source"], **{name: row["told"].get(name) for name in OF_HISTORY})
            for row in await view.history(creator, context.clock.now() - HISTORY)
        ),
        videos=tuple(
            VideoOut(
                id=video.id,
                published_at=video.published_at,
                seen_at=row["at"],
                views=video.views,
                likes=video.likes,
                comments=video.comments,
                shares=video.shares,
                views_at_seven_days=None if row["seventh"] is None else row["seventh"]["views"],
            )
            for video, row in await view.videos(creator)
        ),
        campaigns=tuple(
            PastCampaign(
                campaign=row["campaign"],
                collaboration=row["_id"],
                status=row["status"],
                agreed_at=row["agreed_at"],
                completed_at=row["completed_at"],
                net_sales=tuple(Money(amount=each.net, currency=each.currency) for each in sold),
            )
            for row, sold in await view.own(profile)
        ),
        other_brands_now=len(brands_now(relations) - {brand}),
        responsiveness=_answers(relations),
    )


def _figures(profile: ProfileRecord) -> tuple[FigureOut, ...]:
    return tuple(FigureOut(**asdict(each) | {"amounts": each.amounts}) for each in all_figures(profile))


def _answers(relations: Sequence[Relation]) -> ResponsivenessOut:
    found = responsiveness(relations)
    return ResponsivenessOut(invitations=found.invitations, answered=found.answered, median_seconds=found.seconds)
