"""The tables of states as diagrams and words: `python -m campaigns.diagram > docs/collaborations.md`."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from campaigns.domain.collaborations.states import COLLABORATION, CONDITIONS, DELIVERABLE, SAMPLE, Condition, Place

MACHINES: tuple[tuple[str, str, Mapping[Any, Place[Any]]], ...] = (
    ("A collaboration", "From the invitation to its end.", COLLABORATION),
    ("A deliverable", "Each one by itself, while the collaboration is agreed.", DELIVERABLE),
    ("The sample", "At most one at a time, while the collaboration is agreed.", SAMPLE),
)
HEAD = """# Collaborations: who may do what, and what silence means

Generated from `campaigns/domain/collaborations/states.py` by `python -m campaigns.diagram > docs/collaborations.md`; a
test compares. *system* is what silence and time do. A refusal is a 409 with `possible` and `rule`, of the last column.
"""


def document() -> str:
    """The page as it must stand in docs."""
    parts = [HEAD]
    for title, about, places in MACHINES:
        parts.append(f"## {title}\n\n{about}\n\n{_diagram(places)}\n\n{_waiting(places)}\n\n{_moves(places)}\n")
    parts.append(f"## Conditions\n\n{_conditions()}\n")
    return "\n".join(parts)


def _diagram(places: Mapping[Any, Place[Any]]) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {_name(place)}: {place.status.value}" for place in places.values()]
    for place in places.values():
        ways: dict[str, list[str]] = {}
        for move in place.moves:
            if move.to is not place.status:
                by = " or ".join(side.value for side in move.by)
                ways.setdefault(_name(places[move.to]), []).append(f"{move.action.value} ({by})")
        lines += [f"    {_name(place)} --> {to}: {', '.join(actions)}" for to, actions in ways.items()]
    return "\n".join([*lines, "```"])


def _name(place: Place[Any]) -> str:
    return str(place.status.value).replace("-", "_")


def _waiting(places: Mapping[Any, Place[Any]]) -> str:
    rows = [
        f"| {place.status.value} | {place.waits_for.value} | {place.due} | {place.silence} |"
        for place in places.values()
        if place.waits_for is not None
    ]
    return "\n".join(["| state | waits for | what is due | silence means |", "|---|---|---|---|", *rows])


def _moves(places: Mapping[Any, Place[Any]]) -> str:
    return "\n".join(
        ["| state | action | by | leads to | said as | if, else `rule` |", "|---|---|---|---|---|---|", *_rows(places)]
    )


def _rows(places: Mapping[Any, Place[Any]]) -> Iterator[str]:
    for place in places.values():
        for move in place.moves:
            by = ", ".join(side.value for side in move.by)
            rule = "" if move.condition is None else f"`{move.condition.value}`"
            yield (
                f"| {place.status.value} | {move.action.value} | {by} | {move.to.value} | `{move.says.TYPE}` | {rule} |"
            )


def _conditions() -> str:
    rows = [f"| `{condition.value}` | {CONDITIONS[condition]} |" for condition in Condition]
    return "\n".join(["| rule | the action is possible if |", "|---|---|", *rows])


if __name__ == "__main__":
    sys.stdout.write(document())
