"""What the redirect's tests are made of."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from attribution.redirect.settings import RedirectSettings
from attribution.redirect.written import WrittenClick, read
from contracts.attribution import ClickRecorded, Link, LinkCreated, LinkEvent

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOBODY = {"bootstrap_servers": "127.0.0.1:1"}
POLL = 0.01


def a_link(code: str = "KRISTA20", **changes: Any) -> Link:
    """An active link of the test's one brand."""
    return Link(
        **{
            "id": f"link-{code}",
            "code": code,
            "brand": "brand-1",
            "campaign": "campaign-1",
            "collaboration": "collaboration-1",
            "creator": "creator-1",
            "target": "https://shop.example/lamp",
            **changes,
        }
    )


def a_link_event(link: Link | None = None, revision: int = 1, **changes: Any) -> LinkEvent:
    """The event that says the link became so."""
    link = link or a_link(**changes)
    return LinkCreated.of(link, id=f"event-{link.id}-{revision}", time=NOON, revision=revision)


def an_erasure(link: str, revision: int) -> LinkEvent:
    """The last event of a link."""
    return LinkEvent(id=f"event-{link}-{revision}", time=NOON, entity=link, revision=revision, fact="link-erased")


def a_click(number: int = 1) -> ClickRecorded:
    """A click whose id is a UUID made of its number."""
    return ClickRecorded(
        id=f"00000000-0000-7000-8000-{number:012d}",
        time=NOON,
        code="KRISTA20",
        link="link-KRISTA20",
        brand="brand-1",
        campaign="campaign-1",
        collaboration="collaboration-1",
        creator="creator-1",
        bot_rule="a-rule/1",
    )


def a_written_click(number: int = 1) -> WrittenClick:
    """The same click as the redirect writes it."""
    return read(a_click(number).body())


SOME_KEY = bytes(range(32))


async def some_key(_day: date) -> bytes:
    """Hands over one key for any day."""
    return SOME_KEY


def some_settings(data_dir: Path, **changes: Any) -> RedirectSettings:
    """Settings of a redirect whose broker is away, quick enough for a test."""
    quick: dict[str, Any] = {
        "kafka": NOBODY,
        "data_dir": data_dir,
        "ack_deadline": 0.1,
        "probe_every": 0.02,
        "drain_patience": 0.5,
        "renew_after": 0.3,
        "stop_patience": 0.5,
    }
    return RedirectSettings(**{**quick, **changes})


async def until(true: Callable[[], bool], within: float = 60) -> None:
    """Wait until something holds; fails after `within` seconds."""
    async with asyncio.timeout(within):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(POLL)
