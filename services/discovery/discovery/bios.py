"""What stands in a creator's bio on their network: where a handle is proven (ARCHITECTURE 4, who is who)."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Final, Protocol
from urllib.parse import quote

from fastapi import FastAPI, Request

from chassis.context import Context
from chassis.http.outward import AnswerTooLargeError, Outward, RefusedAddressError, UnreachableError
from chassis.logs import log
from chassis.settings import Environment
from discovery.bio_pages import NoBioError, bio_in
from discovery.settings import BioPage, DiscoverySettings
from discovery.store import DiscoveryTx

MOST_BYTES: Final = 4 * 1024 * 1024
SECONDS: Final = 10.0
FOUND: Final = 200


class NoSuchBioError(Exception):
    """The bio can't be read now, or nobody said where it is; the message says which, for a person."""


class Bios(Protocol):
    """Reads bios. Nobody but the profile itself has a say in what it finds."""

    @property
    def networks(self) -> Collection[str]:
        """The networks whose bios it can read."""

    async def read(self, network: str, handle: str) -> str:
        """The bio of this profile, and nothing else of its page. Raises `NoSuchBioError`."""


class Pages:
    """Bios from the networks' public pages."""

    def __init__(self, pages: Mapping[str, BioPage], outward: Outward) -> None:
        self._pages = pages
        self._outward = outward

    @property
    def networks(self) -> Collection[str]:
        """Those whose pages the settings name."""
        return self._pages.keys()

    async def read(self, network: str, handle: str) -> str:
        """What stands at the bio's place in the profile's page."""
        page = self._pages.get(network)
        if page is None:
            raise NoSuchBioError(f"Handles of {network} can't be proven here.")
        try:
            answer = await self._outward.get(
                page.page.replace("{handle}", quote(handle, safe="")), most_bytes=MOST_BYTES
            )
        except (AnswerTooLargeError, RefusedAddressError, UnreachableError):
            raise NoSuchBioError(f"{network} does not answer. Try again later.") from None
        if answer.status != FOUND:
            raise NoSuchBioError(f"{network} does not show this profile. Is the handle right, and public?")
        try:
            return await asyncio.to_thread(bio_in, page, answer.body.decode("utf-8", "replace"), handle)
        except NoBioError as error:
            # Of many profiles this means that the network changed its pages: the operator sets where bios are anew.
            log.warning("bio.not-found", network=network, reason=str(error))
            raise NoSuchBioError(f"{network} does not show a bio of this profile now. Try again later.") from None


def add_bios(app: FastAPI, context: Context[DiscoveryTx]) -> None:
    """Let the API read bios."""
    settings = context.settings
    assert isinstance(settings, DiscoverySettings)
    private_too = settings.environment is Environment.DEVELOPMENT
    app.state.bios = Pages(settings.bio_pages, Outward(private_too=private_too, seconds=SECONDS))


def bios_of(request: Request) -> Bios:
    """Where this API reads bios."""
    found: Bios = request.app.state.bios
    return found
