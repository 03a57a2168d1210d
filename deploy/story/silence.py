"""The chapter of silence: an invitation that nobody answers expires, because the clock is moved (C5, C7)."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from story import tale
from story.cast import Cast, all_as_expected, mailed
from story.telling import chapter, must, say, wait_for

MOVED_BY = "P7DT1H"
"""An hour past the seven days of an invitation: its mail is not a day late, after which none would be sent."""
OPEN_FOR = timedelta(days=7)


def let_an_invitation_expire(cast: Cast, move_clock: Callable[[str], None] | None) -> None:
    """A fourth creator never answers. All services are started again a week later by their clocks; nothing else fires."""
    chapter("A fourth creator is invited and never answers")
    if move_clock is None:
        say("Nobody can move the clock here, so this part is left out.")
        return
    tale.invite(cast, "dora", cast.profiles[3])
    mailed(cast, dora=1)
    invited = _collaboration(cast, "dora")
    open_for = _instant(invited["invitation"]["expires_at"]) - _instant(invited["invitation"]["sent_at"])
    must(invited["status"] == "invited" and open_for == OPEN_FOR, f"the invitation is open for {open_for}")
    others = {name: _collaboration(cast, name)["revision"] for name in ("ada", "bea", "cem")}

    began = time.monotonic()
    move_clock(MOVED_BY)
    say(
        f"All services are started again with CLOCK_OFFSET={MOVED_BY}, in {time.monotonic() - began:.0f} s: a week has passed."
    )

    def expired() -> bool:
        return bool(_collaboration(cast, "dora")["status"] == "expired")

    wait_for("the invitation to expire", expired)
    mailed(cast, brand=1)
    steps = cast.people["brand"].pages("campaigns", f"/v1/collaborations/{cast.invitations['dora']}/history")
    facts = [(one["fact"], one["by"]) for one in steps]
    must(facts == [("creator-invited", "brand"), ("invitation-expired", "system")], f"its history is {facts}")
    late = _instant(steps[1]["at"]) - _instant(invited["invitation"]["expires_at"])
    must(late >= timedelta(), f"it expired {-late} too early")
    minutes = late // timedelta(minutes=1)
    say(
        f"Her invitation has expired, once, {minutes} minutes after its seven days were over; the brand has one mail of it."
    )
    must(others == {name: _collaboration(cast, name)["revision"] for name in others}, "the week changed something else")
    all_as_expected(cast)
    say("The week changed nothing else: the other collaborations, and what every order was credited, are as they were.")


def _collaboration(cast: Cast, name: str) -> dict[str, Any]:
    found: dict[str, Any] = cast.people["brand"].get("campaigns", f"/v1/collaborations/{cast.invitations[name]}")
    return found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
