"""The steps in their order, and how far a draft is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from console.domain.words import mark
from console.pages.view import View
from console.pages.wizard import brief, budget, channels, files, goal, joining, product, terms
from console.pages.wizard.step import Step
from contracts.http.campaigns import DraftOut, MissingOut

STEPS: Final = (
    product.STEP,
    goal.STEP,
    channels.STEP,
    brief.STEP,
    files.STEP,
    terms.STEP,
    joining.STEP,
    budget.STEP,
)
BY_SLUG: Final[Mapping[str, Step]] = {step.slug: step for step in STEPS}


class StepState(StrEnum):
    """`wrong` = something was written that can't be published any more."""

    DONE = "done"
    MISSING = "missing"
    WRONG = "wrong"
    OPTIONAL = "optional"


STATE: Final[Mapping[StepState, tuple[str, str]]] = {
    StepState.DONE: (mark("Done"), "green"),
    StepState.MISSING: (mark("Missing"), "amber"),
    StepState.WRONG: (mark("Needs another look"), "red"),
    StepState.OPTIONAL: (mark("Optional"), ""),
}


LACKS: Final[Mapping[str, str]] = {
    "name": mark("Give the campaign a name."),
    "landing_url": mark("Say which page its links lead to."),
    "goal": mark("Say what it is to reach: a number, how it is measured, and a day."),
    "brief": mark("Say what the product is, and what creators need to know."),
    "terms": mark("Say what creators are offered: the fee and the commission."),
}
"""Why a draft can't be published without this part."""


@dataclass(frozen=True)
class Place:
    """A step in the list of steps: where it is, how far it is, and what is missing or wrong in it."""

    step: Step
    number: int
    path: str
    state: StepState
    missing: Sequence[MissingOut] = ()
    is_here: bool = False


def places(draft: DraftOut | None, here: str = "") -> list[Place]:
    """Every step of a draft; of none yet, the first one only leads somewhere."""
    return [_place(step, number, draft, here) for number, step in enumerate(STEPS, 1)]


def _place(step: Step, number: int, draft: DraftOut | None, here: str) -> Place:
    if draft is None:
        state = StepState.OPTIONAL if step.optional else StepState.MISSING
        return Place(step, number, "/campaigns/new" if number == 1 else "", state, is_here=step.slug == here)
    missing = [_told(one, draft) for one in draft.missing if one.field.partition(".")[0] in step.parts]
    return Place(step, number, path_of(draft.id, step), _state(step, draft, missing), missing, step.slug == here)


def _told(one: MissingOut, draft: DraftOut) -> MissingOut:
    """With words of ours for a part that is not there; what is wrong in one is told by campaigns."""
    if one.field not in LACKS or getattr(draft, one.field) is not None:
        return one
    return one.model_copy(update={"message": LACKS[one.field]})


def _state(step: Step, draft: DraftOut, missing: Sequence[MissingOut]) -> StepState:
    if step.is_written(draft):
        return StepState.WRONG if missing else StepState.DONE
    return StepState.OPTIONAL if step.optional else StepState.MISSING


def path_of(draft: str, step: Step | None = None) -> str:
    """A step's page; without a step the list of all, where it is published."""
    return f"/campaigns/{draft}/edit" + (f"/{step.slug}" if step is not None else "")


def after(step: Step) -> Step | None:
    """The step that follows; None after the last."""
    at = STEPS.index(step) + 1
    return STEPS[at] if at < len(STEPS) else None


def facts_of(place: Place, draft: DraftOut, view: View) -> list[tuple[str, str]]:
    """What a step says, for the last look."""
    return place.step.facts(draft, view)
