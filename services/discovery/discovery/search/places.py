"""Where indexes are on disk: one is current, one may be in the making, and anything else is what a crash left."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from chassis.ids import new_id

CURRENT: Final = "current"
MAKING: Final = "making"
"""Files that hold the name of a folder beside them; renamed into place, so that a reader finds a whole name."""


class Places:
    """One process's folder of indexes; no two processes may share one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @contextmanager
    def claimed(self) -> Iterator[None]:
        """Nobody else uses the folder meanwhile. Raises `BlockingIOError` while somebody does."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as held:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield

    def current(self) -> Path | None:
        """The index that is served, if there is one."""
        return self._named(CURRENT)

    def making(self) -> Path:
        """The index in the making, new or as far as it came before a crash."""
        known = self._named(MAKING)
        return known if known is not None else self.begin()

    def begin(self) -> Path:
        """A new, empty index is in the making, instead of any other."""
        made = self.root / new_id()
        made.mkdir()
        self._write(MAKING, made)
        return made

    def serve(self, made: Path) -> None:
        """The index that was in the making is current from now on."""
        self._write(CURRENT, made)
        (self.root / MAKING).unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove what is neither current nor in the making."""
        keep = {path.name for path in (self._named(CURRENT), self._named(MAKING)) if path is not None}
        for path in self.root.iterdir():
            if path.is_dir() and path.name not in keep:
                shutil.rmtree(path, ignore_errors=True)

    def _named(self, what: str) -> Path | None:
        try:
            name = (self.root / what).read_text()
        except FileNotFoundError:
            return None
        path = self.root / name
        return path if path.name == name not in ("", "..") and path.is_dir() else None

    def _write(self, what: str, path: Path) -> None:
        draft = self.root / f"{what}.draft"
        with draft.open("w") as opened:
            opened.write(path.name)
            opened.flush()
            os.fsync(opened.fileno())
        draft.replace(self.root / what)
        folder = os.open(self.root, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
