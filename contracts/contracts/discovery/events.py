"""What happens to a creator's profile: one event for each kind of change, all with the whole public state."""

from typing import ClassVar

from contracts import topics
from contracts.discovery.profile import Profile
from contracts.envelope import EntityEvent


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


class StatsChanged(ProfileEvent):
    """A snapshot, a sale or the course of a collaboration changed the profile's figures."""

    TYPE: ClassVar = "discovery.stats-changed.v1"
