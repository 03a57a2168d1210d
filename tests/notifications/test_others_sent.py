"""Mails about applications, messages and budgets on the real store: to whom, once, and in time."""

from datetime import timedelta

from contracts.campaigns import ApplicationStatus, BudgetLevel, MessageSent, Party
from contracts.notifications import MailOutcome, Template
from notifications.domain import delivery
from tests.notifications.builders import a_profile
from tests.notifications.kit import Notifications
from tests.notifications.sample_others import (
    a_campaign_with_budget,
    a_declined_application,
    a_message,
    a_notice,
    an_application,
    it_was_read,
)
from tests.notifications.smtp_server import MailServer
from tests.notifications.test_steps_sent import BRAND, CREATOR, subjects, two_sides

FIVE_MINUTES = timedelta(minutes=5)


async def test_an_application_and_its_refusal_are_mailed_once_each(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await two_sides(service, mail_server, "it")
    received = an_application(service.now(), creator=creator)
    for _ in range(2):
        await service.hear(received)
        await service.send_due()
    assert subjects(mail_server) == [(BRAND, "Krista applies to your program")]

    mail_server.received.clear()
    declined = a_declined_application(service.now(), creator=creator)
    for _ in range(2):
        await service.hear(declined)
        await service.send_due()
    assert subjects(mail_server) == [(CREATOR, "Northern Kitchen ha rifiutato la tua candidatura")]


async def test_an_application_that_was_withdrawn_before_it_was_mailed_is_not(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await two_sides(service, mail_server)
    received = an_application(service.now(), creator=creator)
    await service.hear(received, received.model_copy(update={"status": ApplicationStatus.WITHDRAWN}))
    await service.send_due()

    assert mail_server.received == []
    (settled,) = [one for one in await service.settled() if one.template is Template.APPLICATION_RECEIVED]
    assert (settled.outcome, settled.reason) == (MailOutcome.SKIPPED, delivery.OVERTAKEN)


async def test_answers_to_a_programs_questions_are_not_kept(service: Notifications, mail_server: MailServer) -> None:
    asked = an_application(answers=({"question": "why", "text": "a private reason"},))
    await service.hear(asked)

    (row,) = await service.db["applications"].find().to_list(None)
    assert "private reason" not in str(row)
    assert row["forget_at"] is not None


def said(service: Notifications, creator: str, number: int, sender: Party = Party.CREATOR) -> MessageSent:
    return a_message(number, sender, service.now(), creator=creator)


async def test_a_burst_of_messages_is_one_mail_after_five_minutes(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await two_sides(service, mail_server)
    await service.hear(a_profile(claimed_by=(creator,)))
    await service.hear_messages(*(said(service, creator, number) for number in range(1, 8)))
    await service.send_due()
    assert mail_server.received == []

    service.later(FIVE_MINUTES)
    await service.send_due()
    assert subjects(mail_server) == [(BRAND, "Krista wrote to you")]
    assert "7 messages wait for you" in mail_server.received[0].message.get_body(("plain",)).get_content()

    service.later(timedelta(hours=1))
    await service.hear_messages(said(service, creator, 8))
    service.later(FIVE_MINUTES)
    await service.send_due()
    assert len(mail_server.received) == 1, "nothing was read since"

    service.later(timedelta(days=1))
    await service.hear_messages(said(service, creator, 9))
    service.later(FIVE_MINUTES)
    await service.send_due()
    assert len(mail_server.received) == 2, "a day later it is said again"


async def test_what_is_read_or_answered_within_five_minutes_is_not_mailed(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await two_sides(service, mail_server)
    await service.hear_messages(said(service, creator, 1), it_was_read(1, creator=creator))
    await service.hear_messages(said(service, creator, 2), said(service, creator, 3, Party.BRAND))
    await service.hear_messages(it_was_read(3, Party.CREATOR, creator=creator))
    service.later(FIVE_MINUTES)
    await service.send_due()

    assert mail_server.received == []
    assert await service.db["conversations"].count_documents({}) == 0

    await service.hear_messages(said(service, creator, 4))
    service.later(FIVE_MINUTES)
    await service.send_due()
    assert subjects(mail_server) == [(BRAND, "The creator wrote to you")]


async def test_no_id_of_a_message_leaves_in_a_mail(service: Notifications, mail_server: MailServer) -> None:
    creator = await two_sides(service, mail_server)
    await service.hear_messages(said(service, creator, 1, Party.BRAND))
    service.later(FIVE_MINUTES)
    await service.send_due()

    (mail,) = mail_server.received
    assert (mail.recipient, str(mail.message["Subject"])) == (CREATOR, "Northern Kitchen wrote to you")
    assert "message-0001" not in mail.message.as_string()


async def test_a_budgets_levels_are_mailed_to_the_brand_as_they_come(
    service: Notifications, mail_server: MailServer
) -> None:
    await two_sides(service, mail_server)
    near = a_notice(BudgetLevel.NEAR, service.now())
    for _ in range(2):
        await service.hear(a_campaign_with_budget(near))
        await service.send_due()
    refused = a_notice(BudgetLevel.REFUSED, service.now())
    await service.hear(a_campaign_with_budget(near, refused))
    await service.send_due()
    ran_out = a_campaign_with_budget(near, refused, pauses_at=service.now() + timedelta(hours=48))
    for _ in range(2):
        await service.hear(ran_out)
        await service.send_due()

    assert subjects(mail_server) == [
        (BRAND, "Autumn knives: most of the budget is committed"),
        (BRAND, "Autumn knives: the budget did not cover an agreement"),
        (BRAND, "Autumn knives: the budget has run out"),
    ]
