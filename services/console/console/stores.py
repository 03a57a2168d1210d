"""Connecting a store: the console says that it is there, attribution alone keeps its secret."""

import secrets
from dataclasses import dataclass

from chassis.ids import new_id
from chassis.logs import log
from console.clients import DeclinedError, NotThereError, ServiceAwayError
from console.desk import Desk
from console.domain.accounts import Store
from console.domain.sessions import hashed
from console.store import ConsoleTx, OwnStores
from console.store.credentials import ClientRecord
from contracts.console import StoreDetails, StoreKind
from contracts.http.attribution import StoreCredentials, StoreSecret
from contracts.http.console import CredentialsOut, StoreConnected, StoreOut


class ShopTakenError(Exception):
    """The brand has connected this shop already."""


class SecretNotTakenError(Exception):
    """Attribution did not take the store's secret; whatever it had before is right."""


class NoSuchStoreError(Exception):
    """There is no such store of this brand."""


@dataclass(frozen=True)
class Handed:
    """A store, and its new secret if we made it: to be shown this once."""

    store: Store
    secret: str | None


async def connect(desk: Desk, brand: str, kind: StoreKind, shop: str, secret: str | None) -> Handed:
    """Connect a shop of the brand; `secret` is Shopify's own. Raises `ShopTakenError`, `SecretNotTakenError`.

    The store stands before its secret is handed over: if attribution is away then, `replace_secret` does it later.
    """
    details = StoreDetails(brand=brand, kind=kind, shop=shop)
    id_ = new_id()

    async def work(tx: ConsoleTx) -> Store | None:
        return await tx.connect_store(id_, details)

    store = await desk.transactions.run(work)
    if store is None:
        raise ShopTakenError
    if kind is StoreKind.TOPIC:
        return Handed(store, None)
    return await replace_secret(desk, brand, store.id, secret)


async def replace_secret(desk: Desk, brand: str, store_id: str, secret: str | None) -> Handed:
    """Hand a store's new webhook secret to attribution; the old one stays right for the rotation's time.

    Raises `NoSuchStoreError`, `SecretNotTakenError`.
    """
    store = await OwnStores(desk.db, brand).find(store_id)
    if store is None or store.details.kind is StoreKind.TOPIC:
        raise NoSuchStoreError
    now = desk.clock.now()
    ends_at = now + desk.settings.secret_rotation if store.secret_set_at else None
    given = secret or secrets.token_urlsafe(32)
    path = f"/internal/stores/{store.id}/secrets"
    try:
        await desk.own_caller("attribution").tell("PUT", path, StoreSecret(secret=given, previous_until=ends_at))
    except (ServiceAwayError, NotThereError, DeclinedError) as error:
        log.warning("store.secret_not_taken", store=store.id, error=str(error))
        raise SecretNotTakenError from error

    async def work(tx: ConsoleTx) -> None:
        await tx.secret_handed_over(brand, store.id, ends_at)

    await desk.transactions.run(work)
    kept = store.model_copy(update={"secret_set_at": now, "rotation_ends_at": ends_at})
    return Handed(kept, None if secret else given)


async def hand_over_keys(desk: Desk, brand: str, store_id: str, keys: StoreCredentials | None) -> None:
    """Hand what a store's REST API asks for to attribution, or let it be forgotten; nothing of it stays here.

    Raises `NoSuchStoreError`, `SecretNotTakenError`, and `WrongFieldsError` for what can't be right.
    """
    store = await OwnStores(desk.db, brand).find(store_id)
    if store is None or store.details.kind is StoreKind.TOPIC:
        raise NoSuchStoreError
    path = f"/internal/stores/{store.id}/credentials"
    try:
        await desk.own_caller("attribution").tell("DELETE" if keys is None else "PUT", path, keys)
    except (ServiceAwayError, NotThereError, DeclinedError) as error:
        log.warning("store.keys_not_taken", store=store.id, error=str(error))
        raise SecretNotTakenError from error


async def new_credentials(desk: Desk, brand: str, store_id: str) -> CredentialsOut:
    """A store's client credentials for our APIs; those that it had end. Raises `NoSuchStoreError`."""
    store = await OwnStores(desk.db, brand).find(store_id)
    if store is None:
        raise NoSuchStoreError
    secret = secrets.token_urlsafe(32)
    client = ClientRecord(
        id=f"store-{new_id()}", secret=hashed(secret), store=store.id, brand=brand, created_at=desk.clock.now()
    )
    await desk.clients.replace(client)
    return CredentialsOut(client_id=client.id, client_secret=secret)


def webhook_url(desk: Desk, store: Store) -> str | None:
    """Where this store's webhooks go; None for a store that writes the topic."""
    if store.details.kind is StoreKind.TOPIC:
        return None
    return f"{desk.settings.attribution_public_url.rstrip('/')}/webhooks/{store.details.kind}/{store.id}"


def shown(desk: Desk, store: Store) -> StoreOut:
    """A store as the API and the pages show it."""
    return StoreOut(
        id=store.id,
        kind=store.details.kind,
        shop=store.details.shop,
        webhook_url=webhook_url(desk, store),
        connected_at=store.registered_at,
        secret_set_at=store.secret_set_at,
        rotation_ends_at=store.rotation_ends_at,
    )


def connected(desk: Desk, handed: Handed) -> StoreConnected:
    """A store with the secret that is shown once."""
    return StoreConnected(**shown(desk, handed.store).model_dump(), secret=handed.secret)
