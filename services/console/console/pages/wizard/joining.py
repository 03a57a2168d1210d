"""Who may join: whoever is invited, or whoever applies and meets the campaign's own rules (C4)."""

import re
from typing import Any, Final

from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.places import read_countries
from console.pages.view import View
from console.pages.wizard.step import YES, Facts, Step, Values, built, rows_of
from contracts.campaigns import Eligibility, Program, Question
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut

INVITED, PROGRAM = "invited", "program"
WAYS: Final = {
    INVITED: (mark("Only whom I invite"), mark("The campaign is in no directory.")),
    PROGRAM: (
        mark("Creators may apply, too"),
        mark("A program: creators find it, answer your questions, apply."),
    ),
}
MOST_FOLLOWERS: Final = 2**53
AGES: Final = (13, 99)
MOST_QUESTIONS: Final = 20
QUESTION: Final = 500
BLANK_ROWS: Final = 2


def values(draft: DraftContent, view: View) -> Values:
    """The step as its form's values."""
    program, f = draft.program, view.formats
    if program is None:
        return {"way": INVITED}
    rules = program.eligibility
    found = {
        "way": PROGRAM,
        "min_followers": "" if rules.min_followers is None else f.number(rules.min_followers),
        "min_age": "" if rules.min_age is None else f.number(rules.min_age),
        "countries": ", ".join(f.country(code) for code in rules.countries),
        "accepts_until": "" if program.accepts_until is None else f.typed_day(program.accepts_until),
    }
    for number, question in enumerate(program.questions):
        found |= {f"q{number}-id": question.id, f"q{number}-text": question.text}
        found |= {f"q{number}-required": YES} if question.required else {}
    return found


def read(form: Form, view: View) -> ChangeDraft | None:
    """What the form says of this step; what was typed for a program is not looked at while there is none."""
    if form.choice("way", list(WAYS)) != PROGRAM:
        return None if form.errors else ChangeDraft(program=None)
    followers = form.whole("min_followers", least=1, most=MOST_FOLLOWERS, required=False)
    age = form.whole("min_age", least=AGES[0], most=AGES[1], required=False)
    countries = read_countries(form, "countries", view.locale)
    until = form.end_of_day("accepts_until", view.who.role.zone, required=False)
    if until is not None and until <= view.desk.clock.now():
        form.wrong("accepts_until", mark("Choose a day that is still to come."))
    questions = _questions(form)
    if form.errors:
        return None
    given = {
        "eligibility": Eligibility(min_followers=followers, min_age=age, countries=countries),
        "questions": questions,
        "accepts_until": until,
    }
    program = built(form, Program, given, lambda name: ours(f"program.{name}", form))
    return None if program is None else ChangeDraft(program=program)


def _questions(form: Form) -> tuple[Question, ...]:
    found: list[Question] = []
    rows = [row for row in rows_of(form, "q") if form.values.get(f"q{row}-text", "").strip()]
    taken = {form.values.get(f"q{row}-id", "") for row in rows}
    free = (name for name in (f"question-{number}" for number in range(1, 1000)) if name not in taken)
    for row in rows:
        text = form.text(f"q{row}-text", most=QUESTION)
        id_ = form.values.get(f"q{row}-id", "")
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,39}", id_):
            id_ = next(free)
        if len(text) <= QUESTION:
            found.append(Question(id=id_, text=text, required=f"q{row}-required" in form.values))
    if len(rows) > MOST_QUESTIONS:
        form.wrong("form", Say(mark("Ask at most %(most)s questions."), {"most": MOST_QUESTIONS}))
    return tuple(found)


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal."""
    row = re.match(r"program\.questions\.(\d+)", field)
    if row is not None:
        rows = [one for one in rows_of(form, "q") if form.values.get(f"q{one}-text", "").strip()]
        at = int(row[1])
        return f"q{rows[at]}-text" if at < len(rows) else ""
    name = field.rpartition(".")[2]
    return name if name in WORDS else ""


async def more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """The ways, and rows for questions: those that are there and two empty ones."""
    del draft
    rows = rows_of(form, "q")
    free = max(rows, default=-1) + 1
    count = min(BLANK_ROWS, max(0, MOST_QUESTIONS - len(rows)))
    return {
        "ways": [(value, view.say(words), view.say(hint)) for value, (words, hint) in WAYS.items()],
        "rows": rows + [free + more_ for more_ in range(count)],
    }


def facts(draft: DraftContent, view: View) -> Facts:
    """For the last look."""
    program, f = draft.program, view.formats
    if program is None:
        return [(view.say(mark("Joining")), view.say(WAYS[INVITED][0]))]
    rules = program.eligibility
    asked = []
    if rules.min_followers is not None:
        asked.append(view.say(Say(mark("%(number)s followers or more"), {"number": rules.min_followers})))
    if rules.min_age is not None:
        asked.append(view.say(Say(mark("%(number)s years or older"), {"number": rules.min_age})))
    if rules.countries:
        asked.append(", ".join(f.country(code) for code in rules.countries))
    found = [(view.say(mark("Joining")), view.say(WAYS[PROGRAM][0]))]
    found.append((view.say(mark("Asked of creators")), "; ".join(asked) or view.say(mark("Nothing"))))
    if program.questions:
        found.append((view.say(mark("Questions")), "\n".join(question.text for question in program.questions)))
    if program.accepts_until is not None:
        found.append((view.say(mark("Applications until")), f.day(program.accepts_until)))
    return found


WORDS: Final = {
    "way": mark("Joining"),
    "min_followers": mark("Followers, at least"),
    "min_age": mark("Age, at least"),
    "countries": mark("Countries"),
    "accepts_until": mark("Applications until"),
    "text": mark("Question"),
    "required": mark("Has to be answered"),
    "id": mark("Name"),
}
STEP = Step(
    slug="joining",
    title=mark("Who may join"),
    says=mark("Whom you invite, or whoever applies and meets your rules."),
    parts=("program",),
    values=values,
    read=read,
    ours=ours,
    facts=facts,
    words=WORDS,
    shown={"way": {value: words for value, (words, _) in WAYS.items()}},
    is_written=lambda draft: draft.program is not None,
    optional=True,
    more=more,
)
