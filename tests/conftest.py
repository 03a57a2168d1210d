"""Fixtures for every test."""

from tests.support.servers import (
    database,
    free_port,
    kafka,
    mail,
    mongo,
    own_kafka,
    own_mongo,
    server_files,
    server_source,
)

__all__ = [
    "database",
    "free_port",
    "kafka",
    "mail",
    "mongo",
    "own_kafka",
    "own_mongo",
    "server_files",
    "server_source",
]
