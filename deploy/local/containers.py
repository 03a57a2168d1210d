"""The same two servers in containers, for machines with a Docker engine but no Java."""

import importlib
import os
import socket
import time
from collections.abc import Callable
from typing import Any, Self

from local.errors import DiedError, NotReadyError, StackError
from local.kafka.server import brokers_at
from local.mongo import REPLICA_SET, TRANSACTION_SECONDS, takes_writes
from local.ports import free_port, must_be_free
from local.processes import LOG_LINES, POLL

KAFKA_IMAGE = "apache/kafka:4.3.1"
MONGO_IMAGE = "mongo:7.0"
DEFAULT_HOST = "unix:///var/run/docker.sock"
READY_SECONDS = 120
STOP_SECONDS = 20


def engine_answers() -> bool:
    """Whether a Docker engine can be asked for containers."""
    if not _socket_answers(os.environ.get("DOCKER_HOST") or DEFAULT_HOST):
        return False
    docker = _docker()
    try:
        client = docker.from_env(timeout=5)
    except docker.errors.DockerException:
        return False
    try:
        return bool(client.ping())
    except (docker.errors.DockerException, OSError):
        return False
    finally:
        client.close()


class Container:
    """A container with the controls of a local process; its data live as long as it does: over `kill` and `start`."""

    def __init__(
        self, name: str, image: str, port: int, inside: int, answers: Callable[[int], bool], **settings: Any
    ) -> None:
        self.name = name
        self.port = port
        self._image = image
        self._inside = inside
        self._settings = settings
        self._answers = answers
        self._container: Any = None

    def start(self) -> Self:
        """Create it, or start it again, and wait until the server in it answers."""
        if self._container is None:
            must_be_free(self.port, self.name)
            self._container = self._create()
        elif not self.running:
            self._wrapped.start()
        self._wait_until_it_answers()
        return self

    def stop(self) -> None:
        """End it in good order and remove it with its data."""
        if self._container is None:
            return
        container, self._container = self._container, None
        wrapped = container.get_wrapped_container()
        wrapped.reload()
        if wrapped.status == "paused":
            wrapped.unpause()
        wrapped.stop(timeout=STOP_SECONDS)
        container.stop()

    def kill(self) -> None:
        """SIGKILL; the container stays, so `start` finds its data."""
        if self.running:
            self._wrapped.kill()
            self._wrapped.wait()

    def pause(self) -> None:
        """Freeze its processes."""
        self._wrapped.pause()

    def resume(self) -> None:
        """Let them go on."""
        self._wrapped.unpause()

    def restart(self) -> Self:
        """Stop it if it still runs, and start it on the same port and data."""
        if self.running:
            self._wrapped.stop(timeout=STOP_SECONDS)
        return self.start()

    @property
    def running(self) -> bool:
        """Whether it lives, be it paused."""
        if self._container is None:
            return False
        self._wrapped.reload()
        return self._wrapped.status in ("running", "paused")

    @property
    def _wrapped(self) -> Any:
        if self._container is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._container.get_wrapped_container()

    def _create(self) -> Any:
        testcontainers = importlib.import_module("testcontainers.core.container")
        config = importlib.import_module("testcontainers.core.config").testcontainers_config
        # Its reaper is one more image to pull, and `Group` removes what it started.
        config.ryuk_disabled = os.environ.get("TESTCONTAINERS_RYUK_DISABLED", "true").lower() != "false"
        container = testcontainers.DockerContainer(self._image, **self._settings)
        container.ports = {f"{self._inside}/tcp": ("127.0.0.1", self.port)}
        try:
            return container.start()
        except _docker().errors.DockerException as error:
            container.stop()
            raise StackError(f"Docker could not start {self._image} for {self.name}: {error}") from error

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._answers(self.port):
            if not self.running:
                raise DiedError(f"{self.name} ended at its start in its container; its log ends:\n{self._log_tail()}")
            if time.monotonic() > deadline:
                raise NotReadyError(
                    f"{self.name} did not answer within {READY_SECONDS} s; its log:\n{self._log_tail()}"
                )
            time.sleep(POLL)

    def _log_tail(self) -> str:
        return str(self._wrapped.logs(tail=LOG_LINES).decode(errors="replace"))


class KafkaContainer(Container):
    """The vendor's own image, one node, told the host's port to advertise."""

    def __init__(self, port: int | None = None) -> None:
        port = port or free_port()
        env = {
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_INTER_BROKER_LISTENER_NAME": "PLAINTEXT",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
            "KAFKA_OFFSETS_TOPIC_NUM_PARTITIONS": "4",
            "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
            "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
            "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
            "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
            "KAFKA_BROKER_SESSION_TIMEOUT_MS": "3000",
            "KAFKA_BROKER_HEARTBEAT_INTERVAL_MS": "500",
        }
        super().__init__("Kafka", KAFKA_IMAGE, port, 9092, lambda port: brokers_at(port) > 0, env=env)

    @property
    def address(self) -> str:
        """What a client is given as bootstrap server."""
        return f"127.0.0.1:{self.port}"


class MongoContainer(Container):
    """Listens on the same port inside as outside: a replica set's member must reach itself by the name clients use.

    The image itself binds to all addresses of the container.
    """

    def __init__(self, port: int | None = None) -> None:
        port = port or free_port()
        command = ["mongod", "--replSet", REPLICA_SET, "--port", str(port)]
        command += ["--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"]
        super().__init__("MongoDB", MONGO_IMAGE, port, port, takes_writes, command=command)

    @property
    def address(self) -> str:
        """The URL that a client connects to."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"


def _socket_answers(host: str) -> bool:
    """Asked before the client is, which leaves its socket open when there is no engine behind a path."""
    scheme, _, path = host.partition("://")
    if scheme != "unix":
        return True
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
        return True


def _docker() -> Any:
    """Imported late, as it takes a second, and by name, as type checkers take our folder `deploy/docker` for it."""
    importlib.import_module("docker.errors")
    return importlib.import_module("docker")
