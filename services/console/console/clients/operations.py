"""What every service offers its operators: dead letters with replay, consumers with resume."""

from urllib.parse import quote

from chassis.http import Page
from chassis.http.dead_letters import (
    ConsumersOut,
    DeadLetterDetail,
    DeadLetterOut,
    ReplayOut,
    Resume,
    ResumedOut,
)
from console.clients.caller import Caller


class OperationsOf:
    """Calls of one service's operator routes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def letters(self, state: str = "", cursor: str = "", limit: int = 25) -> Page[DeadLetterOut]:
        """Dead letters, newest first."""
        params = {"state": state, "cursor": cursor, "limit": limit}
        return await self._caller.get("/v1/dead-letters", Page[DeadLetterOut], params)

    async def letter(self, id: str) -> DeadLetterDetail:  # noqa: A002 - the letter's own id
        """One dead letter with its bytes."""
        return await self._caller.get(f"/v1/dead-letters/{quote(id, safe='')}", DeadLetterDetail)

    async def replay(self, id: str) -> ReplayOut:  # noqa: A002
        """Send it through the loop again."""
        return await self._caller.write("POST", f"/v1/dead-letters/{quote(id, safe='')}/replay", ReplayOut)

    async def consumers(self) -> ConsumersOut:
        """The consumer groups that ever stopped themselves."""
        return await self._caller.get("/v1/consumers", ConsumersOut)

    async def resume(self, group: str) -> ResumedOut:
        """Let a stopped consumer go on."""
        return await self._caller.write("POST", "/v1/consumers/resume", ResumedOut, Resume(group=group))
