"""Campaigns and collaborations, as the signed-in person may see and change them."""

from pydantic import BaseModel

from chassis.http import Page
from console.clients.caller import Caller, part
from contracts.campaigns import CampaignStatus
from contracts.http.campaigns import (
    AcceptOffer,
    CampaignOut,
    ClaimInvitation,
    CollaborationOut,
    CreateCampaign,
    DeclineInvitation,
    HappenedOut,
    Invite,
)

MOST = 100


class Campaigns:
    """Calls of campaigns' API."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def all(self, cursor: str = "", limit: int = 20) -> Page[CampaignOut]:
        """The brand's campaigns, newest first."""
        return await self._caller.get("/v1/campaigns", Page[CampaignOut], {"cursor": cursor, "limit": limit})

    async def published(self) -> list[CampaignOut]:
        """The campaigns that creators can be invited to, of the newest hundred."""
        page = await self.all(limit=MOST)
        return [campaign for campaign in page.items if campaign.status is CampaignStatus.PUBLISHED]

    async def find(self, campaign: str) -> CampaignOut:
        """One campaign."""
        return await self._caller.get(f"/v1/campaigns/{part(campaign)}", CampaignOut)

    async def create(self, draft: CreateCampaign, key: str) -> CampaignOut:
        """A new draft."""
        return await self._caller.write("POST", "/v1/campaigns", CampaignOut, draft, key=key)

    async def publish(self, campaign: str) -> None:
        """Open a campaign, so that creators can be invited."""
        await self._caller.tell("POST", f"/v1/campaigns/{part(campaign)}/publish")

    async def move(self, campaign: str, course: str) -> None:
        """Pause, resume or end a published campaign, as `course` says."""
        await self._caller.tell("POST", f"/v1/campaigns/{part(campaign)}/{course}")

    async def collaborations(self, campaign: str, pages: int = 5) -> list[CollaborationOut]:
        """Everybody who was invited to a campaign, the newest first, up to a hundred for each of `pages`."""
        return await self._every(f"/v1/campaigns/{part(campaign)}/collaborations", pages)

    async def invite(self, campaign: str, invitation: Invite, key: str) -> CollaborationOut:
        """Invite a creator."""
        path = f"/v1/campaigns/{part(campaign)}/invitations"
        return await self._caller.write("POST", path, CollaborationOut, invitation, key=key)

    async def mine(self) -> list[CollaborationOut]:
        """The creator's own collaborations, up to 500."""
        return await self._every("/v1/collaborations")

    async def collaboration(self, id: str) -> CollaborationOut:  # noqa: A002 - the collaboration's own id
        """One collaboration."""
        return await self._caller.get(f"/v1/collaborations/{part(id)}", CollaborationOut)

    async def history(self, id: str, pages: int = 10) -> list[HappenedOut]:  # noqa: A002
        """What happened to a collaboration from the beginning, up to a thousand steps."""
        found: list[HappenedOut] = []
        cursor: str | None = ""
        for _ in range(pages):
            page = await self._caller.get(
                f"/v1/collaborations/{part(id)}/history", Page[HappenedOut], {"cursor": cursor, "limit": MOST}
            )
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        return found

    async def act(
        self,
        id: str,  # noqa: A002
        path: str,
        body: BaseModel | None,
        *,
        key: str = "",
        seen: int | None = None,
    ) -> CollaborationOut:
        """Take an action; `path` follows the collaboration's own, `seen` is the revision that the person saw."""
        path = f"/v1/collaborations/{part(id)}{path}"
        return await self._caller.write("POST", path, CollaborationOut, body, key=key, seen=seen)

    async def accept(self, id: str, offer: int) -> None:  # noqa: A002
        """Agree to the offer of that number."""
        await self._caller.tell("POST", f"/v1/collaborations/{part(id)}/accept", AcceptOffer(offer=offer))

    async def claim(self, link: str) -> CollaborationOut:
        """The invitation that a copied link opens, from now on the signed-in creator's."""
        asked = ClaimInvitation(link=link)
        return await self._caller.write("POST", "/v1/invitation-links/claim", CollaborationOut, asked)

    async def decline(self, id: str, answer: DeclineInvitation) -> None:  # noqa: A002
        """Say no, with an honest reason or without."""
        await self._caller.tell("POST", f"/v1/collaborations/{part(id)}/decline", answer)

    async def _every(self, path: str, pages: int = 5) -> list[CollaborationOut]:
        found: list[CollaborationOut] = []
        cursor: str | None = ""
        for _ in range(pages):
            page = await self._caller.get(path, Page[CollaborationOut], {"cursor": cursor, "limit": MOST})
            found += page.items
            cursor = page.next_cursor
            if cursor is None:
                break
        return found
