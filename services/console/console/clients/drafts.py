"""Campaigns that are being written, with what the wizard asks about them on the way."""

from collections.abc import AsyncIterable

from chassis.http import Page
from console.clients.caller import Caller, part
from contracts.campaigns import Channel, Goal, Trait
from contracts.http.campaigns import (
    Advice,
    Advise,
    AdviseGoal,
    AssetOut,
    AssetsOut,
    ChangeDraft,
    DraftOut,
    GoalAdvice,
    MatrixOut,
    PutMatrix,
)

UPLOAD_SECONDS = 300.0


class Drafts:
    """Calls of campaigns' API about drafts."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def begin(self, asked: ChangeDraft, key: str) -> DraftOut:
        """A new draft; the same key again makes none."""
        return await self._caller.write("POST", "/v1/drafts", DraftOut, asked, key=key)

    async def unfinished(self, cursor: str = "", limit: int = 20) -> Page[DraftOut]:
        """Drafts that lack a part, newest first."""
        return await self._caller.get("/v1/drafts", Page[DraftOut], {"cursor": cursor, "limit": limit})

    async def find(self, draft: str) -> DraftOut:
        """One draft, whole or not."""
        return await self._caller.get(f"/v1/drafts/{part(draft)}", DraftOut)

    async def change(self, draft: str, asked: ChangeDraft, seen: int) -> DraftOut:
        """Write some parts anew, if nobody has changed the draft since revision `seen`."""
        return await self._caller.write("PATCH", f"/v1/drafts/{part(draft)}", DraftOut, asked, seen=seen)

    async def drop(self, draft: str) -> None:
        """Forget a draft and its files."""
        await self._caller.tell("DELETE", f"/v1/drafts/{part(draft)}")

    async def about_goal(self, goal: Goal, category: str) -> GoalAdvice:
        """What speaks against a goal, and how it stands beside similar campaigns."""
        return await self._caller.write(
            "POST", "/v1/goals/advice", GoalAdvice, AdviseGoal(goal=goal, category=category)
        )

    async def about_channels(self, channels: tuple[Channel, ...], needs: tuple[Trait, ...]) -> Advice:
        """What speaks against these channels, and which would suit."""
        return await self._caller.write("POST", "/v1/channels/advice", Advice, Advise(channels=channels, needs=needs))

    async def matrix(self) -> MatrixOut:
        """The brand's channel matrix."""
        return await self._caller.get("/v1/channels", MatrixOut)

    async def change_matrix(self, matrix: PutMatrix, seen: int) -> MatrixOut:
        """The brand's own cells, if nobody has changed the matrix since revision `seen`."""
        return await self._caller.write("PUT", "/v1/channels", MatrixOut, matrix, seen=seen)

    async def files(self, draft: str) -> AssetsOut:
        """The files of a campaign's brief, oldest first."""
        return await self._caller.get(f"/v1/campaigns/{part(draft)}/assets", AssetsOut)

    async def upload(self, draft: str, content: AsyncIterable[bytes], kind: str, name: str) -> AssetOut:
        """Add a file; what it is, its bytes say."""
        path = f"/v1/campaigns/{part(draft)}/assets"
        return await self._caller.upload(path, AssetOut, content, kind, {"name": name}, seconds=UPLOAD_SECONDS)

    async def drop_file(self, asset: str) -> None:
        """Take a file away."""
        await self._caller.tell("DELETE", f"/v1/assets/{part(asset)}")
