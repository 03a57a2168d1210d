"""All figures of a creator, each with its time and source (D3), as brands and they themselves read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from contracts.money import Money
from discovery.domain.profiles import ProfileRecord
from discovery.domain.standing_figures import WINDOWS

IN_ORDER: Final = (
    *("followers", "growth_7d", "growth_30d", "growth_90d"),
    *("videos_30d", "views_30d", "videos_per_week"),
    *("median_views", "median_views_7d", "average_views", "average_likes", "average_comments", "average_shares"),
    *("engagement_per_view", "engagement_per_follower", "gpm", "net_gpm"),
)
BY_VIEWS: Final = frozenset({"gpm", "net_gpm"})
RECKONED: Final = frozenset({"median_views_7d", *BY_VIEWS})
"""What no source says: it is made here of several."""


@dataclass(frozen=True, slots=True)
class Told:
    """One figure. `at` and `source` are there while it is known; a figure of several looks has neither or no source."""

    name: str
    value: int | None = None
    amounts: tuple[Money, ...] = ()
    at: datetime | None = None
    source: str = ""


def all_figures(profile: ProfileRecord) -> Sequence[Told]:
    """Every figure, those too that nobody knows."""
    state = profile.state()
    return tuple(
        _told(
            profile,
            Told(name, amounts=getattr(state.stats, name))
            if name in BY_VIEWS
            else Told(name, getattr(state if hasattr(state, name) else state.stats, name)),
        )
        for name in IN_ORDER
    )


def _told(profile: ProfileRecord, told: Told) -> Told:
    if told.value is None and not told.amounts:
        return told
    register = "views_30d" if told.name in BY_VIEWS else WINDOWS.get(told.name, (told.name, 0))[0]
    said = profile.known.get(register)
    if said is None:
        return told
    source = "" if told.name in RECKONED else said.source
    return Told(told.name, told.value, told.amounts, said.at, source)
