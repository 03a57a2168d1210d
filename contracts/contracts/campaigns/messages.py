"""Messages between a brand and a creator (C8): that there is one, who read it. What it says stays in the store."""

from enum import StrEnum
from typing import ClassVar

from contracts import topics
from contracts.envelope import Event
from contracts.ids import Id


class Party(StrEnum):
    """The two sides of a conversation."""

    BRAND = "brand"
    CREATOR = "creator"


class MessageSent(Event):
    """One side wrote to the other; the text is in campaigns' store alone."""

    TYPE: ClassVar = "campaigns.message-sent.v1"
    TOPIC: ClassVar = topics.MESSAGES
    KEY: ClassVar = "conversation"

    conversation: Id
    message: Id
    brand: Id
    creator: Id
    sender: Party


class MessagesRead(Event):
    """One side has seen what the other wrote, up to and with `up_to`; ids of one conversation's messages sort by time.

    Said only where something was unread.
    """

    TYPE: ClassVar = "campaigns.messages-read.v1"
    TOPIC: ClassVar = topics.MESSAGES
    KEY: ClassVar = "conversation"

    conversation: Id
    brand: Id
    creator: Id
    reader: Party
    up_to: Id
