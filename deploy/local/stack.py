"""Kafka and MongoDB from wherever this machine can have them: given by address, as local processes, or in Docker."""

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Protocol, Self

from local import containers
from local.errors import MissingError, NotOursError, StackError
from local.group import Group, Server
from local.kafka import Kafka, jars
from local.mongo import Mongo, mongod_program


class Source(StrEnum):
    """Where the servers come from."""

    GIVEN = "given"
    LOCAL = "local"
    DOCKER = "docker"


class Addressed(Server, Protocol):
    """A server that clients know by an address: Kafka's bootstrap server, MongoDB's URL."""

    @property
    def address(self) -> str:
        """As a client takes it."""


class Given:
    """Somebody's own server: there is an address, and no control over it."""

    def __init__(self, name: str, address: str) -> None:
        self.name = name
        self.address = address

    def start(self) -> Self:
        """Nothing to do: it is up, or its owner knows."""
        return self

    def stop(self) -> None:
        """Nothing to do: it goes on."""

    def kill(self) -> None:
        """Raise NotOursError, as do the other controls."""
        raise self._refusal()

    def pause(self) -> None:
        """Raise NotOursError."""
        raise self._refusal()

    def resume(self) -> None:
        """Raise NotOursError."""
        raise self._refusal()

    def restart(self) -> Self:
        """Raise NotOursError."""
        raise self._refusal()

    @property
    def running(self) -> bool:
        """As far as we know."""
        return True

    def _refusal(self) -> NotOursError:
        return NotOursError(
            f"{self.name} at {self.address} was given by its address: it is not ours to stop or restart"
        )


class Ports(NamedTuple):
    """Where to listen; None for a free one."""

    kafka: int | None = None
    controller: int | None = None
    mongo: int | None = None


FREE_PORTS = Ports()


def find_source(env: Mapping[str, str] = os.environ) -> Source:
    """Given addresses, else local processes, else Docker; `STACK=docker` or `STACK=local` insists on one.

    MissingError says what to install, StackError what is wrong with the environment.
    """
    if bool(env.get("KAFKA_BOOTSTRAP")) != bool(env.get("MONGO_URL")):
        raise StackError("KAFKA_BOOTSTRAP and MONGO_URL go together: set both for your own servers, or none")
    if env.get("KAFKA_BOOTSTRAP"):
        return Source.GIVEN
    wish = env.get("STACK", "")
    if wish not in ("", Source.LOCAL, Source.DOCKER):
        raise StackError(f"STACK={wish} is unknown: it is `local` or `docker`")
    if wish != Source.DOCKER and jars.java_is_there() and mongod_program() is not None:
        return Source.LOCAL
    if wish != Source.LOCAL and containers.engine_answers():
        return Source.DOCKER
    if wish == Source.DOCKER:
        raise MissingError("STACK=docker asks for Docker, and no engine answers: start it, or unset STACK")
    raise MissingError(f"Kafka and MongoDB cannot be started here: {jars.INSTALL}; or start a Docker engine")


def a_kafka(
    source: Source, directory: Path, ports: Ports = FREE_PORTS, env: Mapping[str, str] = os.environ
) -> Addressed:
    """A broker, not started; a local one keeps its data in `directory`."""
    match source:
        case Source.GIVEN:
            return Given("Kafka", env["KAFKA_BOOTSTRAP"])
        case Source.LOCAL:
            return Kafka(directory, port=ports.kafka, controller_port=ports.controller)
        case Source.DOCKER:
            return containers.KafkaContainer(ports.kafka)


def a_mongo(
    source: Source, directory: Path, ports: Ports = FREE_PORTS, env: Mapping[str, str] = os.environ
) -> Addressed:
    """A mongod, not started; a local one keeps its data in `directory`."""
    match source:
        case Source.GIVEN:
            return Given("MongoDB", env["MONGO_URL"])
        case Source.LOCAL:
            return Mongo(directory, port=ports.mongo)
        case Source.DOCKER:
            return containers.MongoContainer(ports.mongo)


class Stack:
    """Both servers, started at once. A context manager; in a `Group` of one's own start `kafka` and `mongo` there."""

    def __init__(
        self, source: Source, directory: Path, ports: Ports = FREE_PORTS, env: Mapping[str, str] = os.environ
    ) -> None:
        self.source = source
        self.kafka = a_kafka(source, directory / "kafka", ports, env)
        self.mongo = a_mongo(source, directory / "mongo", ports, env)
        self._group = Group()

    @classmethod
    def start(cls, directory: Path, ports: Ports = FREE_PORTS, env: Mapping[str, str] = os.environ) -> Self:
        """Find where they come from and bring both up, from empty directories in about 5 s; StackError says why not."""
        stack = cls(find_source(env), directory, ports, env)
        stack.bring_up()
        return stack

    def bring_up(self) -> None:
        """Fetch what is missing, then start both."""
        if self.source is Source.LOCAL:
            jars.fetch()
        self._group.start(self.kafka, self.mongo)

    def stop(self) -> None:
        """Stop both; nothing of them is running when this returns."""
        self._group.stop()

    def __enter__(self) -> Self:
        self._group.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._group.__exit__(kind, error, at)
