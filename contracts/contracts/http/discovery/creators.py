"""A creator as brands and operators see one."""

from enum import StrEnum

from contracts.discovery import Profile


class CreatorSort(StrEnum):
    """How found creators are ordered; those whose figure is unknown come last."""

    FOLLOWERS = "followers"


class CreatorOut(Profile):
    """A profile as brands and operators see it."""

    revision: int
