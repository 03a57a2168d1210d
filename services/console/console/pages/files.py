"""Files of a campaign: listed for its brand, and fetched by its brand and by whom it works with (C2)."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import httpx
from starlette.responses import Response, StreamingResponse

from console.clients import Campaigns
from console.pages.site import Page
from console.pages.view import HEADERS, View
from contracts.http.console import RoleKind

KEPT: Final = ("content-type", "content-length", "content-disposition")
BOTH: Final = (RoleKind.BRAND, RoleKind.CREATOR)


async def show(view: View) -> Response:
    """The campaign's files, oldest first."""
    id_ = view.path("campaign")
    campaigns = Campaigns(view.service("campaigns"))
    campaign, files = await asyncio.gather(campaigns.find(id_), campaigns.assets(id_))
    return view.render("campaign_files.html", campaign=campaign, files=files)


async def fetch(view: View) -> Response:
    """One file as it came from campaigns: always a download, never a page of ours."""
    collaboration = view.query("collaboration") or None
    answer = await Campaigns(view.service("campaigns", invitation=collaboration)).asset(view.path("asset"))
    headers = {name: answer.headers[name] for name in KEPT if name in answer.headers}
    headers |= dict(HEADERS) | {
        "Content-Security-Policy": f"{HEADERS['Content-Security-Policy']}; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    headers.setdefault("content-disposition", "attachment")
    return StreamingResponse(_parts(answer), headers=headers)


async def _parts(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for part in answer.aiter_bytes():
            yield part
    finally:
        await answer.aclose()


PAGES = (
    Page("/campaigns/{campaign}/files", show, RoleKind.BRAND),
    Page("/files/{asset}", fetch, roles=BOTH),
)
