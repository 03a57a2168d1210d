"""What a collaboration's page is made of: whose turn it is, the ways from here, and what happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from console.domain.fees import fee_if_cancelled
from console.domain.words import mark
from console.pages.step_labels import ACTION, FACT
from contracts.campaigns import (
    Deliverable,
    Offer,
    Planned,
    Proposal,
    ProposalStatus,
    SampleStatus,
    Side,
    TermsVersion,
)
from contracts.http.campaigns import CollaborationOut, HappenedOut
from contracts.http.console import RoleKind
from contracts.money import Money

PLACES = {RoleKind.BRAND: "/collaborations", RoleKind.CREATOR: "/my-work"}
"""Where each side finds its collaborations."""
SIDES = {RoleKind.BRAND: Side.BRAND, RoleKind.CREATOR: Side.CREATOR}
SAMPLE = "sample"
DIRECT = frozenset(
    {
        "accept",
        "agree",
        "approve-concept",
        "approve-sample",
        "approve-submission",
        "complete",
        "confirm",
        "receive-sample",
        "refuse",
        "withdraw",
    }
)
"""Actions that one press takes; all others ask for something first."""
DANGEROUS = frozenset({"cancel", "decline", "propose-cancellation", "step-out", "refuse-sample"})
ASKED_AS = {"extend": "propose-extension"}
"""What the other side has to agree to is asked of it."""
ELSEWHERE = frozenset({"agree", "refuse", "withdraw", "propose-extension"})
"""What stands beside the proposal or the work that it is about."""
LESS_USUAL = (
    "propose-cancellation",
    "cancel",
    "step-out",
    "decline",
    "refuse-sample",
    "announce-terms",
    "propose-extension",
    "offer",
)
"""Never the obvious next thing."""


@dataclass(frozen=True)
class Way:
    """One thing that the reader may do now: with the whole, a deliverable, the sample, or a proposal."""

    action: str
    about: str = ""
    proposal: int = 0

    @property
    def words(self) -> str:
        """The words of its button."""
        return ACTION[self.action][0]

    @property
    def is_direct(self) -> bool:
        """Whether one press takes it."""
        return self.action in DIRECT

    @property
    def is_dangerous(self) -> bool:
        """Whether something ends by it."""
        return self.action in DANGEROUS


@dataclass(frozen=True)
class Work:
    """A deliverable, what was planned of it, and what its reader may do with it."""

    deliverable: Deliverable
    planned: Planned | None
    number: int
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class Cost:
    """What of a deliverable's fee is owed if it is cancelled now."""

    deliverable: Deliverable
    number: int
    owed: Money


