"""What discovery says: creator profiles. The only topic that carries people's names."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from contracts import topics
from contracts.envelope import EntityEvent, State
from contracts.ids import Id

Count = Annotated[int, Field(ge=0, le=2**63 - 1)]


class Profile(State):
    """A creator's public profile; `claimed_by` names the account that says it is theirs, `proven` that it showed so."""

    TOPIC: ClassVar = topics.CREATORS

    network: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    handle: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    display_name: Annotated[str, StringConstraints(max_length=400)] = ""
    followers: Count | None = None
    average_views: Count | None = None
    average_likes: Count | None = None
    average_comments: Count | None = None
    average_shares: Count | None = None
    claimed_by: tuple[Id, ...] = ()
    proven: bool = False


class ProfileEvent(EntityEvent[Profile]):
    """Any change of a profile."""

    TOPIC: ClassVar = topics.CREATORS
    STATE: ClassVar = Profile


class ProfileImported(ProfileEvent):
    """An import made or changed the profile."""

    TYPE: ClassVar = "discovery.profile-imported.v1"


class ProfileClaimed(ProfileEvent):
    """A creator's account says that this profile is theirs."""

    TYPE: ClassVar = "discovery.profile-claimed.v1"
