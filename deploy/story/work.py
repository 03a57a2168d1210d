"""The chapter of the work: a sample, a concept and its changes, a video and its revision, and where it is live (C6)."""

from typing import Any

import httpx

from story.cast import FEE, Cast, mailed
from story.telling import chapter, money, must, say, wait_for

IDEA = "Morning routine: the lamp wakes me instead of the phone."
CHANGED_IDEA = "The same morning, and the lamp is dimmed by hand."
LIVE_URL = "https://www.tiktok.com/@ada/video/7455123456789012345"
STEPS = [
    "creator-invited",
    "invitation-accepted",
    "sample-requested",
    "concept-proposed",
    "sample-approved",
    "concept-changes-asked",
    "sample-shipped",
    "concept-proposed",
    "sample-received",
    "concept-approved",
    "work-submitted",
    "revision-asked",
    "work-submitted",
    "submission-approved",
    "deliverable-published",
    "deliverable-completed",
    "collaboration-completed",
]
"""What ada's collaboration goes through, fact by fact."""


def make_the_video(cast: Cast) -> None:
    """Ada's collaboration from agreement to its end; each mail of it is awaited, for the next step overtakes it."""
    chapter("Ada makes the video that was agreed")
    video = cast.people["ada"].get("campaigns", _path(cast))["deliverables"][0]["id"]
    _concept(cast, f"deliverables/{video}")
    _video(cast, f"deliverables/{video}")
    _fee(cast, video)


def _concept(cast: Cast, video: str) -> None:
    _does(cast, "ada", "sample/request", reason="I show only what I use.", plan="A week of evenings, then the video.")
    _does(cast, "ada", f"{video}/propose-concept", text=IDEA)
    mailed(cast, brand=2)
    say(f'She asks for a lamp to try, and proposes: "{IDEA}"')
    early = cast.people["ada"].call(
        "campaigns", "POST", _path(cast, f"{video}/submit"), json={"url": "https://files.example/too-early.mp4"}
    )
    must(early.status_code == httpx.codes.CONFLICT, f"a video before its concept is answered {early.status_code}")
    say(f'A video before its concept is approved: 409, rule "{early.json()["rule"]}".')

    _does(cast, "brand", "sample/approve", note="It leaves tomorrow.")
    _does(cast, "brand", f"{video}/ask-changes", points=["Say that the lamp is dimmable."])
    mailed(cast, ada=2)
    _does(cast, "brand", "sample/ship", carrier="DHL", tracking="00340434161094042557")
    _does(cast, "ada", f"{video}/propose-concept", text=CHANGED_IDEA)
    mailed(cast, ada=1, brand=1)
    _does(cast, "ada", "sample/receive")
    _does(cast, "brand", f"{video}/approve-concept")
    mailed(cast, ada=1, brand=1)
    say("The brand sends the lamp and asks for one change: that it is dimmable. Her second concept is approved.")


def _video(cast: Cast, video: str) -> None:
    _does(cast, "ada", f"{video}/submit", url="https://files.example/lamp-1.mp4", text="The code is on screen.")
    mailed(cast, brand=1)
    _does(cast, "brand", f"{video}/ask-revision", points=["The code is too small.", "The disclosure #ad is missing."])
    mailed(cast, ada=1)
    _does(cast, "ada", f"{video}/submit", url="https://files.example/lamp-2.mp4", text="Both are there now.")
    mailed(cast, brand=1)
    _does(cast, "brand", f"{video}/approve-submission")
    mailed(cast, ada=1)
    say("Her video needs one revision, for the code and the disclosure; the second version is approved.")

    elsewhere = cast.people["ada"].call(
        "campaigns", "POST", _path(cast, f"{video}/publish"), json={"url": "https://www.youtube.com/watch?v=x"}
    )
    must(elsewhere.status_code == httpx.codes.UNPROCESSABLE_ENTITY, "a video on another platform counts as published")
    _does(cast, "ada", f"{video}/publish", url=LIVE_URL)
    mailed(cast, brand=1)
    ended = _does(cast, "brand", f"{video}/confirm")
    must(ended["status"] == "completed", f"the last deliverable is done, and the collaboration is {ended['status']}")
    mailed(cast, ada=1, brand=1)
    say(f"It is live at {LIVE_URL} (an address on another platform: 422). The brand confirms, and all is done.")

    facts = [one["fact"] for one in cast.people["brand"].pages("campaigns", _path(cast, "history"))]
    must(facts == STEPS, f"the collaboration's history is {facts}")
    say(f"Its history has {len(facts)} steps, each of them once; each that asks somebody to act was mailed.")


def _fee(cast: Cast, video: str) -> None:
    """The fee is earned with the approval and stands in the ledger, where creator and brand see it (MONEY 22)."""
    ada, brand = cast.people["ada"], cast.people["brand"]

    def earned() -> list[dict[str, Any]]:
        entries = ada.pages("attribution", "/v1/earnings/entries")
        return [entry for entry in entries if entry.get("deliverable") == video]

    (entry,) = wait_for("the fee to be in ada's earnings", earned)
    (amount,) = entry["amounts"]
    must((amount["kind"], amount["amount"]) == ("fee", FEE), f"the fee's entry is {entry}")
    costs = {
        c["currency"]: c["fees"] for c in brand.get("attribution", f"/v1/campaigns/{cast.campaign}/costs")["costs"]
    }
    must(costs == {"EUR": FEE}, f"the campaign's fees are {costs}")
    budget = brand.get("campaigns", f"/v1/campaigns/{cast.campaign}/budget")
    fees = (budget["committed"]["fees"], budget["spent"]["fees"])
    must(fees == (2 * FEE, FEE), f"of the campaign's fees {fees} are committed and spent")
    say(f'In the ledger: {money(FEE, "EUR")} for ada, "{entry["words"]}"')
    say(f"The campaign has {money(fees[0], 'EUR')} of fees committed to two creators, {money(fees[1], 'EUR')} spent.")


def _does(cast: Cast, name: str, action: str, **said: Any) -> dict[str, Any]:
    """Somebody acts on ada's collaboration; returns it as it is then."""
    answer: dict[str, Any] = cast.people[name].post("campaigns", _path(cast, action), said)
    return answer


def _path(cast: Cast, action: str = "") -> str:
    return f"/v1/collaborations/{cast.collaborations['ada']}" + (f"/{action}" if action else "")
