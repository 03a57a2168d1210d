"""Mails about steps on the real store: each once, to whoever is to hear of it, in the reader's language."""

from datetime import timedelta

from contracts.campaigns import Collaboration, DeliverableStatus, Outcome, Side
from contracts.notifications import MailOutcome, Template
from notifications.domain import delivery
from tests.notifications.builders import a_brand_account, a_campaign, a_collaboration, a_profile, an_invitation
from tests.notifications.kit import Notifications
from tests.notifications.sample_steps import a_deliverable, a_review, a_version, an_offer, at_work
from tests.notifications.smtp_server import MailServer

BRAND, CREATOR = "chef@brand.example", "krista@creators.example"


async def two_sides(service: Notifications, mail_server: MailServer, language: str = "en") -> str:
    """A brand and a creator who can be written to; the creator's id."""
    owner, creator = await service.make_account(BRAND), await service.make_account(CREATOR)
    async with service.creator(creator) as client:
        answer = await client.put("/v1/contact", json={"language": language, "zone": "Europe/Rome"})
        assert answer.status_code == 200, answer.text
    await service.hear(a_brand_account("Northern Kitchen", owner), a_campaign(), a_profile())
    await service.send_due()
    mail_server.received.clear()
    return creator


def proposed(service: Notifications, creator: str, **changes) -> Collaboration:
    """Agreed two days ago, so that its agreement is recorded only; a concept is on the table now."""
    concept = a_version(at=service.now())
    work = a_deliverable(DeliverableStatus.CONCEPT_REVIEW, concepts=(concept,))
    return at_work(work, creator=creator, agreed_at=service.now() - timedelta(days=2), **changes)


def reviewed(service: Notifications, creator: str) -> Collaboration:
    review = a_review(Outcome.CHANGES_ASKED).model_copy(update={"at": service.now()})
    work = a_deliverable(DeliverableStatus.CONCEPT, concepts=(a_version(review=review),))
    return at_work(work, creator=creator, agreed_at=service.now() - timedelta(days=2))


def subjects(mail_server: MailServer) -> list[tuple[str, str]]:
    return [(mail.recipient, str(mail.message["Subject"])) for mail in mail_server.received]


async def test_a_step_is_mailed_once_however_often_its_state_is_heard(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await two_sides(service, mail_server)
    state = proposed(service, creator)

    for _ in range(3):
        await service.hear(state, state)
        await service.send_due()

    assert subjects(mail_server) == [(BRAND, "Krista proposes a concept")]
    sent = [one for one in await service.settled() if one.template is Template.CONCEPT_PROPOSED]
    assert [(one.contact, one.cause, one.outcome) for one in sent] == [("brand-1", "invitation-1", MailOutcome.SENT)]


async def test_the_topic_read_anew_by_an_empty_memory_writes_to_nobody(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await two_sides(service, mail_server)
    state = proposed(service, creator)
    await service.hear(state)
    await service.send_due()
    mail_server.received.clear()
    for forgotten in ("mails", "outbox"):
        await service.db[forgotten].delete_many({})

    service.later(timedelta(hours=25))
    await service.hear(state)
    await service.send_due()

    assert mail_server.received == []
    assert {mail["reason"] for mail in await service.mails()} == {delivery.TOO_OLD}


async def test_of_two_steps_that_come_together_the_one_that_stands_is_mailed(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await two_sides(service, mail_server)

    await service.hear(proposed(service, creator), reviewed(service, creator))
    await service.send_due()

    assert subjects(mail_server) == [(CREATOR, "Northern Kitchen asks for changes to your concept")]
    reasons = {mail["claim"]["template"]: mail["reason"] for mail in await service.mails()}
    assert reasons["concept-proposed"] == delivery.OVERTAKEN


async def test_each_reads_it_in_the_own_language(service: Notifications, mail_server: MailServer) -> None:
    creator = await two_sides(service, mail_server, language="it")

    await service.hear(proposed(service, creator))
    await service.send_due()
    await service.hear(reviewed(service, creator))
    await service.send_due()

    assert subjects(mail_server) == [
        (BRAND, "Krista proposes a concept"),
        (CREATOR, "Northern Kitchen chiede modifiche al tuo concept"),
    ]
    text = mail_server.received[1].message.get_body(("plain",)).get_content()
    assert "sabato 28 novembre 2026, ore 13:00 (Europe/Rome)" in text
    assert mail_server.received[1].message["Content-Language"] == "it"


async def test_a_counter_offer_of_somebody_who_was_invited_by_mail_goes_to_the_brand_and_back(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await two_sides(service, mail_server)
    invited = an_invitation(service.now() - timedelta(days=2))
    soon = service.now() + timedelta(days=3)
    first = an_offer(Side.CREATOR, 2, account=creator, at=service.now(), expires_at=soon)
    second = an_offer(Side.BRAND, 3, at=service.now(), expires_at=soon)

    await service.hear(a_collaboration(invitation=invited, status="countered", offers=(first,)))
    await service.send_due()
    await service.hear(a_collaboration(invitation=invited, offers=(first, second)))
    await service.send_due()

    assert subjects(mail_server) == [
        (BRAND, "Krista makes another offer"),
        (CREATOR, "Northern Kitchen makes another offer"),
    ]


async def test_a_brand_without_members_who_can_be_written_to_loses_no_other_mail(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await service.make_account(CREATOR)
    mail_server.received.clear()
    await service.hear(a_brand_account(), a_campaign(), a_profile(), reviewed(service, creator))
    await service.hear(proposed(service, creator))
    await service.send_due()
    service.later(timedelta(minutes=5))
    await service.send_due()

    reasons = {mail["claim"]["template"]: mail["reason"] for mail in await service.mails()}
    assert reasons["concept-proposed"] == delivery.NO_ADDRESS


async def test_a_brand_whose_member_comes_later_is_found(service: Notifications, mail_server: MailServer) -> None:
    creator = await two_sides(service, mail_server)
    await service.hear(a_brand_account("Northern Kitchen", "not-known-yet"))
    await service.put_contact("not-known-yet", "late@brand.example")

    await service.hear(proposed(service, creator))
    await service.send_due()

    assert subjects(mail_server) == [("late@brand.example", "Krista proposes a concept")]
