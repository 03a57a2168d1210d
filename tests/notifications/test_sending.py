"""Claim, render, send, mark: each mail once, with one Message-ID, through every fault (RELIABILITY, I8)."""

import asyncio
import json
from datetime import timedelta

import pytest

from contracts.campaigns import CollaborationStatus
from contracts.http.notifications import Wish
from contracts.notifications import MailOutcome, Template
from local.mail import MailCatcher
from local.stack import Addressed
from notifications.domain import delivery
from notifications.jobs import Sender, send_mails
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
from tests.notifications.kit import Notifications, a_notifications, soon
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
    assert await outcomes(service) == [("skipped", delivery.ANSWERED)]


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
    await asyncio.wait_for(held.wait(), 10)
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


async def test_a_refusal_for_now_is_tried_again(service: Notifications, mail_server: MailServer) -> None:
    await an_invited_creator(service)
    mail_server.on_rcpt += ["451 greylisted", "450 busy"]

    await service.send_due()
    assert await service.send_due() == 0, "it pauses first"
    service.later(timedelta(seconds=1))
    await service.send_due()
    service.later(timedelta(seconds=2))
    await service.send_due()

    assert len(mail_server.received) == 1
    assert await outcomes(service) == [("sent", "")]


async def test_a_mail_server_that_is_away_is_waited_for_up_to_the_bound(
    mongo: Addressed, database: str, free_port
) -> None:
    async with a_notifications(mongo.address, database, smtp_port=free_port()) as service:
        await an_invited_creator(service)
        await service.send_due()
        assert await outcomes(service) == [("open", "")]

        service.later(timedelta(hours=24))
        await service.send_due()

        assert await outcomes(service) == [("skipped", delivery.GAVE_UP)]


async def test_a_refused_recipient_is_a_bounce_and_is_not_written_to_again(
    service: Notifications, mail_server: MailServer
) -> None:
    await an_invited_creator(service)
    mail_server.on_rcpt.append(f"550 no mailbox {ADDRESS} here")
    await service.send_due()

    await service.put_contact("invitation-2", ADDRESS.upper().replace("CREATORS", "creators"))
    second = an_invitation(service.now(), contact="invitation-2")
    await service.hear(a_collaboration(id="invitation-2", invitation=second))
    await service.send_due()

    assert mail_server.received == []
    assert await outcomes(service) == [("bounced", "smtp 550"), ("skipped", delivery.BOUNCED_BEFORE)]
    assert [settled.outcome for settled in await service.settled()] == [MailOutcome.BOUNCED, MailOutcome.SKIPPED]


async def test_a_refused_content_is_a_bounce_without_blaming_the_address(
    service: Notifications, mail_server: MailServer
) -> None:
    await an_invited_creator(service)
    mail_server.on_data.append("554 looks like spam")
    await service.send_due()

    assert await outcomes(service) == [("bounced", "smtp 554")]
    assert await service.db["contacts"].count_documents({"suppressed": True}) == 0


async def test_a_new_address_for_an_invitation_is_written_to_again(
    service: Notifications, mail_server: MailServer
) -> None:
    await an_invited_creator(service)
    mail_server.on_rcpt.append("550 no such mailbox")
    await service.send_due()

    await service.put_contact("invitation-1", "other@creators.example")

    row = await service.db["contacts"].find_one({"_id": "invitation-1"})
    assert row is not None
    assert row["suppressed"] is False
    assert row["kept"] is True


async def test_a_first_sale_that_somebody_does_not_want_is_not_sent(
    service: Notifications, mail_server: MailServer
) -> None:
    creator = await service.make_account(ADDRESS)
    mail_server.received.clear()
    async with service.creator(creator) as client:
        wanted = {"language": "en", "zone": "UTC", "preferences": {"first_sale": Wish.NEVER}}
        assert (await client.put("/v1/contact", json=wanted)).status_code == 200
    await service.hear_orders(a_decision(service.now(), shares=(a_share(creator=creator),)))

    await service.send_due()

    assert mail_server.received == []


async def test_the_job_sends_what_was_committed_and_stops_in_good_order(
    service: Notifications, mail_server: MailServer
) -> None:
    job = asyncio.create_task(send_mails(service.context))
    await an_invited_creator(service)

    async def has_arrived() -> bool:
        return len(mail_server.received) == 1

    await soon(has_arrived)
    job.cancel()
    with pytest.raises(asyncio.CancelledError):
        await job
    assert await outcomes(service) == [("sent", "")], "what was in hand was marked before the end"


async def test_connections_are_used_again_and_renewed_when_the_server_hung_up(
    service: Notifications, mail_server: MailServer
) -> None:
    await service.hear(a_brand_account(), a_campaign(), a_profile())
    for number in range(3):
        contact = f"invitation-{number}"
        await service.put_contact(contact, f"krista{number}@creators.example")
        invited = an_invitation(service.now(), contact=contact)
        await service.hear(a_collaboration(id=contact, invitation=invited))
        sender = Sender(service.context, service.post)
        assert await sender.tick()
        await asyncio.wait(sender._in_hand)

    assert len(mail_server.received) == 3
    assert mail_server.connections == 1


async def test_no_address_is_in_the_mails_the_outbox_or_the_log(
    service: Notifications, mail_server: MailServer, capsys: pytest.CaptureFixture[str]
) -> None:
    await an_invited_creator(service)
    mail_server.on_rcpt += [f"451 {ADDRESS} is busy", f"550 {ADDRESS} is unknown"]
    await service.send_due()
    service.later(timedelta(seconds=2))
    await service.send_due()

    mails = json.dumps(await service.mails(), default=str)
    said = b"".join([row["value"] async for row in service.db["outbox"].find()])
    logged = capsys.readouterr()
    assert ADDRESS not in mails
    assert ADDRESS.encode() not in said
    assert ADDRESS not in logged.out + logged.err
    assert "smtp.not_taken" in logged.out


async def test_the_mail_catcher_shows_the_mail_as_it_was_written(
    mongo: Addressed, database: str, mail: MailCatcher
) -> None:
    address = f"{database}@creators.example"
    async with a_notifications(mongo.address, database, smtp_port=mail.smtp_port) as service:
        await service.put_contact("invitation-1", address)
        await service.hear(a_brand_account("Söhne & Töchter"), a_campaign(), a_profile())
        await service.hear(a_collaboration(service.now()))
        await service.send_due()

    (caught,) = mail.mails_to(address)
    assert caught["Subject"] == "Söhne & Töchter invites you to Autumn knives"
    assert caught["From"] == {"Name": "Creator Marketplace", "Address": "mail@marketplace.example"}
    assert "Söhne & Töchter would like to work with you" in caught["Text"]
    assert "Söhne &amp; Töchter" in caught["HTML"]


async def test_a_store_that_dies_between_the_servers_answer_and_our_mark_makes_no_second_mail(
    own_mongo, mail_server: MailServer
) -> None:
    store = own_mongo()
    async with a_notifications(store.address, "notifications", smtp_port=mail_server.port) as service:
        await an_invited_creator(service)

        async def kill_the_store_and_answer() -> str:
            await asyncio.to_thread(store.kill)
            return "250 OK"

        mail_server.on_data.append(kill_the_store_and_answer)
        sender = Sender(service.context, service.post)
        assert await sender.tick()

        async def has_died() -> bool:
            return not store.running

        await soon(has_died, 60)
        await asyncio.to_thread(store.start)
        await sender.close()
        await service.send_due()

        assert len(mail_server.received) == 1
        assert await outcomes(service) == [("sent", "")]
