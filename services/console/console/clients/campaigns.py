"""Campaigns and collaborations, as the signed-in person may see and change them."""

from collections.abc import AsyncIterable

import httpx
from pydantic import BaseModel

from chassis.http import Page
from console.clients.caller import Caller, part
from contracts.campaigns import CampaignStatus
from contracts.http.campaigns import (
    AcceptOffer,
    AssetOut,
    AssetsOut,
    BoardOut,
    BudgetLineOut,
    BudgetOut,
    CampaignOut,
    ClaimInvitation,
    CollaborationOut,
    CreateCampaign,
    DeclineInvitation,
    HappenedOut,
    Invite,
    OpenStepOut,
    PutBudget,
    StagesOut,
)

MOST = 100
UPLOAD_SECONDS = 300.0


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

    async def board(self, campaign: str) -> BoardOut:
        """All stages of a campaign with their counts, and what is due first in each."""
        return await self._caller.get(f"/v1/campaigns/{part(campaign)}/board", BoardOut)

    async def stages(self, campaign: str) -> StagesOut:
        """The counts of a campaign's stages."""
        return await self._caller.get(f"/v1/campaigns/{part(campaign)}/stages", StagesOut)

    async def column(
        self, campaign: str, stage: str, *, needs_brand: bool, overdue: bool, cursor: str, limit: int
    ) -> Page[CollaborationOut]:
        """What is due first of one stage, or of what needs the brand, or of what is overdue."""
        params = {
            "stage": stage,
            "needs_brand": "true" if needs_brand else "",
            "overdue": "true" if overdue else "",
            "sort": "due",
            "cursor": cursor,
            "limit": limit,
        }
        path = f"/v1/campaigns/{part(campaign)}/collaborations"
        return await self._caller.get(path, Page[CollaborationOut], params)

    async def steps(self, by: str, cursor: str = "", limit: int = 50) -> Page[OpenStepOut]:
        """The creator's open steps that one side is waited for, what is due first at the top."""
        return await self._caller.get("/v1/me/steps", Page[OpenStepOut], {"by": by, "cursor": cursor, "limit": limit})

    async def own(self, cursor: str, limit: int = 20) -> Page[CollaborationOut]:
        """One page of the creator's collaborations, newest first."""
        return await self._caller.get("/v1/collaborations", Page[CollaborationOut], {"cursor": cursor, "limit": limit})

    async def budget(self, campaign: str) -> BudgetOut:
        """Where a campaign's budget stands."""
        return await self._caller.get(f"/v1/campaigns/{part(campaign)}/budget", BudgetOut)

    async def budget_lines(self, campaign: str, cursor: str = "", limit: int = MOST) -> Page[BudgetLineOut]:
        """What each collaboration has of it."""
        path = f"/v1/campaigns/{part(campaign)}/budget/collaborations"
        return await self._caller.get(path, Page[BudgetLineOut], {"cursor": cursor, "limit": limit})

    async def change_budget(self, campaign: str, budget: PutBudget, *, key: str, seen: int | None) -> BudgetOut:
        """Another budget, unless somebody else changed the campaign meanwhile."""
        path = f"/v1/campaigns/{part(campaign)}/budget"
        return await self._caller.write("PUT", path, BudgetOut, budget, key=key, seen=seen, says_null=True)

    async def assets(self, campaign: str) -> tuple[AssetOut, ...]:
        """The files of a campaign's brief, for its brand and for whom it works with."""
        return (await self._caller.get(f"/v1/campaigns/{part(campaign)}/assets", AssetsOut)).items

    async def asset(self, asset: str) -> httpx.Response:
        """A file's bytes, part by part; whoever reads them closes it."""
        return await self._caller.stream(f"/v1/assets/{part(asset)}")

    async def hand_in(self, collaboration: str, content: AsyncIterable[bytes], kind: str, name: str) -> AssetOut:
        """A file of work, to be handed in next."""
        path = f"/v1/collaborations/{part(collaboration)}/files"
        return await self._caller.upload(path, AssetOut, content, kind, {"name": name}, seconds=UPLOAD_SECONDS)

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
