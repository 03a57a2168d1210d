"""One demo per checkout: they would share ports and data."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.errors import BusyError
from local.places import LOCAL, make_folder

DEMO_LOCK = LOCAL / "demo.lock"


@contextmanager
def only_demo(path: Path = DEMO_LOCK) -> Iterator[None]:
    """Hold the checkout for this process; BusyError names the one that has it. The kernel frees a dead holder's."""
    make_folder(path.parent, "the stack")
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _pid_in(path)
            holder = f" (process {pid})" if pid else ""
            raise BusyError(
                f"this checkout's stack is already up{holder}: use that one, or stop it"
                " first (Ctrl-C where it runs, or `make down`)"
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        lock.truncate(0)


def demo_pid(path: Path = DEMO_LOCK) -> int | None:
    """The process that holds the checkout, None when nobody does."""
    if not path.is_file():
        return None
    with path.open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _pid_in(path)
    return None


def _pid_in(path: Path) -> int | None:
    text = path.read_text().strip()
    return int(text) if text else None
