"""The house rules hold in the tree, and each of them sees what it forbids."""

from pathlib import Path

import pytest

from tests.architecture.house_rules import (
    MAX_LINES,
    ROOT,
    RULES,
    UNFINISHED,
    is_badly_named,
    python_files,
    text_files,
    unfinished,
    violations,
)

BY_NAME = {rule.name: rule for rule in RULES}
HANDLERS = Path("services/campaigns/campaigns/handlers.py")
TEST = Path("tests/campaigns/test_something.py")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_tree_keeps_the_rule(rule):
    found = [line for path in python_files() for line in violations(rule, path, (ROOT / path).read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_exception_has_a_reason(rule):
    assert all(rule.exceptions.values())


@pytest.mark.parametrize(
    ("name", "path", "source"),
    [
        pytest.param("no publish_batch", HANDLERS, "await self.broker.publish_batch(*many)", id="publish_batch"),
        pytest.param("no host clock below app.py", HANDLERS, "now = datetime.now(UTC)", id="datetime.now"),
        pytest.param("no host clock below app.py", HANDLERS, "now = datetime.datetime.utcnow()", id="utcnow"),
        pytest.param("no host clock below app.py", HANDLERS, "clock = time.time", id="time.time as a value"),
        pytest.param("no driver outside stores", HANDLERS, "from pymongo.errors import PyMongoError", id="pymongo"),
        pytest.param("no driver outside stores", HANDLERS, "def f():\n    import motor.core", id="a hidden import"),
        pytest.param(
            "every subscriber says how it acknowledges, parses and answers",
            HANDLERS,
            "@broker.subscriber('a', parser=p, no_reply=True)\nasync def f(m): ...",
            id="no ack policy",
        ),
        pytest.param(
            "every subscriber says how it acknowledges, parses and answers",
            HANDLERS,
            "s = router.subscriber('a', ack_policy=MANUAL, no_reply=True)",
            id="the default parser",
        ),
        pytest.param(
            "every subscriber says how it acknowledges, parses and answers",
            HANDLERS,
            "s = router.subscriber('a', ack_policy=MANUAL, parser=p)",
            id="replies allowed",
        ),
        pytest.param("no time.sleep", TEST, "def test_a():\n    time.sleep(1)", id="time.sleep in a test"),
        pytest.param(
            "no sleep in a test",
            TEST,
            "async def test_a():\n    async with b:\n        await asyncio.sleep(0.1)",
            id="asyncio.sleep in a test",
        ),
        pytest.param("no Manager, Helper, Base, Abstract", HANDLERS, "class MailManager: ...", id="Manager"),
        pytest.param("no Manager, Helper, Base, Abstract", HANDLERS, "class AbstractMail: ...", id="Abstract"),
    ],
)
def test_a_rule_sees_what_it_forbids(name, path, source):
    assert violations(BY_NAME[name], path, source)


@pytest.mark.parametrize(
    ("name", "path", "source"),
    [
        pytest.param("no host clock below app.py", HANDLERS, "started = time.monotonic()", id="a duration"),
        pytest.param(
            "no host clock below app.py", Path("services/campaigns/campaigns/app.py"), "datetime.now(UTC)", id="app.py"
        ),
        pytest.param(
            "no driver outside stores", Path("services/campaigns/campaigns/store.py"), "import pymongo", id="a store"
        ),
        pytest.param(
            "no driver outside stores",
            Path("services/campaigns/campaigns/store/links.py"),
            "import motor",
            id="a package",
        ),
        pytest.param(
            "every subscriber says how it acknowledges, parses and answers",
            HANDLERS,
            "broker.subscriber('a', ack_policy=MANUAL, parser=p, no_reply=True)",
            id="an explicit subscriber",
        ),
        pytest.param("no time.sleep", TEST, "while not b():\n    time.sleep(0.01)", id="a blocking poll"),
        pytest.param(
            "no sleep in a test",
            TEST,
            "async def test_a():\n    while not b():\n        await asyncio.sleep(0.01)\n    await asyncio.sleep(0)",
            id="a poll, and a turn of the loop",
        ),
    ],
)
def test_a_rule_lets_pass_what_is_meant_to_pass(name, path, source):
    assert violations(BY_NAME[name], path, source) == []


def test_nothing_in_the_tree_was_put_off():
    found = [line for path in text_files() for line in unfinished(path, (ROOT / path).read_text("utf-8"))]
    assert found == []


@pytest.mark.parametrize("word", UNFINISHED)
def test_a_mark_of_unfinished_work_is_seen(word):
    assert unfinished(HANDLERS, f"x = 1\n# {word}: later") == [f"{HANDLERS}:2: {word}"]


def test_no_file_is_longer_than_a_reader_can_hold():
    sizes = {str(path): len((ROOT / path).read_text("utf-8").splitlines()) for path in python_files()}
    assert {path: lines for path, lines in sizes.items() if lines > MAX_LINES} == {}


def test_nothing_is_named_after_nothing():
    assert [str(path) for path in python_files() if is_badly_named(path)] == []


@pytest.mark.parametrize("path", ["chassis/chassis/utils.py", "services/x/x/common/a.py", "tests/helpers/a.py"])
def test_a_name_that_says_nothing_is_seen(path):
    assert is_badly_named(Path(path))


def test_the_rules_look_at_the_whole_tree():
    seen = {path.parts[0] for path in python_files()}
    assert seen >= {"contracts", "chassis", "services", "deploy", "tests"}
