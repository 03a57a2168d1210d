"""Brands, creators, operators and stores: what may be announced, and who belongs to what."""

from datetime import datetime
from typing import Any

from chassis import mongo
from chassis.forgetting import forgotten_among
from chassis.ids import derived_id
from console.domain.accounts import Brand, Store
from console.domain.codes import Registration
from console.domain.sessions import Role
from console.store.forgetting import ACCOUNTS, ForgetsCreators
from contracts.console import (
    Account,
    AccountKind,
    BrandRegistered,
    CreatorRegistered,
    StoreChanged,
    StoreDetails,
)
from contracts.http.console import RoleKind

PAGE_NAME_LENGTH = 60
"""What a creator may be called on the own page."""


class ConsoleTx(ForgetsCreators):
    """What the console changes and says together."""

    async def use_sign_in(self, id: str) -> bool:  # noqa: A002 - the sign-in's own id
        """Take the right code's sign-in; False if another request has taken it."""
        done = await self.db["sign_ins"].update_one(
            {"_id": id, "used": False}, {"$set": {"used": True}}, session=self.session
        )
        return done.modified_count == 1

    async def register_brand(self, id: str, owner: str, registration: Registration) -> None:  # noqa: A002
        """A brand, activated by its owner's code."""
        brand = Brand(id=id, revision=1, registered_at=self.now, details=registration.details, members=(owner,))
        await self.db[ACCOUNTS].insert_one(
            {
                "_id": id,
                "kind": AccountKind.BRAND,
                "revision": 1,
                "registered_at": self.now,
                "brand": registration.details.model_dump(mode="json"),
                "members": [owner],
                "phone": registration.phone,
                "vat_number": registration.vat_number,
            },
            session=self.session,
        )
        self.announce(BrandRegistered, brand.account(), 1)

    async def register_creator(self, person: str) -> None:
        """A creator's account, made with the first sign-in; a repeat changes and says nothing.

        One that was erased does not come back, also while its person goes on as a brand's member.
        """
        if await forgotten_among(self.db, [person], self.session):
            return
        made = await self.db[ACCOUNTS].update_one(
            {"_id": person},
            {"$setOnInsert": {"kind": AccountKind.CREATOR, "revision": 1, "registered_at": self.now}},
            upsert=True,
            session=self.session,
        )
        if made.upserted_id is not None:
            account = Account(id=person, kind=AccountKind.CREATOR, registered_at=self.now)
            self.announce(CreatorRegistered, account, 1)

    async def name_page(self, person: str, name: str) -> None:
        """How a creator is called on the own public page; it is said to nobody else, so there is no event."""
        await self.db[ACCOUNTS].update_one(
            {"_id": person, "kind": AccountKind.CREATOR}, {"$set": {"page_name": name}}, session=self.session
        )

    async def keep_proof(self, person: str, invitation: str) -> None:
        """Remember that this person read the mail that an invitation went to."""
        await self.db["proofs"].update_one(
            {"_id": derived_id(person, invitation)},
            {"$setOnInsert": {"person": person, "invitation": invitation, "at": self.now}},
            upsert=True,
            session=self.session,
        )

    async def begin_session(self, id: str, person: str, role: Role, expires_at: datetime) -> None:  # noqa: A002
        """A new session; `id` is the hash of its cookie."""
        await self.db["sessions"].insert_one(
            {
                "_id": id,
                "person": person,
                "role": {"kind": role.kind, "id": role.id},
                "created_at": self.now,
                "expires_at": expires_at,
            },
            session=self.session,
        )

    async def roles(self, person: str) -> tuple[Role, ...]:
        """As what a person may act, the oldest first."""
        return await roles_of(self.db, person, self.session)

    async def connect_store(self, id: str, details: StoreDetails) -> Store | None:  # noqa: A002
        """A brand's new store; None if the brand has connected that shop already."""
        known = await self.db[ACCOUNTS].find_one(
            {"store.brand": details.brand, "store.kind": details.kind, "store.shop": details.shop}, session=self.session
        )
        if known is not None:
            return None
        store = Store(id=id, revision=1, registered_at=self.now, details=details)
        await self.db[ACCOUNTS].insert_one(
            {
                "_id": id,
                "kind": AccountKind.STORE,
                "revision": 1,
                "registered_at": self.now,
                "store": details.model_dump(mode="json"),
            },
            session=self.session,
        )
        self.announce(StoreChanged, store.account(), 1)
        return store

    async def secret_handed_over(self, brand: str, id: str, rotation_ends_at: datetime | None) -> None:  # noqa: A002
        """Attribution has the store's secret from now on."""
        await self.db[ACCOUNTS].update_one(
            {"_id": id, "store.brand": brand},
            {"$set": {"secret_set_at": self.now, "rotation_ends_at": rotation_ends_at}},
            session=self.session,
        )


