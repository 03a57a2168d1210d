"""Claim, render, send, mark: each mail once, with one Message-ID, through every fault (RELIABILITY, I8)."""

import asyncio
from datetime import timedelta

from contracts.campaigns import CollaborationStatus
from contracts.notifications import MailOutcome, Template
from local.stack import Addressed
from notifications.domain import delivery
from notifications.jobs import Sender
from notifications.store import MailQueue
from tests.notifications.builders import (
    a_brand_account,
    a_campaign,
    a_collaboration,
    a_coupon,
    a_decision,
    a_link,
    a_profile,
    a_share,
    an_agreed_collaboration,
    an_invitation,
)
from tests.notifications.kit import Notifications, a_notifications
from tests.notifications.smtp_server import MailServer

ADDRESS = "krista@creators.example"


async def an_invited_creator(service: Notifications) -> None:
    """All that an invitation's mail needs."""
    await service.put_contact("invitation-1", ADDRESS, zone="Europe/Rome")
    await service.hear(a_brand_account(), a_campaign(), a_profile(), a_collaboration(service.now()))


async def outcomes(service: Notifications) -> list[tuple[str, str]]:
    return [(mail["status"], mail.get("reason", "")) for mail in await service.mails()]


async def test_an_invitation_is_mailed_to_the_invited_address(service: Notifications, mail_server: MailServer) -> None:
    await an_invited_creator(service)

    await service.send_due()

    (mail,) = mail_server.received
    assert mail.recipient == ADDRESS
    assert mail.message["Subject"] == "Northern Kitchen invites you to Autumn knives"
    (settled,) = await service.settled()
    assert (settled.outcome, settled.template) == (MailOutcome.SENT, Template.INVITATION)
    assert (settled.contact, settled.cause) == ("invitation-1", "invitation-1")
    assert mail.id == f"<{settled.id}@marketplace.example>"


async def test_repeated_events_are_one_mail(service: Notifications, mail_server: MailServer) -> None:
    await an_invited_creator(service)
    await an_invited_creator(service)
    await service.send_due()
    await an_invited_creator(service)
    await service.send_due()

    assert len(mail_server.received) == 1
    assert len(await service.settled()) == 1


