"""A real Kafka broker from Maven Central's jars."""

from local.kafka.server import Kafka

__all__ = ["Kafka"]