class OwnStores:
    """One brand's stores: no query of it can name another brand's."""

    def __init__(self, db: mongo.Database, brand: str) -> None:
        self._accounts = db[ACCOUNTS]
        self._brand = brand

    async def all(self) -> list[Store]:
        """The brand's stores, the oldest first."""
        found = self._accounts.find({"store.brand": self._brand}).sort("registered_at", 1)
        return [_store(doc) async for doc in found]

    async def find(self, id: str) -> Store | None:  # noqa: A002 - the store's own id
        """One store; None for another brand's as for one that is not there."""
        doc = await self._accounts.find_one({"_id": id, "store.brand": self._brand})
        return None if doc is None else _store(doc)


async def brand_of(db: mongo.Database, brand: str) -> Brand | None:
    """A brand by its own members' principal."""
    doc = await db[ACCOUNTS].find_one({"_id": brand, "kind": AccountKind.BRAND})
    if doc is None:
        return None
    return Brand(
        id=doc["_id"],
        revision=doc["revision"],
        registered_at=doc["registered_at"],
        details=doc["brand"],
        members=tuple(doc["members"]),
        phone=doc.get("phone", ""),
        vat_number=doc.get("vat_number", ""),
    )


async def brand_names(db: mongo.Database, brands: list[str]) -> dict[str, str]:
    """The names of brands by id: public to whoever works with them."""
    found = db[ACCOUNTS].find({"_id": {"$in": brands}, "kind": AccountKind.BRAND}, {"brand.name": 1})
    return {doc["_id"]: doc["brand"]["name"] async for doc in found}


async def page_name(db: mongo.Database, creator: str) -> str | None:
    """How a creator is called on the own public page, empty as long as none was given; None without such an account."""
    doc = await db[ACCOUNTS].find_one({"_id": creator, "kind": AccountKind.CREATOR}, {"page_name": 1})
    return None if doc is None else str(doc.get("page_name", ""))


async def ensure_operator(db: mongo.Database, person: str, now: datetime) -> None:
    """The first operator's account; a repeat changes nothing."""
    await db["operators"].update_one({"_id": person}, {"$setOnInsert": {"since": now}}, upsert=True)


async def roles_of(db: mongo.Database, person: str, session: mongo.Session | None = None) -> tuple[Role, ...]:
    """As what a person may act: operator, then their brands, then creator."""
    roles: list[Role] = []
    if await db["operators"].find_one({"_id": person}, session=session) is not None:
        roles.append(Role(kind=RoleKind.OPERATOR, id=person))
    async for doc in db[ACCOUNTS].find({"members": person}, session=session).sort("registered_at", 1):
        brand = doc["brand"]
        roles.append(
            Role(
                kind=RoleKind.BRAND,
                id=doc["_id"],
                name=brand["name"],
                zone=brand["zone"],
                currency=brand["currency"],
            )
        )
    if await db[ACCOUNTS].find_one({"_id": person, "kind": AccountKind.CREATOR}, session=session) is not None:
        roles.append(Role(kind=RoleKind.CREATOR, id=person))
    return tuple(roles)


def _store(doc: dict[str, Any]) -> Store:
    return Store(
        id=doc["_id"],
        revision=doc["revision"],
        registered_at=doc["registered_at"],
        details=doc["store"],
        secret_set_at=doc.get("secret_set_at"),
        rotation_ends_at=doc.get("rotation_ends_at"),
    )
