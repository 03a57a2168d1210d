"""What a step of the wizard is: the parts of a draft that it writes, and how a form shows and reads them."""

import hashlib
import json
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from chassis.http import FieldError
from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.view import View
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut

M = TypeVar("M", bound=BaseModel)
Values = dict[str, str]
Facts = list[tuple[str, str]]
"""What a step says, for the last look before publishing: names and values, both in the person's language."""
YES = "yes"
FIND = "find"
"""Of the buttons that save nothing: show the form again with what the step looks up for it."""
ROW = re.compile(r"([a-z])(\d{1,3})-([a-z_]+)")
"""A field of a row: which kind of row, its number from 0, and the field's own name."""
ROWS: Mapping[str, str] = {
    "d": mark("Deliverable %(number)s"),
    "r": mark("Rate %(number)s"),
    "t": mark("Tier %(number)s"),
    "q": mark("Question %(number)s"),
}


async def nothing_more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """For a step whose form needs no more than its values."""
    del view, draft, form
    return {}


async def no_advice(view: View, draft: DraftOut) -> Sequence[str]:
    """For a step of which nothing is said beyond what is wrong."""
    del view, draft
    return ()


@dataclass(frozen=True)
class Step:
    """One step. `parts` are the draft's fields that it writes; `optional` ones keep nothing from being published.

    `values` shows a draft as a form's values, `read` is the other way; None with the reasons in the form. `ours` tells
    which of our fields shows what campaigns refuses by a name of its own. `words` and `shown` say fields and closed
    sets where two versions stand side by side.
    """

    slug: str
    title: str
    says: str
    parts: tuple[str, ...]
    values: Callable[[DraftContent, View], Values]
    read: Callable[[Form, View], ChangeDraft | None]
    ours: Callable[[str, Form], str]
    facts: Callable[[DraftContent, View], Facts]
    words: Mapping[str, str]
    is_written: Callable[[DraftContent], bool]
    optional: bool = False
    shown: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    more: Callable[[View, DraftOut | None, Form], Awaitable[dict[str, Any]]] = nothing_more
    advice: Callable[[View, DraftOut], Awaitable[Sequence[str]]] = no_advice

    def digest(self, draft: DraftContent, view: View) -> str:
        """Tells whether this step's part of a draft is still what a form was made from."""
        told = json.dumps(self.values(draft, view), sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:24]

    def take(self, form: Form, errors: Iterable[FieldError]) -> None:
        """Put campaigns' refusals beside our fields."""
        for error in errors:
            form.wrong(self.ours(error.field, form) or "form", error.message)


@dataclass(frozen=True)
class Difference:
    """One field in which two versions of a step differ, both as a person reads them."""

    words: str
    mine: str
    theirs: str


def differences(step: Step, mine: Values, theirs: Values, view: View) -> list[Difference]:
    """The fields that two people wrote differently."""
    names = [name for name in dict.fromkeys([*theirs, *mine]) if mine.get(name, "") != theirs.get(name, "")]
    return [
        Difference(_words(step, name, view), _value(step, name, mine, view), _value(step, name, theirs, view))
        for name in names
    ]


def _words(step: Step, name: str, view: View) -> str:
    head, colon, which = name.partition(":")
    if colon:
        return f"{view.say(step.words.get(head, head))}: {view.say(step.shown.get(head, {}).get(which, which))}"
    row = ROW.fullmatch(name)
    if row is None:
        return view.say(step.words.get(name, name))
    number = view.say(Say(ROWS[row[1]], {"number": int(row[2]) + 1}))
    return f"{number}: {view.say(step.words.get(row[3], row[3]))}"


def _value(step: Step, name: str, values: Values, view: View) -> str:
    value = values.get(name, "")
    row = ROW.fullmatch(name)
    closed = step.shown.get(row[3] if row else name)
    if closed is not None:
        return view.say(closed.get(value, value))
    return view.say(mark("Yes")) if value == YES else value


def rows_of(form: Form, kind: str) -> list[int]:
    """The numbers of a form's rows of one kind, those that are to go left out."""
    found = {int(row[2]) for name in form.values if (row := ROW.fullmatch(name)) and row[1] == kind}
    return [number for number in sorted(found) if f"{kind}{number}-remove" not in form.values]


def is_blank(form: Form, row: str, names: Iterable[str]) -> bool:
    """Whether nothing was typed into these fields of a row."""
    return not any(form.values.get(f"{row}-{name}", "").strip() for name in names)


def built(form: Form, model: type[M], given: Mapping[str, Any], ours: Callable[[str], str]) -> M | None:
    """The model of what was typed; None with the reasons beside our fields."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        for each in error.errors(include_url=False, include_input=False):
            name = ".".join(map(str, each["loc"]))
            message = each["msg"].removeprefix("Value error, ")
            form.wrong(ours(name) or "form", f"{message[:1].upper()}{message[1:].rstrip('.')}.")
        return None


def chosen(form: Form, prefix: str) -> list[str]:
    """What was ticked of a list whose boxes are called `prefix:<value>`."""
    return [name.removeprefix(f"{prefix}:") for name in form.values if name.startswith(f"{prefix}:")]


def ticked(form: Form, prefix: str, allowed: Iterable[str]) -> tuple[str, ...]:
    """The same of a closed set, in its own order; whatever else was sent is left out."""
    found = set(chosen(form, prefix))
    return tuple(value for value in allowed if value in found)
