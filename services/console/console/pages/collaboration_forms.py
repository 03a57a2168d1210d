"""What each action on a collaboration asks for: its form, read into what the API takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from babel import Locale
from pydantic import BaseModel

from console.domain.words import mark
from console.pages.collaboration_view import Shown
from console.pages.forms import Form
from contracts.campaigns import DeclineReason, ProposalKind
from contracts.http.campaigns import (
    AcceptOffer,
    AnnounceTerms,
    AnswerSample,
    AskForChanges,
    Cancel,
    DeclineInvitation,
    MakeOffer,
    Propose,
    ProposeConcept,
    PublishWork,
    RefusePublication,
    RequestSample,
    ShipSample,
    StepOut,
    SubmitWork,
)
from contracts.money import Money

NOTE = 2000
DECLINE_NOTE = 5000
URL = 2000
POINT = 500
POINTS = 10
DAY_HOURS = 24
WHOLE = "whole"
"""What is cancelled, where it is no single deliverable."""


@dataclass(frozen=True)
class Reading:
    """A form, and what its words are read against."""

    form: Form
    shown: Shown
    about: str
    locale: Locale
    zone: str


Reader = Callable[[Reading], BaseModel | None]


@dataclass(frozen=True)
class Act:
    """Where an action goes to, how its form is read, and which of our fields the API's names stand for.

    `is_on_offer`: the form names the offer that it answers, which is told better than a revision.
    """

    path: str
    read: Reader | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    is_on_offer: bool = False


def _accept(of: Reading) -> BaseModel:
    return AcceptOffer(offer=_offer_of(of))


def _offer_of(of: Reading) -> int:
    typed = of.form.values.get("offer", "")
    return int(typed) if typed.isdecimal() and 0 < len(typed) < 4 else of.shown.one.offer  # noqa: PLR2004 - fifty offers


def _decline(of: Reading) -> BaseModel:
    reason = of.form.values.get("reason", "")
    note = of.form.text("note", most=DECLINE_NOTE)[:DECLINE_NOTE]
    return DeclineInvitation(reason=DeclineReason(reason) if reason in list(DeclineReason) else None, note=note)


def _offer(of: Reading) -> BaseModel | None:
    form, terms, zone = of.form, of.shown.terms, of.zone
    table = of.shown.offer
    default = next((rate for rate in terms.rates if rate.is_default), None)
    currency = terms.fee.currency
    fee = form.amount("fee", currency, of.locale)
    commission = per_unit = None
    if default is not None and default.basis_points is not None:
        commission = form.basis_points("rate", of.locale)
    elif default is not None and default.per_unit is not None:
        per_unit = form.amount("per_unit", currency, of.locale)
    deadline = None
    if table is not None and table.deadline is not None:
        deadline = form.end_of_day("deadline", zone)
        if deadline is not None and deadline.date() == table.deadline.date():
            deadline = None
    note = form.text("note", most=NOTE)
    if form.errors:
        return None
    return MakeOffer(
        on=_offer_of(of),
        fee=None if fee is None or fee == terms.fee.amount else Money(amount=fee, currency=currency),
        commission=None if default is None or commission == default.basis_points else commission,
        per_unit=None
        if per_unit is None or default is None or default.per_unit is None or per_unit == default.per_unit.amount
        else Money(amount=per_unit, currency=currency),
        deadline=deadline,
        note=note,
    )


def _cancel(of: Reading) -> BaseModel:
    return Cancel(note=_note(of))


def _note(of: Reading) -> str:
    return of.form.text("note", most=NOTE)[:NOTE]


def _extension(of: Reading) -> BaseModel | None:
    until = of.form.end_of_day("until", of.zone)
    note = _note(of)
    if until is None:
        return None
    return Propose(kind=ProposalKind.EXTENSION, deliverable=of.about or None, until=until, note=note)


def _cancellation(of: Reading) -> BaseModel:
    what = of.form.choice("what", [WHOLE, *of.shown.numbers])
    return Propose(kind=ProposalKind.CANCELLATION, deliverable=None if what == WHOLE else what, note=_note(of))


def _concept(of: Reading) -> BaseModel | None:
    text, url = of.form.text("text", most=NOTE), _url(of, required=False)
    if not text and not url:
        of.form.wrong("text", mark("Describe your idea, or say where it is."))
    return None if of.form.errors else ProposeConcept(text=text, url=url or None)


def _submit(of: Reading) -> BaseModel | None:
    url, text = _url(of), of.form.text("text", most=NOTE)
    return None if of.form.errors else SubmitWork(url=url, text=text)


def _publish(of: Reading) -> BaseModel | None:
    url = _url(of)
    return None if of.form.errors else PublishWork(url=url)


def _url(of: Reading, *, required: bool = True) -> str:
    url = of.form.line("url", most=URL, required=required)
    if url and not url.startswith(("https://", "http://")):
        of.form.wrong("url", mark("Enter an address that begins with https://."))
    return url


def _points(of: Reading) -> tuple[str, ...]:
    text = of.form.text("points", most=POINTS * (POINT + 1), required=True, words=mark("Say what is to be changed."))
    points = tuple(line.strip(" -•\t") for line in text.splitlines() if line.strip(" -•\t"))
    if text and not points:
        of.form.wrong("points", mark("Say what is to be changed."))
    if len(points) > POINTS or any(len(point) > POINT for point in points):
        of.form.wrong("points", mark("Enter at most ten points of at most 500 characters, each on a line of its own."))
    return points


def _changes(of: Reading) -> BaseModel | None:
    points, due = _points(of), of.form.end_of_day("due", of.zone, required=False)
    return None if of.form.errors else AskForChanges(points=points, due=due)


def _refuse_publication(of: Reading) -> BaseModel | None:
    points = _points(of)
    return None if of.form.errors else RefusePublication(points=points)


def _request_sample(of: Reading) -> BaseModel | None:
    reason = of.form.text("reason", most=NOTE, required=True)
    plan = of.form.text("plan", most=NOTE, required=True)
    return None if of.form.errors else RequestSample(reason=reason, plan=plan)


def _answer_sample(of: Reading) -> BaseModel:
    return AnswerSample(note=_note(of))


def _ship_sample(of: Reading) -> BaseModel | None:
    carrier = of.form.line("carrier", required=True)
    tracking = of.form.line("tracking", most=100, required=True)
    return None if of.form.errors else ShipSample(carrier=carrier, tracking=tracking)


def _step_out(of: Reading) -> BaseModel | None:
    feedback = of.form.text("feedback", most=NOTE, required=True)
    return None if of.form.errors else StepOut(feedback=feedback)


def _announce(of: Reading) -> BaseModel | None:
    form, terms = of.form, of.shown.latest
    default = next((rate for rate in terms.rates if rate.is_default), None)
    given: dict[str, object] = {}
    if default is not None and default.basis_points is not None:
        given["commission"] = form.basis_points("rate", of.locale)
        before: int | None = default.basis_points
        if given["commission"] == before:
            del given["commission"]
    window = form.whole("window_days", least=1, most=365)
    hold = form.whole("hold_days", least=0, most=365)
    if window is not None and window != terms.window_hours // DAY_HOURS:
        given["window_hours"] = window * DAY_HOURS
    if hold is not None and hold != terms.hold_days:
        given["hold_days"] = hold
    if form.errors:
        return None
    if not given:
        form.wrong("form", mark("Nothing would change. Change at least one of the fields."))
        return None
    return AnnounceTerms.model_validate(given)


NOTE_FIELD = {"note": "note"}
ACTS: Mapping[str, Act] = {
    "accept": Act("/accept", _accept, is_on_offer=True),
    "decline": Act("/decline", _decline, NOTE_FIELD),
    "offer": Act(
        "/offers",
        _offer,
        {"fee": "fee", "commission": "rate", "per_unit": "per_unit", "deadline": "deadline", **NOTE_FIELD},
        is_on_offer=True,
    ),
    "cancel": Act("/cancel", _cancel, NOTE_FIELD),
    "announce-terms": Act(
        "/terms",
        _announce,
        {"commission": "rate", "window_hours": "window_days", "hold_days": "hold_days"},
    ),
    "propose-extension": Act("/proposals", _extension, {"until": "until", **NOTE_FIELD}),
    "propose-cancellation": Act("/proposals", _cancellation, {"deliverable": "what", **NOTE_FIELD}),
    "agree": Act("/proposals/{proposal}/agree"),
    "refuse": Act("/proposals/{proposal}/refuse"),
    "withdraw": Act("/proposals/{proposal}/withdraw"),
    "complete": Act("/complete"),
    "propose-concept": Act("/deliverables/{about}/propose-concept", _concept, {"text": "text", "url": "url"}),
    "ask-changes": Act("/deliverables/{about}/ask-changes", _changes, {"points": "points", "due": "due"}),
    "approve-concept": Act("/deliverables/{about}/approve-concept"),
    "submit": Act("/deliverables/{about}/submit", _submit, {"text": "text", "url": "url"}),
    "ask-revision": Act("/deliverables/{about}/ask-revision", _changes, {"points": "points", "due": "due"}),
    "approve-submission": Act("/deliverables/{about}/approve-submission"),
    "publish": Act("/deliverables/{about}/publish", _publish, {"url": "url"}),
    "refuse-publication": Act("/deliverables/{about}/refuse-publication", _refuse_publication, {"points": "points"}),
    "confirm": Act("/deliverables/{about}/confirm"),
    "request-sample": Act("/sample/request", _request_sample, {"reason": "reason", "plan": "plan"}),
    "approve-sample": Act("/sample/approve"),
    "refuse-sample": Act("/sample/refuse", _answer_sample, NOTE_FIELD),
    "ship-sample": Act("/sample/ship", _ship_sample, {"carrier": "carrier", "tracking": "tracking"}),
    "receive-sample": Act("/sample/receive"),
    "step-out": Act("/sample/step-out", _step_out, {"feedback": "feedback"}),
}
"""Every action that a person takes; a deliverable's own cancelling goes to `CANCEL_ONE`."""
CANCEL_ONE = Act("/deliverables/{about}/cancel", _cancel, NOTE_FIELD)
