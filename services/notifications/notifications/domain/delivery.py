"""What becomes of a mail: send it, wait, or let it be, and when to try again."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pydantic import BaseModel

from contracts.campaigns import CollaborationStatus, Side
from contracts.http.notifications import Wish
from contracts.notifications import MailOutcome, Template
from notifications.domain import letters, step_letters
from notifications.domain.applications import of_application
from notifications.domain.claims import Claim
from notifications.domain.contacts import Contact, is_zone
from notifications.domain.conversations import of_conversation
from notifications.domain.letters import Known, Letter, Places
from notifications.domain.spending import of_spending
from notifications.domain.step import Step
from notifications.domain.steps import steps_of

WAIT_FIRST = timedelta(seconds=0.25)
WAIT_MOST = timedelta(seconds=5)

TOO_OLD = "older than mails may be"
GAVE_UP = "not delivered in time"
NO_ADDRESS = "no address known"
BOUNCED_BEFORE = "a mail to this address bounced before"
NOT_WANTED = "the recipient does not want it"
ANSWERED = "the invitation was answered or has expired"
NOT_IN_FORCE = "the collaboration is no longer in force"
OVERTAKEN = "what it would say was overtaken by a later step"
UNSURE = "whether it was sent is not known, and it would be of no use later"


class Mail(BaseModel, frozen=True):
    """A claim on its way. `attempts` counts tries to send, `waits` looks for names; `owner` is the lease's token."""

    id: str
    claim: Claim
    wait_until: datetime
    give_up_at: datetime
    attempts: int = 0
    waits: int = 0
    owner: str = ""


class Send(BaseModel, frozen=True):
    """Render this and send it there."""

    letter: Letter
    contact: Contact


class Wait(BaseModel, frozen=True):
    """Something that it needs is not known yet; look again at `until`."""

    until: datetime


class Settled(BaseModel, frozen=True):
    """The end of a mail; `suppress` when the address itself was refused for good."""

    outcome: MailOutcome
    reason: str = ""
    suppress: bool = False


SENT = Settled(outcome=MailOutcome.SENT)


def skipped(reason: str) -> Settled:
    """Not sent, and why."""
    return Settled(outcome=MailOutcome.SKIPPED, reason=reason)


def verdict(mail: Mail, known: Known, contact: Contact | None, now: datetime, places: Places) -> Send | Wait | Settled:
    """What to do with a mail now. It waits for names and address until `wait_until`, then goes without names."""
    if now >= mail.give_up_at:
        return skipped(GAVE_UP)
    pointless = _pointless(mail.claim, known, contact, now)
    if pointless:
        return skipped(pointless)
    letter, is_complete = _letter(mail.claim, known, places)
    if now < mail.wait_until and not (is_complete and contact):
        return Wait(until=min(mail.wait_until, now + _pause(mail.waits)))
    if contact is None:
        return skipped(NO_ADDRESS)
    if letter is None:
        return skipped(NOT_IN_FORCE)
    return Send(letter=letter, contact=_in_zone(mail.claim, known, contact))


def _in_zone(claim: Claim, known: Known, contact: Contact) -> Contact:
    """A brand's member reads dates in the brand's zone, as long as none of the member's own is known."""
    if claim.side is Side.BRAND and contact.zone == "UTC" and known.brand_zone and is_zone(known.brand_zone):
        return contact.model_copy(update={"zone": known.brand_zone})
    return contact


def next_try(attempts: int, now: datetime, *, first: float, most: float) -> datetime:
    """When to try again after `attempts` tries: `first` seconds, doubling, at most `most`."""
    return now + timedelta(seconds=min(most, first * 2.0 ** min(attempts - 1, 30)))


def _pause(waits: int) -> timedelta:
    return min(WAIT_MOST, WAIT_FIRST * 2.0 ** min(waits, 10))


def _pointless(claim: Claim, known: Known, contact: Contact | None, now: datetime) -> str:
    """Why nobody should get this mail, empty when somebody should."""
    if contact is not None and contact.suppressed:
        return BOUNCED_BEFORE
    return _overtaken(claim, known, now) if claim.side is not None else _untimely(claim, known, contact, now)


def _overtaken(claim: Claim, known: Known, now: datetime) -> str:
    if claim.collaboration is not None and known.collaboration is None:
        return ""
    step = step_of(known, claim)
    return "" if step is not None and (step.useless_at is None or now < step.useless_at) else OVERTAKEN


def _untimely(claim: Claim, known: Known, contact: Contact | None, now: datetime) -> str:
    match claim.template:
        case Template.FIRST_SALE if contact is not None and contact.preferences.first_sale is Wish.NEVER:
            return NOT_WANTED
        case Template.INVITATION if known.collaboration is not None and (
            known.collaboration.status is not CollaborationStatus.INVITED
            or known.collaboration.invitation.expires_at <= now
        ):
            return ANSWERED
        case Template.AGREEMENT if known.collaboration is not None and known.collaboration.status not in (
            CollaborationStatus.AGREED,
            CollaborationStatus.COMPLETED,
        ):
            return NOT_IN_FORCE
        case Template.SIGN_IN_CODE:
            return UNSURE
        case _:
            return ""


def step_of(known: Known, claim: Claim) -> Step | None:
    """The step that a claim is of, if its thread still stands there."""
    steps = _steps(known, claim)
    return next((step for step in steps if (step.key, step.template) == (claim.key, claim.template)), None)


def _steps(known: Known, claim: Claim) -> Iterable[Step]:
    """Where that which a claim is about stands now. What nobody keeps any more has nothing left to tell."""
    if claim.application is not None:
        return () if known.application is None else of_application(known.application)
    if claim.conversation is not None:
        return () if known.conversation is None else of_conversation(known.conversation, timedelta())
    if claim.campaign is not None:
        return () if known.spending is None else of_spending(known.spending, claim.fact_at)
    return () if known.collaboration is None else steps_of(known.collaboration, claim.fact_at)


def _letter(claim: Claim, known: Known, places: Places) -> tuple[Letter | None, bool]:
    """The letter as far as it can be written now, and whether it lacks nothing."""
    collaboration = known.collaboration
    has_names = bool(known.brand and known.campaign)
    if claim.collaboration is None and claim.side is not None:
        return _other_letter(claim, claim.side, known, places)
    if claim.earned is not None:
        is_named = collaboration is not None and (collaboration.profile is None or bool(known.creator))
        return letters.first_sale(known, claim.earned.commission, places), has_names and is_named
    if collaboration is None:
        return None, False
    has_names = has_names and (collaboration.profile is None or bool(known.creator))
    if claim.side is not None:
        step = step_of(known, claim)
        return (
            (step_letters.of_step(step, claim.side, known, collaboration, places), has_names) if step else (None, False)
        )
    if claim.template is Template.INVITATION:
        return letters.invitation(known, collaboration, places), has_names
    has_coupon = collaboration.terms[-1].coupon is None or bool(known.coupon_code)
    return letters.agreement(known, collaboration, places), has_names and bool(known.link_code) and has_coupon


def _other_letter(claim: Claim, side: Side, known: Known, places: Places) -> tuple[Letter | None, bool]:
    """The letter about an application, a conversation or a budget. Who has no profile has no name to wait for."""
    step = step_of(known, claim)
    if step is None:
        return None, False
    needed = [known.campaign] if claim.conversation is None else []
    if side is Side.CREATOR:
        needed.append(known.brand)
    elif known.application is not None and known.application.profile is not None:
        needed.append(known.creator)
    return step_letters.of_other(step, side, known, places), all(needed)
