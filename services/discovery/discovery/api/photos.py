"""Photos: sent by creators, kept small and without anything but what is seen, and served from here alone (27)."""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response

from chassis.context import Context
from chassis.http import MB, FieldError, Principal, Problem, marks, not_found, unprocessable
from contracts.http.discovery import RegistrationOut
from contracts.ids import Id
from discovery import registering
from discovery.api.callers import BrandOrOperator, Creator, TheContext
from discovery.bios import Bios, bios_of
from discovery.domain.photos import KIND, NoPhotoError, Photo, photo_of
from discovery.store import Creators, DiscoveryTx, photos, registrations

router = APIRouter(prefix="/v1")

MOST_BYTES: Final = 10 * MB
TAKEN: Final = ("image/jpeg", "image/png", "image/webp")
AS_PICTURE: Final[dict[str, Any]] = {
    **marks(body_limit=MOST_BYTES),
    "requestBody": {
        "required": True,
        "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in TAKEN},
    },
}
PICTURE: Final[dict[int | str, dict[str, Any]]] = {200: {"description": "The photo.", "content": {KIND: {}}}}
TOO_LARGE: Final = 413
HEADERS: Final = {
    "Cache-Control": "private, max-age=86400, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""A name stands for its bytes for ever. A day, as browsers that keep it hear of no erasure."""

ONE_AT_A_TIME: Final = asyncio.Semaphore(1)
"""Decoding takes memory by the picture's pixels, so a process decodes one at once."""


@router.put("/me/profiles/{profile}/photo", tags=["own profiles"], openapi_extra=AS_PICTURE)
async def put_photo(
    profile: Id, request: Request, who: Creator, context: TheContext, bios: Annotated[Bios, Depends(bios_of)]
) -> RegistrationOut:
    """Show this picture, the request's body: a JPEG, PNG or WebP. It is cut to a square, and its EXIF is not kept.

    413 and 422 name the field `photo`. The same picture again changes nothing.
    """
    if await registrations.find(context.db, who.id, profile) is None:
        raise not_found("profile")
    photo = await _photo_in(request)
    return await _set(profile, photo, who, context, bios)


@router.delete("/me/profiles/{profile}/photo", tags=["own profiles"])
async def remove_photo(
    profile: Id, who: Creator, context: TheContext, bios: Annotated[Bios, Depends(bios_of)]
) -> RegistrationOut:
    """Show no photo any more; its bytes are gone."""
    return await _set(profile, None, who, context, bios)


@router.get("/me/profiles/{profile}/photo/{photo}", tags=["own profiles"], responses=PICTURE, response_class=Response)
async def read_own_photo(profile: Id, photo: Id, who: Creator, context: TheContext) -> Response:
    """One's own photo, whether or not the profile shows it."""
    return _picture(await photos.own(context.db, registrations.registration_id(who.id, profile), photo))


@router.get("/creators/{creator}/photo/{photo}", tags=["creators"], responses=PICTURE, response_class=Response)
async def read_photo(creator: Id, photo: Id, _who: BrandOrOperator, context: TheContext) -> Response:
    """The photo that a profile shows, by the name that stands in the profile; any other is not told."""
    found = await Creators(context.db).find(creator)
    if found is None or found.details is None or found.details.photo != photo:
        raise not_found("photo")
    return _picture(await photos.shown(context.db, creator, photo))


async def _photo_in(request: Request) -> Photo:
    try:
        content = await request.body()
    except Problem as problem:
        if problem.status != TOO_LARGE:
            raise
        told = FieldError(field="photo", message=f"Choose a picture of at most {MOST_BYTES // MB} MB.")
        raise Problem(TOO_LARGE, problem.code, problem.title, str(problem.detail), errors=[told.model_dump()]) from None
    try:
        async with ONE_AT_A_TIME:
            return await asyncio.to_thread(photo_of, content)
    except NoPhotoError as error:
        raise unprocessable([("photo", str(error))]) from None


async def _set(
    profile: str, photo: Photo | None, who: Principal, context: Context[DiscoveryTx], bios: Bios
) -> RegistrationOut:
    async def work(tx: DiscoveryTx) -> RegistrationOut:
        before = await registrations.find(tx.db, who.id, profile, tx.session)
        if before is None:
            raise not_found("profile")
        kept = await tx.set_photo(before, photo)
        networks = bios.networks
        return registering.registration_out(kept, await tx.one(profile), await tx.policies(), tx.now, networks)

    return await context.transactions.run(work)


def _picture(content: bytes | None) -> Response:
    if content is None:
        raise not_found("photo")
    return Response(content, media_type=KIND, headers=HEADERS)
