"""A creator's profile: what snapshots say of it, and who claims it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final

from chassis.ids import derived_id
from contracts.discovery import InfluencerType, MarketStanding, Profile, Record, Stats
from discovery.domain.addresses import NETWORKS, is_profile, profile_at
from discovery.domain.eligibility import Facts, Policy, standings
from discovery.domain.influencers import Suggestion, suggested
from discovery.domain.registration import Details, Registration
from discovery.domain.snapshots import FIGURES, Figures, Snapshot, at_millisecond
from discovery.domain.standing_figures import (
    Known,
    Said,
    Sales,
    aged,
    audience_of,
    figures_of,
    merged,
    stats_of,
    value_at,
    value_of,
)

REGISTERED: Final = "registered"
"""The source of what a registration says of the handle."""
OF_SPEAKER: Final = frozenset({"said_by", "display_name"})
NO_FIGURES: Final = Figures()
NO_STATS: Final = Stats()
NO_RECORD: Final = Record()


@dataclass(frozen=True)
class ImportedRow:
    """One good row of a file; `line` is where it begins, from 1, `at` of when it is, if anybody said so."""

    line: int
    network: str
    handle: str
    display_name: str = ""
    figures: Figures = NO_FIGURES
    at: datetime | None = None

    @cached_property
    def profile(self) -> str:
        """The id of the profile that it speaks of."""
        return profile_id(self.network, self.handle)

    def says(self) -> tuple[object, ...]:
        """What it says, without where it stands."""
        return (self.handle, self.display_name, self.figures, self.at)


@dataclass(frozen=True)
class Observation:
    """A snapshot of the profile with this handle; `of` is its id where the handle does not make it."""

    network: str
    handle: str
    snapshot: Snapshot
    of: str | None = None

    @cached_property
    def profile(self) -> str:
        """The id of the profile that it speaks of."""
        return self.of or profile_id(self.network, self.handle)

    @cached_property
    def id(self) -> str:
        """The same for the same look, so that a repetition is known.

        What no date stands beside is the same look whenever it comes: a file that is read again says nothing new.
        """
        snapshot = self.snapshot
        at = snapshot.at.isoformat() if snapshot.is_dated else ""
        told = repr(sorted(snapshot.told.items()))
        videos = repr(sorted(repr(video) for video in snapshot.videos))
        return derived_id("snapshot", self.profile, snapshot.source, at, told, videos)


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """A profile as stored. One without a handle was claimed before any import told of it, and nobody hears of it.

    `known` holds the newest of each figure, `stats` what followed from all that was known at the last change.
    """

    id: str
    revision: int
    network: str = ""
    known: Known = field(default_factory=dict)
    stats: Stats = NO_STATS
    claimed_by: tuple[str, ...] = ()
    proven: bool = False
    proven_by: str | None = None
    details: Details | None = None
    standings: tuple[MarketStanding, ...] = ()
    type_by_hand: InfluencerType | None = None
    record: Record = NO_RECORD

    def suggested_type(self) -> Suggestion | None:
        """What the figures and categories suggest."""
        return suggested(self.followers, self.details.categories if self.details is not None else ())

    @property
    def speaker(self) -> str | None:
        """Whose word counts: the account that proved the handle, before any proof the one that registered it first."""
        return self.proven_by or (self.details.said_by if self.details is not None else None)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Whose work is the profile's, too: the account that proved the handle, before any proof all that claim it."""
        return (self.proven_by,) if self.proven_by is not None else self.claimed_by

    @property
    def owner(self) -> str | None:
        """Who reads its figures as their own: who proved the handle, before any proof the only one who claims it."""
        return self.accounts[0] if len(self.accounts) == 1 else None

    @property
    def handle(self) -> str:
        """As it was written last."""
        return value_of(self.known, "handle") or ""

    @property
    def display_name(self) -> str:
        """The name of whoever's word counts, also one that was cleared; a list's only while nobody registered it."""
        if self.details is not None and self.details.display_name is not None:
            return self.details.display_name
        return value_of(self.known, "display_name") or ""

    @property
    def followers(self) -> int | None:
        """The newest count."""
        found: int | None = value_of(self.known, "followers")
        return found

    @property
    def is_known(self) -> bool:
        """Whether an import told of it."""
        return self.handle != ""

    def state(self) -> Profile:
        """What others hear."""
        averages = {name: value for name, value in figures_of(self.known).items() if name in OF_PROFILE}
        return Profile(
            id=self.id,
            network=self.network,
            handle=self.handle,
            display_name=self.display_name,
            **averages,
            claimed_by=self.claimed_by,
            proven=self.proven,
            proven_by=self.proven_by,
            **_told(self.details),
            stats=self.stats,
            audience=audience_of(self.known),
            eligibility=self.standings,
            influencer_type=self.type_by_hand or (found.type if (found := self.suggested_type()) else None),
            type_set_by_hand=self.type_by_hand is not None,
            record=self.record,
        )


