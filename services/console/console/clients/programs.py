"""Programs and applications, as the signed-in person may see and change them; and a program as everybody may."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from chassis.http import Page
from console.clients.caller import Caller
from contracts.campaigns import ApplicationReason
from contracts.http.campaigns import (
    ApplicationOut,
    Apply,
    ApproveApplication,
    ApprovedOut,
    CampaignOut,
    DeclineApplication,
    DeclineApplications,
    DeclinedOut,
    ProgramOut,
    PublicProgram,
    PutProgram,
)


class Programs:
    """Calls of campaigns' API about programs."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def directory(self, wish: Mapping[str, Any]) -> Page[ProgramOut]:
        """Open programs, with the exact total."""
        return await self._caller.get("/v1/programs", Page[ProgramOut], wish)

    async def find(self, campaign: str) -> ProgramOut:
        """One program, as the creator may see it."""
        return await self._caller.get(f"/v1/programs/{_part(campaign)}", ProgramOut)

    async def public(self, campaign: str) -> PublicProgram:
        """One program, as everybody may see it."""
        return await self._caller.get(f"/v1/public/programs/{_part(campaign)}", PublicProgram)

    async def put(self, campaign: str, body: PutProgram, *, key: str, seen: int | None) -> CampaignOut:
        """Other rules for applications, or none, unless somebody else changed the campaign meanwhile."""
        path = f"/v1/campaigns/{_part(campaign)}/program"
        return await self._caller.write("PUT", path, CampaignOut, body, key=key, seen=seen)

    async def apply(self, campaign: str, body: Apply, *, key: str) -> ApplicationOut:
        """Apply to a program."""
        path = f"/v1/programs/{_part(campaign)}/applications"
        return await self._caller.write("POST", path, ApplicationOut, body, key=key)

    async def mine(self, cursor: str = "", limit: int = 25) -> Page[ApplicationOut]:
        """The creator's applications, newest first."""
        return await self._caller.get("/v1/applications", Page[ApplicationOut], {"cursor": cursor, "limit": limit})

    async def of_campaign(
        self, campaign: str, status: str = "", cursor: str = "", limit: int = 25
    ) -> Page[ApplicationOut]:
        """Who applied to a brand's campaign, newest first."""
        path = f"/v1/campaigns/{_part(campaign)}/applications"
        params = {"status": status, "cursor": cursor, "limit": limit}
        return await self._caller.get(path, Page[ApplicationOut], params)

    async def application(self, id: str) -> ApplicationOut:  # noqa: A002 - the application's own id
        """One application, for either side."""
        return await self._caller.get(f"/v1/applications/{_part(id)}", ApplicationOut)

    async def approve(self, id: str, body: ApproveApplication, *, key: str) -> ApprovedOut:  # noqa: A002
        """Take it as it was proposed, or with another price as a counter-offer."""
        return await self._caller.write("POST", f"/v1/applications/{_part(id)}/approve", ApprovedOut, body, key=key)

    async def decline(self, id: str, body: DeclineApplication, *, key: str) -> ApplicationOut:  # noqa: A002
        """Say no, with the reason."""
        return await self._caller.write("POST", f"/v1/applications/{_part(id)}/decline", ApplicationOut, body, key=key)

    async def decline_several(
        self, campaign: str, ids: tuple[str, ...], reason: ApplicationReason, note: str, *, key: str
    ) -> DeclinedOut:
        """Say no to several at once."""
        body = DeclineApplications(applications=ids, reason=reason, note=note)
        path = f"/v1/campaigns/{_part(campaign)}/applications/decline"
        return await self._caller.write("POST", path, DeclinedOut, body, key=key)

    async def withdraw(self, id: str, *, key: str) -> None:  # noqa: A002
        """Take an application back."""
        await self._caller.tell("POST", f"/v1/applications/{_part(id)}/withdraw", key=key)


def _part(id: str) -> str:  # noqa: A002 - an id as one part of a path
    return quote(id, safe="")
