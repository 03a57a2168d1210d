"""Where links stand: what the networks allow there, and what a link tells the store by itself (A1)."""

from collections.abc import Mapping
from types import MappingProxyType

from contracts.attribution import Placement, UtmParameters

HINTS: Mapping[Placement, str] = MappingProxyType(
    {
        Placement.BIO: "Can be tapped. TikTok allows one link, from 1,000 followers or with a business account; "
        "Instagram allows five.",
        Placement.CAPTION: "Can't be tapped on TikTok and Instagram: people copy or type it. Can be tapped on YouTube, "
        "Facebook, X and LinkedIn.",
        Placement.FIRST_COMMENT: "Can't be tapped on TikTok and Instagram. On YouTube a pinned comment can be, "
        "but not below Shorts.",
        Placement.STORY: "Can be tapped as a link sticker, one for each story; it goes after 24 hours.",
        Placement.LIVE: "Say it and show it: in most live chats links can't be tapped. A short code of your own helps.",
        Placement.ON_SCREEN: "People type it or scan its QR code: keep it on the screen for at least three seconds.",
        Placement.OWN_SITE: "Mark it as advertising, and give the link rel=sponsored.",
        Placement.EMAIL: "Mail providers open links to check them: such clicks are marked as bots.",
        Placement.OTHER_NETWORK: "Look up what this network allows; some refuse short links.",
        Placement.PAID_AD: "Only with the usage right to advertise. Ad reviewers open it, too: marked as bots.",
    }
)

_MEDIUM: Mapping[Placement, str] = MappingProxyType({Placement.EMAIL: "email", Placement.PAID_AD: "paid-social"})


def utm_of(placement: Placement, asked: UtmParameters, campaign: str) -> UtmParameters:
    """What was asked for, and the placement's defaults for what was not: a medium that stores' analytics know."""
    return UtmParameters(
        source=asked.source or "creator",
        medium=asked.medium or _MEDIUM.get(placement, "affiliate"),
        campaign=asked.campaign or (campaign[:100] or None),
        content=asked.content or placement.value,
        term=asked.term,
    )
