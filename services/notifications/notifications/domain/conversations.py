"""What each side of a conversation has not read yet, and the one mail that it gets for it (C8).

A mail goes when the first message has waited for some minutes; the next one only after the reader has read or answered,
or a day later for whoever is written to still.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from pydantic import BaseModel

from contracts.campaigns import Party, Side
from contracts.notifications import Template
from notifications.domain.step import Step, other

AGAIN = timedelta(days=1)
MOST_KEPT = 200
"""Unread messages that are told apart; more of them ask for nothing more."""


class Unread(BaseModel, frozen=True):
    """A message that its reader has not seen: its id and when it was sent."""

    id: str
    at: datetime


class Conversation(BaseModel, frozen=True):
    """A brand and a creator, and what waits for each, the oldest first."""

    id: str
    brand: str
    creator: str
    unread: dict[Side, tuple[Unread, ...]] = {}

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits for anybody."""
        return not any(self.unread.values())

    def written(self, sender: Party, message: str, at: datetime) -> "Conversation":
        """One more for the other side; who writes has read what was there."""
        writer = Side(sender.value)
        waiting = self.unread.get(other(writer), ())
        if all(one.id != message for one in waiting) and len(waiting) < MOST_KEPT:
            waiting = (*waiting, Unread(id=message, at=at))
        return self.model_copy(update={"unread": {writer: (), other(writer): waiting}})

    def seen(self, reader: Party, up_to: str) -> "Conversation":
        """Everything up to `up_to` was read."""
        side = Side(reader.value)
        left = tuple(one for one in self.unread.get(side, ()) if one.id > up_to)
        return self.model_copy(update={"unread": {**self.unread, side: left}})


def of_conversation(state: Conversation, pause: timedelta) -> Iterator[Step]:
    """One step for each side for which something waits; its key changes with what was read, and once a day."""
    for side, waiting in state.unread.items():
        if waiting:
            first, last = waiting[0], waiting[-1]
            yield Step(
                template=Template.MESSAGE_RECEIVED,
                to=(side,),
                key=f"{state.id}:{side.value}:{first.id}:{(last.at - first.at) // AGAIN}",
                at=last.at,
                not_before=last.at + pause,
                by=other(side),
                waiting=len(waiting),
            )
