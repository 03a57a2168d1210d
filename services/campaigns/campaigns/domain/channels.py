"""Which channel suits which product (D10): a table that a brand may change, and what it says against a choice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from contracts.campaigns import Channel, Platform, Suits, Trait

_YES, _NO, _OPEN = Suits.YES, Suits.NO, Suits.JUDGE

Matrix = Mapping[Channel, Mapping[Trait, Suits]]


def _row(**said: Suits) -> Mapping[Trait, Suits]:
    return MappingProxyType({trait: said.get(trait.name.lower(), _OPEN) for trait in Trait})


SHIPPED: Matrix = MappingProxyType(
    {
        Channel.TIKTOK: _row(open_reach=_YES, visual=_YES, casual=Suits.STRONGEST, professional=_NO, detailed=_NO),
        Channel.YOUTUBE: _row(open_reach=_YES, visual=_YES, detailed=_YES),
        Channel.SNAPCHAT: _row(open_reach=_NO),
        Channel.INSTAGRAM: _row(visual=_YES, professional=_NO),
        Channel.PINTEREST: _row(visual=_YES, professional=_NO),
        Channel.LINKEDIN: _row(professional=_YES, detailed=_YES, casual=_NO),
        Channel.FACEBOOK: _row(),
        Channel.X: _row(),
    }
)
"""As D10 has it; what it does not settle is open to judgement."""

NAMES: Mapping[Channel, str] = MappingProxyType(
    {
        Channel.TIKTOK: "TikTok",
        Channel.YOUTUBE: "YouTube",
        Channel.SNAPCHAT: "Snapchat",
        Channel.INSTAGRAM: "Instagram",
        Channel.PINTEREST: "Pinterest",
        Channel.LINKEDIN: "LinkedIn",
        Channel.FACEBOOK: "Facebook",
        Channel.X: "X",
    }
)
_AGAINST: Mapping[Trait, str] = MappingProxyType(
    {
        Trait.OPEN_REACH: "shows videos to followers only: nobody else will come across them",
        Trait.VISUAL: "is a poor place for what has to be seen",
        Trait.CASUAL: "is a poor place for a casual product",
        Trait.PROFESSIONAL: "is a poor place for a professional product",
        Trait.DETAILED: "is a poor place for what takes long to explain",
    }
)


def with_changes(changes: Mapping[Channel, Mapping[Trait, Suits]]) -> Matrix:
    """The shipped table with a brand's own cells in place of some of it."""
    return MappingProxyType(
        {channel: MappingProxyType({**row, **changes.get(channel, {})}) for channel, row in SHIPPED.items()}
    )


def changes_of(matrix: Mapping[Channel, Mapping[Trait, Suits]]) -> dict[Channel, dict[Trait, Suits]]:
    """What of a table differs from the shipped one."""
    found = {
        channel: {trait: suits for trait, suits in row.items() if suits is not SHIPPED[channel][trait]}
        for channel, row in matrix.items()
    }
    return {channel: row for channel, row in found.items() if row}


@dataclass(frozen=True, slots=True)
class Against:
    """A channel that does not suit the product: the needs that it has a no for, and the channels that suit in all."""

    channel: Channel
    traits: tuple[Trait, ...]
    better: tuple[Channel, ...]

    @property
    def says(self) -> str:
        """The same as a sentence."""
        reasons = " and ".join(_AGAINST[trait] for trait in self.traits)
        instead = f" Better: {', '.join(NAMES[channel] for channel in self.better)}." if self.better else ""
        return f"{NAMES[self.channel]} {reasons}.{instead}"


def against(matrix: Matrix, channels: Iterable[Channel], needs: Iterable[Trait]) -> tuple[Against, ...]:
    """Each of these channels that does not suit the product, once."""
    wanted = tuple(dict.fromkeys(needs))
    better = suited(matrix, wanted)
    found = []
    for channel in dict.fromkeys(channels):
        traits = tuple(trait for trait in wanted if matrix[channel][trait] is _NO)
        if traits:
            found.append(Against(channel, traits, better))
    return tuple(found)


def channels_of(platforms: Iterable[Platform]) -> tuple[Channel, ...]:
    """The channels among the platforms; the matrix says nothing of others."""
    return tuple(Channel(platform.value) for platform in platforms if platform.value in set(Channel))


def suited(matrix: Matrix, needs: Iterable[Trait]) -> tuple[Channel, ...]:
    """The channels that have a yes for every need and a no for none, the strongest first."""
    wanted = tuple(dict.fromkeys(needs))
    fit = [
        channel
        for channel, row in matrix.items()
        if wanted and all(row[trait] in {_YES, Suits.STRONGEST} for trait in wanted)
    ]
    return tuple(sorted(fit, key=lambda one: -sum(matrix[one][trait] is Suits.STRONGEST for trait in wanted)))
