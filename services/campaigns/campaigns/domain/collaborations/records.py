"""A collaboration as stored."""

from dataclasses import dataclass

from contracts.campaigns import (
    Collaboration,
)


@dataclass(frozen=True, slots=True)
class CollaborationRecord:
    """A collaboration as stored: its public state and its revision."""

    state: Collaboration
    revision: int
