"""The data API: third parties read creators' figures, as far as their scopes go and as often as they may (D11)."""

from collections.abc import Collection
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Query, Response

from chassis.context import Context
from chassis.http import Kind, Principal, Problem, not_found, principal
from contracts.discovery import Profile
from contracts.http.discovery import AudienceData, DataScope, FoundCreator, StatsData, VideosData
from contracts.ids import Id
from discovery.api.callers import TheContext
from discovery.domain.columns import UnreadableFile
from discovery.domain.data import (
    AUDIENCE,
    STATS,
    VIDEOS,
    audience_data,
    is_open_to_third_parties,
    openers,
    stats_data,
    video_data,
    withheld,
)
from discovery.domain.profiles import profile_id
from discovery.domain.rows import network_of
from discovery.settings import DiscoverySettings
from discovery.store import Creators, PageView
from discovery.store.budgets import Bucket, take
from discovery.store.suppressions import standing_for

router = APIRouter(prefix="/v1/data/creators", tags=["data"])

ThirdParty = Annotated[Principal, Depends(principal(Kind.THIRD_PARTY))]


async def within_budget(who: ThirdParty, context: TheContext, response: Response) -> Principal:
    """The third party, if it has not asked too often; every answer says how much is left of its budget."""
    settings = cast("DiscoverySettings", context.settings)
    per_minute, burst = settings.data_requests_per_minute, settings.data_burst
    bucket = await take(context.db, who.account, per_minute=per_minute, burst=burst)
    headers = rate_headers(bucket, per_minute, burst)
    if not bucket.taken:
        raise Problem(
            429,
            "too-many-requests",
            "Too many requests",
            f"One client may ask {burst} times at once and {per_minute} times a minute. Wait {bucket.next_in} s.",
            headers={**headers, "Retry-After": str(bucket.next_in)},
        )
    response.headers.update(headers)
    return who


Reader = Annotated[Principal, Depends(within_budget)]


def rate_headers(bucket: Bucket, per_minute: int, burst: int) -> dict[str, str]:
    """The budget by the names of the IETF's draft on RateLimit header fields: `r` requests left, `t` s to the next."""
    return {
        "RateLimit-Policy": f'"burst";q={burst}, "minute";q={per_minute};w=60',
        "RateLimit": f'"burst";r={bucket.left};t={bucket.next_in}',
    }


def _an_answer(example: dict[str, Any], said: str) -> dict[int | str, dict[str, Any]]:
    """OpenAPI's account of a route: an answer as an example, and what else may come."""
    headers = {
        name: {"schema": {"type": "string"}, "description": meaning}
        for name, meaning in (
            ("RateLimit-Policy", "how much may be asked"),
            ("RateLimit", "what is left, and in how many seconds there is more"),
        )
    }
    return {
        200: {
            "description": said,
            "headers": headers,
            "content": {"application/json": {"example": example}},
        },
        403: {"description": "None of the client's scopes opens anything here; `scopes` names those that would."},
        404: {"description": "No market lists such a creator: unknown, not listed and erased are the same."},
        429: {"description": "Asked too often; `Retry-After` says how many seconds to wait."},
    }


PARTS: Final = "What the scopes open; what they don't is absent, and `withheld` names the scopes that would open it."
FOUND_EXAMPLE: Final[dict[str, Any]] = {"creator": "2f8e4d0c9b7a46518d3e5f60718293a4"}
STATS_EXAMPLE: Final[dict[str, Any]] = {
    "creator": "2f8e4d0c9b7a46518d3e5f60718293a4",
    "as_of": "2026-11-01T12:00:00Z",
    "reach": {"followers": 221700, "average_views": 48200, "median_views": 41000, "median_views_7d": 38900},
    "growth": {"growth_7d": 40, "growth_30d": 210, "growth_90d": 800},
    "sales": {"gpm": [{"amount": 1240, "currency": "EUR"}]},
    "withheld": ["stats:engagement", "stats:activity", "stats:net_gpm"],
}
VIDEOS_EXAMPLE: Final[dict[str, Any]] = {
    "creator": "2f8e4d0c9b7a46518d3e5f60718293a4",
    "videos": [{"id": "7301", "published_at": "2026-10-30T18:00:00Z"}],
    "withheld": ["videos:counts"],
}
AUDIENCE_EXAMPLE: Final[dict[str, Any]] = {
    "creator": "2f8e4d0c9b7a46518d3e5f60718293a4",
    "ages": [{"band": "18-24", "share": 3100}, {"band": "25-34", "share": 4200}],
    "countries": [{"country": "FI", "share": 7000}],
    "withheld": ["audience:genders"],
}


@router.get("", responses=_an_answer(FOUND_EXAMPLE, "The id by which the creator's figures are read."))
async def find_creator(
    network: Annotated[str, Query(min_length=1, max_length=40)],
    handle: Annotated[str, Query(min_length=1, max_length=200)],
    who: Reader,
    context: TheContext,
) -> FoundCreator:
    """Which id stands for a handle, however it is written (scope `creators:find`)."""
    _let_in(who, (DataScope.FIND,))
    try:
        made = profile_id(network_of(network), handle)
    except UnreadableFile as error:  # no network has such a name
        raise not_found("creator") from error
    found = await _open(await standing_for(context.db, made), context)
    return FoundCreator(creator=found.id)


@router.get(
    "/{creator}/stats",
    response_model_exclude_unset=True,
    responses=_an_answer(STATS_EXAMPLE, PARTS),
)
async def read_stats(creator: Id, who: Reader, context: TheContext) -> StatsData:
    """A creator's figures, by groups (scopes `stats:…`)."""
    return stats_data(await _listed(creator, who, openers(STATS), context), who.scopes)


@router.get(
    "/{creator}/videos",
    response_model_exclude_unset=True,
    responses=_an_answer(VIDEOS_EXAMPLE, PARTS),
)
async def read_videos(creator: Id, who: Reader, context: TheContext) -> VideosData:
    """How the last 30 videos did (scopes `videos:…`)."""
    await _listed(creator, who, openers(VIDEOS), context)
    videos = []
    for video, row in await PageView(context.db, None).videos(creator):
        seventh = row["seventh"]["views"] if row["seventh"] is not None else None
        videos.append(video_data(video, row["at"], seventh, who.scopes))
    return VideosData(creator=creator, videos=tuple(videos), withheld=withheld(VIDEOS, who.scopes))


@router.get(
    "/{creator}/audience",
    response_model_exclude_unset=True,
    responses=_an_answer(AUDIENCE_EXAMPLE, PARTS),
)
async def read_audience(creator: Id, who: Reader, context: TheContext) -> AudienceData:
    """Whom a creator reaches, by age, gender and country (scopes `audience:…`)."""
    return audience_data(await _listed(creator, who, openers(AUDIENCE), context), who.scopes)


async def _listed(creator: str, who: Principal, opening: Collection[DataScope], context: Context[Any]) -> Profile:
    """The creator, if a market lists them and the client has a scope here; who has none learns nothing of anybody."""
    _let_in(who, opening)
    return await _open(creator, context)


def _let_in(who: Principal, opening: Collection[DataScope]) -> None:
    if not who.scopes & set(opening):
        raise Problem(
            403,
            "insufficient-scope",
            "No scope for this",
            "An operator has to open some of these fields to your client.",
            headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{" ".join(opening)}"'},
            scopes=list(opening),
        )


async def _open(creator: str, context: Context[Any]) -> Profile:
    found = await Creators(context.db).find(creator)
    state = None if found is None else found.state()
    if state is None or not is_open_to_third_parties(state):
        raise not_found("creator")
    return state
