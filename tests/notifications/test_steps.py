"""Which mails each step of a collaboration asks for, in whose hands, and which are left out."""

from datetime import timedelta

import pytest

from contracts.campaigns import Collaboration, CollaborationStatus, DeliverableStatus, Outcome, Period, Side
from contracts.notifications import Template
from notifications.domain import delivery
from notifications.domain.claims import of_collaboration, of_steps
from notifications.domain.delivery import Send, verdict
from tests.notifications.builders import NOON, PLACES, a_collaboration, a_contact, all_known
from tests.notifications.sample_steps import (
    DAY,
    STATES,
    a_deliverable,
    a_review,
    a_version,
    an_offer,
    at_work,
    with_deadline,
    with_terms,
)
from tests.notifications.test_verdict import a_mail

T = Template
BRAND, CREATOR = {"brand"}, {"creator"}
BOTH = BRAND | CREATOR
EXPECTED = {
    "offer-of-the-creator": (T.OFFER, BRAND),
    "offer-of-the-brand": (T.OFFER, CREATOR),
    "agreed-by-the-creator": (T.BRAND_AGREEMENT, BRAND),
    "agreed-by-the-brand": (T.BRAND_AGREEMENT, BRAND),
    "declined": (T.DECLINED, BRAND),
    "declined-after-offers": (T.DECLINED, BOTH),
    "expired": (T.EXPIRED, BRAND),
    "expired-after-offers": (T.EXPIRED, BOTH),
    "sample-requested": (T.SAMPLE_REQUESTED, BRAND),
    "sample-approved": (T.SAMPLE_APPROVED, CREATOR),
    "sample-refused": (T.SAMPLE_REFUSED, CREATOR),
    "sample-shipped": (T.SAMPLE_SHIPPED, CREATOR),
    "sample-received": (T.SAMPLE_RECEIVED, BRAND),
    "sample-overdue": (T.DEADLINE_MISSED, BOTH),
    "concept-proposed": (T.CONCEPT_PROPOSED, BRAND),
    "concept-proposed-again": (T.CONCEPT_PROPOSED, BRAND),
    "concept-changes": (T.CONCEPT_CHANGES, CREATOR),
    "concept-approved": (T.CONCEPT_APPROVED, CREATOR),
    "concept-approved-by-silence": (T.CONCEPT_APPROVED, BOTH),
    "work-submitted": (T.WORK_SUBMITTED, BRAND),
    "work-submitted-again": (T.WORK_SUBMITTED, BRAND),
    "revision-asked": (T.REVISION_ASKED, CREATOR),
    "work-approved": (T.WORK_APPROVED, CREATOR),
    "work-approved-by-silence": (T.WORK_APPROVED, BOTH),
    "published": (T.PUBLISHED, BRAND),
    "publication-refused": (T.PUBLICATION_REFUSED, CREATOR),
    "due-in-48-hours": (T.DEADLINE_NEAR, CREATOR),
    "due-in-24-hours": (T.DEADLINE_NEAR, BRAND),
    "overdue": (T.DEADLINE_MISSED, BOTH),
    "more-time-asked": (T.PROPOSAL, BRAND),
    "more-time-agreed": (T.PROPOSAL_AGREED, CREATOR),
    "more-time-refused": (T.PROPOSAL_REFUSED, CREATOR),
    "cancelling-asked": (T.PROPOSAL, BRAND),
    "cancelling-one-asked": (T.PROPOSAL, CREATOR),
    "cancelling-refused": (T.PROPOSAL_REFUSED, BRAND),
    "terms-better": (T.TERMS_NOTICE, CREATOR),
    "terms-worse": (T.TERMS_NOTICE, CREATOR),
    "terms-soon": (T.TERMS_REMINDER, BOTH),
    "work-cancelled": (T.DELIVERABLE_CANCELLED, BOTH),
    "campaign-paused": (T.CAMPAIGN_PAUSED, CREATOR),
    "campaign-resumed": (T.CAMPAIGN_RESUMED, CREATOR),
    "campaign-ended": (T.CAMPAIGN_ENDED, CREATOR),
    "campaign-ended-in-a-pause": (T.CAMPAIGN_ENDED, CREATOR),
    "completed": (T.COMPLETED, BOTH),
    "withdrawn": (T.CANCELLED, CREATOR),
    "cancelled": (T.CANCELLED, BOTH),
}
OF_OTHER_THINGS = {
    T.APPLICATION_RECEIVED,
    T.APPLICATION_DECLINED,
    T.MESSAGE_RECEIVED,
    T.BUDGET_NOTICE,
    T.BUDGET_RUN_OUT,
}
ELSEWHERE = {T.INVITATION, T.AGREEMENT, T.FIRST_SALE, T.SIGN_IN_CODE, *OF_OTHER_THINGS}


