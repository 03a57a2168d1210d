"""Applications, conversations and budgets, ready to vary, and every mail about them."""

from datetime import datetime, timedelta

from contracts.campaigns import (
    Application,
    ApplicationReason,
    ApplicationStatus,
    Budget,
    BudgetLevel,
    BudgetNotice,
    Campaign,
    MessageSent,
    MessagesRead,
    Party,
)
from contracts.money import Money
from notifications.domain.claims import Claim, of_application, of_conversation, of_spending
from notifications.domain.conversations import Conversation
from notifications.domain.delivery import step_of
from notifications.domain.letters import Known
from notifications.domain.spending import spending_of
from notifications.domain.step_letters import StepLetter, of_other
from tests.notifications.builders import NOON, PLACES, a_campaign

PAUSE = timedelta(minutes=5)
NAMES = {"brand": "Northern Kitchen", "campaign": "Autumn knives", "creator": "Krista"}


def euros(amount: int) -> Money:
    return Money(amount=amount * 100, currency="EUR")


def an_application(at: datetime = NOON, **changes) -> Application:
    return Application(
        **{
            "id": "application-1",
            "brand": "brand-1",
            "campaign": "campaign-1",
            "creator": "creator-1",
            "profile": "profile-1",
            "status": ApplicationStatus.RECEIVED,
            "idea": "A week of suppers with one knife.\nEach in a minute.",
            "fee": euros(300),
            "commission": 1250,
            "applied_at": at,
            **changes,
        }
    )


def a_declined_application(at: datetime = NOON, **changes) -> Application:
    answer = {"answered_at": at, "reason": ApplicationReason.FIT, "note": "We look for pastry this time."}
    return an_application(at, **{"status": ApplicationStatus.DECLINED, **answer, **changes})


def a_message(number: int = 1, sender: Party = Party.CREATOR, at: datetime = NOON, **changes) -> MessageSent:
    return MessageSent(
        **{
            "id": f"event-{number}",
            "time": at,
            "conversation": "conversation-1",
            "message": f"message-{number:04}",
            "brand": "brand-1",
            "creator": "creator-1",
            "sender": sender,
            **changes,
        }
    )


def it_was_read(up_to: int, reader: Party = Party.BRAND, at: datetime = NOON, **changes) -> MessagesRead:
    return MessagesRead(
        **{
            "id": f"read-{up_to}-{reader}",
            "time": at,
            "conversation": "conversation-1",
            "brand": "brand-1",
            "creator": "creator-1",
            "reader": reader,
            "up_to": f"message-{up_to:04}",
            **changes,
        }
    )


def a_conversation(*facts: MessageSent | MessagesRead) -> Conversation:
    """A conversation after these, in their order."""
    found = Conversation(id="conversation-1", brand="brand-1", creator="creator-1")
    for fact in facts:
        if isinstance(fact, MessageSent):
            found = found.written(fact.sender, fact.message, fact.time)
        else:
            found = found.seen(fact.reader, fact.up_to)
    return found


def a_notice(level: BudgetLevel, at: datetime = NOON, **changes) -> BudgetNotice:
    return BudgetNotice(**{"level": level, "at": at, "bound": euros(4100), "left": euros(900), **changes})


def a_campaign_with_budget(*notices: BudgetNotice, **changes) -> Campaign:
    budget = Budget(amount=euros(5000))
    return a_campaign().model_copy(update={"budget": budget, "budget_notices": notices, **changes})


KNOWN: dict[str, Known] = {
    "application-received": Known(application=an_application(), **NAMES),
    "application-at-the-programs-price": Known(application=an_application(fee=None, commission=None), **NAMES),
    "application-declined": Known(application=a_declined_application(), **NAMES),
    "application-declined-without-a-word": Known(application=a_declined_application(note="", reason=None), **NAMES),
    "message-to-the-brand": Known(conversation=a_conversation(a_message()), **NAMES),
    "messages-to-the-creator": Known(
        conversation=a_conversation(a_message(1, Party.BRAND), a_message(2, Party.BRAND)), **NAMES
    ),
    "budget-near": Known(spending=spending_of(a_campaign_with_budget(a_notice(BudgetLevel.NEAR))), **NAMES),
    "budget-full": Known(
        spending=spending_of(a_campaign_with_budget(a_notice(BudgetLevel.FULL, bound=euros(5000), left=euros(0)))),
        **NAMES,
    ),
    "budget-refused": Known(
        spending=spending_of(a_campaign_with_budget(a_notice(BudgetLevel.REFUSED, needs=euros(1250)))), **NAMES
    ),
    "budget-run-out": Known(
        spending=spending_of(a_campaign_with_budget(pauses_at=NOON + timedelta(hours=48))), **NAMES
    ),
}
"""One thing each that asks for one mail."""


def claims_of(known: Known) -> list[Claim]:
    """What it asks for at noon."""
    if known.application is not None:
        return of_application(known.application)
    if known.conversation is not None:
        return of_conversation(known.conversation, PAUSE)
    assert known.spending is not None
    return of_spending(known.spending, NOON)


def letter_of(known: Known, **changes) -> StepLetter:
    """The one letter that it asks for."""
    (claim,) = claims_of(known)
    step = step_of(known, claim)
    assert step is not None
    assert claim.side is not None
    letter = of_other(step, claim.side, known.model_copy(update=changes), PLACES)
    assert letter is not None
    return letter


OTHER_LETTERS: dict[str, StepLetter] = {name: letter_of(known) for name, known in KNOWN.items()}
