"""What one person may see of a decision record (A6)."""

from dataclasses import replace
from fractions import Fraction

from attribution.domain.decisions import Candidate, DecidedLine, Decision, Part, TouchKind
from attribution.domain.facts import Facts

ANOTHER_CREATOR = "another creator"
NOTHING = Fraction(0)


def as_seen_by(decision: Decision, creator: str) -> Decision:
    """The record with everybody else's touches, terms and earnings hidden; codes that are nobody's are hidden too.

    What the order was and why each own touch won or lost stays. Not for deciding again: facts and refs are left out.
    """
    own = {candidate.id for candidate in decision.candidates if candidate.creator == creator}
    return replace(
        decision,
        candidates=tuple(_candidate(candidate, creator, own) for candidate in decision.candidates),
        lines=tuple(_line(line, creator) for line in decision.lines),
        operator_share=0,
        facts=Facts(),
        refs=(),
    )


def _candidate(candidate: Candidate, creator: str, own: set[str]) -> Candidate:
    if candidate.creator == creator:
        hidden = candidate.lost_to is not None and candidate.lost_to not in own
        return replace(candidate, lost_to=ANOTHER_CREATOR) if hidden else candidate
    if candidate.creator is None and candidate.kind is TouchKind.CLICK:
        return candidate
    return Candidate(
        candidate.kind,
        ANOTHER_CREATOR if candidate.creator is not None else "another code",
        candidate.verdict,
        None if candidate.creator is None else ANOTHER_CREATOR,
        at=candidate.at,
        lines=candidate.lines,
        weights=candidate.weights,
    )


def _line(line: DecidedLine, creator: str) -> DecidedLine:
    return replace(line, parts=tuple(part if part.creator == creator else _part(part) for part in line.parts))


def _part(part: Part) -> Part:
    """Another creator's part: only that it is theirs, and its weight."""
    return Part(
        touch=ANOTHER_CREATOR,
        creator=ANOTHER_CREATOR,
        collaboration=ANOTHER_CREATOR,
        campaign=ANOTHER_CREATOR,
        terms=0,
        plan=None,
        basis_points=None,
        per_unit=None,
        weight=part.weight,
        exact=NOTHING,
        granted=0,
        taken=0,
        hold_days=0,
    )
