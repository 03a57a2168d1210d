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


def contract_names(tree: ast.Module) -> dict[str, str]:
    """How a module may name the classes of `contracts`: `Fact` or `module.Fact`, each with the class's own name."""
    direct: dict[str, str] = {}
    modules: set[str] = set()
    for found in ast.walk(tree):
        if isinstance(found, ast.ImportFrom) and (found.module or "").split(".")[0] == "contracts":
            direct |= {alias.asname or alias.name: alias.name for alias in found.names if alias.name in TOPICS}
            modules |= {alias.asname or alias.name for alias in found.names if found.module == "contracts"}
    return direct | {f"{module}.{name}": name for module in modules for name in TOPICS}


def unsaid(tree: ast.Module) -> set[int]:
    """The expressions in which naming an event does not make one: annotations, registrations, questions about types."""
    skipped: list[ast.AST] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation:
            skipped.append(node.annotation)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.returns:
            skipped.append(node.returns)
        elif isinstance(node, ast.Subscript):
            skipped.append(node.slice)
        elif isinstance(node, ast.Call) and dotted(node.func).split(".")[-1] in {*HEARING, "isinstance", "cast"}:
            skipped += node.args
        elif isinstance(node, ast.Attribute) and node.attr != "of":
            skipped.append(node.value)
    return {id(inner) for node in skipped for inner in ast.walk(node)}


def said(tree: ast.Module) -> set[type[Event]]:
    """The events that a module makes: by `Fact(...)`, `Fact.of(...)`, or by handing `Fact` to what makes it."""
    names, silent = contract_names(tree), unsaid(tree)
    named = {
        names.get(dotted(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute) and id(node) not in silent
    }
    return {event for name, event in EVENTS.items() if name in named}


def heard(tree: ast.Module) -> set[Topic]:
    """The topics that a module has handlers for: `@handlers.on_batch(Fact)`, `@handlers.on_state(Entity)`."""
    names = contract_names(tree)
    named = {
        names.get(dotted(call.args[0]))
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr in HEARING and call.args
    }
    return {topic for name, topic in TOPICS.items() if name in named}


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
        "from contracts import attribution, campaigns as c\n"
        "@handlers.on_batch(OrderObserved)\n"
        "async def a(): tx.announce(attribution.LinkCreated, link, 1)\n"
        "@handlers.on_state(c.Collaboration)\n"
        "async def b(): c.CreatorInvited.of(state, id=i)\n"
    )
    assert {event.TYPE for event in said(module)} == {"attribution.link-created.v1", "campaigns.creator-invited.v1"}
    assert heard(module) == {topics.ORDERS, topics.COLLABORATIONS}


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("def f(event: OrderDecided) -> list[OrderDecided]: ...", id="an annotation"),
        pytest.param("isinstance(event, OrderDecided)", id="a question"),
        pytest.param("handlers.on(OrderDecided, inbox=False)", id="a registration"),
        pytest.param("OrderDecided.TOPIC.name", id="its topic"),
        pytest.param("OrderDecided.from_body(value)", id="reading one"),
    ],
)
def test_naming_an_event_is_not_saying_it(line):
    assert said(ast.parse(f"from contracts.attribution import OrderDecided\n{line}\n")) == set()


def test_another_class_of_the_same_name_is_not_taken_for_an_event():
    module = ast.parse("from attribution.domain import OrderDecided\nOrderDecided(1)\n")
    assert said(module) == set()
