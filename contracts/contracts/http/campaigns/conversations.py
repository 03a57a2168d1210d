"""Messages between a brand and a creator (C8)."""

from typing import Annotated, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from contracts.campaigns import Party
from contracts.envelope import Model, Utc
from contracts.http.campaigns.collaborations import ProfileSummary
from contracts.ids import Id

MessageText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
AttachedUrl = Annotated[str, StringConstraints(min_length=9, max_length=2000, pattern=r"^https://")]


class Write(Model):
    """`POST /v1/conversations/{id}/messages`. Text is text: markup in it is shown as it stands."""

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={"examples": [{"text": "Here is the cut.", "links": ["https://files.example/cut-2"]}]},
    )

    text: MessageText
    links: Annotated[tuple[AttachedUrl, ...], Field(max_length=10)] = ()


class StartConversation(Write):
    """`POST /v1/conversations`: write to the other side, also before any collaboration.

    A brand names the creator by a claimed `profile` or by a `collaboration`; a creator names a `brand` or a
    `collaboration`. There is one conversation of a brand and a creator: writing again adds to it.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        json_schema_extra={"examples": [{"profile": "019a7d3e-0000-7000-8000-000000000001", "text": "Hello!"}]},
    )

    profile: Id | None = None
    brand: Id | None = None
    collaboration: Id | None = None

    @model_validator(mode="after")
    def _one_other_side(self) -> Self:
        if sum(one is not None for one in (self.profile, self.brand, self.collaboration)) != 1:
            raise ValueError("name the other side once: by profile, brand or collaboration")
        return self


class UnreadOut(Model):
    """In how many conversations there is something that the reader has not seen; counted up to 100."""

    conversations: int


class MarkRead(Model):
    """`PUT /v1/conversations/{id}/read`: everything up to and with this message was seen."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    up_to: Id


class MessageOut(Model):
    """One message; `read` says whether the other side has seen it."""

    id: Id
    conversation: Id
    sender: Party
    text: str
    links: tuple[str, ...]
    sent_at: Utc
    read: bool


class ConversationOut(Model):
    """A brand's and a creator's conversation; `unread` counts what the reader has not seen."""

    id: Id
    brand: Id
    brand_name: str = ""
    creator: Id
    profile_summary: ProfileSummary | None = None
    last: MessageOut | None = None
    unread: int
