"""What a service declines is said in the reader's language: every type that a service may answer has words here."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from console import catalogues
from console.clients import DeclinedError
from console.pages.problems import CODE, why_declined
from console.pages.step_labels import RULE

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("discovery", "campaigns", "attribution", "notifications")
DECLINED = {409, 412, 429}
"""The statuses that pages show as a refusal (`console.clients.caller`)."""
CONFLICTS = {"conflict", "InTheWay"}


def calls() -> Iterator[tuple[str, list[ast.expr]]]:
    """The calls by plain names in the services and the chassis, with their arguments."""
    for folder in (*(ROOT / "services" / name / name for name in SERVICES), ROOT / "chassis" / "chassis"):
        for path in sorted(folder.rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    yield node.func.id, node.args


def constant(arguments: list[ast.expr], at: int) -> object:
    """What stands there, if it is written out."""
    return arguments[at].value if len(arguments) > at and isinstance(arguments[at], ast.Constant) else None


def answered() -> set[str]:
    """Every type that a service may decline with."""
    found = set()
    for name, arguments in calls():
        code = constant(arguments, 0) if name in CONFLICTS else None
        if name == "Problem" and constant(arguments, 0) in DECLINED:
            code = constant(arguments, 1)
        if isinstance(code, str):
            found.add(code)
    return found


def rules() -> set[str]:
    """Every rule that is named where something is not possible now."""
    named = {constant(arguments, 3) for name, arguments in calls() if name == "NotNow"}
    return {one for one in named if isinstance(one, str)}


def test_every_type_that_a_service_may_answer_has_words_and_no_words_are_of_a_type_that_none_answers():
    assert answered() == set(CODE)
    assert {"already-proposed", "already-answered"} <= rules() <= set(RULE)


@pytest.mark.parametrize("language", sorted(set(catalogues.languages()) - {"en"}))
def test_the_words_are_said_in_every_language(language):
    said = catalogues.translations(language)
    for words in (*CODE.values(), *RULE.values()):
        assert said.gettext(words) not in {"", words}, words


def test_the_rule_says_more_than_the_type_and_the_service_s_own_words_are_the_last_resort():
    known = DeclinedError("not-now", "Not possible now", "Agree is not possible.", rule="already-answered")
    assert why_declined(known) == RULE["already-answered"]
    assert why_declined(DeclinedError("not-now", "Not now", "No.", rule="of-tomorrow")) == CODE["not-now"]
    assert why_declined(DeclinedError("of-tomorrow", "Title", "Detail.")) == "Detail."
    assert why_declined(DeclinedError("of-tomorrow", "Title", "")) == "Title"
