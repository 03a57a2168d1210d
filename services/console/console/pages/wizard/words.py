"""Closed sets of the wizard as people read them."""

from typing import Final

from console.domain.words import mark
from console.pages.labels import Label
from contracts.campaigns import CancelRule, Channel, CustomerKind, Suits, Trait

CHANNEL: Final[dict[Channel, str]] = {
    Channel.TIKTOK: mark("TikTok"),
    Channel.YOUTUBE: mark("YouTube"),
    Channel.SNAPCHAT: mark("Snapchat"),
    Channel.INSTAGRAM: mark("Instagram"),
    Channel.PINTEREST: mark("Pinterest"),
    Channel.LINKEDIN: mark("LinkedIn"),
    Channel.FACEBOOK: mark("Facebook"),
    Channel.X: mark("X"),
}
NEED: Final[dict[Trait, tuple[str, str]]] = {
    Trait.OPEN_REACH: (mark("Needs open reach"), mark("People who follow nobody there should come across it, too.")),
    Trait.VISUAL: (mark("Is visual"), mark("It has to be seen to be wanted.")),
    Trait.CASUAL: (mark("Is casual"), mark("Something for everyday life, bought in passing.")),
    Trait.PROFESSIONAL: (mark("Is professional"), mark("People need it for their work.")),
    Trait.DETAILED: (mark("Takes explaining"), mark("It takes long to understand what it does.")),
}
"""What a product needs of a channel, and what that means."""
SUITS: Final[dict[Suits, Label]] = {
    Suits.STRONGEST: (mark("Strongest"), "green"),
    Suits.YES: (mark("Suits"), "green"),
    Suits.JUDGE: (mark("Open"), ""),
    Suits.NO: (mark("Does not suit"), "red"),
}
CANCEL: Final[dict[CancelRule, tuple[str, str]]] = {
    CancelRule.BOTH: (mark("Only together"), mark("Once agreed, it takes a yes from both sides.")),
    CancelRule.BRAND: (mark("The brand alone"), mark("You may cancel without asking. What is earned stays earned.")),
    CancelRule.CREATOR: (mark("The creator alone"), mark("The creator may step back without asking.")),
    CancelRule.EITHER: (mark("Either side alone"), mark("Each may cancel without asking.")),
}
CUSTOMERS: Final[dict[str, str]] = {
    "": mark("All customers"),
    CustomerKind.NEW: mark("New customers"),
    CustomerKind.RETURNING: mark("Returning customers"),
}
