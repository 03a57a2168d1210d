"""A creator's public page (A2)."""

from hashlib import sha256

from fastapi import APIRouter, Request, Response

from attribution import answers
from attribution.api.callers import TheContext, settings_of
from attribution.store.views import bio_of
from chassis.http import marks, not_found
from contracts.http.attribution import BioOut

router = APIRouter(tags=["public"])

CACHE = "public, max-age=60"


@router.get("/v1/bio/{creator}", response_model=BioOut, openapi_extra=marks(public=True))
async def read_bio(creator: str, context: TheContext, request: Request) -> Response:
    """What a creator shows to everybody: links that lead on now, and codes that the stores know; 404 for nobody's."""
    bio = await bio_of(context.db, creator, context.clock.now())
    if bio is None:
        raise not_found("creator")
    body = answers.bio_out(creator, bio, settings_of(context).link_public_url).model_dump_json().encode()
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": CACHE}
    seen = {one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")}
    if tag in seen:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)
