"""Kafka's connection settings, topics made from the contracts, and producers."""

import asyncio
import ssl
from collections.abc import Iterable
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import ProducerClosed, TopicAlreadyExistsError, for_code
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from chassis.settings import KafkaSecurityProtocol, ServiceSettings
from contracts.topics import Topic

LINGER_MS = 5
MAX_BATCH_SIZE = 256 * 1024
"""Of one partition's batch: with aiokafka's 16 KB, a transaction's 500 facts went out in three rounds of requests."""
FLUSH_SECONDS = 1.5
TOPIC_ALREADY_EXISTS = 36


def security_arguments(settings: ServiceSettings) -> dict[str, Any]:
    """Aiokafka's arguments for KAFKA_SECURITY_PROTOCOL, KAFKA_SASL_* and KAFKA_SSL_CAFILE."""
    arguments: dict[str, Any] = {"security_protocol": settings.kafka_security_protocol.value}
    if settings.kafka_security_protocol in (KafkaSecurityProtocol.SSL, KafkaSecurityProtocol.SASL_SSL):
        cafile = str(settings.kafka_ssl_cafile) if settings.kafka_ssl_cafile else None
        arguments["ssl_context"] = ssl.create_default_context(cafile=cafile)
    if settings.kafka_sasl_username:
        arguments |= {
            "sasl_mechanism": settings.kafka_sasl_mechanism,
            "sasl_plain_username": settings.kafka_sasl_username,
            "sasl_plain_password": settings.kafka_sasl_password.get_secret_value(),
        }
    return arguments


def security(settings: ServiceSettings) -> BaseSecurity | None:
    """The same for FastStream's broker."""
    uses_ssl = settings.kafka_security_protocol in (KafkaSecurityProtocol.SSL, KafkaSecurityProtocol.SASL_SSL)
    context = security_arguments(settings).get("ssl_context")
    if settings.kafka_sasl_username:
        kinds = {"PLAIN": SASLPlaintext, "SCRAM-SHA-256": SASLScram256, "SCRAM-SHA-512": SASLScram512}
        kind = kinds[settings.kafka_sasl_mechanism]
        return kind(
            username=settings.kafka_sasl_username,
            password=settings.kafka_sasl_password.get_secret_value(),
            ssl_context=context,
            use_ssl=uses_ssl,
        )
    return BaseSecurity(ssl_context=context, use_ssl=True) if uses_ssl else None


def bootstrap(settings: ServiceSettings) -> list[str]:
    """The brokers to ask first."""
    return [server.strip() for server in settings.kafka_bootstrap.split(",") if server.strip()]


class Producer(AIOKafkaProducer):  # type: ignore[misc] # aiokafka ships no types
    """aiokafka's, with an end to its stopping: an idempotent one tries for ever while no broker answers."""

    async def stop(self, seconds: float = FLUSH_SECONDS) -> None:
        """Send what is buffered for at most `seconds`; what is not acked by then is never sent later."""
        stopping = asyncio.ensure_future(super().stop())
        await asyncio.wait([stopping], timeout=seconds)
        if not stopping.done():
            await self._cut()
            stopping.cancel()
        await asyncio.wait([stopping])
        if not stopping.cancelled():
            stopping.result()

    async def _cut(self) -> None:
        self._message_accumulator.fail_all(ProducerClosed())
        sending = self._sender.sender_task if self._sender is not None else None
        # Cancelled once, it waits for the requests in flight; they wait for a broker. Cancelled again, so are they.
        while sending is not None and not sending.done():
            sending.cancel()
            await asyncio.sleep(0)
        await self.client.close()


def new_producer(settings: ServiceSettings) -> Producer:
    """An idempotent producer that waits for all in-sync replicas; not started."""
    return Producer(
        bootstrap_servers=bootstrap(settings),
        enable_idempotence=True,
        acks="all",
        linger_ms=LINGER_MS,
        max_batch_size=MAX_BATCH_SIZE,
        request_timeout_ms=15_000,
        metadata_max_age_ms=60_000,
        **security_arguments(settings),
    )


async def missing_topics(settings: ServiceSettings, names: Iterable[str]) -> list[str]:
    """Those of these topics that don't exist; raises `KafkaError` or `OSError` while no broker answers."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap(settings), **security_arguments(settings))
    await admin.start()
    try:
        return sorted(set(names) - set(await admin.list_topics()))
    finally:
        await admin.close()


async def create_topics(settings: ServiceSettings, topics: Iterable[Topic]) -> list[str]:
    """Make the topics that don't exist yet, as the contracts say; returns the names of those that were made."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap(settings), **security_arguments(settings))
    await admin.start()
    try:
        existing = set(await admin.list_topics())
        wanted = [topic for topic in topics if topic.name not in existing]
        if not wanted:
            return []
        answer = await admin.create_topics(
            [
                NewTopic(
                    name=topic.name,
                    num_partitions=topic.partitions,
                    replication_factor=settings.kafka_replication_factor,
                    topic_configs=topic.config(),
                )
                for topic in wanted
            ],
            timeout_ms=30_000,
        )
        for topic_error in answer.topic_errors:
            if topic_error[1] not in (0, TOPIC_ALREADY_EXISTS):
                raise for_code(topic_error[1])(f"topic {topic_error[0]}: {topic_error[2]}")
        return [topic.name for topic in wanted]
    except TopicAlreadyExistsError:
        return []
    finally:
        await admin.close()
