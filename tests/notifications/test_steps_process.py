"""Steps of a collaboration as they arrive: Kafka, the running service, a mail server."""

import asyncio
from datetime import timedelta
from pathlib import Path

from chassis import kafka
from chassis.ids import new_id
from contracts import topics
from contracts.campaigns import CampaignPublished, ConceptChangesAsked, ConceptProposed, DeliverablePublished
from contracts.console import BrandRegistered
from contracts.discovery import ProfileImported
from contracts.envelope import EntityEvent, Event
from tests.notifications.builders import a_brand_account, a_campaign, a_profile
from tests.notifications.kit import a_notifications, some_settings, soon
from tests.notifications.sample_steps import D, a_deliverable, at_work
from tests.notifications.smtp_server import MailServer
from tests.notifications.test_process import arrived, notifications, publish
from tests.notifications.test_steps_sent import BRAND, CREATOR, proposed, reviewed, subjects


async def test_three_steps_are_three_mails_though_the_topic_says_each_twice(
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
    }
    await kafka.create_topics(some_settings(kafka_bootstrap=broker.address), topics.ALL)
    setup = notifications(env, tmp_path, "setup")
    await asyncio.to_thread(setup.start)
    assert await asyncio.to_thread(setup.wait, 120) == 0
    process = notifications(env, tmp_path)
    await asyncio.to_thread(process.start)
    try:
        async with a_notifications(mongo.address, database, smtp_port=mail_server.port) as direct:
            owner, creator = await direct.make_account(BRAND), await direct.make_account(CREATOR)
            await soon(lambda: arrived(mail_server, 2), 60)
            mail_server.received.clear()
            now = direct.now()
            live = at_work(
                a_deliverable(D.PUBLISHED, published_at=now, live_url="https://example.com/1"),
                creator=creator,
                agreed_at=now - timedelta(days=2),
            )

            def said(kind: type[EntityEvent], state, revision: int = 1) -> Event:
                return kind.of(state, id=new_id(), time=now, revision=revision)

            names = [
                said(BrandRegistered, a_brand_account("Northern Kitchen", owner)),
                said(CampaignPublished, a_campaign()),
                said(ProfileImported, a_profile()),
            ]
            steps = [
                said(ConceptProposed, proposed(direct, creator), 5),
                said(ConceptChangesAsked, reviewed(direct, creator), 6),
                said(DeliverablePublished, live, 7),
            ]
            for number, step in enumerate(steps, 1):
                await publish(broker.address, [*names, step, step])
                await soon(lambda n=number: arrived(mail_server, n), 60)
            await direct.db["revisions"].delete_many({})
            await publish(broker.address, [*names, *steps])

            async def is_heard_again() -> bool:
                return await direct.db["revisions"].count_documents({"revision": 7}) == 1

            await soon(is_heard_again, 60)
    finally:
        await asyncio.to_thread(process.stop)

    assert subjects(mail_server) == [
        (BRAND, "Krista proposes a concept"),
        (CREATOR, "Northern Kitchen asks for changes to your concept"),
        (BRAND, "Krista has published the work"),
    ]
