"""Where creators publish, and what a channel is good for (D10)."""

from enum import StrEnum


class Channel(StrEnum):
    """A network that creators publish on."""

    TIKTOK = "tiktok"
    YOUTUBE = "youtube"
    SNAPCHAT = "snapchat"
    INSTAGRAM = "instagram"
    PINTEREST = "pinterest"
    LINKEDIN = "linkedin"
    FACEBOOK = "facebook"
    X = "x"


class Trait(StrEnum):
    """What a product needs of a channel: `open-reach` = people who follow nobody there come across it, too."""

    OPEN_REACH = "open-reach"
    VISUAL = "visual"
    CASUAL = "casual"
    PROFESSIONAL = "professional"
    DETAILED = "detailed"


class Suits(StrEnum):
    """Whether a channel has a trait; `judge` = open to judgement."""

    STRONGEST = "strongest"
    YES = "yes"
    NO = "no"
    JUDGE = "judge"
