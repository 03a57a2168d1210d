"""What the generator meant to do, and what it was answered: fsynced before and after, so that it is the truth (I3)."""

import json
import os
import threading
from pathlib import Path
from typing import Any


class History:
    """A file of JSON lines; an intent is on the disk before it is acted on, an answer before it is relied on."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("ab")
        self._lock = threading.Lock()

    def write(self, rows: list[dict[str, Any]]) -> None:
        """Append and fsync."""
        with self._lock:
            self._file.write(b"".join(json.dumps(row, separators=(",", ":")).encode() + b"\n" for row in rows))
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        self._file.close()