def keys(state: Collaboration) -> set[str]:
    return {claim.id for claim in of_steps(state, NOON)}


@pytest.mark.parametrize("name", STATES)
def test_each_step_is_told_to_the_side_that_is_to_hear_of_it(name: str) -> None:
    template, sides = EXPECTED[name]
    told = {claim.side.value for claim in of_steps(STATES[name], NOON) if claim.template is template and claim.side}

    assert told == sides


def test_every_mail_about_a_step_has_a_state_that_asks_for_it() -> None:
    assert {template for template, _ in EXPECTED.values()} == set(Template) - ELSEWHERE


@pytest.mark.parametrize("name", STATES)
def test_the_same_state_said_later_asks_for_the_same_mails(name: str) -> None:
    """Only answers of which the state keeps no instant are dated by their event, and that is no part of the id."""
    again = {claim.id for claim in of_steps(STATES[name], NOON + timedelta(days=3))}

    assert again == keys(STATES[name])


def test_mails_that_say_different_things_have_different_ids() -> None:
    asked = at_work(a_deliverable(DeliverableStatus.CONCEPT_REVIEW, concepts=(a_version(),)))
    again = at_work(
        a_deliverable(
            DeliverableStatus.CONCEPT_REVIEW, concepts=(a_version(review=a_review(Outcome.CHANGES_ASKED)), a_version(2))
        )
    )
    agreed = keys(at_work())

    assert not (keys(asked) - agreed) & (keys(again) - agreed)


def test_an_invitation_that_another_offer_replaced_is_not_mailed_beside_it() -> None:
    replaced = a_collaboration(offers=(an_offer(Side.BRAND, 2),))

    assert of_collaboration(replaced) == []
    assert [claim.template for claim in of_steps(replaced, NOON)] == [T.OFFER]


def test_the_creator_of_an_offer_is_found_by_the_account_that_made_it() -> None:
    offers = (an_offer(Side.CREATOR, 2, account="creator-9"), an_offer(Side.BRAND, 3))

    (claim,) = of_steps(a_collaboration(status=CollaborationStatus.INVITED, offers=offers), NOON)

    assert claim.contact == "creator-9"


@pytest.mark.parametrize("status", [CollaborationStatus.CANCELLED, CollaborationStatus.DECLINED])
def test_a_campaigns_course_is_told_to_nobody_who_is_out_of_it(status: CollaborationStatus) -> None:
    state = STATES["campaign-paused"].model_copy(update={"status": status})

    assert not {claim.template for claim in of_steps(state, NOON)} & {T.CAMPAIGN_PAUSED, T.CAMPAIGN_ENDED}


def test_each_pause_and_each_resumption_is_a_mail_of_its_own() -> None:
    first, second = Period(start=NOON - 3 * DAY, end=NOON - 2 * DAY), Period(start=NOON - DAY, end=NOON)
    once = {c.id for c in of_steps(at_work(active=(first,)), NOON)}
    again = {c.id for c in of_steps(at_work(active=(first, second)), NOON)}

    assert len(once) == len(again)
    assert len(once ^ again) == 2


def test_a_pause_before_a_planned_end_is_a_pause() -> None:
    state = STATES["campaign-paused"].model_copy(update={"campaign_end": NOON + DAY})

    assert T.CAMPAIGN_PAUSED in {claim.template for claim in of_steps(state, NOON)}
    assert T.CAMPAIGN_ENDED in {claim.template for claim in of_steps(state, NOON + 2 * DAY)}


