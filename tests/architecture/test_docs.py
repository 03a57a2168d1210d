"""What the documents say can be followed: links lead somewhere, examples work, topics and types exist."""

import asyncio
import json
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from contracts.envelope import headers
from contracts.registry import EVENTS
from contracts.stores import OrderObserved
from contracts.topics import ALL
from tests.architecture.house_rules import ROOT

PAGES = sorted((ROOT / "docs").rglob("*.md"))
SECTIONS = ["Context", "Decision", "Consequences", "Alternatives", "The rule that enforces it"]


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_topic_and_type_that_is_named_exists(page):
    known = {topic.name for topic in ALL} | set(EVENTS)
    spoken = set(re.findall(r"\b[a-z]+\.[a-z-]+\.v[0-9]+\b", page.read_text("utf-8")))
    assert spoken - known == set()


@pytest.mark.parametrize("page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=named)
def test_each_decision_has_its_five_parts_and_its_number(page):
    text = page.read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == SECTIONS
    assert text.startswith(f"# {int(page.name[:4])}. ")


def test_decisions_are_numbered_without_gaps_and_listed():
    numbers = [int(page.name[:4]) for page in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))
    picture = (ROOT / "docs/architecture.md").read_text("utf-8")
    assert all(f"decisions/{page.name}" in picture for page in (ROOT / "docs/decisions").glob("*.md"))


def test_the_stores_guides_program_sends_an_order_that_we_read(monkeypatch):
    sent = []

    class Producer:
        def __init__(self, **_):
            pass

        async def start(self):
            pass

        async def stop(self):
            pass

        async def send_and_wait(self, topic, **record):
            sent.append((topic, SimpleNamespace(**record)))

    pretended = ModuleType("aiokafka")
    pretended.__dict__["AIOKafkaProducer"] = Producer
    monkeypatch.setitem(sys.modules, "aiokafka", pretended)
    (program,) = blocks(ROOT / "docs/guides/stores.md", "python")
    scope: dict[str, Any] = {}
    exec(program.replace("asyncio.run(main())", ""), scope)  # noqa: S102 - our own document
    asyncio.run(scope["main"]())

    ((topic, record),) = sent
    order = OrderObserved.from_body(record.value)
    assert topic == OrderObserved.TOPIC.name
    assert record.key == order.key().encode()
    assert dict(record.headers)["ce_type"] == OrderObserved.TYPE.encode()
    assert [name for name, _ in record.headers] == [name for name, _ in headers(order, "stores")]


def test_the_stores_guides_refund_is_read():
    (refund,) = blocks(ROOT / "docs/guides/stores.md", "json")
    assert OrderObserved.from_body(refund.encode()).refund is not None
    assert json.loads(refund)["order"].startswith(json.loads(refund)["store"])


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_python_example_is_python(page):
    for program in blocks(page, "python"):
        compile(program, named(page), "exec")


def test_the_operators_guide_names_a_runbook_for_each_page():
    guide = (ROOT / "docs/guides/operators.md").read_text("utf-8")
    assert [page.name for page in (ROOT / "docs/runbooks").glob("*.md") if page.name not in guide] == []
