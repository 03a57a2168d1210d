"""A collaboration at each of its steps, so that every mail about one can be written, read and looked at."""

from datetime import timedelta

from contracts.campaigns import (
    Cancellation,
    CancelledBy,
    Collaboration,
    CollaborationStatus,
    Deadline,
    Decline,
    DeclineReason,
    Deliverable,
    DeliverableStatus,
    DeliverableType,
    Ending,
    Offer,
    Outcome,
    Period,
    Plan,
    Planned,
    Platform,
    Proposal,
    ProposalKind,
    ProposalStatus,
    Rate,
    Review,
    Sample,
    SampleStatus,
    Side,
    Tier,
    Version,
)
from contracts.money import Money
from notifications.domain.claims import of_steps
from notifications.domain.delivery import step_of
from notifications.domain.step_letters import StepLetter, of_step
from tests.notifications.builders import (
    NOON,
    PLACES,
    a_collaboration,
    a_terms_version,
    all_known,
    an_agreed_collaboration,
)

DAY = timedelta(days=1)
DUE = NOON + timedelta(days=5)
POINTS = ("Show the knife in the first three seconds.", "Say that the handle is made of olive wood.")
FEE = Money(amount=25000, currency="EUR")
S, D, P = CollaborationStatus, DeliverableStatus, SampleStatus


def a_planned(**changes) -> Planned:
    return Planned(
        **{
            "id": "work-1",
            "type": DeliverableType.SHORT_VIDEO,
            "platform": Platform.TIKTOK,
            "fee": FEE,
            "submission_due": DUE,
            "publication_due": DUE + timedelta(days=7),
            **changes,
        }
    )


def a_deliverable(status: DeliverableStatus, **changes) -> Deliverable:
    deadline = Deadline(number=1, at=DUE, by=Side.BRAND)
    return Deliverable(**{"id": "work-1", "fee": FEE, "status": status, "deadline": deadline, **changes})


def a_version(number: int = 1, review: Review | None = None, **changes) -> Version:
    values = {"text": "Three dishes, one knife.\nNo cuts.", "url": "https://drive.example/take-one-of-the-knife-video"}
    return Version(**{"number": number, "at": NOON, "review": review, **values, **changes})


def a_review(outcome: Outcome, by: Side = Side.BRAND) -> Review:
    return Review(at=NOON, by=by, outcome=outcome, points=POINTS if outcome is Outcome.CHANGES_ASKED else ())


def an_offer(by: Side, number: int = 2, **changes) -> Offer:
    note = "The recipe takes two days to film."
    return Offer(**{"number": number, "by": by, "at": NOON, "expires_at": DUE, "fee": FEE, "note": note, **changes})


def at_work(*deliverables: Deliverable, **changes) -> Collaboration:
    terms = a_terms_version(deliverables=(a_planned(),))
    return an_agreed_collaboration(**{"terms": (terms,), "deliverables": deliverables, **changes})


def with_sample(status: SampleStatus, **changes) -> Collaboration:
    values = {
        "reason": "I own no knife of this length.",
        "plan": "Three dishes in one take.",
        "requested_at": NOON,
        "answered_at": NOON,
        "shipped_at": NOON,
        "received_at": NOON,
        "deadline": Deadline(number=1, at=DUE, by=Side.BRAND),
        **changes,
    }
    return at_work(sample=Sample(status=status, **values))


def with_proposal(kind: ProposalKind, status: ProposalStatus, by: Side = Side.CREATOR, **changes) -> Collaboration:
    until = DUE if kind is ProposalKind.EXTENSION else None
    values = {"deliverable": "work-1", "until": until, "note": "The oven broke.", "settled_at": NOON, **changes}
    return at_work(
        a_deliverable(D.CONCEPT), proposals=(Proposal(number=1, kind=kind, by=by, at=NOON, status=status, **values),)
    )


def with_deadline(by: Side = Side.CREATOR, **changes) -> Collaboration:
    deadline = Deadline(number=3, by=by, **{"at": NOON + timedelta(hours=48), **changes})
    return at_work(a_deliverable(D.SUBMISSION, deadline=deadline))


def with_terms(*, later: timedelta, reminded: int = 0) -> Collaboration:
    second = a_terms_version(
        number=2,
        in_force_at=NOON + later,
        rates=(Rate(plan=Plan.PERCENT, basis_points=800 if later else 1200),),
        hold_days=45 if later else 30,
        tiers=() if later else (Tier(volume=Money(amount=500000, currency="EUR"), basis_points=1500),),
        cap=Money(amount=200000, currency="EUR") if later else None,
    )
    return an_agreed_collaboration(terms=(a_terms_version(), second), reminded_terms=reminded)


