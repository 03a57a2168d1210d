"""I7 for every deadline, and I8 for its mails: once in effect, never early by the database's clock, said once."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import MongoClient

from contracts.topics import COLLABORATIONS
from tests.chaos.checks import Violations, records, settle
from tests.chaos.deadlines import EXPIRED, MISSED, NEAR, Wanted
from tests.chaos.plan import pause
from tests.chaos.scene import Scene
from tests.chaos.sight import Seen, Sight

Place = tuple[str, str | None, str]
BY_TIME = (MISSED, NEAR, EXPIRED)
"""Facts that time alone brings about."""
FIRE_SECONDS = 120.0
SOON = timedelta(minutes=2)
OLD = timedelta(hours=24)
"""Past it a fact is recorded and not mailed; what is overdue is a fact of the moment at which that is found."""


@dataclass(frozen=True)
class Clock:
    """How the services' clocks stood to the database's: moved by `offset` since `moved_at`."""

    moved_at: datetime | None = None
    offset: timedelta = timedelta()

    def read(self, at: datetime) -> datetime:
        """What the services' clocks showed when the database's showed `at`."""
        return at + self.offset if self.moved_at is not None and at >= self.moved_at else at


def check(scene: Scene, sight: Sight, wanted: Sequence[Wanted], clock: Clock) -> Violations:
    """Wait for all that is due in the next minutes, then compare what came, when, how often, said and mailed."""
    until = clock.read(sight.now()) + SOON
    due = {_place(one): one for one in wanted if one.due <= until}
    deadline = time.monotonic() + (FIRE_SECONDS + SOON.total_seconds())
    while due.keys() - {_place(one) for one in _by_time(sight, clock)} and time.monotonic() < deadline:
        pause(1)
    found = settle(scene)
    seen = _by_time(sight, clock)
    late = [one.at - due[_place(one)].due for one in seen if _place(one) in due]
    print(f"  {len(seen)} of {len(due)} deadlines came, the latest {max(late, default=timedelta())} late", flush=True)
    found += list(_once(due, seen))
    found += list(_said(seen, asyncio.run(records(scene.stack.kafka.address, COLLABORATIONS.name))))
    return found + list(_steps(scene)) + list(_mails(scene, due, seen))


def _by_time(sight: Sight, clock: Clock) -> list[Seen]:
    return [replace(one, at=clock.read(one.at)) for one in sight.all() if one.fact in BY_TIME]


def _place(one: Wanted | Seen) -> Place:
    return one.collaboration, one.deliverable, one.fact


def _once(due: Mapping[Place, Wanted], seen: Sequence[Seen]) -> Iterator[str]:
    """Each once, none early, nothing that was not due."""
    counted = Counter(map(_place, seen))
    missing = [place for place in due if not counted[place]]
    twice = [place for place, count in counted.items() if count > 1]
    others = [place for place in counted if place not in due]
    early = [one for one in seen if _place(one) in due and one.at < due[_place(one)].due]
    if missing:
        yield f"I7: {len(missing)} deadlines passed and nothing came of it, such as {missing[:3]}"
    if twice:
        yield f"I7: {len(twice)} deadlines came twice, such as {twice[:3]}"
    if others:
        yield f"I7: {len(others)} came that were not due, such as {others[:3]}"
    if early:
        yield f"I7: {len(early)} deadlines came early, such as {early[:3]}"


def _said(seen: Iterable[Seen], said: Iterable[Any]) -> Iterator[str]:
    """The topic says of each what the store holds: the same revisions, each as one event, however often it was sent."""
    events: dict[tuple[str, int], set[str]] = {}
    for record in said:
        body = json.loads(record.value)
        if body["fact"] in BY_TIME:
            events.setdefault((body["entity"], body["revision"]), set()).add(body["id"])
    stored = {(one.collaboration, one.revision) for one in seen}
    if set(events) != stored:
        yield f"I7: {len(stored - set(events))} deadlines were not said, {len(set(events) - stored)} others were"
    several = [key for key, ids in events.items() if len(ids) > 1]
    if several:
        yield f"I7: {len(several)} revisions were said by several events, such as {several[:3]}"


def _steps(scene: Scene) -> Iterator[str]:
    """A collaboration's history has each revision once, up to the one at which it stands."""
    client: MongoClient[dict[str, Any]] = MongoClient(scene.stack.mongo.address)
    try:
        group = {"_id": "$collaboration", "steps": {"$sum": 1}, "last": {"$max": "$revision"}}
        histories = {
            row["_id"]: (row["steps"], row["last"]) for row in client.campaigns.history.aggregate([{"$group": group}])
        }
        rows = client.campaigns.collaborations.find({}, {"revision": 1})
        torn = [row["_id"] for row in rows if histories.get(row["_id"]) != (row["revision"], row["revision"])]
    finally:
        client.close()
    if torn:
        yield f"I7: the history of {len(torn)} collaborations is not what they went through, such as {torn[:3]}"


def _mails(scene: Scene, due: Mapping[Place, Wanted], seen: Sequence[Seen]) -> Iterator[str]:
    """I8: each side that is to hear of it has one mail of it, with a Message-ID of its own."""
    came = {_place(one): one.at for one in seen}
    client: MongoClient[dict[str, Any]] = MongoClient(scene.stack.mongo.address)
    try:
        claims = list(client.notifications.mails.find({}, {"claim": 1, "status": 1}))
        creators = {
            row["_id"]: row["state"].get("creator")
            for row in client.campaigns.collaborations.find({}, {"state.creator": 1})
        }
    finally:
        client.close()
    sent = Counter(_mail(row["claim"]) for row in claims if row["status"] == "sent")
    wanted = Counter(
        (one.collaboration, one.deliverable, one.fact, contact)
        for one in due.values()
        if _place(one) in came and (one.fact == MISSED or came[_place(one)] - one.due < OLD)
        for contact in _recipients(one, scene.cast.brand, creators[one.collaboration])
    )
    timely = {mail: count for mail, count in sent.items() if mail[2] in BY_TIME}
    if timely != wanted:
        missing, others = wanted - Counter(timely), Counter(timely) - wanted
        yield f"I8: {missing.total()} mails of deadlines are missing, {others.total()} are too many"
    ids = Counter(mail["MessageID"].partition("@")[0] for mail in scene.cast.mailbox.everything())
    mine = {str(row["_id"]) for row in claims if row["status"] == "sent" and _mail(row["claim"])[2] in BY_TIME}
    if wrong := [id_ for id_ in mine if ids[id_] != 1]:
        yield f"I8: {len(wrong)} mails of deadlines are not once in the mailbox"


def _recipients(one: Wanted, brand: str, creator: str | None) -> list[str]:
    if one.fact == EXPIRED:
        return [brand]
    sides = [brand, creator] if one.fact == MISSED else [creator]
    return [side for side in sides if side is not None]


def _mail(claim: dict[str, Any]) -> tuple[str, str | None, str, str]:
    """What a mail is about, by its key `<collaboration>:<deliverable>:deadline:...`, and to whom it goes."""
    fact = EXPIRED if claim["template"] == "expired" else claim["template"]
    deliverable = claim["key"].split(":")[1] if fact in (MISSED, NEAR) else None
    return claim["cause"], deliverable, fact, claim["contact"]
