"""Saying what happens, and waiting for it with a deadline."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class StoryFailed(Exception):
    """Something did not happen, or not as it should; the message is for a person."""


def say(text: str) -> None:
    """A sentence of the story."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def chapter(title: str) -> None:
    """A heading."""
    say(f"\n== {title}")


def wait_for(what: str, look: Callable[[], T | None], seconds: float = 120) -> T:
    """Look again and again until there is something; `StoryFailed` names `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = 0.05
    while True:
        found = look()
        if found is not None and found is not False:
            return found
        if time.monotonic() > deadline:
            raise StoryFailed(f"waited {seconds:g} s in vain for {what}")
        time.sleep(pause)
        pause = min(pause * 1.3, 0.5)


def must(holds: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Stop the story if something that must hold does not."""
    if not holds:
        raise StoryFailed(otherwise)


def money(amount: int, currency: str) -> str:
    """Minor units as people write them; the story's currencies have two decimals."""
    return f"{amount / 100:,.2f} {currency}"
