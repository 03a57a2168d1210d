"""Starting children from one thread that never ends.

Linux sends a child its parent-death signal when the *thread* that started it ends, not the process. A child started
from a pool's worker would be killed when the pool shrinks; so every child is started from a thread that lives as long
as this process does. A killed process loses all its threads, this one too, and the children go with it.
"""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import IO

LEASH = Path(__file__).with_name("leash.py")

_waiting: queue.SimpleQueue[tuple[Callable[[], subprocess.Popen[bytes]], Future[subprocess.Popen[bytes]]]]
_waiting = queue.SimpleQueue()
_starter: threading.Thread | None = None
_one_at_a_time = threading.Lock()


def spawn(argv: Sequence[str], env: Mapping[str, str], cwd: Path | None, output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a child in a process group of its own (Ctrl-C reaches only us) that dies with us, even with kill -9."""
    command = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *argv]

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    started: Future[subprocess.Popen[bytes]] = Future()
    _ensure_starter()
    _waiting.put((start, started))
    return started.result()


def _ensure_starter() -> None:
    global _starter  # noqa: PLW0603 - the thread belongs to the process, and a fork needs a new one
    with _one_at_a_time:
        if _starter is None or not _starter.is_alive():
            _starter = threading.Thread(target=_serve, name="starts children", daemon=True)
            _starter.start()


def _serve() -> None:
    while True:
        start, started = _waiting.get()
        try:
            started.set_result(start())
        except OSError as error:
            started.set_exception(error)
