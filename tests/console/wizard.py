"""A member of the brand at work in the wizard, with campaigns' own service behind the console."""

import html
import re
from typing import Any

import httpx

from tests.console import sample

PAGE = "https://shop.example/serum"
PRODUCT = {"name": "Spring serum launch", "landing_url": PAGE, "which": "all", "do": "go-on"}
GOAL = {
    "metric": "sales-amount",
    "target": "25,000",
    "measured_by": "both",
    "deadline": "2031-06-30",
    "bought": "directly",
}
BRIEF = {"product": "Vitamin C serum", "content_type": "review", "hashtags": "lumea #skincare", "disclosure": "#ad"}
TERMS = {
    "fee": "250",
    "plan": "percent",
    "rate": "12.5",
    "window_days": "30",
    "hold_days": "14",
    "discount": "15",
    "revision_limit": "2",
    "cancellation": "both",
}
WORK = {
    "d0-type": "short-video",
    "d0-platform": "tiktok",
    "d0-many": "2",
    "d0-concept": "yes",
    "d0-concept_due": "2031-05-20",
    "d0-submission_due": "2031-05-27",
    "d0-publication_due": "2031-06-03",
}
STEPS = {"goal": GOAL, "brief": BRIEF, "terms": TERMS}
CHOSEN = {"metric", "measured_by", "bought", "cancellation", "which", "category"}
"""Fields of a closed set: what is none of it is not shown again."""
EVIL = '"><script>alert(1)</script>'
RTL = "\u05d0\u05d1\u05d2 \u202eevil\u202c \U0001f9f4 قهوة"


class Wizard:
    """A member of the brand at work in the wizard."""

    def __init__(self, browser: httpx.AsyncClient, people: Any) -> None:
        self.browser = browser
        self.people = people
        self.id = ""

    async def get(self, step: str = "") -> httpx.Response:
        return await self.browser.get(f"/campaigns/{self.id}/edit{f'/{step}' if step else ''}")

    async def seen(self, step: str) -> dict[str, str]:
        """What the step's form carries unseen."""
        return hidden((await self.get(step)).text)

    async def post(self, step: str, form: dict[str, str], **seen: str) -> httpx.Response:
        given = seen or await self.seen(step)
        return await self.browser.post(f"/campaigns/{self.id}/edit/{step}", data={**given, "do": "go-on", **form})

    async def begun(self, **changes: str) -> "Wizard":
        answer = await self.browser.post("/campaigns/new", data={"key": "k-1", **PRODUCT, **changes})
        assert answer.status_code == 303, answer.text
        self.id = answer.headers["location"].split("/")[2]
        return self

    async def written(self, *steps: str) -> "Wizard":
        for step in steps or STEPS:
            answer = await self.post(step, STEPS[step])
            assert answer.status_code == 303, wrong(answer)
        return self

    async def draft(self) -> dict[str, Any]:
        answer = await self.people.brand("GET", f"/v1/drafts/{self.id}", brand=sample.BRAND)
        assert answer.status_code == 200
        return answer.json()


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(revision|was)" value="([^"]*)">', page))


def wrong(answer: httpx.Response) -> list[str]:
    """The fields that a page says something is wrong with, and what is wrong with no field."""
    return re.findall(r'id="([\w-]+)-error"', answer.text)


def text(answer: httpx.Response) -> str:
    return html.unescape(answer.text)