def judged(claimed: Collaboration, newest: Collaboration, template: Template, at=NOON, **contact):
    claim = next(claim for claim in of_steps(claimed, NOON) if claim.template is template)
    return verdict(a_mail(claim), all_known(newest, brand_zone="Asia/Tokyo"), a_contact(**contact), at, PLACES)


OVERTAKEN = delivery.skipped(delivery.OVERTAKEN)


@pytest.mark.parametrize(
    ("claimed", "newest", "template"),
    [
        pytest.param("concept-proposed", "concept-changes", T.CONCEPT_PROPOSED, id="reviewed before it was mailed"),
        pytest.param("concept-changes", "concept-proposed-again", T.CONCEPT_CHANGES, id="changed already"),
        pytest.param("work-approved", "published", T.WORK_APPROVED, id="published already"),
        pytest.param("offer-of-the-creator", "offer-of-the-brand", T.OFFER, id="another offer is on the table"),
        pytest.param("more-time-asked", "more-time-agreed", T.PROPOSAL, id="answered already"),
        pytest.param("sample-approved", "sample-shipped", T.SAMPLE_APPROVED, id="shipped already"),
        pytest.param("due-in-48-hours", "due-in-24-hours", T.DEADLINE_NEAR, id="a later reminder was given"),
        pytest.param("overdue", "cancelled", T.DEADLINE_MISSED, id="cancelled meanwhile"),
        pytest.param("campaign-paused", "campaign-resumed", T.CAMPAIGN_PAUSED, id="the campaign goes on already"),
        pytest.param("campaign-paused", "campaign-ended", T.CAMPAIGN_PAUSED, id="the campaign is over already"),
        pytest.param("agreed-by-the-creator", "cancelled", T.BRAND_AGREEMENT, id="agreed and cancelled at once"),
    ],
)
def test_what_a_later_step_of_the_same_thread_overtook_is_recorded_and_not_mailed(claimed, newest, template) -> None:
    assert judged(STATES[claimed], STATES[newest], template) == OVERTAKEN


@pytest.mark.parametrize(
    ("state", "template", "useless"),
    [
        (STATES["offer-of-the-brand"], T.OFFER, NOON + timedelta(days=5)),
        (with_deadline(at=NOON + timedelta(hours=24), reminded=(48, 24)), T.DEADLINE_NEAR, NOON + timedelta(hours=24)),
        (with_terms(later=timedelta(hours=48), reminded=2), T.TERMS_REMINDER, NOON + timedelta(hours=48)),
    ],
)
def test_a_mail_whose_time_has_passed_is_not_sent(state, template, useless) -> None:
    before = judged(state, state, template, useless - timedelta(days=6))

    assert isinstance(before, Send)
    claim = next(claim for claim in of_steps(state, NOON) if claim.template is template)
    late = a_mail(claim, useless)
    assert verdict(late, all_known(state), a_contact(), useless, PLACES) == OVERTAKEN


def test_a_step_of_another_thread_overtakes_nothing() -> None:
    work = a_deliverable(DeliverableStatus.CONCEPT_REVIEW, concepts=(a_version(),))
    other = a_deliverable(DeliverableStatus.SUBMISSION_REVIEW, id="work-2", submissions=(a_version(),))

    assert isinstance(judged(at_work(work), at_work(work, other), T.CONCEPT_PROPOSED), Send)


@pytest.mark.parametrize(
    ("template", "own", "read_in"),
    [
        (T.CONCEPT_PROPOSED, "UTC", "Asia/Tokyo"),
        (T.CONCEPT_PROPOSED, "Europe/Rome", "Europe/Rome"),
        (T.CONCEPT_CHANGES, "UTC", "UTC"),
    ],
)
def test_a_brand_reads_dates_in_its_own_zone_unless_the_reader_has_one(template, own, read_in) -> None:
    name = "concept-proposed" if template is T.CONCEPT_PROPOSED else "concept-changes"

    decided = judged(STATES[name], STATES[name], template, zone=own)

    assert isinstance(decided, Send)
    assert decided.contact.zone == read_in
