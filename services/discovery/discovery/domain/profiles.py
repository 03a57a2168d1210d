"""A creator's profile: what an import says of it, and who claims it."""

import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from chassis.ids import derived_id
from contracts.discovery import Profile

FIGURES: Final = ("followers", "average_views", "average_likes", "average_comments", "average_shares")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a source counted; None where it does not say."""

    followers: int | None = None
    average_views: int | None = None
    average_likes: int | None = None
    average_comments: int | None = None
    average_shares: int | None = None

    def over(self, before: "Figures") -> "Figures":
        """These, and where they say nothing, what was known before."""
        known = {name: getattr(self, name) for name in FIGURES if getattr(self, name) is not None}
        return replace(before, **known)


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """One good row of a file; `line` is where it begins, from 1."""

    line: int
    network: str
    handle: str
    display_name: str = ""
    figures: Figures = Figures()

    @property
    def profile(self) -> str:
        """The id of the profile that it speaks of."""
        return profile_id(self.network, self.handle)

    def says(self) -> tuple[object, ...]:
        """What it says, without where it stands."""
        return (self.handle, self.display_name, self.figures)


@dataclass(frozen=True, slots=True)
class ProfileRecord:
    """A profile as stored. One without a handle was claimed before any import told of it, and nobody hears of it."""

    id: str
    revision: int
    network: str = ""
    handle: str = ""
    display_name: str = ""
    figures: Figures = Figures()
    claimed_by: tuple[str, ...] = ()
    proven: bool = False

    @property
    def is_known(self) -> bool:
        """Whether an import told of it."""
        return self.handle != ""

    def state(self) -> Profile:
        """What others hear."""
        return Profile(
            id=self.id,
            network=self.network,
            handle=self.handle,
            display_name=self.display_name,
            **{name: getattr(self.figures, name) for name in FIGURES},
            claimed_by=self.claimed_by,
            proven=self.proven,
        )


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


def imported(before: ProfileRecord, row: ImportedRow) -> ProfileRecord:
    """The profile after a row; the same, revision and all, if the row says nothing new. What it leaves out stays."""
    after = replace(
        before,
        network=row.network,
        handle=row.handle,
        display_name=row.display_name or before.display_name,
        figures=row.figures.over(before.figures),
    )
    return before if after == before else replace(after, revision=before.revision + 1)


def claimed(before: ProfileRecord, creator: str) -> ProfileRecord:
    """An account says that the profile is theirs; several may, and none has proven it by that (ARCHITECTURE 4).

    While no import told of the profile the claim waits in it.
    """
    if creator in before.claimed_by:
        return before
    return replace(before, claimed_by=(*before.claimed_by, creator), revision=before.revision + 1)
