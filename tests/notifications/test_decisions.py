"""Every fact of campaigns has a row in the README that says who gets which mail, and what it says is so."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts import campaigns
from contracts.campaigns import Application, Campaign, Collaboration, MessageSent, MessagesRead
from contracts.envelope import EntityEvent, Event
from contracts.notifications import Template
from notifications.domain import claims
from notifications.domain.claims import Claim
from notifications.domain.conversations import Conversation
from notifications.domain.spending import spending_of
from tests.notifications.sample_others import PAUSE

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([a-z-]+)` \| (.+) \|$", re.MULTILINE)
MAIL = re.compile(r"\b(brand|creator)(?: (and|or) (brand|creator))? `([a-z-]+)`")
NOT_OF_CAMPAIGNS = {Template.FIRST_SALE, Template.SIGN_IN_CODE}


def table() -> dict[str, str]:
    text = (ROOT / "services" / "notifications" / "README.md").read_text(encoding="utf-8")
    return dict(ROW.findall(text.split("## Which fact", 1)[1].split("\n## ", 1)[0]))


def facts() -> dict[str, type[Event]]:
    """Every event that campaigns says, by the name of its fact."""
    found: dict[str, type[Event]] = {}
    waiting: list[type[Event]] = [Event]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if str(getattr(kind, "TYPE", "")).startswith("campaigns."):
            found[kind.TYPE.split(".")[1]] = kind
    return found


def examples(kind: type[Event]) -> list[Event]:
    folder = ROOT / "contracts" / "examples" / kind.TYPE
    return [kind.model_validate_json(path.read_bytes()) for path in sorted(folder.glob("*.json"))]


def asked_for(event: Event) -> list[Claim]:
    """The mails that a state or fact asks for when it is heard."""
    state = event.state if isinstance(event, EntityEvent) else event
    match state:
        case Collaboration():
            return [*claims.of_collaboration(state), *claims.of_steps(state, event.time)]
        case Application():
            return claims.of_application(state)
        case Campaign():
            return claims.of_spending(spending_of(state), event.time)
        case MessageSent():
            talk = Conversation(id=state.conversation, brand=state.brand, creator=state.creator)
            return claims.of_conversation(talk.written(state.sender, state.message, state.time), PAUSE)
        case _:
            return []


@dataclass
class Promise:
    """To whom a mail goes: always to `required`, never to others than `allowed`."""

    required: set[str]
    allowed: set[str]


def promised(row: str) -> dict[str, Promise]:
    """The mails of a row by template."""
    found: dict[str, Promise] = {}
    for first, joint, second, template in MAIL.findall(row):
        sides = {first, second} - {""}
        before = found.get(template, Promise(sides, set()))
        always = set() if joint == "or" else sides & before.required
        found[template] = Promise(always, sides | before.allowed)
    return found


def side_of(claim: Claim) -> str:
    if claim.side is not None:
        return claim.side.value
    return "creator"


def test_every_fact_has_its_row_and_no_row_is_of_nothing() -> None:
    assert sorted(table()) == sorted(facts())


def test_every_row_says_a_mail_or_why_there_is_none() -> None:
    for fact, row in table().items():
        assert bool(promised(row)) != row.startswith("none: "), fact


def test_every_mail_stands_in_the_table() -> None:
    named = {template for row in table().values() for template in promised(row)}

    assert named == {template.value for template in set(Template) - NOT_OF_CAMPAIGNS}


VIA_THE_COLLABORATION = {"application-approved", "application-countered"}
"""An application that becomes a collaboration is told by that one's state, which is another event."""


@pytest.mark.parametrize("fact", sorted(set(table()) - VIA_THE_COLLABORATION))
def test_what_a_row_promises_is_asked_for_by_an_example_of_its_fact(fact: str) -> None:
    told = [(claim.template.value, side_of(claim)) for event in examples(facts()[fact]) for claim in asked_for(event)]

    for template, to in promised(table()[fact]).items():
        heard = {side for name, side in told if name == template}
        assert heard, f"{fact}: no example asks for {template}"
        assert to.required <= heard <= to.allowed, f"{fact}: {template} to {heard}"


def test_the_facts_are_the_contracts_own() -> None:
    assert MessagesRead in facts().values()
    assert {kind.__module__.split(".")[1] for kind in facts().values()} <= {"campaigns", "notifications"}
    assert campaigns.CreatorInvited in facts().values()
