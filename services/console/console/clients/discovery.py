"""Creators' profiles."""

import asyncio
from collections.abc import Iterable
from urllib.parse import quote

from chassis.http import Page
from console.clients.caller import Caller, NotThereError
from contracts.discovery import Profile


class Discovery:
    """Calls of discovery's API."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def search(
        self, text: str, least: int | None, most: int | None, cursor: str = "", limit: int = 25
    ) -> Page[Profile]:
        """Profiles by handle or name and by followers, with the exact total."""
        params = {"text": text, "min_followers": least, "max_followers": most, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/creators", Page[Profile], params)

    async def find(self, profile: str) -> Profile:
        """One profile."""
        return await self._caller.get(f"/v1/creators/{quote(profile, safe='')}", Profile)

    async def named(self, profiles: Iterable[str]) -> dict[str, Profile]:
        """Several profiles by id; one that is gone is left out."""

        async def one(profile: str) -> Profile | None:
            async with places:
                try:
                    return await self.find(profile)
                except NotThereError:
                    return None

        places = asyncio.Semaphore(8)
        found = await asyncio.gather(*(one(profile) for profile in sorted(set(profiles))))
        return {profile.id: profile for profile in found if profile is not None}
