"""What stands in a creator's bio on their network: where a handle is proven (ARCHITECTURE 4, who is who)."""

from collections.abc import Mapping
from typing import Final, Protocol
from urllib.parse import quote

from fastapi import FastAPI, Request

from chassis.context import Context
from chassis.http.outward import AnswerTooLargeError, Outward, RefusedAddressError, UnreachableError
from chassis.settings import Environment
from discovery.settings import DiscoverySettings
from discovery.store import DiscoveryTx

MOST_BYTES: Final = 4 * 1024 * 1024
SECONDS: Final = 10.0
FOUND: Final = 200


class NoSuchBioError(Exception):
    """The network's page can't be read now, or nobody said where it is; the message says which, for a person."""


class Bios(Protocol):
    """Reads bios. Nobody but the network has a say in what it finds."""

    async def read(self, network: str, handle: str) -> str:
        """The text of the page that shows the bio. Raises `NoSuchBioError`."""


class Pages:
    """Bios from the networks' public pages."""

    def __init__(self, pages: Mapping[str, str], outward: Outward) -> None:
        self._pages = pages
        self._outward = outward

    async def read(self, network: str, handle: str) -> str:
        """The page with the bio, as text."""
        page = self._pages.get(network)
        if page is None:
            raise NoSuchBioError(f"Handles of {network} can't be proven here.")
        try:
            answer = await self._outward.get(page.replace("{handle}", quote(handle, safe="")), most_bytes=MOST_BYTES)
        except (AnswerTooLargeError, RefusedAddressError, UnreachableError):
            raise NoSuchBioError(f"{network} does not answer. Try again later.") from None
        if answer.status != FOUND:
            raise NoSuchBioError(f"{network} does not show this profile. Is the handle right, and public?")
        return answer.body.decode("utf-8", "replace")


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
