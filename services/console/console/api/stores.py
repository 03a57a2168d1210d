"""A brand's stores, and the brand itself."""

from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.http import Kind, Page, Principal, Problem, conflict, not_found, principal, unprocessable
from console import stores
from console.api.here import TheDesk
from console.domain.accounts import Refusal, host_of, shop_refusal
from console.store import OwnStores
from console.store.accounts import brand_of
from contracts.console import StoreKind
from contracts.http.console import (
    BrandOut,
    ConnectStore,
    CredentialsOut,
    NewSecret,
    StoreConnected,
    StoreOut,
)

router = APIRouter(prefix="/v1", tags=["stores"])
BrandMember = Annotated[Principal, Depends(principal(Kind.BRAND))]


@router.get("/brand")
async def get_brand(who: BrandMember, desk: TheDesk) -> BrandOut:
    """The brand that the token acts for."""
    brand = await brand_of(desk.db, who.id)
    if brand is None:
        raise not_found("brand")
    return BrandOut(id=brand.id, **brand.details.model_dump())


@router.get("/stores")
async def list_stores(who: BrandMember, desk: TheDesk) -> Page[StoreOut]:
    """The brand's stores, the oldest first."""
    found = await OwnStores(desk.db, who.id).all()
    return Page[StoreOut](items=tuple(stores.shown(desk, store) for store in found), total=len(found))


@router.post("/stores", status_code=201)
async def connect_store(body: ConnectStore, who: BrandMember, desk: TheDesk) -> StoreConnected:
    """Connect a shop; the answer shows a secret that we made this once. 409 for one that is connected already."""
    host = host_of(body.shop)
    if host is None or (refusal := shop_refusal(body.kind, host)) is not None:
        raise unprocessable([("shop", str(Refusal.SHOP if host is None else refusal))])
    if body.kind is StoreKind.SHOPIFY and body.secret is None:
        raise unprocessable([("secret", str(Refusal.SHOPIFY_SECRET))])
    try:
        handed = await stores.connect(desk, who.id, body.kind, host, body.secret)
    except stores.ShopTakenError as error:
        raise conflict("shop-taken", "Connected already", "This shop is connected already.") from error
    except stores.SecretNotTakenError as error:
        raise _secret_waits() from error
    return stores.connected(desk, handed)


@router.get("/stores/{store}")
async def get_store(store: str, who: BrandMember, desk: TheDesk) -> StoreOut:
    """One store."""
    found = await OwnStores(desk.db, who.id).find(store)
    if found is None:
        raise not_found("store")
    return stores.shown(desk, found)


@router.put("/stores/{store}/secret")
async def replace_secret(store: str, body: NewSecret, who: BrandMember, desk: TheDesk) -> StoreConnected:
    """Replace the webhook secret; for a day the old one stays right beside it."""
    try:
        return stores.connected(desk, await stores.replace_secret(desk, who.id, store, body.secret))
    except stores.NoSuchStoreError as error:
        raise not_found("store") from error
    except stores.SecretNotTakenError as error:
        raise _secret_waits() from error


@router.post("/stores/{store}/credentials", status_code=201)
async def make_credentials(store: str, who: BrandMember, desk: TheDesk) -> CredentialsOut:
    """New client credentials of a store for our APIs; those that it had end."""
    try:
        return await stores.new_credentials(desk, who.id, store)
    except stores.NoSuchStoreError as error:
        raise not_found("store") from error


def _secret_waits() -> Problem:
    return Problem(
        503,
        "secret-not-handed-over",
        "The secret could not be handed over",
        "The store is connected. Set its secret again in a moment.",
        headers={"Retry-After": "1"},
    )