async def test_an_agreement_goes_to_the_creator_with_link_and_code(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await service.make_account(ADDRESS)
    mail_server.received.clear()
    agreed = an_agreed_collaboration(service.now(), creator=creator)
    await service.hear(a_coupon(creator=creator), a_link(), agreed, a_profile(), a_campaign(), a_brand_account())

    await service.send_due()

    (mail,) = mail_server.received
    text = mail.message.get_body(("plain",)).get_content()
    assert mail.recipient == ADDRESS
    assert "https://go.market.example/r/Kx7fQ2" in text
    assert "KRISTA20" in text


async def test_the_first_sale_is_mailed_once_however_many_orders_follow(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await service.make_account(ADDRESS)
    mail_server.received.clear()
    await service.hear(a_brand_account(), a_campaign(), a_profile(), an_agreed_collaboration(creator=creator))
    share = a_share(creator=creator)

    await service.hear_orders(a_decision(service.now(), shares=(share,)))
    await service.send_due()
    await service.hear_orders(a_decision(service.now(), order="store-1:1002", id="d-2", shares=(share,)))
    await service.hear_orders(a_decision(service.now(), number=2, id="d-3", shares=(share,)))
    await service.send_due()

    first_sales = [mail for mail in mail_server.received if "first sale" in mail.message["Subject"]]
    assert len(first_sales) == 1
    assert "€12.34" in first_sales[0].message.get_body(("plain",)).get_content()


async def test_a_first_sale_is_remembered_for_good_and_other_mails_for_400_days(service: Notifications) -> None:
    creator = await service.make_account(ADDRESS)
    await service.hear_orders(a_decision(service.now() - timedelta(days=2), shares=(a_share(creator=creator),)))
    await service.hear(a_collaboration(service.now() - timedelta(days=2)))

    mails = {mail["claim"]["template"]: mail for mail in await service.mails() if mail["status"] == "skipped"}

    assert "forget_at" not in mails["first-sale"]
    kept = mails["invitation"]["forget_at"] - mails["invitation"]["settled_at"]
    assert kept == timedelta(days=400)


async def test_a_fact_older_than_24_hours_is_recorded_and_not_mailed(
    service: Notifications, mail_server: MailServer
) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    await service.hear(a_collaboration(service.now() - timedelta(hours=24, seconds=1)))

    assert await service.send_due() == 0

    assert mail_server.received == []
    (settled,) = await service.settled()
    assert (settled.outcome, settled.reason) == (MailOutcome.SKIPPED, delivery.TOO_OLD)


async def test_a_fact_of_almost_24_hours_is_still_mailed(service: Notifications, mail_server: MailServer) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    await service.hear(a_brand_account(), a_campaign(), a_profile())
    await service.hear(a_collaboration(service.now() - timedelta(hours=23)))

    await service.send_due()

    assert len(mail_server.received) == 1


async def test_a_mail_waits_for_the_names_it_needs_and_goes_when_they_come(
    service: Notifications, mail_server: MailServer
) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    await service.hear(a_collaboration(service.now()))
    assert await service.send_due() == 1
    assert mail_server.received == []

    await service.hear(a_brand_account(), a_campaign(), a_profile())
    service.later(timedelta(seconds=5))
    await service.send_due()

    (mail,) = mail_server.received
    assert mail.message["Subject"] == "Northern Kitchen invites you to Autumn knives"


async def test_after_five_minutes_it_goes_without_them(service: Notifications, mail_server: MailServer) -> None:
    await service.put_contact("invitation-1", ADDRESS)
    await service.hear(a_collaboration(service.now()))
    service.later(timedelta(minutes=4, seconds=50))
    await service.send_due()
    assert mail_server.received == []

    service.later(timedelta(seconds=15))
    await service.send_due()

    (mail,) = mail_server.received
    assert mail.message["Subject"] == "A brand invites you to a campaign"


async def test_without_an_address_it_is_given_up_after_the_wait(service: Notifications) -> None:
    await service.hear(a_brand_account(), a_campaign(), a_profile(), a_collaboration(service.now()))
    await service.send_due()
    service.later(timedelta(minutes=5))
    await service.send_due()

    assert await outcomes(service) == [("skipped", delivery.NO_ADDRESS)]


async def test_an_invitation_answered_before_its_mail_went_is_not_mailed(
    service: Notifications, mail_server: MailServer
) -> None:
    await an_invited_creator(service)
    await service.hear(a_collaboration(service.now(), status=CollaborationStatus.DECLINED))

    await service.send_due()

    assert mail_server.received == []
    assert ("skipped", delivery.ANSWERED) in await outcomes(service)


async def test_a_claim_whose_worker_died_before_sending_goes_after_the_lease_with_the_same_id(
    service: Notifications, mail_server: MailServer
) -> None:
    await an_invited_creator(service)
    queue = MailQueue(service.db, service.context.clock, timedelta(seconds=10))
    taken = await queue.take()  # and the worker that took it is killed here
    assert taken is not None

    assert await service.send_due() == 0
    service.later(timedelta(seconds=10))
    await service.send_due()

    (mail,) = mail_server.received
    assert mail.id == f"<{taken.id}@marketplace.example>"


async def test_a_kill_between_the_servers_answer_and_our_mark_repeats_the_same_message_id(
    service: Notifications, mail_server: MailServer
) -> None:
    await an_invited_creator(service)
    held: asyncio.Event = asyncio.Event()

    async def answer_and_let_the_worker_die() -> str:
        held.set()
        await asyncio.Event().wait()
        return "250 OK"

    mail_server.on_data.append(answer_and_let_the_worker_die)
    sender = Sender(service.context, service.post)
    assert await sender.tick()
    await asyncio.wait_for(held.wait(), 60)
    for task in sender._in_hand:
        task.cancel()  # kill -9: nothing of it is marked
    service.later(timedelta(seconds=11))
    await service.send_due()

    first, second = mail_server.received
    assert first.id == second.id
    assert len(await service.settled()) == 1
    assert await outcomes(service) == [("sent", "")]


async def test_a_lost_answer_is_asked_for_again_with_the_same_message_id(
    service: Notifications, mail_server: MailServer
) -> None:
    await an_invited_creator(service)
    mail_server.on_data.append(None)

    await service.send_due()
    service.later(timedelta(seconds=2))
    await service.send_due()

    first, second = mail_server.received
    assert first.id == second.id
    assert await outcomes(service) == [("sent", "")]


async def test_two_workers_never_send_the_same_mail(
    service: Notifications, mail_server: MailServer, mongo: Addressed
) -> None:
    for number in range(20):
        contact = f"invitation-{number}"
        await service.put_contact(contact, f"krista{number}@creators.example")
        invited = an_invitation(service.now(), contact=contact)
        await service.hear(a_collaboration(id=contact, invitation=invited))
    await service.hear(a_brand_account(), a_campaign(), a_profile())

    async with a_notifications(mongo.address, service.db.name, smtp_port=mail_server.port) as other:
        await asyncio.gather(service.send_due(), other.send_due())

    assert len(mail_server.received) == 20
    assert len({mail.id for mail in mail_server.received}) == 20


async def test_a_worker_held_up_past_its_lease_does_not_send(service: Notifications, mail_server: MailServer) -> None:
    await an_invited_creator(service)
    times = iter([100.0, 106.0])  # a lease of 10 s, of which a send may take 5 s

    sender = Sender(service.context, service.post, lambda: next(times))
    assert await sender.tick()
    await sender.close()

    assert mail_server.received == []
    assert await outcomes(service) == [("open", "")]
