"""Servers that are started in layers and stopped in the reverse order, whatever ends the run."""

import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType, TracebackType
from typing import Any, Protocol, Self

from local.errors import DiedError

WATCH = 0.5


class Server(Protocol):
    """What a group holds and what a test may do to it: a process of ours, or a container."""

    name: str

    def start(self) -> Any:
        """Start it and wait until it answers; a StackError says why it does not."""

    def stop(self) -> None:
        """End it in good order, within a bound."""

    def kill(self) -> None:
        """End it as a power cut would."""

    def pause(self) -> None:
        """Freeze it."""

    def resume(self) -> None:
        """Let a frozen one go on."""

    def restart(self) -> Any:
        """Start it again on the same ports and data."""

    @property
    def running(self) -> bool:
        """Whether it lives, be it paused."""


class Terminated(SystemExit):
    """SIGTERM or SIGHUP arrived: the run ends with the status that a shell gives for it."""


class Group:
    """A block that leaves nothing running: at its end, at an exception, at Ctrl-C, SIGTERM or SIGHUP.

    `start(a, b)` starts a layer at once; layers are stopped in the reverse order, each one's servers at once. A second
    Ctrl-C or SIGTERM during that kills what is left. Signals are handled where the block runs in the main thread.
    """

    def __init__(self) -> None:
        self._layers: list[tuple[Server, ...]] = []
        self._former: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGHUP):
                self._former[number] = signal.signal(number, _terminate)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.stop()
        except (Terminated, KeyboardInterrupt):  # in the moment before signals were held back
            self.stop()
            raise
        finally:
            for number, former in self._former.items():
                signal.signal(number, former)

    def start(self, *servers: Server) -> None:
        """Start these at once and wait for all; when one fails, its error is raised and the others are stopped."""
        self._layers.append(servers)
        with _side_by_side(servers) as pool:
            starts = [pool.submit(server.start) for server in servers]
            try:
                wait(starts, return_when=FIRST_EXCEPTION)
                for start in starts:
                    if start.done():
                        start.result()
            except BaseException:
                with _hurry_on_signal(self._kill_all):
                    _stop_while_starting(servers, starts)
                    self._layers.remove(servers)
                raise

    def restart(self) -> None:
        """Stop the newest layer and start it again, with whatever its servers' settings are by now."""
        servers = self._layers[-1]
        _raise(self._stop_newest())
        self.start(*servers)

    def stop(self) -> None:
        """Stop everything, the newest layer first. Errors are raised at the end: each server has been told to stop."""
        errors: list[Exception] = []
        with _hurry_on_signal(self._kill_all):
            while self._layers:
                errors += self._stop_newest()
        _raise(errors)

    def _stop_newest(self) -> list[Exception]:
        servers = self._layers[-1]
        with _side_by_side(servers) as pool:
            stops = [pool.submit(server.stop) for server in servers]
        self._layers.pop()
        return [error for stop in stops if isinstance(error := stop.exception(), Exception)]

    def watch(self) -> None:
        """Stay until a signal ends the block; DiedError when a server ends by itself."""
        while True:
            self.look()
            time.sleep(WATCH)

    def look(self) -> None:
        """DiedError, with the name, when one of the servers has ended by itself."""
        for layer in self._layers:
            for server in layer:
                if not server.running:
                    raise DiedError(f"{server.name} has ended by itself")

    def _kill_all(self) -> None:
        for servers in reversed(self._layers):
            for server in servers:
                server.kill()


def _raise(errors: list[Exception]) -> None:
    if errors:
        raise ExceptionGroup("servers did not stop in good order", errors)


@contextmanager
def _side_by_side(servers: tuple[Server, ...]) -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(max_workers=max(1, len(servers)), thread_name_prefix="servers") as pool:
        yield pool


def _stop_while_starting(servers: tuple[Server, ...], starts: list[Future[Any]]) -> None:
    """A start ends with an error once its process is killed; but it may be between two processes just now."""
    while not all(start.cancel() or start.done() for start in starts):
        for server in servers:
            server.kill()
        time.sleep(0.05)
    for server in servers:
        server.stop()


def _terminate(number: int, _frame: FrameType | None) -> None:
    raise Terminated(128 + number)


@contextmanager
def _hurry_on_signal(kill_all: Callable[[], None]) -> Iterator[None]:
    """While servers are being stopped a signal does not interrupt that, it kills them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def hurry(_number: int, _frame: FrameType | None) -> None:
        threading.Thread(target=kill_all, name="hurry").start()  # this thread may hold a lock that killing needs

    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    former = {number: signal.signal(number, hurry) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