class Shown:
    """A collaboration as one side sees it at the page's moment."""

    def __init__(self, one: CollaborationOut, role: RoleKind, now: datetime) -> None:
        self.one = one
        self.side = SIDES[role]
        self.place = f"{PLACES[role]}/{one.id}"
        self.now = now
        self.latest = one.terms[-1]
        in_force = [version for version in one.terms if version.in_force_at <= now]
        self.terms = in_force[-1] if in_force else self.latest
        self.numbers = {each.id: at for at, each in enumerate(one.deliverables, 1)}

    @property
    def offer(self) -> Offer | None:
        """The offer on the table."""
        return next((offer for offer in self.one.offers if offer.number == self.one.offer), None)

    @property
    def offer_before(self) -> Offer | None:
        """The offer that the one on the table replaced."""
        earlier = [offer for offer in self.one.offers if offer.number < self.one.offer]
        return earlier[-1] if earlier else None

    @property
    def asked(self) -> list[Proposal]:
        """Open questions of either side, the newest first."""
        return [one for one in reversed(self.one.proposals) if one.status is ProposalStatus.OPEN]

    @property
    def planned(self) -> dict[str, Planned]:
        """What the terms say of each deliverable; the last version that knows it."""
        return {planned.id: planned for version in self.one.terms for planned in version.deliverables}

    @property
    def works(self) -> list[Work]:
        """All deliverables, in the order of the terms."""
        ways = list(self.ways())
        return [
            Work(each, self.planned.get(each.id), number, tuple(way for way in ways if way.about == each.id))
            for number, each in enumerate(self.one.deliverables, 1)
        ]

    @property
    def sample_status(self) -> SampleStatus:
        """Where the sample is; none where nobody asked for one."""
        return SampleStatus.NONE if self.one.sample is None else self.one.sample.status

    def ways(self) -> Iterator[Way]:
        """All that the reader may do now; of the whole last."""
        for proposal in self.asked:
            for action in ("withdraw",) if proposal.by is self.side else ("agree", "refuse"):
                if action in self.one.can:
                    yield Way(action, proposal=proposal.number)
        for due in self.one.next:
            if due.subject:
                yield from (Way(ASKED_AS.get(action, action), due.subject) for action in due.can if _is_known(action))
        if not any(due.subject == SAMPLE for due in self.one.next):
            yield from (Way(action, SAMPLE) for action in self.one.sample_can if _is_known(action))
        yield from (Way(action) for action in self.one.can if action in ACTION and action not in ELSEWHERE)

    def way(self, action: str, about: str = "", proposal: int = 0) -> Way | None:
        """That way, if the reader may go it now; the cancelling of one deliverable may be asked of the other side."""
        wanted = Way(action, about, proposal)
        if action == "propose-cancellation" and about in ("", *self.numbers):
            wanted = Way(action)
        return next((way for way in self.ways() if way == wanted), None)

    @property
    def primary(self) -> Way | None:
        """The one obvious next thing: an answer to the other side, then one's own step that is due first."""
        ways = [way for way in self.ways() if way.action not in LESS_USUAL]
        for way in ways:
            if way.proposal and way.action == "agree":
                return way
        mine = [due.subject for due in self.one.next if due.by is self.side]
        for subject in (*mine, SAMPLE):
            for way in ways:
                if way.about == subject and not way.proposal and way.action not in {"ask-changes", "request-sample"}:
                    return way
        return next((way for way in ways if way.action == "complete"), None)

    @property
    def others(self) -> list[Way]:
        """What else may be done with the whole."""
        return [way for way in self.ways() if not way.about and not way.proposal and way != self.primary]

    @property
    def changes(self) -> list[tuple[TermsVersion, list[str]]]:
        """Each version of the terms with the names of the fields that it changed, the newest first."""
        pairs = zip(self.one.terms[1:], self.one.terms, strict=False)
        found = [
            (after, [name for name in TERMS if getattr(after, name) != getattr(before, name)])
            for after, before in pairs
        ]
        return [*reversed(found), (self.one.terms[0], [])]

    def costs(self, about: str, by: Side) -> list[Cost]:
        """What is owed for each open deliverable, or for that one, if `by` cancels now."""
        return [
            Cost(
                each,
                self.numbers[each.id],
                Money(amount=fee_if_cancelled(each, by, self.now), currency=each.fee.currency),
            )
            for each in self.one.deliverables
            if about in ("", each.id) and any(due.subject == each.id for due in self.one.next)
        ]


TERMS = {
    "fee": mark("Fee"),
    "rates": mark("Commission"),
    "window_hours": mark("Window"),
    "hold_days": mark("Hold"),
    "coupon": mark("Code"),
    "products": mark("Products"),
    "tiers": mark("Higher rates by volume"),
    "cap": mark("Most commission of a month"),
    "deliverables": mark("Work"),
    "revision_limit": mark("Changes that may be asked for"),
    "cancellation": mark("Cancelling"),
    "may_advertise": mark("Advertising of links"),
}
"""The fields of the terms."""


def _is_known(action: str) -> bool:
    return ASKED_AS.get(action, action) in ACTION


def since(history: Sequence[HappenedOut], seen: int) -> list[HappenedOut]:
    """What happened after that revision, in words that we have."""
    return [one for one in history if one.revision > seen and one.fact in FACT]
