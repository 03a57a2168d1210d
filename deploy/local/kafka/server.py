"""One Kafka broker on 127.0.0.1, formatted on first use, ready within about 5 s."""

import base64
import shutil
import socket
import struct
import tempfile
import uuid
from pathlib import Path
from string import Template

from local.errors import DiedError, MissingError
from local.kafka import jars
from local.places import ensure_room
from local.ports import free_port, must_be_free
from local.processes import Process

HERE = Path(__file__).parent
LOGGING = f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}"
HEAP = ["-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
FORMAT_SECONDS = 60
START_SECONDS = 120  # 5 on a quiet machine, 30 on one with eight busy processes to two cores


class Kafka(Process):
    """A broker with its own directory; data and ports stay the same over `kill`, `start` and `restart`."""

    def __init__(
        self,
        directory: Path,
        *,
        port: int | None = None,
        controller_port: int | None = None,
        archive: Path | None = None,
    ) -> None:
        self.directory = directory
        self.port = port or free_port()
        self.controller_port = controller_port or free_port()
        self._properties = directory / "server.properties"
        self._libs = jars.HOME / "libs"
        self._tool: Process | None = None
        self._writes = archive
        classes = f"-XX:ArchiveClassesAtExit={archive}" if archive else f"-XX:SharedArchiveFile={jars.archive_of()}"
        super().__init__(
            "Kafka",
            [*self._java(*HEAP, classes), "kafka.Kafka", str(self._properties)],
            log_path=directory / "kafka.log",
            ready_within=START_SECONDS,
        )

    @property
    def address(self) -> str:
        """What a client is given as bootstrap server."""
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Fetch the jars, write the settings, format an empty directory."""
        jars.fetch()
        ensure_room(self.directory, "Kafka")
        if self._writes is None:
            jars.archive(write_archive)
        for port in (self.port, self.controller_port):
            must_be_free(port, "Kafka")
        data = self.directory / "data"
        template = Template((HERE / "server.properties").read_text())
        self._properties.write_text(
            template.substitute(port=self.port, controller_port=self.controller_port, data=data)
        )
        if not (data / "meta.properties").exists():
            self._format(data)

    def start(self) -> "Kafka":
        """As of any process; MissingError names what to install."""
        if shutil.which("java") is None:
            raise MissingError(f"Java is needed to run Kafka: {jars.INSTALL}")
        super().start()
        return self

    def kill(self) -> None:
        """As of any process; a start that is still formatting ends too."""
        if (tool := self._tool) is not None:
            tool.kill()
        super().kill()

    def answers(self) -> bool:
        """Whether a broker is registered and serves metadata."""
        return brokers_at(self.port) > 0

    def _format(self, data: Path) -> None:
        shutil.rmtree(data, ignore_errors=True)  # what a format that was killed left behind
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        named = f"--cluster-id={cluster}"  # in one word, for one id in 64 begins with "-"
        flags = ("-XX:TieredStopAtLevel=1", f"-XX:SharedArchiveFile={jars.archive_of()}")
        command = [*self._java(*flags), "kafka.tools.StorageTool", "format", named]
        tool = Process("Kafka's format", [*command, "-c", str(self._properties)], log_path=self.log_path)
        self._tool = tool
        try:
            status = tool.start().wait(FORMAT_SECONDS)
        finally:
            tool.kill()
            self._tool = None
        if status != 0:
            raise DiedError(f"Kafka could not format {data}; the end of its log ({self.log_path}):\n{tool.log_tail()}")

    def _java(self, *flags: str) -> list[str]:
        return ["java", *flags, "-cp", f"{self._libs}/*", LOGGING]


def write_archive(path: Path) -> None:
    """Start a broker and stop it, whose Java writes down the classes that it loaded: later ones start in half the time.

    A Java that writes none leaves an empty file, so that it is asked once; brokers then start as they would without.
    """
    with tempfile.TemporaryDirectory(prefix="kafka-classes-") as folder:
        broker = Kafka(Path(folder), archive=path)
        try:
            broker.start().stop()
        finally:
            broker.kill()
    path.touch()


def brokers_at(port: int, timeout: float = 2) -> int:
    """How many live brokers the server on 127.0.0.1 names, asked by one metadata request; 0 when nobody answers.

    A port that only accepts says nothing: a container's proxy accepts before its broker listens, and a broker listens
    before it may hold a topic.
    """
    header = struct.pack(">hhih", 3, 4, 1, -1)  # Metadata, version 4, correlation 1, no client id
    body = struct.pack(">i?", 0, False)  # no topics, create none
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as server:
            server.settimeout(timeout)
            server.sendall(struct.pack(">i", len(header + body)) + header + body)
            with server.makefile("rb") as replies:
                (size,) = struct.unpack(">i", replies.read(4))
                _correlation, _throttle, brokers = struct.unpack_from(">iii", replies.read(size))
    except (OSError, struct.error):
        return 0
    return int(brokers)
