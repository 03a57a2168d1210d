"""What the campaign may cost in all, and what each collaboration costs besides fee and commission (C14)."""

from typing import Any, Final

from console.domain.words import mark
from console.pages.forms import Form
from console.pages.view import View
from console.pages.wizard.amounts import an_amount
from console.pages.wizard.step import Facts, Step, Values, built
from contracts.campaigns import Budget
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut
from contracts.money import Money

NONE, LIMIT = "none", "limit"
WAYS: Final = {
    NONE: (mark("No budget"), mark("Agreements are not held against any sum.")),
    LIMIT: (
        mark("A budget"),
        mark("An agreement that it can't cover is refused. Commission that was earned is always paid."),
    ),
}
AMOUNTS: Final = ("amount", "product", "shipping")
WORDS: Final = {
    "way": mark("Budget"),
    "amount": mark("In all"),
    "product": mark("What a sample costs you"),
    "shipping": mark("What sending it costs"),
}


def values(draft: DraftContent, view: View) -> Values:
    """The step as its form's values."""
    budget, f = draft.budget, view.formats
    if budget is None:
        return {"way": NONE}
    amounts = {name: getattr(budget, name) for name in AMOUNTS}
    return {"way": LIMIT} | {
        name: "" if money is None else f.typed(money.amount, money.currency) for name, money in amounts.items()
    }


def read(form: Form, view: View) -> ChangeDraft | None:
    """What the form says of this step; the amounts are not looked at while there is no budget."""
    if form.choice("way", list(WAYS)) != LIMIT:
        return None if form.errors else ChangeDraft(budget=None)
    currency = view.who.role.currency
    amounts = {name: an_amount(form, name, view, required=name == "amount") for name in AMOUNTS}
    if form.errors:
        return None
    given = {
        name: None if amount is None else Money(amount=amount, currency=currency) for name, amount in amounts.items()
    }
    budget = built(form, Budget, given, lambda name: name.partition(".")[0])
    return None if budget is None else ChangeDraft(budget=budget)


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal."""
    del form
    return next((name for name in AMOUNTS if field.startswith(f"budget.{name}")), "amount")


async def more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """The ways."""
    del draft, form
    return {
        "ways": [(value, view.say(words), view.say(hint)) for value, (words, hint) in WAYS.items()],
        "currency": view.who.role.currency,
    }


def facts(draft: DraftContent, view: View) -> Facts:
    """For the last look."""
    if draft.budget is None:
        return [(view.say(mark("Budget")), view.say(WAYS[NONE][0]))]
    return [
        (view.say(WORDS[name] if name != "amount" else mark("Budget")), view.formats.money(money))
        for name in AMOUNTS
        if (money := getattr(draft.budget, name)) is not None
    ]


STEP = Step(
    slug="budget",
    title=mark("Budget"),
    says=mark("What all of it may cost."),
    parts=("budget",),
    values=values,
    read=read,
    ours=ours,
    facts=facts,
    words=WORDS,
    shown={"way": {value: words for value, (words, _) in WAYS.items()}},
    is_written=lambda draft: draft.budget is not None,
    optional=True,
    more=more,
)
