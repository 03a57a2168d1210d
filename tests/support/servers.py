"""The servers that tests run against. Shared ones start when first asked for, once per run; own ones may be killed."""

import shutil
import tempfile
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient
from pymongo import MongoClient

from local import ports
from local.errors import MissingError
from local.mail import MailCatcher
from local.processes import Process
from local.stack import Addressed, Source, a_kafka, a_mongo, find_source

OwnServer = Callable[[], Addressed]


@pytest.fixture(scope="session")
def server_source() -> Source:
    """Where servers come from on this machine. That there are none is a failure, not a skip."""
    try:
        return find_source()
    except MissingError as missing:
        pytest.exit(str(missing), returncode=missing.exit_code)


@pytest.fixture(scope="session")
def server_files() -> Iterator[Path]:
    """A folder for the servers' data, removed at the end of the run."""
    with a_folder() as folder:
        yield folder


@pytest.fixture(scope="session")
def kafka(server_source: Source, server_files: Path) -> Iterator[Addressed]:
    """The run's broker: `kafka.address` is its bootstrap server. Never kill it; use topics and groups of your own."""
    with running(a_kafka(server_source, server_files / "kafka")) as server:
        yield server


@pytest.fixture(scope="session")
def mongo(server_source: Source, server_files: Path) -> Iterator[Addressed]:
    """The run's mongod: `mongo.address` is its URL. Never kill it; use the `database` fixture's database."""
    with running(a_mongo(server_source, server_files / "mongo")) as server:
        if server_source is not Source.GIVEN:
            keep_what_expires(server)
        yield server


@pytest.fixture(scope="session")
def mail(server_files: Path) -> Iterator[MailCatcher]:
    """The run's mail catcher: `mail.smtp_port`, `mail.url`, `mail.mails_to(an address of your own)`."""
    catcher = MailCatcher(log_path=server_files / "mail.log")
    catcher.start()
    try:
        yield catcher
    finally:
        catcher.stop()


@pytest.fixture
async def database(mongo: Addressed) -> AsyncIterator[str]:
    """The name of a database that nobody else uses, dropped after the test."""
    name = f"test-{uuid.uuid4().hex[:16]}"
    yield name
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(mongo.address)
    try:
        await client.drop_database(name)
    finally:
        client.close()


@pytest.fixture
def own_kafka(server_source: Source) -> Iterator[OwnServer]:
    """`own_kafka()` is a fresh broker of the test's own, to be killed, paused and restarted at will."""
    yield from own_servers(a_kafka, server_source)


@pytest.fixture
def own_mongo(server_source: Source) -> Iterator[OwnServer]:
    """`own_mongo()` is a fresh mongod of the test's own, to be killed, paused and restarted at will."""
    yield from own_servers(a_mongo, server_source)


@pytest.fixture
def free_port() -> Callable[[], int]:
    """`free_port()` is a port on 127.0.0.1 that this run has to itself."""
    return ports.free_port


def own_servers(make: Callable[[Source, Path], Addressed], source: Source) -> Iterator[OwnServer]:
    """Servers that end with the test; with given addresses there is nothing that a test may kill, so it skips."""
    if source is Source.GIVEN:
        pytest.skip("needs servers of its own, and KAFKA_BOOTSTRAP and MONGO_URL name somebody else's")
    with ExitStack() as started:
        yield lambda: started.enter_context(running(make(source, started.enter_context(a_folder()))))


@contextmanager
def running(server: Addressed) -> Iterator[Addressed]:
    """Started, and gone at the end; its data are thrown away, so it need not end in good order."""
    try:
        server.start()
        yield server
    finally:
        discard(server)


def keep_what_expires(mongo: Addressed) -> None:
    """Have mongod delete nothing by age: the days in tests are fixed, and retention would end for them some day."""
    client: MongoClient[dict[str, Any]] = MongoClient(mongo.address)
    try:
        client.admin.command("setParameter", 1, ttlMonitorEnabled=False)
    finally:
        client.close()


def discard(server: Addressed) -> None:
    """End a server whose data nobody wants."""
    match server:
        case Process():
            server.kill()
        case _:
            server.stop()


@contextmanager
def a_folder() -> Iterator[Path]:
    """A new folder, removed with all that is in it."""
    folder = Path(tempfile.mkdtemp(prefix="stack-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
