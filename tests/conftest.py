"""Fixtures for every test, and which tests begin first."""

import gc

import pytest

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


def pytest_configure() -> None:
    """Nothing is garbage while thousands of tests are collected: looking for it takes a sixth of that time."""
    gc.disable()


def pytest_collection_finish() -> None:
    """What was collected stays to the end, so it is never looked through again."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a long test first: what begins last decides when a run on several workers ends."""
    first = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in first)
