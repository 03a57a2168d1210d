"""House rules as small linters over the syntax tree: each says what it forbids, where, and where it may happen."""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = ("contracts", "chassis", "services")
EVERYTHING = (*CODE, "deploy", "tests")

MAX_LINES = 400
FORBIDDEN_NAMES = frozenset({"platform", "utils", "util", "common", "helpers", "helper", "misc"})
DRIVER = frozenset({"motor", "pymongo", "bson"})
HOST_CLOCK = frozenset(
    {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.gmtime"}
)
EMPTY_NAME = re.compile(r"^(Abstract|Base)[A-Z]|(Manager|Helper|Utils)$")
"""`Base` alone is a word of MONEY 12."""
UNFINISHED = tuple("".join(letters) for letters in (("TO", "DO"), ("FIX", "ME"), ("HA", "CK")))
TEXT_FILES = frozenset(
    {".py", ".md", ".toml", ".yaml", ".yml", ".sh", ".html", ".css", ".js", ".cfg", ".in", ".xml", ".properties"}
)

Check = Callable[[ast.Module], Iterator[tuple[int, str]]]


@dataclass(frozen=True)
class Rule:
    """A rule over one file's tree. `exceptions` are paths (glob patterns) with the reason why they may."""

    name: str
    check: Check
    where: tuple[str, ...] = CODE
    exceptions: dict[str, str] = field(default_factory=dict)

    def applies_to(self, path: Path) -> bool:
        return path.parts[0] in self.where and not any(path.match(pattern) for pattern in self.exceptions)


def dotted(node: ast.AST) -> str:
    """`self._broker.publish` -> the same text; empty where a part is not a name."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def no_publish_batch(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """It puts a whole batch into one partition, whatever the keys (STACK 5)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == "publish_batch":
            yield node.lineno, "publish_batch ignores the keys: send one by one and gather"


def no_host_clock(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Time is passed in; services go by the database's clock (ARCHITECTURE 5)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and ".".join(dotted(node).split(".")[-2:]) in HOST_CLOCK:
            yield node.lineno, f"{dotted(node)} reads the host's clock: take the time as an argument"


def no_driver(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Motor stands behind chassis.mongo and the stores, so that it can be replaced there (ADR 1)."""
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        driver = [name for name in names if name.split(".")[0] in DRIVER]
        if driver and isinstance(node, ast.stmt):
            yield node.lineno, f"{driver[0]} is the driver: ask the store"


def subscribers_are_explicit(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """By default: at most once, a `reply_to` header redirects results, a bad header hides a batch (STACK 2, 4b, 6)."""
    for call in calls(tree):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "subscriber"):
            continue
        given = {keyword.arg for keyword in call.keywords}
        for name in ("ack_policy", "parser", "no_reply"):
            if name not in given:
                yield call.lineno, f"a subscriber without {name}"


def no_blocking_sleep(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Nothing waits a guessed time: outside a polling loop, a sleep hopes instead of knowing."""
    polls = {id(c) for node in ast.walk(tree) if isinstance(node, ast.While | ast.For) for c in calls(node)}
    for call in calls(tree):
        if dotted(call.func) == "time.sleep" and id(call) not in polls:
            yield call.lineno, "time.sleep: poll with a deadline"


def no_sleep_in_a_test(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A sleep of its own in a test's flow, outside a polling loop, hopes instead of knowing."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")):
            continue
        for statement in _straight(node.body):
            for call in calls(statement):
                if dotted(call.func) == "asyncio.sleep" and not _is_zero(call):
                    yield call.lineno, "asyncio.sleep in a test's own flow: poll with a deadline"


def _straight(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of its `with` and `try` blocks, without loops, branches and inner functions."""
    for statement in body:
        if isinstance(statement, ast.With | ast.AsyncWith):
            yield from _straight(statement.body)
        elif isinstance(statement, ast.Try):
            yield from _straight([*statement.body, *statement.finalbody])
        elif not isinstance(
            statement, ast.While | ast.For | ast.AsyncFor | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        ):
            yield statement


def _is_zero(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def plain_class_names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """A class is named by what it is (ARCHITECTURE 10)."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and EMPTY_NAME.search(node.name):
            yield node.lineno, f"class {node.name} is named by what it is for nobody"


RULES = (
    Rule("no publish_batch", no_publish_batch, EVERYTHING, {"tests/architecture/*.py": "speaks of it"}),
    Rule(
        "no host clock below app.py",
        no_host_clock,
        CODE,
        {
            "**/app.py": "builds, and passes the clock on; the redirect's is the host's, for it starts without MongoDB",
            "**/__main__.py": "starts the app",
            "chassis/chassis/clock.py": "is the clock",
            "chassis/chassis/logs.py": "a log line says when its host wrote it",
        },
    ),
    Rule(
        "no driver outside stores",
        no_driver,
        CODE,
        {
            "chassis/chassis/mongo.py": "hides the driver",
            "**/store.py": "is a store",
            "**/store/*.py": "is a store",
        },
    ),
    Rule("every subscriber says how it acknowledges, parses and answers", subscribers_are_explicit, EVERYTHING),
    Rule("no time.sleep", no_blocking_sleep, EVERYTHING),
    Rule("no sleep in a test", no_sleep_in_a_test, ("tests",)),
    Rule("no Manager, Helper, Base, Abstract", plain_class_names, EVERYTHING),
)


def python_files() -> list[Path]:
    """Every Python file of the project, relative to its root."""
    return [path for path in text_files() if path.suffix == ".py"]


def text_files() -> list[Path]:
    """Every file that people write, relative to the root; without generated and ignored ones."""
    found = [path for top in (*EVERYTHING, "docs", ".ci") for path in (ROOT / top).rglob("*")]
    found += ROOT.glob("*")
    return sorted(
        path.relative_to(ROOT)
        for path in found
        if path.is_file()
        and (path.suffix in TEXT_FILES or path.name in {"Makefile", "Dockerfile", "run"})
        and not {"__pycache__", ".local", "build", "node_modules"} & set(path.relative_to(ROOT).parts)
    )


def violations(rule: Rule, path: Path, source: str) -> list[str]:
    """`path:line: what`, for each place where a file breaks a rule; empty where the rule does not apply to it."""
    if not rule.applies_to(path):
        return []
    return [f"{path}:{line}: {what}" for line, what in rule.check(ast.parse(source))]


def unfinished(path: Path, source: str) -> list[str]:
    """Marks of work that was put off."""
    return [
        f"{path}:{number}: {word}"
        for number, line in enumerate(source.splitlines(), start=1)
        for word in UNFINISHED
        if word in line
    ]


def is_badly_named(path: Path) -> bool:
    """Whether a folder or module says nothing about what is in it (ARCHITECTURE 2)."""
    return bool({*path.parts[:-1], path.stem} & FORBIDDEN_NAMES)
