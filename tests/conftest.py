"""Fixtures for every test, and which tests begin first."""

import gc
from collections.abc import Generator

import pytest

from tests.support.browsers import browser, chromium
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
    "browser",
    "chromium",
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


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while thousands of tests are collected, nor among them later: a third of the time."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with a long test first: what begins last decides when a run on several workers ends."""
    first = {item.path for item in items if item.get_closest_marker("long")}
    items.sort(key=lambda item: item.path not in first)
