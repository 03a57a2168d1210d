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
    """A snapshot, a sale, the course of a collaboration or mere time changed the profile's figures."""

    TYPE: ClassVar = "discovery.stats-changed.v1"


class ProfileRegistered(ProfileEvent):
    """A creator registered the profile, or changed what they say of themselves."""

    TYPE: ClassVar = "discovery.profile-registered.v1"


class ProfileProven(ProfileEvent):
    """A code in the bio showed whose the handle is."""

    TYPE: ClassVar = "discovery.profile-proven.v1"


class EligibilityChanged(ProfileEvent):
    """A market lists the creator now, or does so no longer, after its policy or the creator's age changed."""

    TYPE: ClassVar = "discovery.eligibility-changed.v1"


class InfluencerTypeSet(ProfileEvent):
    """A person set the influencer type, or took back what they had set."""

    TYPE: ClassVar = "discovery.influencer-type-set.v1"


class ProfileReleased(ProfileEvent):
    """An account that claimed the profile without proof was erased: its claim and its words are gone from it."""

    TYPE: ClassVar = "discovery.profile-released.v1"


class ProfileErased(ProfileEvent):
    """The person was erased; the last event of its key, without a state."""

    TYPE: ClassVar = "discovery.profile-erased.v1"
