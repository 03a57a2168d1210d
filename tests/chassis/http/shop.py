"""A small service to try the chassis' HTTP with: a brand's things, and routes that go wrong in every way."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from chassis import consume, mongo, outbox
from chassis.clock import Clock
from chassis.context import Context
from chassis.health import Health
from chassis.http import (
    KB,
    Kind,
    Page,
    Paging,
    Principal,
    Writing,
    build_api,
    conflict,
    context_of,
    etag,
    idempotency,
    if_match,
    marks,
    not_found,
    not_known_yet,
    once,
    page_of,
    principal,
    strict_json,
)
from chassis.testing import a_context, a_token, no_service_tokens, static_keys
from chassis.tx import OutcomeUnknown, TryAgainLater, Tx

NAME = "shop"
ADDRESS = "someone@example.org"
Shop = Annotated[Context[Tx], Depends(context_of)]
Brand = Annotated[Principal, Depends(principal(Kind.BRAND))]
COLLECTIONS = [
    *idempotency.COLLECTIONS,
    *consume.COLLECTIONS,
    *outbox.COLLECTIONS,
    mongo.CollectionSpec("things", indexes=[mongo.IndexModel([("brand", 1), ("_id", -1)])]),
    mongo.CollectionSpec("names", indexes=[mongo.IndexModel([("name", 1)], unique=True)]),
]


class SoldOutError(Exception):
    """An error of the domain, which knows nothing of HTTP."""


class NewThing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: Annotated[str, Field(min_length=1, max_length=40)]
    price: float = 1.0
    parts: tuple[dict[str, Any], ...] = ()


class ThingOut(BaseModel):
    id: str
    name: str


router = APIRouter(prefix="/v1")


@router.post("/things", status_code=201, response_model=ThingOut)
async def make_thing(body: NewThing, write: Writing, who: Brand, context: Shop) -> Response:
    async def work(tx: Tx) -> ThingOut:
        if body.name == "refused":
            raise conflict("refused", "Refused")
        made = await tx.db.things.count_documents({}, session=tx.session)
        thing = f"t-{made + 1}"
        await tx.db.things.insert_one({"_id": thing, "brand": who.id, "name": body.name}, session=tx.session)
        return ThingOut(id=thing, name=body.name)

    return await once(context, write, who, work)


@router.get("/things")
async def list_things(who: Brand, paging: Paging, context: Shop) -> Page[ThingOut]:
    query: dict[str, Any] = {"brand": who.id}
    if (after := paging.position(str)) is not None:
        query["_id"] = {"$lt": after[0]}
    rows = await context.db.things.find(query).sort("_id", -1).limit(paging.fetch).to_list(None)
    return page_of([ThingOut(id=row["_id"], name=row["name"]) for row in rows], paging, lambda thing: (thing.id,))


@router.get("/things/{thing}")
async def get_thing(thing: str, who: Brand, context: Shop) -> ThingOut:
    row = await context.db.things.find_one({"_id": thing, "brand": who.id})
    if row is None:
        raise not_found("thing")
    return ThingOut(id=row["_id"], name=row["name"])


@router.put("/things/{thing}")
async def rename_thing(thing: int, request: Request, who: Brand) -> Response:
    if_match(request, thing)
    return Response(status_code=204, headers={"ETag": etag(thing + 1)})


@router.delete("/things/{thing}", status_code=204)
async def delete_thing(thing: str, write: Writing, who: Brand, context: Shop) -> Response:
    async def work(tx: Tx) -> None:
        await tx.db.things.delete_one({"_id": thing, "brand": who.id}, session=tx.session)

    return await once(context, write, who, work)


@router.get("/whoami")
async def whoami(who: Annotated[Principal, Depends(principal())]) -> Principal:
    return who


@router.get("/internal")
async def internal(who: Annotated[Principal, Depends(principal(Kind.SERVICE, named=("console",)))]) -> str:
    return who.id


@router.post("/deliveries/{store}", openapi_extra=marks(public=True, body_limit=512 * KB))
async def deliver(store: str, request: Request) -> dict[str, Any]:
    body = await request.body()
    return {"store": store, "size": len(body), "json": strict_json(body) if body[:1] == b"{" else None}


@router.post("/uploads", openapi_extra=marks(public=True, body_limit=512 * KB))
async def upload(file: UploadFile) -> int:
    return len(await file.read())


async def a_bug(_context: Context[Any]) -> None:
    raise RuntimeError("a bug in the middle")


async def an_invalid_model(_context: Context[Any]) -> None:
    NewThing.model_validate({"name": ADDRESS * 9})


async def a_duplicate(context: Context[Any]) -> None:
    for _ in range(2):
        await context.db.names.insert_one({"name": ADDRESS})


async def a_conflict(_context: Context[Any]) -> None:
    raise TryAgainLater("conflict with host db-7.internal")


async def an_unknown_outcome(_context: Context[Any]) -> None:
    raise OutcomeUnknown("lost")


async def an_early_call(_context: Context[Any]) -> None:
    raise not_known_yet("campaign")


async def sold_out(_context: Context[Any]) -> None:
    raise SoldOutError


async def a_read(context: Context[Any]) -> None:
    await context.db.things.find_one({})


async def an_invalid_answer(_context: Context[Any]) -> None:
    return


ERRORS = {
    error.__name__: error
    for error in (
        a_bug,
        an_invalid_model,
        an_invalid_answer,
        a_duplicate,
        a_conflict,
        an_unknown_outcome,
        an_early_call,
        sold_out,
        a_read,
    )
}


@router.get("/errors/{which}", openapi_extra=marks(public=True), response_model=ThingOut)
async def fail(which: str, context: Shop) -> dict[str, str]:
    await ERRORS[which](context)
    return {"id": ADDRESS}


def a_shop(context: Context[Any], *, health: Health | None = None, **more: Any) -> FastAPI:
    return build_api(
        context,
        [router],
        title="Shop",
        health=health or Health(),
        **{
            "keys": static_keys(),
            "service_tokens": no_service_tokens(),
            "problems": {SoldOutError: lambda _: conflict("sold-out", "Sold out")},
            **more,
        },
    )


def a_shop_context(client: mongo.Client, database: str, clock: Clock | None = None) -> Context[Any]:
    return a_context(NAME, client, database, clock=clock)


def a_shop_token(kind: Kind = Kind.BRAND, who: str = "b-1", **more: Any) -> str:
    return a_token(kind, who, **{"audience": NAME, **more})
