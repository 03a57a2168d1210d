"""Deadlines that fall due amid the blows: work to hand in, reminders of it, invitations of campaigns that end (I7)."""

import random
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from story.cast import Cast
from story.telling import StoryFailed
from tests.chaos.history import History
from tests.chaos.plan import Plan, pause

MISSED, NEAR, EXPIRED = "deadline-missed", "deadline-near", "invitation-expired"
AT_WORK = ("dan", "eva")
"""The creators who are asked for all of it; nobody buys by their links."""
TOGETHER = 10
"""Deliverables of one collaboration, half of which are due in the same second: their timers meet in one document."""
ASKED_TO_AN_ENDING = 5
SOON = (10.0, 40.0)
ASKERS = 4
PATIENCE = 120.0
TOKEN_SECONDS = 120.0
TRIES = 5


@dataclass(frozen=True)
class Wanted:
    """What time is to bring about once, and not before `due`: a fact of a collaboration or of its deliverable."""

    collaboration: str
    deliverable: str | None
    fact: str
    due: datetime


class Deadlines:
    """Asks for all of it, spread over the flow's time, and keeps what was answered."""

    def __init__(self, cast: Cast, profiles: Mapping[str, str], plan: Plan, history: History) -> None:
        self.wanted: list[Wanted] = []
        self._cast = cast
        self._profiles = profiles
        self._plan = plan
        self._history = history
        self._lock = threading.Lock()
        self._tokens: dict[str, tuple[str, float]] = {}

    def run(self) -> list[Wanted]:
        """Returns when every question is answered; what is due then comes within the next minute, or days later."""
        works = [self._work] * (self._plan.deadlines // TOGETHER)
        asked: list[Callable[[random.Random], None]] = [*works, *([self._end] * self._plan.endings)]
        chance = random.Random(f"deadlines {self._plan.seed}")
        chance.shuffle(asked)
        apart = 0.8 * self._plan.seconds / max(len(asked), 1)
        began = time.monotonic()
        with ThreadPoolExecutor(ASKERS, thread_name_prefix="deadlines") as pool:
            answers: list[Future[None]] = []
            for number, one in enumerate(asked):
                pause(max(0.0, began + number * apart - time.monotonic()))
                answers.append(pool.submit(one, random.Random(f"{self._plan.seed} {number}")))
            for answer in answers:
                answer.result()
        return self.wanted

    def _work(self, chance: random.Random) -> None:
        """An agreement whose deliverables all wait for changes, which are due soon, or a day or two beyond that."""
        creator = chance.choice(AT_WORK)
        campaign = self._campaign(deliverables=TOGETHER)
        invited = {"profile": self._profiles[creator]}
        agreed = self._done("brand", f"/v1/campaigns/{campaign}/invitations", invited)["id"]
        path = f"/v1/collaborations/{agreed}"
        works = self._done(creator, f"{path}/accept", {})["deliverables"]
        together = chance.uniform(*SOON)
        for one in works:
            soon = together if chance.random() < 0.5 else chance.uniform(*SOON)
            hours = chance.choice((0, 0, 24, 48))
            work = f"{path}/deliverables/{one['id']}"
            self._done(creator, f"{work}/propose-concept", {"text": "By daylight."})
            self._expect(agreed, one["id"], hours, *self._ask_changes(f"{work}/ask-changes", soon, hours))

    def _ask_changes(self, path: str, soon: float, hours: int) -> tuple[datetime, datetime]:
        """When the changes are due, and when they were asked for; a question that came too late is asked anew."""
        for _ in range(TRIES):
            due = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=hours, seconds=soon)
            answer = self._asked("brand", path, {"points": ["Again, at night."], "due": due.isoformat()})
            if answer.status_code == httpx.codes.OK:
                (one,) = [one for one in answer.json()["deliverables"] if one["id"] == path.split("/")[5]]
                return due, datetime.fromisoformat(one["concepts"][-1]["review"]["at"])
            if answer.status_code != httpx.codes.UNPROCESSABLE_ENTITY:
                break
        raise AssertionError(f"{path} was answered {answer.status_code}: {answer.text[:300]}")

    def _expect(self, agreed: str, deliverable: str, hours: int, due: datetime, asked_at: datetime) -> None:
        reminder = due - timedelta(hours=hours)
        wanted = [Wanted(agreed, deliverable, MISSED, due)]
        if hours and asked_at < reminder:
            wanted.append(Wanted(agreed, deliverable, NEAR, reminder))
        with self._lock:
            self.wanted += wanted

    def _end(self, chance: random.Random) -> None:
        """A campaign that ends soon, and with it the time of its invitations."""
        ends_at = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=chance.uniform(*SOON))
        try:
            campaign = self._campaign(ends_at=ends_at.isoformat())
        except Late:
            return
        for _ in range(ASKED_TO_AN_ENDING):
            address = f"late.{uuid.uuid4().hex[:12]}@creators.example"
            answer = self._asked("brand", f"/v1/campaigns/{campaign}/invitations", {"address": address})
            if answer.status_code == httpx.codes.CONFLICT:
                return  # the campaign was over by then
            self._must(answer, "an invitation")
            with self._lock:
                self.wanted.append(Wanted(answer.json()["id"], None, EXPIRED, ends_at))

    def _campaign(self, deliverables: int = 0, **more: Any) -> str:
        in_a_month = (datetime.now(UTC) + timedelta(days=30)).isoformat()
        asked = {"type": "short-video", "platform": "tiktok", "number": deliverables}
        dues = {"concept_due": in_a_month, "submission_due": in_a_month, "publication_due": in_a_month}
        body = {
            "name": "Deadlines",
            "landing_url": "https://lumen.example/lamps",
            "goal": {
                "metric": "orders",
                "target": 10,
                "measured_by": "both",
                "deadline": (datetime.now(UTC) + timedelta(days=60)).isoformat(),
            },
            "brief": {"product": "Reading lamp"},
            "terms": {
                "fee": {"amount": 10_000, "currency": "EUR"},
                "commission": 1000,
                "deliverables": [asked | dues] if deliverables else [],
            },
            **more,
        }
        drafted = self._asked("brand", "/v1/campaigns", body)
        if drafted.status_code == httpx.codes.UNPROCESSABLE_ENTITY and "ends_at" in more:
            raise Late
        self._must(drafted, "a campaign")
        campaign = str(drafted.json()["id"])
        published = self._asked("brand", f"/v1/campaigns/{campaign}/publish", {})
        if published.status_code in {httpx.codes.UNPROCESSABLE_ENTITY, httpx.codes.CONFLICT} and "ends_at" in more:
            raise Late
        self._must(published, "its publication")
        return campaign

    def _done(self, name: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._asked(name, path, body)
        self._must(answer, path)
        done: dict[str, Any] = answer.json()
        return done

    def _must(self, answer: httpx.Response, what: str) -> None:
        if answer.is_error:
            raise AssertionError(f"{what} was answered {answer.status_code}: {answer.text[:300]}")

    def _asked(self, name: str, path: str, body: dict[str, Any]) -> httpx.Response:
        """A write, repeated under one Idempotency-Key until it is answered by more than trouble."""
        key = str(uuid.uuid4())
        self._history.write([{"asked": path, "by": name, "key": key, "body": body}])
        deadline = time.monotonic() + PATIENCE
        while (answer := self._try(name, path, body, key)) is None:
            if time.monotonic() > deadline:
                raise AssertionError(f"{path} was not answered for two minutes")
            pause(0.3)
        self._history.write([{"answered": key, "status": answer.status_code}])
        return answer

    def _try(self, name: str, path: str, body: dict[str, Any], key: str) -> httpx.Response | None:
        try:
            headers = {"Authorization": f"Bearer {self._token(name)}", "Idempotency-Key": key}
            url = f"{self._cast.where.campaigns_url}{path}"
            answer = httpx.post(url, json=body, headers=headers, timeout=20)
        except (httpx.HTTPError, StoryFailed):
            return None
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            self._tokens.pop(name, None)
            return None
        return None if answer.is_server_error or "retry-after" in answer.headers else answer

    def _token(self, name: str) -> str:
        token, until = self._tokens.get(name, ("", 0.0))
        if time.monotonic() > until:
            token = self._cast.people[name].token("campaigns")
            self._tokens[name] = (token, time.monotonic() + TOKEN_SECONDS)
        return token


class Late(Exception):
    """The campaign was to end before it began: a blow held up the questions for so long."""
