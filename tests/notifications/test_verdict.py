from datetime import datetime, timedelta

import pytest

from contracts.campaigns import CollaborationStatus
from contracts.http.notifications import Preferences, Wish
from contracts.notifications import MailOutcome
from notifications.domain.claims import Claim, of_collaboration, of_orders
from notifications.domain.delivery import (
    ANSWERED,
    BOUNCED_BEFORE,
    GAVE_UP,
    NO_ADDRESS,
    NOT_IN_FORCE,
    NOT_WANTED,
    Mail,
    Send,
    Settled,
    Wait,
    next_try,
    verdict,
)
from notifications.domain.letters import AgreementLetter, FirstSaleLetter, InvitationLetter, Known
from tests.notifications.builders import (
    NOON,
    PLACES,
    a_collaboration,
    a_contact,
    a_decision,
    all_known,
    an_agreed_collaboration,
)

FIVE_MINUTES = timedelta(minutes=5)
(INVITATION,) = of_collaboration(a_collaboration())
(AGREEMENT,) = of_collaboration(an_agreed_collaboration())
(FIRST_SALE,) = of_orders([a_decision()])


def a_mail(claim: Claim = INVITATION, at: datetime = NOON, **changes) -> Mail:
    return Mail(
        **{
            "id": claim.id,
            "claim": claim,
            "wait_until": at + FIVE_MINUTES,
            "give_up_at": at + timedelta(hours=24),
            **changes,
        }
    )


def test_a_mail_that_knows_all_its_names_goes_at_once() -> None:
    decided = verdict(a_mail(), all_known(), a_contact(), NOON, PLACES)

    assert isinstance(decided, Send)
    assert isinstance(decided.letter, InvitationLetter)
    assert decided.letter.action_url == "https://market.example/invitations/invitation-1"


@pytest.mark.parametrize("missing", ["brand", "campaign", "creator"])
@pytest.mark.parametrize("claim", [INVITATION, AGREEMENT, FIRST_SALE], ids=lambda claim: claim.template.value)
def test_a_mail_waits_for_each_name_that_it_needs(claim: Claim, missing: str) -> None:
    state = a_collaboration() if claim is INVITATION else an_agreed_collaboration()

    decided = verdict(a_mail(claim), all_known(state, **{missing: None}), a_contact(), NOON, PLACES)

    assert isinstance(decided, Wait)
    assert NOON < decided.until <= NOON + timedelta(seconds=5)


@pytest.mark.parametrize("missing", ["link_code", "coupon_code"])
def test_an_agreement_waits_for_its_link_and_its_code(missing: str) -> None:
    known = all_known(an_agreed_collaboration(), **{missing: None})

    assert isinstance(verdict(a_mail(AGREEMENT), known, a_contact(), NOON, PLACES), Wait)


def test_terms_without_a_coupon_make_nobody_wait_for_one() -> None:
    terms = tuple(t.model_copy(update={"coupon": None}) for t in an_agreed_collaboration().terms)
    known = all_known(an_agreed_collaboration(terms=terms), coupon_code=None)

    decided = verdict(a_mail(AGREEMENT), known, a_contact(), NOON, PLACES)

    assert isinstance(decided, Send)
    assert isinstance(decided.letter, AgreementLetter)
    assert not decided.letter.expects_coupon


def test_an_invitation_of_somebody_without_a_profile_waits_for_no_name() -> None:
    known = all_known(a_collaboration(profile=None), creator=None)

    assert isinstance(verdict(a_mail(), known, a_contact(), NOON, PLACES), Send)


def test_after_five_minutes_a_mail_goes_without_the_names_it_lacks() -> None:
    known = Known(collaboration=a_collaboration())

    decided = verdict(a_mail(), known, a_contact(), NOON + FIVE_MINUTES, PLACES)

    assert isinstance(decided, Send)
    assert isinstance(decided.letter, InvitationLetter)
    assert (decided.letter.brand, decided.letter.campaign, decided.letter.creator) == ("", "", "")


def test_a_first_sale_goes_even_if_nothing_else_was_ever_heard() -> None:
    decided = verdict(a_mail(FIRST_SALE), Known(), a_contact(), NOON + FIVE_MINUTES, PLACES)

    assert isinstance(decided, Send)
    assert isinstance(decided.letter, FirstSaleLetter)
    assert decided.letter.commission.amount == 1234


def test_waiting_becomes_patient_and_never_passes_the_end_of_the_wait() -> None:
    first = verdict(a_mail(), Known(), a_contact(), NOON, PLACES)
    later = verdict(a_mail(waits=9), Known(), a_contact(), NOON, PLACES)
    last = verdict(a_mail(waits=9), Known(), a_contact(), NOON + FIVE_MINUTES - timedelta(seconds=1), PLACES)

    assert [wait.until - NOON for wait in (first, later, last) if isinstance(wait, Wait)] == [
        timedelta(seconds=0.25),
        timedelta(seconds=5),
        FIVE_MINUTES,
    ]


@pytest.mark.parametrize(
    ("claim", "known", "contact", "after", "reason"),
    [
        pytest.param(INVITATION, all_known(), None, FIVE_MINUTES, NO_ADDRESS, id="no address"),
        pytest.param(
            INVITATION, all_known(), a_contact(suppressed=True), timedelta(), BOUNCED_BEFORE, id="bounced before"
        ),
        pytest.param(INVITATION, all_known(), a_contact(), timedelta(hours=24), GAVE_UP, id="a restored database"),
        pytest.param(
            INVITATION,
            all_known(a_collaboration(status=CollaborationStatus.DECLINED)),
            a_contact(),
            timedelta(),
            ANSWERED,
            id="answered meanwhile",
        ),
        pytest.param(
            AGREEMENT,
            all_known(an_agreed_collaboration(status=CollaborationStatus.CANCELLED)),
            a_contact(),
            timedelta(),
            NOT_IN_FORCE,
            id="cancelled meanwhile",
        ),
        pytest.param(
            FIRST_SALE,
            all_known(an_agreed_collaboration()),
            a_contact(preferences=Preferences(first_sale=Wish.NEVER)),
            timedelta(),
            NOT_WANTED,
            id="not wanted",
        ),
    ],
)
def test_a_mail_that_nobody_should_get_is_recorded_with_its_reason(claim, known, contact, after, reason) -> None:
    decided = verdict(a_mail(claim), known, contact, NOON + after, PLACES)

    assert decided == Settled(outcome=MailOutcome.SKIPPED, reason=reason)


def test_an_invitation_is_not_sent_once_it_has_expired() -> None:
    mail = a_mail(at=NOON + timedelta(days=7))

    assert verdict(mail, all_known(), a_contact(), NOON + timedelta(days=7), PLACES) == Settled(
        outcome=MailOutcome.SKIPPED, reason=ANSWERED
    )


def test_tries_come_at_doubling_distances_up_to_the_longest() -> None:
    pauses = [(next_try(n, NOON, first=5, most=900) - NOON).total_seconds() for n in (1, 2, 3, 8, 9, 1000)]

    assert pauses == [5, 10, 20, 640, 900, 900]
