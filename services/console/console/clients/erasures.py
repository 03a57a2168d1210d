"""Erasures at discovery: what one would do, asking for it, and what is outstanding (D12)."""

from urllib.parse import quote

from chassis.http import Page
from console.clients.caller import Caller
from contracts.http.discovery import (
    AskErasure,
    AskErasureOf,
    ErasureOut,
    ErasurePlan,
    ErasureStatus,
)


class Erasures:
    """Calls of discovery's API."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def plan(self) -> ErasurePlan:
        """What an erasure of the signed-in creator would take, and what would stay."""
        return await self._caller.get("/v1/me/erasure", ErasurePlan)

    async def erase_me(self, key: str) -> ErasureOut:
        """Forget the signed-in creator, for good."""
        return await self._caller.write("POST", "/v1/me/erasure", ErasureOut, AskErasure(confirmed=True), key=key)

    async def erase(self, whom: AskErasureOf, key: str) -> ErasureOut:
        """Forget somebody without an account."""
        return await self._caller.write("POST", "/v1/erasures", ErasureOut, whom, key=key)

    async def all(self, status: ErasureStatus | None, cursor: str) -> Page[ErasureOut]:
        """Those that are outstanding or completed, or all; newest first."""
        params = {"status": None if status is None else status.value, "cursor": cursor, "limit": 25}
        return await self._caller.get("/v1/erasures", Page[ErasureOut], params)

    async def find(self, erasure: str) -> ErasureOut:
        """One of them."""
        return await self._caller.get(f"/v1/erasures/{quote(erasure, safe='')}", ErasureOut)

    async def ask_again(self, erasure: str, key: str) -> ErasureOut:
        """Have every service forget and answer once more."""
        path = f"/v1/erasures/{quote(erasure, safe='')}/ask-again"
        return await self._caller.write("POST", path, ErasureOut, key=key)
