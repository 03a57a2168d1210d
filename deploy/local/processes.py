"""One process that is started, watched and ended by its pid, with nothing of it left running."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from local.errors import DiedError, DiskFullError, MissingError, NotReadyError
from local.spawn import spawn

NOWHERE = Path(os.devnull)
POLL = 0.03
LOG_LINES = 5
LOG_LINE_LENGTH = 300
LOG_END = 65_536


class Process:
    """One program with a log file. It dies with the process that started it, even if that one is killed with -9.

    `env` is added to our own environment. `start` returns once `answers` is true: by default, once `ready_url` answers
    with 200. After `stop` or `kill`, `start` starts the same command again. Any thread may use it; times in seconds.
    """

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        env: Mapping[str, str] | None = None,
        log_path: Path = NOWHERE,
        *,
        ready_url: str | None = None,
        ready_within: float = 60,
        grace: float = 20,
        cwd: Path | None = None,
    ) -> None:
        self.name = name
        self.argv = list(argv)
        self.env = dict(env or {})
        self.log_path = log_path
        self.ready_url = ready_url
        self.ready_within = ready_within
        self.grace = grace
        self.cwd = cwd
        self._popen: subprocess.Popen[bytes] | None = None
        self._reaping = threading.Lock()
        self._log_starts_at = 0

    def prepare(self) -> None:
        """Called before each start: files to write, ports to check."""

    def answers(self) -> bool:
        """Whether it does its work now; without a `ready_url` to live is enough."""
        return self.ready_url is None or answers_ok(self.ready_url)

    def start(self) -> Self:
        """Start it and wait until it answers; MissingError, DiedError or NotReadyError say why it does not run."""
        if self.running:
            return self
        environment = {**os.environ, **self.env}
        if shutil.which(self.argv[0], path=environment.get("PATH", "")) is None:
            raise MissingError(f"{self.argv[0]} is needed for {self.name} and is not installed, or not on the PATH")
        self.prepare()
        self._spawn(environment)
        try:
            self._wait_until(self.answers, self.ready_within, "gave no sign of being ready")
        except BaseException:
            self.kill()
            raise
        return self

    def wait_ready(self, url: str, within: float = 60) -> None:
        """Wait for a GET of `url` to be answered with 200; DiedError or NotReadyError carry the log's last lines."""
        self._wait_until(lambda: answers_ok(url), within, f"did not answer {url} with 200")

    def wait(self, within: float) -> int:
        """Its exit status, once it has ended by itself; NotReadyError, and killed, when it takes longer."""
        try:
            if not self._ends_within(within):
                raise NotReadyError(f"{self.name} did not end within {within:g} s{self._last_words()}")
        finally:
            self.kill()
        return self._started().wait()

    def stop(self, grace: float | None = None) -> None:
        """Ask it to end (SIGTERM) and kill it after `grace` seconds. It is gone when this returns."""
        if not self.running:
            return
        try:
            self._signal(signal.SIGTERM)
            self._signal(signal.SIGCONT)  # a paused one hears nothing else
            self._ends_within(self.grace if grace is None else grace)
        finally:
            self.kill()

    def kill(self) -> None:
        """SIGKILL, also to what it started. It is gone when this returns."""
        if self._popen is not None:
            self._reap()

    def pause(self) -> None:
        """Freeze it (SIGSTOP) and wait until all its threads stand: its connections stay open, and nobody answers."""
        self._signal(signal.SIGSTOP)
        with suppress(ChildProcessError):  # it ended, and was reaped
            os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)

    def resume(self) -> None:
        """Let a paused one go on (SIGCONT)."""
        self._signal(signal.SIGCONT)

    def restart(self) -> Self:
        """Stop it if it still runs, and start it again: same command, same ports, same data."""
        self.stop()
        return self.start()

    @property
    def pid(self) -> int:
        """Of the last start."""
        return self._started().pid

    @property
    def running(self) -> bool:
        """Whether it lives, be it paused."""
        return self._popen is not None and not self._ended()

    @property
    def exit_status(self) -> int | None:
        """A signal's number is negative; None while it lives."""
        return self._started().returncode if self._ended() else None

    def log_tail(self, lines: int = LOG_LINES) -> str:
        """The last lines that it wrote since its last start, each cut to a readable length."""
        if not self.log_path.is_file():
            return ""
        with self.log_path.open("rb") as log:
            log.seek(max(self._log_starts_at, self.log_path.stat().st_size - LOG_END))
            written = log.read().decode(errors="replace").splitlines()
        return "\n".join([line[:LOG_LINE_LENGTH] for line in written if line.strip()][-lines:])

    def _spawn(self, environment: Mapping[str, str]) -> None:
        if self.log_path != NOWHERE:
            self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self._log_starts_at = log.tell() if self.log_path != NOWHERE else 0
            self._popen = spawn(self.argv, environment, self.cwd, log)

    def _wait_until(self, done: Callable[[], bool], within: float, complaint: str) -> None:
        deadline = time.monotonic() + within
        while not done():
            if self._ended():
                if "No space left on device" in self.log_tail():
                    raise DiskFullError(f"the disk is full: {self.name} could not write{self._last_words()}")
                raise DiedError(
                    f"{self.name} ended with status {self._started().returncode} at its start{self._last_words()}"
                )
            if time.monotonic() > deadline:
                raise NotReadyError(f"{self.name} {complaint} within {within:g} s{self._last_words()}")
            time.sleep(POLL)

    def _ends_within(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while not self._ended():
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL)
        return True

    def _ended(self) -> bool:
        """Looks without reaping: until then nobody else can be given the pid, nor the group that it stands for."""
        popen = self._started()
        with suppress(ChildProcessError):
            if (
                popen.returncode is None
                and os.waitid(os.P_PID, popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
            ):
                return False
        self._reap()
        return True

    def _reap(self) -> None:
        popen = self._started()
        with self._reaping:
            if popen.returncode is None:
                with suppress(ProcessLookupError):
                    os.killpg(popen.pid, signal.SIGKILL)
                popen.wait()

    def _signal(self, number: signal.Signals) -> None:
        """To the group of processes that it leads."""
        popen = self._started()
        with self._reaping, suppress(ProcessLookupError):
            if popen.returncode is None:
                os.killpg(popen.pid, number)

    def _started(self) -> subprocess.Popen[bytes]:
        if self._popen is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._popen

    def _last_words(self) -> str:
        tail = self.log_tail()
        return f"; the end of its log ({self.log_path}):\n{tail}" if tail else f" (its log: {self.log_path})"


def answers_ok(url: str, timeout: float = 2) -> bool:
    """Whether a GET is answered with 200 within `timeout` seconds, past any proxy that the environment names."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=timeout)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""))
        return connection.getresponse().status == 200  # noqa: PLR2004 - OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
