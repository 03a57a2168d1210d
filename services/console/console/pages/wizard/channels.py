"""Where the videos should appear, what the product needs of a channel, and what the matrix says against it (D10)."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from console.clients import Drafts
from console.domain.words import mark
from console.pages.creator_labels import CATEGORY
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.view import View
from console.pages.wizard import suiting
from console.pages.wizard.step import YES, Facts, Step, Values, ticked
from console.pages.wizard.words import CHANNEL, NEED, SUITS
from contracts.campaigns import Channel, Trait
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut

NOT_SAID: Final = ""

_CATEGORY = {category.value: words for category, words in CATEGORY.items()}


def values(draft: DraftContent, view: View) -> Values:
    """The step as its form's values."""
    del view
    return {
        "category": draft.category,
        **{f"need:{trait}": YES for trait in draft.needs},
        **{f"channel:{channel}": YES for channel in draft.channels},
    }


def read(form: Form, view: View) -> ChangeDraft | None:
    """What the form says of this step."""
    del view
    category = form.choice("category", [NOT_SAID, *CATEGORY])
    if form.errors:
        return None
    needs = tuple(map(Trait, ticked(form, "need", Trait)))
    channels = tuple(map(Channel, ticked(form, "channel", Channel)))
    return ChangeDraft(category=category, needs=needs, channels=channels)


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal."""
    del form
    return "category" if field.endswith("category") else ""


async def more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """The lists of the form, the brand's matrix, and what it says of what is saved."""
    del form
    drafts = Drafts(view.service("campaigns"))
    matrix = await if_there(drafts.matrix())
    is_open = draft is not None and bool(draft.needs) and not draft.channels
    asked = await if_there(drafts.about_channels((), draft.needs)) if draft is not None and is_open else None
    return {
        "categories": [(NOT_SAID, view.say(mark("Not said"))), *sorted_pairs(view, CATEGORY)],
        "needs": NEED,
        "channels": CHANNEL,
        "matrix": matrix,
        "suits": SUITS,
        "advice": await advice(view, draft) if draft is not None else (),
        "suited": ", ".join(view.say(CHANNEL[one]) for one in asked.suited) if asked is not None else "",
    }


def sorted_pairs(view: View, words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Values and words by the order of the words."""
    return sorted(((value, view.say(said)) for value, said in words.items()), key=lambda pair: pair[1])


async def advice(view: View, draft: DraftOut) -> Sequence[str]:
    """What the matrix says against the choice; what the product needs is asked for where that is not said."""
    ask = suiting.asked(draft, view) if draft.channels else []
    return [*suiting.of_channels(draft, draft.channels, view), *ask]


def facts(draft: DraftContent, view: View) -> Facts:
    """For the last look."""
    found = []
    if draft.category:
        found.append((view.say(mark("What it is about")), view.say(_CATEGORY.get(draft.category, draft.category))))
    if draft.channels:
        found.append((view.say(mark("Channels")), ", ".join(view.say(CHANNEL[one]) for one in draft.channels)))
    if draft.needs:
        found.append((view.say(mark("The product")), ", ".join(view.say(NEED[one][0]) for one in draft.needs)))
    return found


STEP = Step(
    slug="channels",
    title=mark("Channels"),
    says=mark("Where the videos should appear, and whether that suits the product."),
    parts=("category", "channels", "needs"),
    values=values,
    read=read,
    ours=ours,
    facts=facts,
    words={"category": mark("What it is about"), "need": mark("The product"), "channel": mark("Channel")},
    shown={
        "category": {NOT_SAID: mark("Not said"), **_CATEGORY},
        "need": {trait.value: words for trait, (words, _) in NEED.items()},
        "channel": {channel.value: words for channel, words in CHANNEL.items()},
    },
    is_written=lambda draft: bool(draft.channels),
    optional=True,
    more=more,
    advice=advice,
)
