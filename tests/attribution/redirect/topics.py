"""The redirect's topics on a real broker."""

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from contracts.envelope import Event, headers
from contracts.topics import CLICKS, LINKS


async def make_topics(address: str) -> None:
    """The two topics of the redirect, as the contracts say."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        topics = [NewTopic(t.name, t.partitions, 1, topic_configs=t.config()) for t in (LINKS, CLICKS)]
        answer = await admin.create_topics(topics)
        assert [error[1] for error in answer.topic_errors] == [0, 0]
    finally:
        await admin.close()


async def say(address: str, *events: Event) -> None:
    """Write events to their topics."""
    producer = AIOKafkaProducer(bootstrap_servers=address, acks="all")
    await producer.start()
    try:
        for event in events:
            await producer.send_and_wait(
                event.TOPIC.name, event.body(), key=event.key().encode(), headers=headers(event, "attribution")
            )
    finally:
        await producer.stop()
