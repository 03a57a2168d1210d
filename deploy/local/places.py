"""Where the local stack keeps things: all in `.local/` of this checkout, which git ignores."""

import shutil
from pathlib import Path

from local.errors import DiskFullError, StackError

CHECKOUT = Path(__file__).resolve().parents[2]
LOCAL = CHECKOUT / ".local"

NEEDED_BYTES = 500_000_000


def make_folder(directory: Path, wanted_by: str) -> None:
    """Make it with its parents; the StackError says why that cannot be."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StackError(f"{wanted_by} cannot keep its files in {directory}: {error.strerror}") from error


def ensure_room(directory: Path, wanted_by: str) -> None:
    """Make the folder; raise DiskFullError when a server's first files would not fit."""
    make_folder(directory, wanted_by)
    free = shutil.disk_usage(directory).free
    if free < NEEDED_BYTES:
        raise DiskFullError(
            f"the disk is full: {directory} has {free // 1_000_000} MB left and {wanted_by} needs"
            f" {NEEDED_BYTES // 1_000_000} MB"
        )
