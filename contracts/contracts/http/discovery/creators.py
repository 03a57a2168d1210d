"""A creator as brands and operators see one."""

from contracts.discovery import Profile


class CreatorOut(Profile):
    """A profile as brands and operators see it."""

    revision: int
