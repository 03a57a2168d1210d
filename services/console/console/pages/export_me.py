"""All that the services keep of a creator, as one JSON file for the creator to take along (X3)."""

import asyncio
from base64 import b64encode
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import orjson
from starlette.responses import Response

from console.clients import Caller, Discovery, NotThereError
from console.pages.forget_me import BASE
from console.pages.site import Page
from console.pages.view import HEADERS, View
from console.store.accounts import page_name
from contracts.http.console import RoleKind

LISTS: Final = {
    "campaigns": {
        "collaborations": "/v1/collaborations",
        "applications": "/v1/applications",
        "conversations": "/v1/conversations",
    },
    "attribution": {"links": "/v1/links", "coupons": "/v1/coupons", "ledger_entries": "/v1/earnings/entries"},
}
"""What comes in pages, by service: the creator's own lists of its API."""
THINGS: Final = {
    "discovery": {"profiles": "/v1/me/profiles"},
    "attribution": {"earnings": "/v1/earnings"},
    "notifications": {"contact": "/v1/contact"},
}
"""What comes whole."""
A_PAGE: Final = 100
MOST: Final = 20_000
"""Of one list; what is behind is named in `cut`."""


async def export(view: View) -> Response:
    """The file. It is made of what the creator may read anyway, by the creator's own token."""
    made: dict[str, Any] = {"made_at": view.desk.clock.now().isoformat(), "account": view.who.person, "cut": []}
    made["page_name"] = await page_name(view.desk.db, view.who.person)
    for service, things in THINGS.items():
        caller = view.service(service)
        made |= {name: await _thing(caller, path) for name, path in things.items()}
    for service, lists in LISTS.items():
        caller = view.service(service)
        for name, path in lists.items():
            made[name] = await _list(caller, name, path, made["cut"])
    await _with_messages(view.service("campaigns"), made)
    await _with_photos(Discovery(view.service("discovery")), made)
    headers = {
        **HEADERS,
        "Content-Disposition": 'attachment; filename="my-data.json"',
        "X-Content-Type-Options": "nosniff",
    }
    return Response(orjson.dumps(made, option=orjson.OPT_INDENT_2), media_type="application/json", headers=headers)


async def _thing(caller: Caller, path: str) -> Any:
    """Null where there is none, as the contact of somebody who has set nothing."""
    try:
        return orjson.loads((await caller.file(path)).content)
    except NotThereError:
        return None


async def _list(caller: Caller, name: str, path: str, cut: list[str]) -> list[Any]:
    items: list[Any] = []
    params: Mapping[str, Any] = {"limit": A_PAGE}
    while True:
        page = orjson.loads((await caller.file(path, params)).content)
        items += page["items"]
        if not page.get("next_cursor"):
            return items
        if len(items) >= MOST:
            cut.append(name)
            return items
        params = {"limit": A_PAGE, "cursor": page["next_cursor"]}


async def _with_messages(caller: Caller, made: dict[str, Any]) -> None:
    """Each conversation with all that was written in it."""
    places = asyncio.Semaphore(4)

    async def fill(conversation: dict[str, Any]) -> None:
        async with places:
            id_ = conversation["id"]
            path = f"/v1/conversations/{quote(id_, safe='')}/messages"
            conversation["messages"] = await _list(caller, f"messages of {id_}", path, made["cut"])

    await asyncio.gather(*(fill(one) for one in made["conversations"]))


async def _with_photos(discovery: Discovery, made: dict[str, Any]) -> None:
    """Each profile that has a photo with the photo itself, as a `data:` address."""
    for profile in made["profiles"]["profiles"]:
        if profile.get("photo"):
            found = await discovery.photo(profile["profile"], profile["photo"], is_own=True)
            profile["photo_content"] = f"data:{found.kind};base64,{b64encode(found.content).decode()}"


PAGES = (Page(f"{BASE}/export.json", export, RoleKind.CREATOR),)
