"""How programs, their rules and their fit are said."""

from collections.abc import Mapping
from typing import Final

from console.domain.words import Say, mark
from console.pages import creator_labels
from contracts.http.campaigns import FitReason, RuleStanding

CATEGORY: Final[Mapping[str, str]] = {str(category): words for category, words in creator_labels.CATEGORY.items()}
RULE: Final[Mapping[str, str]] = {
    "followers": mark("Followers"),
    "age": mark("Age"),
    "country": mark("Country"),
}
STANDING: Final[Mapping[RuleStanding, tuple[str, str]]] = {
    RuleStanding.PASSED: (mark("Met"), "green"),
    RuleStanding.FAILED: (mark("Not met"), "red"),
    RuleStanding.UNKNOWN: (mark("Not known"), ""),
}
FIT: Final[Mapping[tuple[FitReason, RuleStanding], tuple[str, str]]] = {
    (FitReason.ELIGIBILITY, RuleStanding.PASSED): (mark("You meet all its rules"), "green"),
    (FitReason.ELIGIBILITY, RuleStanding.FAILED): (mark("One of its rules is not met"), "red"),
    (FitReason.ELIGIBILITY, RuleStanding.UNKNOWN): (mark("Not all of your figures are known"), ""),
    (FitReason.CATEGORY, RuleStanding.PASSED): (mark("Your category: %(asks)s"), "green"),
    (FitReason.CATEGORY, RuleStanding.FAILED): (mark("Not your category: %(asks)s"), ""),
    (FitReason.CHANNEL, RuleStanding.PASSED): (mark("Your network: %(asks)s"), "green"),
    (FitReason.CHANNEL, RuleStanding.FAILED): (mark("Not your network: %(asks)s"), ""),
}
"""Why a program suits a creator, and in which tone; what is not known of category and network is not said."""
GAP: Final[Mapping[str, str]] = {
    "followers": mark("%(gap)s more followers are needed."),
    "age": mark("%(gap)s more years are needed."),
}
"""By how much a rule is missed."""


def gap_of(rule: str, gap: int | None) -> Say | str:
    """How much is missing, where that is a number."""
    return Say(GAP[rule], {"gap": gap}) if rule in GAP and gap else ""
