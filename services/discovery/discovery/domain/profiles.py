"""A creator's profile: what snapshots say of it, and who claims it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from chassis.ids import derived_id
from contracts.discovery import Profile, Stats
from discovery.domain.snapshots import FIGURES, Figures, Snapshot
from discovery.domain.standing_figures import Known, Said, Sales, audience_of, figures_of, merged, stats_of, value_of

NO_FIGURES: Final = Figures()
NO_STATS: Final = Stats()


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One good row of a file; `line` is where it begins, from 1."""

    line: int
    network: str
    handle: str
    display_name: str = ""
    figures: Figures = NO_FIGURES

    @property
    def profile(self) -> str:
        """The id of the profile that it speaks of."""
        return profile_id(self.network, self.handle)

    def says(self) -> tuple[object, ...]:
        """What it says, without where it stands."""
        return (self.handle, self.display_name, self.figures)


@dataclass(frozen=True, slots=True)
class Observation:
    """A snapshot of the profile with this handle."""

    network: str
    handle: str
    snapshot: Snapshot

    @property
    def profile(self) -> str:
        """The id of the profile that it speaks of."""
        return profile_id(self.network, self.handle)

    @property
    def id(self) -> str:
        """The same for the same look, so that a repetition is known.

        What no date stands beside is the same look whenever it comes: a file that is read again says nothing new.
        """
        snapshot = self.snapshot
        at = snapshot.at.isoformat() if snapshot.is_dated else ""
        told = repr(sorted(snapshot.says().items()))
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

    @property
    def handle(self) -> str:
        """As it was written last."""
        return value_of(self.known, "handle") or ""

    @property
    def display_name(self) -> str:
        """As it was written last."""
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
            stats=self.stats,
            audience=audience_of(self.known),
        )


OF_PROFILE = frozenset(FIGURES) & frozenset(Profile.model_fields)
"""The figures that stand in the profile itself; the others are in its stats."""


def normal_handle(handle: str) -> str:
    """How handles compare: without `@`, caseless."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", handle).casefold())
    return folded.strip().removeprefix("@").strip()


def profile_id(network: str, handle: str) -> str:
    """The same for the same handle of a network, however it is written: so an import can be repeated."""
    return derived_id("profile", network, normal_handle(handle))


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


def claimed(before: ProfileRecord, creator: str) -> ProfileRecord:
    """An account says that the profile is theirs; several may, and none has proven it by that (ARCHITECTURE 4).

    While no import told of the profile the claim waits in it.
    """
    if creator in before.claimed_by:
        return before
    return replace(before, claimed_by=(*before.claimed_by, creator), revision=before.revision + 1)


def observation_of(row: ImportedRow, source: str, at: datetime) -> Observation:
    """What a row of a file says. A file without dates counts as of when it is read."""
    snapshot = Snapshot(
        at=at,
        source=source,
        handle=row.handle,
        display_name=row.display_name,
        figures=row.figures,
        is_dated=False,
    )
    return Observation(row.network, row.handle, snapshot)
