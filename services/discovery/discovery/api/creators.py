"""Creators to find."""

from typing import Annotated

from fastapi import APIRouter, Query, Response

from chassis.http import Page, Paging, etag, not_found, page_of, unprocessable
from contracts.http.discovery import CreatorOut, CreatorSort
from discovery.answers import creator_out
from discovery.api.callers import BrandOrOperator, TheContext
from discovery.store import Creators, Search
from discovery.store.documents import rank_of

router = APIRouter(prefix="/v1")

Count = Annotated[int | None, Query(ge=0, le=2**63 - 1)]


@router.get("/creators", tags=["creators"])
async def search_creators(
    _who: BrandOrOperator,
    paging: Paging,
    context: TheContext,
    text: Annotated[str, Query(max_length=200, description="beginnings of words of handle or name")] = "",
    network: Annotated[str | None, Query(max_length=40)] = None,
    min_followers: Count = None,
    max_followers: Count = None,
    claimed: Annotated[bool | None, Query(description="whether an account says that it is theirs")] = None,
    sort: CreatorSort = CreatorSort.FOLLOWERS,  # noqa: ARG001 - one order so far; others are refused
) -> Page[CreatorOut]:
    """Creators by handle or name and by followers, most first, with the exact total."""
    if min_followers is not None and max_followers is not None and max_followers < min_followers:
        raise unprocessable([("max_followers", "This is less than min_followers.")])
    search = Search(text, network or None, min_followers, max_followers, claimed)
    position = paging.position(int, str)
    after = None if position is None else (position[0], position[1])
    found, total = await Creators(context.db).search(search, after, paging.fetch)
    page = page_of(found, paging, lambda profile: (rank_of(profile), profile.id))
    return Page[CreatorOut](
        items=tuple(creator_out(one) for one in page.items), next_cursor=page.next_cursor, total=total
    )


@router.get("/creators/{creator}", tags=["creators"])
async def get_creator(creator: str, _who: BrandOrOperator, context: TheContext, response: Response) -> CreatorOut:
    """One creator's profile, with its revision as ETag."""
    found = await Creators(context.db).find(creator)
    if found is None:
        raise not_found("creator")
    response.headers["ETag"] = etag(found.revision)
    return creator_out(found)
