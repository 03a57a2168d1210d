"""The service as it runs: its own process, Kafka, MongoDB, SMTP, and kill -9 at the worst moment."""

import asyncio
import sys
from collections.abc import Iterable
from pathlib import Path

from aiokafka import AIOKafkaConsumer

from chassis import kafka
from chassis.ids import new_id
from contracts import envelope, topics
from contracts.attribution import CouponCreated, LinkCreated
from contracts.campaigns import CampaignPublished, CreatorInvited, InvitationAccepted
from contracts.console import BrandRegistered
from contracts.discovery import ProfileImported
from contracts.envelope import EntityEvent, Event
from contracts.notifications import MailOutcome, MailSettled, Template
from local.processes import Process
from tests.notifications.builders import (
    a_brand_account,
    a_campaign,
    a_collaboration,
    a_coupon,
    a_decision,
    a_link,
    a_profile,
    an_agreed_collaboration,
)
from tests.notifications.kit import a_notifications, some_settings, soon
from tests.notifications.smtp_server import MailServer

ADDRESS = "krista@creators.example"


async def publish(bootstrap: str, events: Iterable[Event]) -> None:
    producer = kafka.new_producer(some_settings(kafka_bootstrap=bootstrap))
    await producer.start()
    try:
        for event in events:
            await producer.send_and_wait(
                event.TOPIC.name, event.body(), key=event.key().encode(), headers=envelope.headers(event, "test")
            )
    finally:
        await producer.stop()


async def settled_on(bootstrap: str, count: int) -> list[MailSettled]:
    """What the topic says of mails, once it says `count` things."""
    consumer = AIOKafkaConsumer(topics.MAILS.name, bootstrap_servers=bootstrap, auto_offset_reset="earliest")
    await consumer.start()
    found: list[MailSettled] = []
    try:
        async with asyncio.timeout(120):
            while len(found) < count:
                batches = await consumer.getmany(timeout_ms=200)
                found += [MailSettled.from_body(r.value) for records in batches.values() for r in records]
    finally:
        await consumer.stop()
    return found


def notifications(env: dict[str, str], folder: Path, verb: str = "") -> Process:
    port = env["HTTP_PORT"]
    return Process(
        "notifications",
        [sys.executable, "-m", "notifications", *([verb] if verb else [])],
        env,
        folder / f"notifications{verb}.log",
        ready_url=None if verb else f"http://127.0.0.1:{port}/health/ready",
    )


async def test_every_mail_goes_once_through_real_processes_and_a_kill_between_answer_and_mark(
    own_kafka, mongo, database: str, mail_server: MailServer, free_port, tmp_path: Path
) -> None:
    broker = await asyncio.to_thread(own_kafka)
    env = {
        "ENVIRONMENT": "development",
        "KAFKA_BOOTSTRAP": broker.address,
        "MONGO_URL": mongo.address,
        "MONGO_DATABASE": database,
        "HTTP_PORT": str(free_port()),
        "PROCESS_SLOT": "notifications-0",
        "SMTP_PORT": str(mail_server.port),
        "SMTP_TIMEOUT_SECONDS": "4",
        "MAIL_LEASE_SECONDS": "8",
    }
    await kafka.create_topics(some_settings(kafka_bootstrap=broker.address), topics.ALL)
    setup = notifications(env, tmp_path, "setup")
    await asyncio.to_thread(setup.start)
    assert await asyncio.to_thread(setup.wait, 120) == 0
    process = notifications(env, tmp_path)
    await asyncio.to_thread(process.start)
    try:
        async with a_notifications(mongo.address, database) as direct:
            await direct.put_contact("invitation-1", ADDRESS)
            now = direct.now()

            def said(kind: type[EntityEvent], state, revision: int = 1) -> Event:
                return kind.of(state, id=new_id(), time=now, revision=revision)

            async def kill_and_answer() -> str:
                await asyncio.to_thread(process.kill)
                return "250 OK"

            mail_server.on_data.append(kill_and_answer)
            invited = [
                said(CreatorInvited, a_collaboration(now)),
                said(ProfileImported, a_profile()),
                said(CampaignPublished, a_campaign()),
                said(BrandRegistered, a_brand_account()),
            ]
            await publish(broker.address, [*invited, *invited])
            await soon(lambda: arrived(mail_server, 1), 120)
            await soon(lambda: has_died(process), 60)

            await asyncio.to_thread(process.start)
            await soon(lambda: arrived(mail_server, 2), 120)
            first, second = mail_server.received
            assert first.id == second.id, "a repeat after a kill carries the same Message-ID"

            async with direct.console() as console:
                await console.post("/internal/contacts/invitation-1/move-to/creator-1")
            agreed = [
                said(InvitationAccepted, an_agreed_collaboration(now), 2),
                said(CouponCreated, a_coupon()),
                said(LinkCreated, a_link()),
            ]
            sale = a_decision(now)
            await publish(broker.address, [*agreed, sale, *agreed, sale, invited[0]])
            await soon(lambda: arrived(mail_server, 4), 120)
            settled = await settled_on(broker.address, 3)
    finally:
        await asyncio.to_thread(process.stop)

    assert len(mail_server.received) == 4
    assert sorted((one.template, one.outcome) for one in settled) == [
        (Template.AGREEMENT, MailOutcome.SENT),
        (Template.FIRST_SALE, MailOutcome.SENT),
        (Template.INVITATION, MailOutcome.SENT),
    ]
    log = (tmp_path / "notifications.log").read_text()
    assert ADDRESS not in log
    assert '"message": "service.stopped"' in log


async def arrived(mail_server: MailServer, count: int) -> bool:
    return len(mail_server.received) >= count


async def has_died(process: Process) -> bool:
    return not process.running
