"""The deliverables of the terms: what is made, where it appears, and until when each step is due (C3, C7)."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from console.domain.words import Say, mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.view import View
from console.pages.wizard.amounts import an_amount, money_of, typed
from console.pages.wizard.step import YES, Values, is_blank, rows_of
from contracts.campaigns import DeliverableType, Platform
from contracts.http.campaigns import MOST_DELIVERABLES, PlainTerms

BLANK_ROWS: Final = 1
LINE: Final = 200
NOTE: Final = 2000
DUES: Final = ("concept_due", "submission_due", "publication_due")
SAYS_SOMETHING: Final = ("placement", "manner", "share", *DUES)
WORDS: Final = {
    "type": mark("What"),
    "platform": mark("Where"),
    "many": mark("How many"),
    "placement": mark("Placement"),
    "manner": mark("How"),
    "share": mark("Part of the fee, each"),
    "concept": mark("With a concept first"),
    "concept_due": mark("Concept due"),
    "submission_due": mark("Work due"),
    "publication_due": mark("Live by"),
}
OURS: Final = {"number": "many", "fee": "share", "concept_asked": "concept"}


def values(terms: PlainTerms, view: View) -> Values:
    """The rows as a form's values."""
    found: Values = {}
    for number, one in enumerate(terms.deliverables):
        row = f"d{number}"
        found |= {
            f"{row}-type": one.type,
            f"{row}-platform": one.platform,
            f"{row}-many": view.formats.number(one.number),
            f"{row}-placement": one.placement,
            f"{row}-manner": one.manner,
            f"{row}-share": typed(one.fee, view),
            **({f"{row}-concept": YES} if one.concept_asked else {}),
            **{f"{row}-{due}": view.formats.typed_day(at) for due in DUES if (at := getattr(one, due)) is not None},
        }
    return found


def _said(form: Form) -> list[int]:
    return [row for row in rows_of(form, "d") if not is_blank(form, f"d{row}", SAYS_SOMETHING)]


def rows(form: Form) -> list[int]:
    """The rows to show: those that say something, and an empty one as long as there may be more."""
    said = _said(form)
    free = max(rows_of(form, "d"), default=-1) + 1
    return said + list(range(free, free + (BLANK_ROWS if len(said) < MOST_DELIVERABLES else 0)))


def read(form: Form, view: View, fee: int | None) -> list[dict[str, Any]]:
    """The deliverables that are asked for; parts of the fee are given for all or for none, and sum to it."""
    said = _said(form)
    found = [_read(form, view, f"d{number}") for number in said[:MOST_DELIVERABLES]]
    if sum(one["number"] or 0 for one in found) > MOST_DELIVERABLES or len(said) > MOST_DELIVERABLES:
        form.wrong(f"d{said[-1]}-many", Say(mark("Ask for at most %(most)s in all."), {"most": MOST_DELIVERABLES}))
    shares = [one["fee"] for one in found]
    if fee is None or form.errors or all(share is None for share in shares):
        return found
    without = next((number for number, share in zip(said, shares, strict=True) if share is None), None)
    if without is not None:
        form.wrong(f"d{without}-share", mark("Give a part of the fee for each deliverable, or for none."))
        return found
    sum_ = sum(one["fee"].amount * one["number"] for one in found)
    if sum_ != fee:
        amounts = {
            name: view.formats.minor(each, view.who.role.currency) for name, each in (("sum", sum_), ("fee", fee))
        }
        form.wrong(f"d{said[0]}-share", Say(mark("The parts sum to %(sum)s, and the fee is %(fee)s."), amounts))
    return found


def _read(form: Form, view: View, row: str) -> dict[str, Any]:
    is_asked = f"{row}-concept" in form.values
    dues = {due: form.end_of_day(f"{row}-{due}", view.who.role.zone, required=due != "concept_due") for due in DUES}
    if dues["concept_due"] is not None and not is_asked:
        form.wrong(f"{row}-concept_due", mark("Tick that there is a concept, or leave its day empty."))
    _follow_each_other(form, row, dues, view.desk.clock.now())
    return {
        "type": form.choice(f"{row}-type", list(DeliverableType)),
        "platform": form.choice(f"{row}-platform", list(Platform)),
        "number": form.whole(f"{row}-many", least=1, most=MOST_DELIVERABLES),
        "placement": form.line(f"{row}-placement", most=LINE),
        "manner": form.text(f"{row}-manner", most=NOTE),
        "fee": money_of(an_amount(form, f"{row}-share", view, required=False), view),
        "concept_asked": is_asked,
        **dues,
    }


def _follow_each_other(form: Form, row: str, dues: Mapping[str, datetime | None], now: datetime) -> None:
    last: datetime | None = None
    for due, at in dues.items():
        if at is None:
            continue
        if at <= now:
            form.wrong(f"{row}-{due}", mark("Choose a day that is still to come."))
        if last is not None and at < last:
            form.wrong(f"{row}-{due}", mark("Choose a day after the step before it."))
        last = at


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal of a row; campaigns counts those that were sent."""
    said = _said(form)
    match = re.match(r"deliverables\.(\d+)(?:\.(\w+))?", field)
    at = int(match[1]) if match else 0
    if at >= len(said):
        return ""
    name = (match[2] if match else None) or "share"
    name = OURS.get(name, name)
    return f"d{said[at]}-{name if name in WORDS else 'publication_due'}"


def told(terms: PlainTerms, view: View) -> list[str]:
    """Each deliverable in words."""
    f = view.formats
    found = []
    for one in terms.deliverables:
        what = Say(
            mark("%(type)s on %(platform)s, %(number)s in all, live by %(day)s"),
            {
                "number": one.number,
                "type": view.say(labels.DELIVERABLE_TYPE[one.type]),
                "platform": view.say(labels.PLATFORM[one.platform]),
                "day": f.day(one.publication_due),
            },
        )
        found.append(view.say(what))
    return found
