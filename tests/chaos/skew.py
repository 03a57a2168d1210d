"""Processes whose host's clock is wrong: libfaketime before their start, the monotonic clock left as it is."""

from pathlib import Path

LIBRARIES = Path("/usr/lib")


def library() -> Path | None:
    """Where libfaketime is; None where it is not installed."""
    return next(iter(sorted(LIBRARIES.glob("*/faketime/libfaketimeMT.so.1"))), None)


def skewed(by: str) -> dict[str, str]:
    """What a process needs in its environment for its host's clock to be off `by`, such as `+1h`; empty without it."""
    found = library()
    return {} if found is None else {"LD_PRELOAD": str(found), "FAKETIME": by, "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
