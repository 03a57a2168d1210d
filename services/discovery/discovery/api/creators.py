"""One creator."""

from fastapi import APIRouter, Response

from chassis.http import etag, not_found
from contracts.http.discovery import CreatorOut
from discovery.answers import creator_out
from discovery.api.callers import BrandOrOperator, TheContext
from discovery.store import Creators

router = APIRouter(prefix="/v1")


@router.get("/creators/{creator}", tags=["creators"])
async def get_creator(creator: str, _who: BrandOrOperator, context: TheContext, response: Response) -> CreatorOut:
    """One creator's profile, with its revision as ETag."""
    found = await Creators(context.db).find(creator)
    if found is None:
        raise not_found("creator")
    response.headers["ETag"] = etag(found.revision)
    return creator_out(found)
