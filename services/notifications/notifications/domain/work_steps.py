"""Where the work stands: deliverables with their deadlines, and the sample."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from contracts.campaigns import (
    Collaboration,
    CollaborationStatus,
    Deadline,
    Deliverable,
    DeliverableStatus,
    Outcome,
    Sample,
    SampleStatus,
    Side,
    Version,
)
from contracts.notifications import Template
from notifications.domain.step import BOTH, Step, other

SAMPLE = "sample"
"""What a deadline is about, where it is no deliverable."""


def of_deliverables(state: Collaboration) -> Iterator[Step]:
    """Concept, work, publication: the last that happened to each."""
    if state.status is not CollaborationStatus.AGREED:
        return
    for one in state.deliverables:
        step = _step_of(one)
        if step is not None:
            yield step.model_copy(update={"key": f"{one.id}:{step.key}", "deliverable": one.id})


def _step_of(one: Deliverable) -> Step | None:
    concept = one.concepts[-1] if one.concepts else None
    work = one.submissions[-1] if one.submissions else None
    due = one.deadline.at if one.deadline else None
    step: Step | None = None
    match one.status:
        case DeliverableStatus.CONCEPT_REVIEW if concept:
            step = _handed_in(concept, "concept", due, Template.CONCEPT_PROPOSED)
        case DeliverableStatus.SUBMISSION_REVIEW if work:
            step = _handed_in(work, "work", due, Template.WORK_SUBMITTED)
        case DeliverableStatus.PUBLICATION if one.publication_refused_at:
            step = _publication(one, Template.PUBLICATION_REFUSED, one.publication_refused_at, Side.BRAND)
        case DeliverableStatus.SUBMISSION | DeliverableStatus.PUBLICATION if work:
            step = _reviewed(work, "work", due, Template.WORK_APPROVED, Template.REVISION_ASKED)
        case DeliverableStatus.CONCEPT | DeliverableStatus.SUBMISSION if concept:
            step = _reviewed(concept, "concept", due, Template.CONCEPT_APPROVED, Template.CONCEPT_CHANGES)
        case DeliverableStatus.PUBLISHED if one.published_at:
            step = _publication(one, Template.PUBLISHED, one.published_at, Side.CREATOR)
        case DeliverableStatus.CANCELLED if one.cancelled:
            by = Side(one.cancelled.by.value)
            step = Step(template=Template.DELIVERABLE_CANCELLED, to=BOTH, key="cancelled", at=one.cancelled.at, by=by)
        case _:
            pass
    return step


def _publication(one: Deliverable, template: Template, at: datetime, by: Side) -> Step:
    """It can be published and refused several times; its instant tells one from another."""
    return Step(
        template=template,
        to=(other(by),),
        key=f"{template.value}:{at.isoformat()}",
        at=at,
        by=by,
        due=one.deadline.at if one.deadline else None,
        points=one.publication_points,
        url=one.live_url,
    )


def _handed_in(version: Version, thread: str, due: datetime | None, template: Template) -> Step:
    return Step(
        template=template,
        to=(Side.BRAND,),
        key=f"{thread}:{version.number}",
        at=version.at,
        by=Side.CREATOR,
        due=due,
        version=version.number,
        note=version.text,
        url=version.url,
    )


def _reviewed(
    version: Version, thread: str, due: datetime | None, approved: Template, changes: Template
) -> Step | None:
    review = version.review
    if review is None:
        return None
    is_approved = review.outcome is Outcome.APPROVED
    return Step(
        template=approved if is_approved else changes,
        to=BOTH if review.by is Side.SYSTEM else (Side.CREATOR,),
        key=f"{thread}:{version.number}:reviewed",
        at=review.at,
        by=review.by,
        due=due,
        version=version.number,
        points=review.points,
    )


def of_deadlines(state: Collaboration) -> Iterator[Step]:
    """Reminders, and what is overdue, of every deadline that runs."""
    if state.status is not CollaborationStatus.AGREED:
        return
    for one in state.deliverables:
        if one.deadline is not None:
            yield from _of_deadline(one.deadline, one.id)
    if state.sample is not None and state.sample.deadline is not None:
        yield from _of_deadline(state.sample.deadline, None)


def _of_deadline(deadline: Deadline, deliverable: str | None) -> Iterator[Step]:
    """Overdue, or the last reminder that was given."""
    about = {"deliverable": deliverable, "about_sample": deliverable is None, "due": deadline.at, "by": deadline.by}
    key = f"{deliverable or SAMPLE}:deadline:{deadline.number}"
    if deadline.overdue_at is not None:
        yield Step(template=Template.DEADLINE_MISSED, to=BOTH, key=f"{key}:missed", at=deadline.overdue_at).model_copy(
            update=about
        )
    elif deadline.reminded:
        hours = min(deadline.reminded)
        yield Step(
            template=Template.DEADLINE_NEAR,
            to=(deadline.by,),
            key=f"{key}:{hours}",
            at=deadline.at - timedelta(hours=hours),
            useless_at=deadline.at,
            hours=hours,
        ).model_copy(update=about)


def of_sample(state: Collaboration) -> Iterator[Step]:
    """Asked for, answered, sent, received."""
    sample = state.sample
    if sample is None or state.status is not CollaborationStatus.AGREED:
        return
    template, to, at = _of_sample(sample)
    if template is None or at is None:
        return
    yield Step(
        template=template,
        to=(to,),
        key=f"{SAMPLE}:{template.value}:{at.isoformat()}",
        at=at,
        by=other(to),
        about_sample=True,
        due=sample.deadline.at if sample.deadline else None,
        note=sample.reason if sample.status is SampleStatus.REQUESTED else sample.answer,
        plan=sample.plan if sample.status is SampleStatus.REQUESTED else "",
        carrier=sample.carrier,
        tracking=sample.tracking,
    )


def _of_sample(sample: Sample) -> tuple[Template | None, Side, datetime | None]:
    match sample.status:
        case SampleStatus.REQUESTED:
            return Template.SAMPLE_REQUESTED, Side.BRAND, sample.requested_at
        case SampleStatus.APPROVED:
            return Template.SAMPLE_APPROVED, Side.CREATOR, sample.answered_at
        case SampleStatus.REFUSED:
            return Template.SAMPLE_REFUSED, Side.CREATOR, sample.answered_at
        case SampleStatus.SHIPPED:
            return Template.SAMPLE_SHIPPED, Side.CREATOR, sample.shipped_at
        case SampleStatus.RECEIVED:
            return Template.SAMPLE_RECEIVED, Side.BRAND, sample.received_at
        case SampleStatus.NONE:
            return None, Side.BRAND, None