def _told(details: Details | None) -> dict[str, Any]:
    """What a person says of themselves, by the state's fields; the name is the profile's to decide."""
    if details is None:
        return {}
    return {each.name: getattr(details, each.name) for each in fields(details) if each.name not in OF_SPEAKER}


OF_PROFILE = frozenset(FIGURES) & frozenset(Profile.model_fields)
"""The figures that stand in the profile itself; the others are in its stats."""


def normal_handle(handle: str) -> str:
    """How handles compare: without `@`, caseless."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", handle).casefold())
    return folded.strip().removeprefix("@").strip()


def profile_id(network: str, handle: str) -> str:
    """The same for the same handle of a network, however it is written: so an import can be repeated."""
    return derived_id("profile", network, normal_handle(handle))


def ids_named(text: str) -> tuple[str, ...]:
    """The profiles that a person may mean: by an id, a page's address, or a handle on any network known here."""
    if is_profile(text):
        return (profile_id(*profile_at(text)),)
    return (text.strip(), *(profile_id(network, text) for network in NETWORKS))


def unheard_of(profile: str) -> ProfileRecord:
    """A profile that no import told of yet."""
    return ProfileRecord(id=profile, revision=0)


def observed(before: ProfileRecord, observation: Observation) -> ProfileRecord:
    """The profile with what the snapshot says, as far as it is the newest that was said; nothing is reckoned yet."""
    return replace(before, network=observation.network, known=merged(before.known, observation.snapshot))


def reckoned(
    profile: ProfileRecord,
    followers: Sequence[Said],
    views_at_seven_days: Sequence[int] | None = None,
    sales: Sequence[Sales] | None = None,
) -> ProfileRecord:
    """The profile with the figures that follow from others; what is None has not changed since the last time."""
    stats = stats_of(profile.known, followers, views_at_seven_days or (), sales or ())
    kept: dict[str, Any] = {}
    if views_at_seven_days is None:
        kept["median_views_7d"] = profile.stats.median_views_7d
    if sales is None:
        kept |= {"gpm": profile.stats.gpm, "net_gpm": profile.stats.net_gpm}
    return replace(profile, stats=stats.model_copy(update=kept))


def settled(before: ProfileRecord, after: ProfileRecord) -> ProfileRecord:
    """The next revision; `before` itself, revision and all, if nothing is different."""
    return before if after == before else replace(after, revision=before.revision + 1)


def judged(profile: ProfileRecord, policies: Sequence[Policy], birth_date: date | None, now: datetime) -> ProfileRecord:
    """The profile as time leaves it, with every market's standing; nobody hears of one that is not known yet."""
    if not profile.is_known:
        return profile
    facts = facts_of(profile, birth_date, now)
    return replace(recent(profile, now), standings=standings(policies, facts, now))


def recent(profile: ProfileRecord, now: datetime) -> ProfileRecord:
    """The profile without figures of a window that is too long ago."""
    return replace(profile, stats=aged(profile.stats, profile.known, now))


def facts_of(profile: ProfileRecord, birth_date: date | None, now: datetime) -> Facts:
    """What eligibility goes by: a month that is long over says nothing."""
    return Facts(
        birth_date=birth_date,
        followers=profile.followers,
        videos_30d=value_at(profile.known, "videos_30d", now),
        views_30d=value_at(profile.known, "views_30d", now),
    )


def registered(before: ProfileRecord, registration: Registration) -> ProfileRecord:
    """The profile after an account registered it: claimed, and described by that account unless another's word counts.

    A handle that nobody told of yet becomes a profile.
    """
    after = before
    account = registration.account
    if account not in after.claimed_by:
        after = replace(after, claimed_by=(*after.claimed_by, account))
    if not after.is_known or after.proven_by == account:
        at = at_millisecond(registration.registered_at)
        snapshot = Snapshot(at=at, source=REGISTERED, handle=registration.handle)
        after = replace(after, network=registration.network, known=merged(after.known, snapshot))
    if after.speaker in (None, account):
        after = replace(after, details=registration.details)
    return after


def proven(before: ProfileRecord, registration: Registration) -> ProfileRecord:
    """The profile after a code in its bio showed whose it is: from now on that account's word counts."""
    after = replace(before, proven=True, proven_by=registration.account)
    return replace(registered(after, registration), details=registration.details)


def claimed(before: ProfileRecord, creator: str) -> ProfileRecord:
    """An account says that the profile is theirs; several may, and none has proven it by that (ARCHITECTURE 4).

    While no import told of the profile the claim waits in it.
    """
    if creator in before.claimed_by:
        return before
    return replace(before, claimed_by=(*before.claimed_by, creator), revision=before.revision + 1)


def observation_of(row: ImportedRow, source: str, at: datetime) -> Observation:
    """What a row of a file says. One without a date counts as of when its file is read, `at`."""
    snapshot = Snapshot(
        at=row.at or at,
        source=source,
        handle=row.handle,
        display_name=row.display_name,
        figures=row.figures,
        is_dated=row.at is not None,
    )
    return Observation(row.network, row.handle, snapshot)
