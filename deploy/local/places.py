"""Where the local stack keeps things: all in `.local/` of this checkout, which git ignores."""

import shutil
from pathlib import Path

from local.errors import DiskFullError

CHECKOUT = Path(__file__).resolve().parents[2]
LOCAL = CHECKOUT / ".local"

NEEDED_BYTES = 500_000_000


def ensure_room(directory: Path, wanted_by: str) -> None:
    """Make the folder; raise DiskFullError when a server's first files would not fit."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DiskFullError(f"{wanted_by} cannot use {directory}: {error.strerror}") from error
    free = shutil.disk_usage(directory).free
    if free < NEEDED_BYTES:
        raise DiskFullError(
            f"the disk is full: {directory} has {free // 1_000_000} MB left and {wanted_by} needs"
            f" {NEEDED_BYTES // 1_000_000} MB"
        )
