"""Conversations between a brand and a creator: the only place where their words are (C8)."""

from collections.abc import Sequence
from typing import Any

from campaigns.domain.refusals import Refused
from campaigns.store.collections import CONVERSATIONS, MESSAGES
from chassis import forgetting, mongo
from chassis.ids import derived_id, new_id
from chassis.mongo import Document
from chassis.tx import Tx
from contracts.campaigns import MessageSent, MessagesRead, Party
from contracts.http.campaigns import MessageOut, Write

MOST_COUNTED = 100


def conversation_id(brand: str, creator: str) -> str:
    """A brand and a creator have one conversation, whoever begins and however often."""
    return derived_id("conversation", brand, creator)


class KeepsConversations(Tx):
    """Messages, written and said together: the event names ids, and no word of theirs."""

    async def write_message(
        self, brand: str, creator: str, profile: str | None, sender: Party, said: Write
    ) -> MessageOut:
        """Add a message. Both sides write the conversation's document, so that unread counts never lose one.

        Raises `Refused` for a creator who was erased.
        """
        if await forgetting.forgotten_among(self.db, [creator], self.session):
            raise Refused("creator", "This creator's account was erased: nobody would read it.")
        conversation, message = conversation_id(brand, creator), new_id()
        other = Party.CREATOR if sender is Party.BRAND else Party.BRAND
        document = {
            "_id": message,
            "conversation": conversation,
            "sender": sender.value,
            "text": said.text,
            "links": list(said.links),
            "at": self.now,
        }
        changes: Document = {
            "$max": {"last_id": message},
            **({} if profile is None else {"$set": {"profile": profile}}),
            "$inc": {f"unread.{other.value}": 1},
            "$setOnInsert": {"brand": brand, "creator": creator, "read": {}},
        }
        await self.db[CONVERSATIONS].update_one({"_id": conversation}, changes, upsert=True, session=self.session)
        await self.db[MESSAGES].insert_one(document, session=self.session)
        self.emit(
            MessageSent(
                id=new_id(),
                time=self.now,
                conversation=conversation,
                message=message,
                brand=brand,
                creator=creator,
                sender=sender,
            )
        )
        return _out(document, {})

    async def conversation(self, conversation: str, **whose: str) -> Document | None:
        """A conversation of a brand (`brand=`) or creator (`creator=`)."""
        return await self.db[CONVERSATIONS].find_one({"_id": conversation, **whose}, session=self.session)

    async def mark_read(self, row: Document, reader: Party, up_to: str) -> bool:
        """Everything up to and with `up_to` was seen; never backwards. False for a message of another conversation."""
        conversation = row["_id"]
        query = {"_id": up_to, "conversation": conversation}
        if await self.db[MESSAGES].find_one(query, {"_id": 1}, session=self.session) is None:
            return False
        if up_to <= row["read"].get(reader.value, ""):
            return True
        unseen = {"conversation": conversation, "_id": {"$gt": up_to}, "sender": {"$ne": reader.value}}
        count = await self.db[MESSAGES].count_documents(unseen, session=self.session)
        change = {"$set": {f"read.{reader.value}": up_to, f"unread.{reader.value}": count}}
        await self.db[CONVERSATIONS].update_one({"_id": conversation}, change, session=self.session)
        if row["unread"].get(reader.value, 0):
            self.emit(
                MessagesRead(
                    id=new_id(),
                    time=self.now,
                    conversation=conversation,
                    brand=row["brand"],
                    creator=row["creator"],
                    reader=reader,
                    up_to=up_to,
                )
            )
        return True


class Conversations:
    """The conversations of one brand or of one creator, for reading."""

    def __init__(self, db: mongo.Database, **whose: str) -> None:
        self._db = db
        self._mine: dict[str, Any] = dict(whose)

    async def page(self, before: str | None, limit: int) -> list[Document]:
        """Those written in last come first."""
        query = dict(self._mine)
        if before is not None:
            query["last_id"] = {"$lt": before}
        return await self._db[CONVERSATIONS].find(query).sort("last_id", -1).limit(limit).to_list(limit)

    async def unread(self, reader: Party) -> int:
        """In how many of them there is something that the reader has not seen, counted up to a hundred."""
        query = self._mine | {f"unread.{reader.value}": {"$gt": 0}}
        return await self._db[CONVERSATIONS].count_documents(query, limit=MOST_COUNTED)

    async def find(self, conversation: str) -> Document | None:
        """One of them."""
        return await self._db[CONVERSATIONS].find_one(self._mine | {"_id": conversation})

    async def messages(self, row: Document, before: str | None, limit: int) -> list[MessageOut]:
        """Newest first."""
        query: dict[str, Any] = {"conversation": row["_id"]}
        if before is not None:
            query["_id"] = {"$lt": before}
        rows = await self._db[MESSAGES].find(query).sort("_id", -1).limit(limit).to_list(limit)
        return [_out(each, row["read"]) for each in rows]

    async def last(self, rows: Sequence[Document]) -> dict[str, MessageOut]:
        """The newest message of each conversation."""
        read = {row["_id"]: row["read"] for row in rows}
        found = self._db[MESSAGES].find({"_id": {"$in": [row["last_id"] for row in rows]}})
        return {row["conversation"]: _out(row, read[row["conversation"]]) async for row in found}


def _out(row: Document, read: dict[str, str]) -> MessageOut:
    sender = Party(row["sender"])
    other = Party.CREATOR if sender is Party.BRAND else Party.BRAND
    return MessageOut(
        id=row["_id"],
        conversation=row["conversation"],
        sender=sender,
        text=row["text"],
        links=tuple(row["links"]),
        sent_at=row["at"],
        read=row["_id"] <= read.get(other.value, ""),
    )
