"""What the mail server answers: refusals for now and for good, an absence, and what is kept of it."""

import asyncio
import json
from datetime import timedelta

import pytest

from chassis.testing import waiting
from contracts.http.notifications import Wish
from contracts.notifications import MailOutcome
from local.mail import MailCatcher
from local.stack import Addressed
from notifications.domain import delivery
from notifications.jobs import Sender, send_mails
from tests.notifications.builders import (
    a_brand_account,
    a_campaign,
    a_collaboration,
    a_decision,
    a_profile,
    a_share,
    an_invitation,
)
from tests.notifications.kit import Notifications, a_notifications, soon
from tests.notifications.smtp_server import MailServer
from tests.notifications.test_sending import ADDRESS, an_invited_creator, outcomes


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
    said = b"".join([row["value"] for row in await waiting(service.db)])
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
