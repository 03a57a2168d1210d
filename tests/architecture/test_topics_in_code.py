"""Who says and who hears what, as the code does it, is what the table of topics says (ARCHITECTURE 4)."""

import ast
from pathlib import Path

import pytest

from contracts import registry, topics
from contracts.envelope import Event, State
from contracts.topics import Topic
from tests.architecture.house_rules import ROOT, calls, dotted

SERVICES = ("discovery", "campaigns", "attribution", "notifications", "console")
HEARING = frozenset({"on", "on_batch", "on_state"})
EVENTS = {event.__name__: event for event in registry.EVENTS.values()}
TOPICS: dict[str, Topic] = {
    name: thing.TOPIC
    for module in registry.MODULES
    for name, thing in vars(module).items()
    if isinstance(thing, type) and issubclass(thing, Event | State) and hasattr(thing, "TOPIC")
}


def trees(service: str) -> list[tuple[Path, ast.Module]]:
    files = sorted((ROOT / "services" / service / service).rglob("*.py"))
    return [(path.relative_to(ROOT), ast.parse(path.read_text("utf-8"))) for path in files]


def imported_from_contracts(tree: ast.Module) -> set[str]:
    """The names that a module took from contracts; a class of the same name from elsewhere is another."""
    return {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "contracts"
        for alias in node.names
    }


def said(tree: ast.Module) -> set[type[Event]]:
    """The events that a module makes: `Fact(...)` or `Fact.of(...)`."""
    known = imported_from_contracts(tree)
    names = {dotted(call.func).removesuffix(".of") for call in calls(tree)}
    return {EVENTS[name] for name in names & known & EVENTS.keys()}


def heard(tree: ast.Module) -> set[Topic]:
    """The topics that a module has handlers for: `@handlers.on_batch(Fact)`, `@handlers.on_state(Entity)`."""
    known = imported_from_contracts(tree)
    found = set()
    for call in calls(tree):
        if isinstance(call.func, ast.Attribute) and call.func.attr in HEARING and call.args:
            name = dotted(call.args[0])
            if name in known & TOPICS.keys():
                found.add(TOPICS[name])
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_says_only_what_is_its_own_to_say(service):
    own = topics.owned_by(service)
    foreign = [
        f"{path} makes {event.TYPE}" for path, tree in trees(service) for event in said(tree) if event.TOPIC not in own
    ]
    assert foreign == []


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_hears_exactly_the_topics_that_name_it_as_reader(service):
    listed = {topic.name for topic in topics.ALL if service in topic.readers}
    assert {topic.name for _, tree in trees(service) for topic in heard(tree)} == listed


def test_every_event_is_said_by_its_service():
    made = {event.TYPE for service in SERVICES for _, tree in trees(service) for event in said(tree)}
    assert sorted(registry.EVENTS.keys() - made) == []


def test_what_a_module_says_and_hears_is_seen():
    module = ast.parse(
        "from contracts.stores import OrderObserved\n"
        "from contracts.campaigns import Collaboration, CreatorInvited\n"
        "@handlers.on_batch(OrderObserved)\n"
        "async def a(): CreatorInvited.of(state, id=i)\n"
        "@handlers.on_state(Collaboration)\n"
        "async def b(): OrderObserved(id=i)\n"
    )
    assert {event.TYPE for event in said(module)} == {"stores.order-observed.v1", "campaigns.creator-invited.v1"}
    assert heard(module) == {topics.ORDERS, topics.COLLABORATIONS}


def test_another_class_of_the_same_name_is_not_taken_for_an_event():
    module = ast.parse("from attribution.domain import OrderDecided\nOrderDecided(1)\n")
    assert said(module) == set()
