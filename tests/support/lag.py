"""How far a consumer group is behind, asked from outside."""

from aiokafka import AIOKafkaConsumer, TopicPartition


async def lag(bootstrap: str, group: str, topic: str, partitions: int = 12) -> int:
    """Records on the topic that the group has not committed; one nobody ever read counts whole."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, group_id=group, enable_auto_commit=False)
    await consumer.start()
    try:
        await consumer._client.force_metadata_update()
        known = consumer.partitions_for_topic(topic) or set(range(partitions))
        ends = await consumer.end_offsets([TopicPartition(topic, number) for number in known])
        return sum([end - (await consumer.committed(partition) or 0) for partition, end in ends.items()])
    finally:
        await consumer.stop()
