"""Contacts: ids, and whose address each resolves to."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from chassis import mongo
from chassis.ids import new_id
from chassis.tx import Tx
from notifications.domain.addresses import lookup_key
from notifications.domain.contacts import EXPIRY, Contact, ContactKind
from notifications.store.collections import CONTACTS, Rules


class ContactIsAnAccountError(Exception):
    """The id belongs to an account already; an invitation's address can't take its place."""


class AddressTakenError(Exception):
    """Another account has this address."""


class NoContactError(Exception):
    """There is no contact of that id, or no longer."""


class ContactsTx(Tx):
    """What a transaction does with contacts."""

    rules: ClassVar[Rules] = Rules()

    async def contact(self, contact_id: str) -> Contact | None:
        """The contact, or the account's to which an invitation's has moved."""
        return await find_contact(self.db, contact_id, self.session)

    async def put_invitation_contact(self, contact_id: str, address: str, language: str, zone: str) -> None:
        """Keep an invitation's address; the same again changes nothing. Raises `ContactIsAnAccountError`."""
        row = await self.db[CONTACTS].find_one({"_id": contact_id}, session=self.session)
        if row is not None and "moved_to" in row:
            return
        found = None if row is None else _contact(row)
        if found is not None and found.kind is ContactKind.ACCOUNT:
            raise ContactIsAnAccountError
        if found is not None and (found.address, found.language, found.zone) == (address, language, zone):
            return
        await self._write_contact(
            Contact(
                id=contact_id,
                kind=ContactKind.INVITATION,
                address=address,
                language=language,
                zone=zone,
                suppressed=await self._is_suppressed(address),
                kept=found is not None and found.kept,
                version=found.version + 1 if found is not None else 1,
            )
        )

    async def put_account_contact(self, contact_id: str, address: str, language: str, zone: str) -> None:
        """Give an account its address; the same again changes nothing.

        An id that was made for the address when somebody typed it, and that nobody used, resolves to the account from
        now on. Raises `AddressTakenError` where another account is in use.
        """
        found = await self.contact(contact_id)
        if found is not None and found.kind is ContactKind.ACCOUNT and found.address == address:
            return
        owner = await self._account_of(address)
        if owner is not None and owner.id != contact_id:
            if owner.kept:
                raise AddressTakenError
            await self._alias(owner.id, contact_id)
        version = found.version + 1 if found is not None else 1
        await self._write_contact(
            Contact(
                id=contact_id,
                kind=ContactKind.ACCOUNT,
                address=address,
                language=language,
                zone=zone,
                suppressed=await self._is_suppressed(address),
                kept=True,
                version=version,
            )
        )

    async def delete_contact(self, contact_id: str) -> None:
        """Forget an address, and every invitation that resolves to it."""
        await self.db[CONTACTS].delete_many(
            {"$or": [{"_id": contact_id}, {"moved_to": contact_id}]}, session=self.session
        )

    async def account_contact(self, address: str, language: str) -> Contact:
        """The account's contact of that address; a new one, under a new id, for an address that is not known."""
        found = await self._account_of(address)
        if found is None:
            found = Contact(
                id=new_id(),
                kind=ContactKind.ACCOUNT,
                address=address,
                language=language,
                suppressed=await self._is_suppressed(address),
                version=0,
            )
        if not found.kept:
            found = found.model_copy(update={"version": found.version + 1})
            await self._write_contact(found)
        return found

    async def contact_to_sign_in(self, contact_id: str) -> Contact:
        """Whom a code for that contact goes to: the account with the same address, if any. Raises `NoContactError`."""
        found = await self.contact(contact_id)
        if found is None:
            raise NoContactError
        if found.kind is ContactKind.ACCOUNT:
            return found
        return await self._account_of(found.address) or found

    async def move_contact(self, invitation: str, account: str) -> str:
        """From now on the invitation's id resolves to the account's contact; returns that contact's id.

        Where another account has the address already, both ids resolve to that one. Raises `NoContactError`, and
        `ContactIsAnAccountError` when `invitation` is another account.
        """
        source, target = await self.contact(invitation), await self.contact(account)
        if source is None and target is None:
            raise NoContactError
        if source is not None and source.id != invitation:
            return source.id
        if target is None:
            assert source is not None
            target = await self._account_of(source.address)
            if target is None:
                target = source.model_copy(update={"id": account, "kind": ContactKind.ACCOUNT, "kept": True})
                await self._write_contact(target)
            elif account != target.id:
                await self._alias(account, target.id)
        elif invitation != account and source is not None and source.kind is ContactKind.ACCOUNT:
            raise ContactIsAnAccountError
        await self.keep_contacts([target.id])
        if invitation != target.id:
            await self._alias(invitation, target.id)
        return target.id

    async def keep_contacts(self, ids: Iterable[str]) -> None:
        """An event named them, or their owner proved the address: they stay."""
        await self.db[CONTACTS].update_many(
            {"_id": {"$in": sorted(ids)}, "kept": False}, {"$set": {"kept": True}}, session=self.session
        )

    async def point_brand(self, brand: str, members: Sequence[str]) -> None:
        """A brand's id resolves to the first of its members who has an address here; none may have one yet."""
        found = [contact.id for member in members if (contact := await self.contact(member)) is not None]
        chosen = next(iter([*found, *members]), None)
        if chosen is not None and chosen != brand:
            await self.keep_contacts([chosen])
            await self._alias(brand, chosen)

    async def release_contact(self, contact_id: str) -> None:
        """An invitation is over without an account: its address goes like one that no event names."""
        row = await self.db[CONTACTS].find_one(
            {"_id": contact_id, "kind": ContactKind.INVITATION.value, "kept": True}, session=self.session
        )
        if row is not None:
            found = _contact(row)
            await self._write_contact(found.model_copy(update={"kept": False, "version": found.version + 1}))

    async def expire_contact(self, contact_id: str, version: int) -> None:
        """Forget a contact that nobody has named, if it is still as it was when the timer was set."""
        await self.db[CONTACTS].delete_one({"_id": contact_id, "version": version, "kept": False}, session=self.session)

    async def change_contact(self, contact: Contact) -> None:
        """Its owner wants to be written to otherwise."""
        await self._write_contact(contact)

    async def _account_of(self, address: str) -> Contact | None:
        row = await self.db[CONTACTS].find_one(
            {"key": lookup_key(address), "kind": ContactKind.ACCOUNT.value}, session=self.session
        )
        return None if row is None else _contact(row)

    async def _is_suppressed(self, address: str) -> bool:
        query = {"key": lookup_key(address), "suppressed": True}
        return await self.db[CONTACTS].find_one(query, {"_id": 1}, session=self.session) is not None

    async def _alias(self, contact_id: str, account: str) -> None:
        await self.db[CONTACTS].replace_one(
            {"_id": contact_id}, {"moved_to": account}, upsert=True, session=self.session
        )

    async def _write_contact(self, contact: Contact) -> None:
        row = contact.model_dump(mode="json", exclude={"id"}) | {"key": lookup_key(contact.address)}
        await self.db[CONTACTS].replace_one({"_id": contact.id}, row, upsert=True, session=self.session)
        if not contact.kept:
            due = self.now + self.rules.keep_contacts
            self.set_timer(EXPIRY, contact.id, due, version=contact.version)


async def find_contact(db: mongo.Database, contact_id: str, session: mongo.Session | None = None) -> Contact | None:
    """A contact by its id, or by the id of an invitation that has moved to it."""
    row = await db[CONTACTS].find_one({"_id": contact_id}, session=session)
    if row is not None and "moved_to" in row:
        row = await db[CONTACTS].find_one({"_id": row["moved_to"]}, session=session)
    return None if row is None or "moved_to" in row else _contact(row)


def _contact(row: mongo.Document) -> Contact:
    return Contact.model_validate({**row, "id": row["_id"]})
