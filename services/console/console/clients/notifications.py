"""Contacts and sign-in mails. Addresses pass through here on their way to notifications, and stay nowhere."""

from typing import Protocol

from console.clients.caller import Caller
from contracts.http.notifications import ContactOut, OwnContact, PutContact, SendSignInMail


class Mailer(Protocol):
    """What sign-in needs of notifications."""

    async def put_contact(self, contact: str, address: str, language: str) -> None:
        """Let `contact` be the id of `address`."""

    async def send_code(
        self, code: str, language: str, *, address: str | None = None, contact: str | None = None
    ) -> str:
        """Mail a code; returns the contact's id, a new one for an unknown address."""

    async def move(self, invitation: str, account: str) -> str:
        """Make an invitation's address an account's; returns the account that has it now."""


class Notifications:
    """The three calls of ARCHITECTURE 4, with the console's own token."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def put_contact(self, contact: str, address: str, language: str) -> None:
        """Let `contact` be the id of `address`; the same again changes nothing."""
        body = PutContact(address=address, language=language, account=True)
        await self._caller.tell("PUT", f"/internal/contacts/{contact}", body)

    async def send_code(
        self, code: str, language: str, *, address: str | None = None, contact: str | None = None
    ) -> str:
        """Mail a code to an address or a contact. Raises `WrongFieldsError` for what is no address."""
        mail = SendSignInMail(address=address, contact=contact, code=code, language=language)
        return (await self._caller.write("POST", "/internal/sign-in-mails", ContactOut, mail)).contact

    async def move(self, invitation: str, account: str) -> str:
        """Make an invitation's address an account's; the answer names the account that has it, which may be another."""
        path = f"/internal/contacts/{invitation}/move-to/{account}"
        return (await self._caller.write("POST", path, ContactOut)).contact


class OwnMail:
    """How the signed-in person is written to, with that person's token."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def speak(self, language: str) -> None:
        """Let mails be in `language`, too. Raises `NotThereError` for a person whom nobody can write to."""
        contact = await self._caller.get("/v1/contact", OwnContact)
        if contact.language.split("-", 1)[0] != language:
            changed = contact.model_copy(update={"language": language})
            await self._caller.write("PUT", "/v1/contact", OwnContact, changed)
