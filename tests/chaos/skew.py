"""Processes whose host's clock is wrong: libfaketime before their start, the monotonic clock left as it is."""

import os
from pathlib import Path

LIBRARIES = Path("/usr/lib")
SITE = Path(__file__).with_name("skewed")


def library() -> Path | None:
    """Where libfaketime is; None where it is not installed."""
    return next(iter(sorted(LIBRARIES.glob("*/faketime/libfaketimeMT.so.1"))), None)


def skewed(by: str) -> dict[str, str]:
    """What a process needs in its environment for its host's clock to be off `by`, such as `+1h`; empty without it."""
    found = library()
    if found is None:
        return {}
    return {
        "LD_PRELOAD": str(found),
        "FAKETIME": by,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, (str(SITE), os.environ.get("PYTHONPATH")))),
    }
