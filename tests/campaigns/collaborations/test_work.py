"""The work on a deliverable: versions, the revision limit, silence, lateness, and the fee (C6, MONEY 22)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from attribution.domain.fees import fee_of
from campaigns.domain.collaborations import cancel, conditions, silence, work
from campaigns.domain.collaborations.records import CollaborationRecord
from campaigns.domain.collaborations.states import Action
from campaigns.domain.collaborations.work import NOTHING, Said
from campaigns.domain.refusals import NotNow, Refused
from contracts.campaigns import CancelRule, Deliverable, Side
from tests.campaigns.builders import NOON, ROME, WEEK, a_deliverable, agreed

B, C = Side.BRAND, Side.CREATOR
DAY = timedelta(days=1)
TEXT, URL = Said(text="Lamp at dawn"), Said(url="https://files.example/1.mp4")
LIVE = Said(url="https://www.tiktok.com/@krista/video/7301")
POINTS = Said(points=("brighter",))


class Story:
    """One deliverable, one action after another, a day between them."""

    def __init__(self, record: CollaborationRecord | None = None, at: datetime = NOON) -> None:
        self.record = record or agreed()
        self.now = at

    def does(self, side: Side, action: Action, words: Said = NOTHING, after: timedelta = DAY) -> "Story":
        self.now += after
        self.record = work.done(self.record, "d-0", action, side, self.now, ROME, words).after
        return self

    def waits(self, until: datetime) -> "Story":
        self.now = until
        for step in silence.settled(self.record, until, ROME):
            self.record = step.after
        return self

    @property
    def one(self) -> Deliverable:
        return work.deliverable_of(self.record.state, "d-0")


def concept_approved() -> Story:
    return Story().does(C, Action.PROPOSE_CONCEPT, TEXT).does(B, Action.APPROVE_CONCEPT)


def submitted() -> Story:
    return concept_approved().does(C, Action.SUBMIT, URL)


def approved() -> Story:
    return submitted().does(B, Action.APPROVE_SUBMISSION)


def published() -> Story:
    return approved().does(C, Action.PUBLISH, LIVE)


def test_from_agreement_to_completion_every_version_is_kept():
    story = Story().does(C, Action.PROPOSE_CONCEPT, TEXT).does(B, Action.ASK_CHANGES, POINTS)
    story.does(C, Action.PROPOSE_CONCEPT, Said(text="Lamp at dusk")).does(B, Action.APPROVE_CONCEPT)
    story.does(C, Action.SUBMIT, URL).does(B, Action.ASK_REVISION, POINTS)
    story.does(C, Action.SUBMIT, Said(url="https://files.example/2.mp4")).does(B, Action.APPROVE_SUBMISSION)
    story.does(C, Action.PUBLISH, LIVE).does(B, Action.CONFIRM).waits(story.now)
    one, state = story.one, story.record.state
    assert [(version.number, version.text) for version in one.concepts] == [(1, "Lamp at dawn"), (2, "Lamp at dusk")]
    assert [version.review.points for version in one.submissions if version.review] == [("brighter",), ()]
    assert (one.status.value, state.status.value) == ("completed", "completed")
    assert state.completed_at == one.completed_at == story.now
    assert one.live_url == LIVE.url
    assert state.active[0].end is None, "completed work goes on earning"
    assert story.record.revision == 13


def test_without_a_concept_work_begins_with_the_submission():
    story = Story(agreed(a_deliverable(concept_asked=False, concept_due=None)))
    assert story.does(C, Action.SUBMIT, URL).one.status.value == "submission-review"


def test_after_the_revision_limit_the_brand_approves_or_cancels():
    story = concept_approved()
    for _ in range(2):
        story.does(C, Action.SUBMIT, URL).does(B, Action.ASK_REVISION, POINTS)
    with pytest.raises(NotNow):
        cancel.deliverable_cancelled(story.record, "d-0", B, story.now)
    story.does(C, Action.SUBMIT, URL)
    with pytest.raises(NotNow) as refused:
        story.does(B, Action.ASK_REVISION, POINTS)
    assert (refused.value.rule, refused.value.possible) == (
        "revision-limit-reached",
        (Action.APPROVE_SUBMISSION, Action.PROPOSE_CANCELLATION, Action.CANCEL),
    )
    over = cancel.deliverable_cancelled(story.record, "d-0", B, story.now).after
    assert over.state.deliverables[0].cancelled is not None


def test_the_limit_counts_for_concept_and_submission_each():
    story = Story(agreed(revision_limit=1))
    story.does(C, Action.PROPOSE_CONCEPT, TEXT).does(B, Action.ASK_CHANGES, POINTS)
    story.does(C, Action.PROPOSE_CONCEPT, TEXT)
    with pytest.raises(NotNow):
        story.does(B, Action.ASK_CHANGES, POINTS)
    story.does(B, Action.APPROVE_CONCEPT).does(C, Action.SUBMIT, URL).does(B, Action.ASK_REVISION, POINTS)


SUBMITTED = datetime.fromisoformat("2026-11-04T12:00+00:00")
END = datetime.fromisoformat("2026-11-09T23:00+00:00")
"""24:00 in Rome on Monday, the third business day after that Wednesday."""


@pytest.mark.parametrize(
    ("begin", "before", "after", "stamp"),
    [
        pytest.param(
            lambda: Story().does(C, Action.PROPOSE_CONCEPT, TEXT, 3 * DAY),
            "concept-review",
            "submission",
            "concept_approved_at",
            id="concept",
        ),
        pytest.param(submitted, "submission-review", "publication", "submission_approved_at", id="submission"),
        pytest.param(published, "published", "completed", "completed_at", id="publication"),
    ],
)
def test_silence_is_a_yes_at_the_end_of_the_third_business_day(begin, before, after, stamp):
    story = begin()
    end = ROME.end_of_business_day(story.now)
    assert story.one.deadline.at == end
    assert story.waits(end - timedelta(microseconds=1)).one.status.value == before
    assert story.waits(end + DAY).one.status.value == after
    assert getattr(story.one, stamp) == end, "the yes is of its own time, however late it is noticed"


def test_silence_approves_what_was_submitted_on_wednesday_by_monday_s_end():
    story = Story(at=SUBMITTED - 3 * DAY)
    story.does(C, Action.PROPOSE_CONCEPT, TEXT).does(B, Action.APPROVE_CONCEPT).does(C, Action.SUBMIT, URL)
    assert (story.now, story.one.deadline.at) == (SUBMITTED, END)
    story.waits(END)
    assert story.one.submissions[-1].review.by is Side.SYSTEM


def test_the_brand_is_too_late_once_its_silence_has_approved():
    story = submitted()
    story.waits(story.one.deadline.at)
    with pytest.raises(NotNow) as refused:
        story.does(B, Action.ASK_REVISION, POINTS)
    assert refused.value.state == "publication"


def test_a_step_never_begins_with_less_than_three_business_days():
    story = Story().does(C, Action.PROPOSE_CONCEPT, TEXT, 13 * DAY).does(B, Action.ASK_CHANGES, POINTS)
    planned = a_deliverable().concept_due
    assert story.one.deadline.at == ROME.end_of_business_day(story.now) > planned
    assert story.one.concept_due == story.one.deadline.at


def test_the_brand_may_name_another_due_date_with_what_it_asks_for():
    due = NOON + 40 * DAY
    story = Story().does(C, Action.PROPOSE_CONCEPT, TEXT).does(B, Action.ASK_CHANGES, Said(points=("x",), due=due))
    one = story.one
    assert (one.deadline.at, one.concept_due, one.submission_due, one.publication_due) == (due,) * 4
    with pytest.raises(Refused) as refused:
        Story().does(C, Action.PROPOSE_CONCEPT, TEXT).does(B, Action.ASK_CHANGES, Said(points=("x",), due=NOON))
    assert refused.value.field == "due"


@pytest.mark.parametrize(
    ("begin", "side", "action", "field"),
    [
        pytest.param(Story, C, Action.PROPOSE_CONCEPT, "text", id="a concept without a word"),
        pytest.param(concept_approved, C, Action.SUBMIT, "url", id="a submission without an address"),
        pytest.param(submitted, B, Action.ASK_REVISION, "points", id="a revision of nothing"),
        pytest.param(approved, C, Action.PUBLISH, "url", id="live nowhere"),
        pytest.param(published, B, Action.REFUSE_PUBLICATION, "points", id="refused for nothing"),
    ],
)
def test_what_says_nothing_is_refused(begin, side, action, field):
    with pytest.raises(Refused) as refused:
        begin().does(side, action)
    assert refused.value.field == field


def test_a_publication_that_is_refused_is_published_again():
    story = published().does(B, Action.REFUSE_PUBLICATION, Said(points=("no disclosure",)))
    assert (story.one.published_at, story.one.publication_points) == (None, ("no disclosure",))
    assert story.does(C, Action.PUBLISH, LIVE).one.publication_points == ()


FEES: dict[str, tuple[Any, Side, timedelta, int]] = {
    "the brand, before the concept": (Story, B, DAY, 0),
    "the brand, after the concept": (concept_approved, B, DAY, 7_500),
    "the brand, under review": (submitted, B, DAY, 7_500),
    "the brand, after approval": (approved, B, DAY, 15_000),
    "the creator, after the concept": (concept_approved, C, DAY, 0),
    "the creator, after approval": (approved, C, DAY, 15_000),
    "the brand, seven days late": (concept_approved, B, 3 * WEEK - 2 * DAY + 7 * DAY, 7_500),
    "the brand, more than seven days late": (concept_approved, B, 3 * WEEK - 2 * DAY + 7 * DAY + DAY / 24, 0),
}


@pytest.mark.parametrize("name", FEES)
def test_a_cancelled_deliverable_earns_by_its_stage(name):
    begin, by, after, amount = FEES[name]
    story = begin()
    record = cancel.deliverable_cancelled(story.record, "d-0", B, story.now + after, agreed=True, by=by).after
    fee = fee_of(record.state.deliverables[0])
    assert fee is not None
    assert fee.amount == amount


def test_an_approved_submission_earns_all_of_its_fee_before_it_is_live():
    fee = fee_of(approved().one)
    assert fee is not None
    assert fee.amount == 15_000


def test_after_more_than_seven_days_the_brand_need_not_ask():
    story = Story()
    due = story.one.deadline.at
    with pytest.raises(NotNow) as refused:
        cancel.cancelled(story.record, B, "", due + 7 * DAY)
    assert refused.value.rule == "needs-the-other-side"
    over = cancel.cancelled(story.record, B, "gone", due + 7 * DAY + timedelta(seconds=1)).after.state
    assert (over.status.value, over.deliverables[0].cancelled.days_late) == ("cancelled", 8)
    assert over.active[0].end == due + 7 * DAY + timedelta(seconds=1)


@pytest.mark.parametrize("rule", list(CancelRule))
@pytest.mark.parametrize("side", [B, C])
def test_the_rule_in_the_terms_says_who_may_cancel_alone(rule, side):
    record = agreed(cancellation=rule)
    if rule in {CancelRule.EITHER, CancelRule(side.value)}:
        assert cancel.cancelled(record, side, "", NOON + DAY).after.state.cancelled.by is side
    else:
        with pytest.raises(NotNow):
            cancel.cancelled(record, side, "", NOON + DAY)


def test_with_the_last_deliverable_cancelled_all_is_over_and_by_the_same():
    first = agreed(a_deliverable(0), a_deliverable(1))
    one = cancel.deliverable_cancelled(first, "d-0", B, NOON + DAY, agreed=True, by=C).after
    assert cancel.finished(one, NOON + DAY) is None
    both = cancel.deliverable_cancelled(one, "d-1", B, NOON + 2 * DAY, agreed=True, by=C).after
    over = cancel.finished(both, NOON + 2 * DAY).after.state
    assert (over.status.value, over.cancelled.by, over.active[0].end) == ("cancelled", C, NOON + 2 * DAY)


def test_what_is_live_is_done_when_the_rest_is_cancelled():
    story = Story(agreed(a_deliverable(0), a_deliverable(1), cancellation=CancelRule.EITHER))
    story.does(C, Action.PROPOSE_CONCEPT, TEXT).does(B, Action.APPROVE_CONCEPT).does(C, Action.SUBMIT, URL)
    story.does(B, Action.APPROVE_SUBMISSION).does(C, Action.PUBLISH, LIVE)
    over = cancel.cancelled(story.record, C, "", story.now + DAY).after.state
    assert [one.status.value for one in over.deliverables] == ["completed", "cancelled"]


def test_lateness_of_what_is_under_review_is_of_the_handing_in():
    story = Story().does(C, Action.PROPOSE_CONCEPT, TEXT, 2 * WEEK + DAY)
    assert conditions.days_late(story.one, story.now + 30 * DAY) == 1