APPROVED, CHANGES = Outcome.APPROVED, Outcome.CHANGES_ASKED
STATES: dict[str, Collaboration] = {
    "offer-of-the-creator": a_collaboration(status=S.COUNTERED, offers=(an_offer(Side.CREATOR),)),
    "offer-of-the-brand": a_collaboration(status=S.INVITED, offers=(an_offer(Side.BRAND, 3),)),
    "agreed-by-the-creator": an_agreed_collaboration(),
    "agreed-by-the-brand": an_agreed_collaboration(offers=(an_offer(Side.CREATOR),)),
    "declined": a_collaboration(
        status=S.DECLINED, declined=Decline(reason=DeclineReason.BUSY, note="Ask me again in March.")
    ),
    "declined-after-offers": a_collaboration(
        status=S.DECLINED, offers=(an_offer(Side.CREATOR),), declined=Decline(note="The fee is above our budget.")
    ),
    "expired": a_collaboration(status=S.EXPIRED),
    "expired-after-offers": a_collaboration(status=S.EXPIRED, offers=(an_offer(Side.CREATOR),)),
    "sample-requested": with_sample(P.REQUESTED),
    "sample-approved": with_sample(P.APPROVED, answer="It leaves on Thursday."),
    "sample-refused": with_sample(P.REFUSED, answer="We have none left this month."),
    "sample-shipped": with_sample(P.SHIPPED, carrier="Poste Italiane", tracking="RR123456785IT", deadline=None),
    "sample-received": with_sample(P.RECEIVED, carrier="Poste Italiane", tracking="RR123456785IT", deadline=None),
    "sample-overdue": with_sample(
        P.REQUESTED, deadline=Deadline(number=1, at=NOON, by=Side.BRAND, overdue_at=NOON), requested_at=NOON
    ),
    "concept-proposed": at_work(a_deliverable(D.CONCEPT_REVIEW, concepts=(a_version(),))),
    "concept-proposed-again": at_work(
        a_deliverable(D.CONCEPT_REVIEW, concepts=(a_version(review=a_review(CHANGES)), a_version(2)))
    ),
    "concept-changes": at_work(a_deliverable(D.CONCEPT, concepts=(a_version(review=a_review(CHANGES)),))),
    "concept-approved": at_work(a_deliverable(D.SUBMISSION, concepts=(a_version(review=a_review(APPROVED)),))),
    "concept-approved-by-silence": at_work(
        a_deliverable(D.SUBMISSION, concepts=(a_version(review=a_review(APPROVED, Side.SYSTEM)),))
    ),
    "work-submitted": at_work(a_deliverable(D.SUBMISSION_REVIEW, submissions=(a_version(),))),
    "work-submitted-again": at_work(
        a_deliverable(D.SUBMISSION_REVIEW, submissions=(a_version(review=a_review(CHANGES)), a_version(2)))
    ),
    "revision-asked": at_work(a_deliverable(D.SUBMISSION, submissions=(a_version(review=a_review(CHANGES)),))),
    "work-approved": at_work(a_deliverable(D.PUBLICATION, submissions=(a_version(review=a_review(APPROVED)),))),
    "work-approved-by-silence": at_work(
        a_deliverable(D.PUBLICATION, submissions=(a_version(review=a_review(APPROVED, Side.SYSTEM)),))
    ),
    "published": at_work(
        a_deliverable(
            D.PUBLISHED, published_at=NOON, live_url="https://www.tiktok.com/@krista/video/7300000000000000000"
        )
    ),
    "publication-refused": at_work(
        a_deliverable(
            D.PUBLICATION,
            submissions=(a_version(review=a_review(APPROVED)),),
            publication_refused_at=NOON,
            publication_points=("The disclosure is missing.",),
            live_url="https://www.tiktok.com/@krista/video/7300000000000000000",
        )
    ),
    "due-in-48-hours": with_deadline(reminded=(48,)),
    "due-in-24-hours": with_deadline(Side.BRAND, at=NOON + timedelta(hours=24), reminded=(48, 24)),
    "overdue": with_deadline(at=NOON, reminded=(48, 24), overdue_at=NOON),
    "more-time-asked": with_proposal(ProposalKind.EXTENSION, ProposalStatus.OPEN),
    "more-time-agreed": with_proposal(ProposalKind.EXTENSION, ProposalStatus.AGREED),
    "more-time-refused": with_proposal(ProposalKind.EXTENSION, ProposalStatus.REFUSED),
    "cancelling-asked": with_proposal(ProposalKind.CANCELLATION, ProposalStatus.OPEN, deliverable=None),
    "cancelling-one-asked": with_proposal(ProposalKind.CANCELLATION, ProposalStatus.OPEN, Side.BRAND),
    "cancelling-refused": with_proposal(ProposalKind.CANCELLATION, ProposalStatus.REFUSED, Side.BRAND),
    "terms-better": with_terms(later=timedelta()),
    "terms-worse": with_terms(later=timedelta(hours=720)),
    "terms-soon": with_terms(later=timedelta(hours=48), reminded=2),
    "work-cancelled": at_work(
        a_deliverable(D.CANCELLED, deadline=None, cancelled=Cancellation(at=NOON, by=CancelledBy.BRAND))
    ),
    "campaign-paused": at_work(active=(Period(start=NOON - DAY, end=NOON),)),
    "campaign-resumed": at_work(active=(Period(start=NOON - 2 * DAY, end=NOON - DAY), Period(start=NOON))),
    "campaign-ended": at_work(active=(Period(start=NOON - DAY, end=NOON),), campaign_end=NOON),
    "campaign-ended-in-a-pause": at_work(active=(Period(start=NOON - DAY, end=NOON - DAY / 2),), campaign_end=NOON),
    "completed": at_work(status=S.COMPLETED, completed_at=NOON),
    "withdrawn": a_collaboration(status=S.CANCELLED, cancelled=Ending(at=NOON, by=Side.BRAND)),
    "cancelled": at_work(
        status=S.CANCELLED, cancelled=Ending(at=NOON, by=Side.CREATOR, reason="I moved to another city.")
    ),
}


def letters_of(state: Collaboration, **known) -> list[StepLetter]:
    """Every letter about a step that this state asks for."""
    letters = []
    for claim in of_steps(state, NOON):
        step = step_of(all_known(state, **known), claim)
        assert step is not None
        assert claim.side is not None
        letters.append(of_step(step, claim.side, all_known(state, **known), state, PLACES))
    return letters


STEP_LETTERS: dict[str, StepLetter] = {
    f"{name} {letter.template.value} {'brand' if letter.to_brand else 'creator'}": letter
    for name, state in STATES.items()
    for letter in letters_of(state)
}
