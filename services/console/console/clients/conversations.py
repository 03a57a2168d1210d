"""Messages of brands and creators, as the signed-in person may read and write them."""

from urllib.parse import quote

from chassis.http import Page
from console.clients.caller import Caller
from contracts.http.campaigns import ConversationOut, MarkRead, MessageOut, StartConversation, UnreadOut, Write


class Conversations:
    """Calls of campaigns' API about conversations."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def all(self, cursor: str = "", limit: int = 25) -> Page[ConversationOut]:
        """Those written in last come first."""
        return await self._caller.get("/v1/conversations", Page[ConversationOut], {"cursor": cursor, "limit": limit})

    async def unread(self) -> int:
        """In how many there is something new, up to a hundred."""
        return (await self._caller.get("/v1/conversations/unread", UnreadOut)).conversations

    async def find(self, conversation: str) -> ConversationOut:
        """One conversation."""
        return await self._caller.get(f"/v1/conversations/{_part(conversation)}", ConversationOut)

    async def of_collaboration(self, collaboration: str) -> ConversationOut:
        """The conversation of a collaboration's two sides."""
        return await self._caller.get(f"/v1/collaborations/{_part(collaboration)}/conversation", ConversationOut)

    async def messages(self, conversation: str, cursor: str = "", limit: int = 50) -> Page[MessageOut]:
        """Newest first."""
        path = f"/v1/conversations/{_part(conversation)}/messages"
        return await self._caller.get(path, Page[MessageOut], {"cursor": cursor, "limit": limit})

    async def write(self, conversation: str, message: Write, *, key: str) -> MessageOut:
        """Answer in a conversation."""
        path = f"/v1/conversations/{_part(conversation)}/messages"
        return await self._caller.write("POST", path, MessageOut, message, key=key)

    async def start(self, message: StartConversation, *, key: str) -> MessageOut:
        """Write to the other side, also before any collaboration."""
        return await self._caller.write("POST", "/v1/conversations", MessageOut, message, key=key)

    async def mark_read(self, conversation: str, up_to: str) -> None:
        """Everything up to that message was seen."""
        await self._caller.tell("PUT", f"/v1/conversations/{_part(conversation)}/read", MarkRead(up_to=up_to))


def _part(id: str) -> str:  # noqa: A002 - an id as one part of a path
    return quote(id, safe="")
