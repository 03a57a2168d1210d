"""What speaks against a draft, in the person's language: its goal (C1), its channels and its deliverables' (D10)."""

from collections.abc import Collection
from typing import Final

from console.domain.words import Say, mark
from console.pages.view import View
from console.pages.wizard.words import CHANNEL
from contracts.campaigns import Channel, Trait
from contracts.http.campaigns import AgainstChannel, DraftOut, GoalWarning

AGAINST: Final[dict[Trait, str]] = {
    Trait.OPEN_REACH: mark("%(channel)s shows videos to followers only: nobody else will come across them."),
    Trait.VISUAL: mark("%(channel)s is a poor place for what has to be seen."),
    Trait.CASUAL: mark("%(channel)s is a poor place for a casual product."),
    Trait.PROFESSIONAL: mark("%(channel)s is a poor place for a professional product."),
    Trait.DETAILED: mark("%(channel)s is a poor place for what takes long to explain."),
}
GOAL: Final[dict[GoalWarning, str]] = {
    GoalWarning.LONG_ROUTE: mark(
        "This product is bought over a long route, for which direct sales are a poor goal: few buyers come by the link"
        " that they first heard of it by. Clicks or views can be measured."
    ),
}
"""What speaks against a goal (C1)."""
BETTER: Final = mark("Better: %(channels)s.")
ASK: Final = mark("Say what the product needs of a channel: only then can it be told whether these suit it.")


def told(against: AgainstChannel, view: View) -> str:
    """A sentence for each need that the channel does not meet, and the channels that do."""
    sentences = [Say(AGAINST[trait], {"channel": view.say(CHANNEL[against.channel])}) for trait in against.traits]
    if against.better:
        sentences.append(Say(BETTER, {"channels": ", ".join(view.say(CHANNEL[one]) for one in against.better)}))
    return " ".join(view.say(sentence) for sentence in sentences)


def of_channels(draft: DraftOut, channels: Collection[Channel], view: View) -> list[str]:
    """What speaks against these of the draft's channels."""
    return [told(each, view) for each in draft.against if each.channel in channels]


def asked(draft: DraftOut, view: View) -> list[str]:
    """The question that is open while channels are chosen and nothing is said of what the product needs."""
    return [view.say(ASK)] if chosen(draft) and not draft.needs else []


def chosen(draft: DraftOut) -> set[Channel]:
    """All channels that the draft speaks of."""
    return {*draft.channels, *worked_on(draft)}


def worked_on(draft: DraftOut) -> set[Channel]:
    """The channels that its deliverables are for; the matrix says nothing of other platforms."""
    platforms = {each.platform.value for each in draft.terms.deliverables} if draft.terms is not None else set()
    return {channel for channel in Channel if channel.value in platforms}


def before_publishing(draft: DraftOut, view: View) -> list[str]:
    """All that a brand should read at the last look."""
    of_goal = [view.say(GOAL[one]) for one in draft.goal_warnings]
    return [*of_goal, *of_channels(draft, chosen(draft), view), *asked(draft, view)]
