"""What applications, conversations and budgets ask for, and what is left out."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.campaigns import ApplicationStatus, BudgetLevel, MessageSent, Party, Side
from contracts.notifications import Template
from notifications.domain import delivery
from notifications.domain.claims import Claim, of_application, of_conversation, of_spending
from notifications.domain.conversations import MOST_KEPT
from notifications.domain.delivery import Send, step_of, verdict
from notifications.domain.letters import Known
from notifications.domain.spending import spending_of
from tests.notifications.builders import NOON, PLACES, a_contact
from tests.notifications.sample_others import (
    NAMES,
    PAUSE,
    a_campaign_with_budget,
    a_conversation,
    a_declined_application,
    a_message,
    a_notice,
    an_application,
    it_was_read,
)
from tests.notifications.test_verdict import a_mail

T = Template
DAY = timedelta(days=1)
OVERTAKEN = delivery.skipped(delivery.OVERTAKEN)


def judged(claim: Claim, known: Known, at=NOON):
    return verdict(a_mail(claim, at), known, a_contact(), at, PLACES)


def test_an_application_is_told_to_the_brand_and_its_refusal_to_the_creator() -> None:
    (received,) = of_application(an_application())
    (declined,) = of_application(a_declined_application())

    assert (received.template, received.contact, received.fact_at) == (T.APPLICATION_RECEIVED, "brand-1", NOON)
    assert (declined.template, declined.contact, declined.fact_at) == (T.APPLICATION_DECLINED, "creator-1", NOON)


@pytest.mark.parametrize(
    "status", [ApplicationStatus.APPROVED, ApplicationStatus.COUNTERED, ApplicationStatus.WITHDRAWN]
)
def test_what_became_a_collaboration_or_was_taken_back_asks_for_nothing_here(status: ApplicationStatus) -> None:
    answered = an_application(status=status, answered_at=NOON)

    assert of_application(answered) == []
    (received,) = of_application(an_application())
    assert judged(received, Known(application=answered, **NAMES)) == OVERTAKEN


def test_an_application_that_is_not_kept_any_more_is_not_mailed() -> None:
    (received,) = of_application(an_application())

    assert judged(received, Known()) == OVERTAKEN


def test_a_mail_about_an_application_waits_for_names_but_not_for_ones_that_nobody_has() -> None:
    (received,) = of_application(an_application())
    (unnamed,) = of_application(an_application(profile=None))
    without = {**NAMES, "creator": None}

    assert isinstance(judged(received, Known(application=an_application(), **without)), delivery.Wait)
    assert isinstance(judged(unnamed, Known(application=an_application(profile=None), **without)), Send)


def mails(*facts) -> list[Claim]:
    return of_conversation(a_conversation(*facts), PAUSE)


def test_a_message_is_mailed_to_the_other_side_once_it_has_waited() -> None:
    (claim,) = mails(a_message())

    assert (claim.template, claim.contact, claim.side) == (T.MESSAGE_RECEIVED, "brand-1", Side.BRAND)
    assert claim.not_before == NOON + PAUSE


def test_a_burst_of_messages_is_one_mail() -> None:
    burst = [a_message(number, at=NOON + timedelta(seconds=number)) for number in range(1, 40)]

    assert len({claim.id for upto in range(1, 40) for claim in mails(*burst[:upto])}) == 1


@pytest.mark.parametrize(
    "then",
    [
        pytest.param(it_was_read(1), id="read"),
        pytest.param(it_was_read(2), id="read up to a later one"),
        pytest.param(a_message(2, Party.BRAND), id="answered"),
    ],
)
def test_what_was_read_or_answered_meanwhile_is_not_mailed(then) -> None:
    (claim,) = mails(a_message())
    now = a_conversation(a_message(), then)

    assert judged(claim, Known(conversation=now, **NAMES), NOON + PAUSE) == OVERTAKEN


def test_a_conversation_in_which_nothing_waits_is_not_kept_and_not_mailed() -> None:
    (claim,) = mails(a_message())

    assert a_conversation(a_message(), it_was_read(1)).is_quiet
    assert judged(claim, Known(), NOON + PAUSE) == OVERTAKEN


def test_what_comes_after_reading_is_a_mail_of_its_own() -> None:
    (first,) = mails(a_message())
    (second,) = mails(a_message(), it_was_read(1), a_message(2))

    assert first.id != second.id


def test_reading_some_leaves_a_mail_for_the_rest() -> None:
    (rest,) = mails(a_message(1), a_message(2), it_was_read(1))

    assert rest.id == mails(a_message(2))[0].id


def test_after_a_day_another_message_is_another_mail() -> None:
    (first,) = mails(a_message())
    (same,) = mails(a_message(), a_message(2, at=NOON + DAY - timedelta(seconds=1)))
    (next_,) = mails(a_message(), a_message(2, at=NOON + DAY))

    assert first.id == same.id
    assert first.id != next_.id


def test_a_message_heard_twice_waits_once() -> None:
    assert a_conversation(a_message(), a_message()) == a_conversation(a_message())


def test_both_sides_are_told_apart() -> None:
    conversation = a_conversation(a_message(1, Party.BRAND))
    assert [claim.contact for claim in of_conversation(conversation, PAUSE)] == ["creator-1"]
    assert mails(a_message(1, Party.BRAND), it_was_read(1, Party.BRAND))[0].contact == "creator-1"


def test_a_flood_is_kept_short() -> None:
    flood = a_conversation(*(a_message(number) for number in range(1, MOST_KEPT + 50)))

    assert len(flood.unread[Side.BRAND]) == MOST_KEPT


@given(st.lists(st.tuples(st.sampled_from(["brand", "creator"]), st.booleans(), st.integers(0, 3000)), max_size=40))
def test_whatever_is_said_and_read_a_side_with_unread_messages_has_one_mail_and_one_without_has_none(acts) -> None:
    """Against a plain list of messages: who has not read the last one, and since when."""
    at, sent, read = NOON, [], {"brand": 0, "creator": 0}
    facts = []
    for who, reads, minutes in acts:
        at += timedelta(minutes=minutes)
        if reads and sent:
            facts.append(it_was_read(len(sent), Party(who), at))
        else:
            sent.append(who)
            facts.append(a_message(len(sent), Party(who), at))
        read[who] = len(sent)
    waits = {who for who in read if any(by != who for by in sent[read[who] :])}

    claims = of_conversation(a_conversation(*facts), PAUSE)

    assert sorted(claim.side.value for claim in claims if claim.side) == sorted(waits)
    for claim in claims:
        last = max(f.time for f in facts if isinstance(f, MessageSent) and f.sender.value != claim.side)
        assert claim.not_before == last + PAUSE
        assert step_of(Known(conversation=a_conversation(*facts)), claim) is not None


def levels(*notices, **changes) -> list[tuple[Template, BudgetLevel | None]]:
    spending = spending_of(a_campaign_with_budget(*notices, **changes))
    found = []
    for claim in of_spending(spending, NOON):
        step = step_of(Known(spending=spending), claim)
        assert step is not None
        found.append((claim.template, step.level))
    return found


NEAR, FULL, REFUSED = (a_notice(level) for level in BudgetLevel)


def test_each_level_of_a_budget_is_told_to_the_brand_once() -> None:
    assert levels() == []
    assert levels(NEAR) == [(T.BUDGET_NOTICE, BudgetLevel.NEAR)]
    assert levels(NEAR, REFUSED) == [(T.BUDGET_NOTICE, BudgetLevel.NEAR), (T.BUDGET_NOTICE, BudgetLevel.REFUSED)]


def test_a_higher_level_takes_the_place_of_a_lower_one_that_was_not_mailed_yet() -> None:
    assert levels(NEAR, FULL) == [(T.BUDGET_NOTICE, BudgetLevel.FULL)]


def test_that_it_has_run_out_takes_the_place_of_all_but_the_refusal() -> None:
    told = levels(NEAR, FULL, REFUSED, pauses_at=NOON + 2 * DAY)

    assert told == [(T.BUDGET_NOTICE, BudgetLevel.REFUSED), (T.BUDGET_RUN_OUT, None)]


def test_a_pause_that_was_called_off_or_has_come_is_not_mailed_any_more() -> None:
    ran_out = spending_of(a_campaign_with_budget(pauses_at=NOON + 2 * DAY))
    (claim,) = of_spending(ran_out, NOON)

    assert isinstance(judged(claim, Known(spending=ran_out, **NAMES)), Send)
    assert judged(claim, Known(spending=ran_out, **NAMES), NOON + 2 * DAY) == OVERTAKEN
    assert judged(claim, Known(spending=spending_of(a_campaign_with_budget()), **NAMES)) == OVERTAKEN


def test_another_budget_begins_anew() -> None:
    (first,) = of_spending(spending_of(a_campaign_with_budget(NEAR)), NOON)
    (later,) = of_spending(spending_of(a_campaign_with_budget(a_notice(BudgetLevel.NEAR, NOON + DAY))), NOON)

    assert first.id != later.id
    assert first.contact == "brand-1"
