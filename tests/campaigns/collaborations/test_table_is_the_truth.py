"""The page in docs is the table, and nobody else decides by a status."""

import ast
from pathlib import Path

from campaigns.diagram import document
from tests.architecture.house_rules import ROOT

SERVICE = ROOT / "services/campaigns/campaigns"
TABLE = SERVICE / "domain/collaborations/states.py"
STATUSES = frozenset({"CollaborationStatus", "DeliverableStatus", "SampleStatus"})
TEXTS = frozenset({"invited", "countered", "agreed", "declined", "expired", "completed", "cancelled", "published"})


def decisions(source: str) -> list[str]:
    """Where a status is named, or something is compared with the text of one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in STATUSES:
            found.append(f"{node.lineno}: {node.value.id}.{node.attr}")
        if isinstance(node, ast.Compare):
            parts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            found += [f"{node.lineno}: compares with {part!r}" for part in parts if part in TEXTS]
    return found


def modules() -> list[Path]:
    return [path for path in sorted(SERVICE.rglob("*.py")) if path != TABLE]


def test_the_page_in_docs_is_generated_from_the_table():
    assert (ROOT / "docs/collaborations.md").read_text("utf-8") == document()


def test_no_other_module_names_or_compares_a_status():
    found = {str(path.relative_to(SERVICE)): decisions(path.read_text("utf-8")) for path in modules()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_the_rule_sees_what_it_forbids():
    assert decisions("if state.status is CollaborationStatus.AGREED: pass")
    assert decisions("if row['status'] == 'agreed': pass")
    assert decisions("if status in ('x', 'expired'): pass")
    assert decisions("done = DeliverableStatus.COMPLETED")
    assert not decisions("def f(status: CollaborationStatus) -> str: return status.value")
