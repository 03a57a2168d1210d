"""What was written into campaigns' store, and when by the database's clock: I7's witness, whom no other clock fools."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from tests.chaos.plan import pause

CATCH_UP_SECONDS = 60.0
LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Seen:
    """A step of a collaboration, and the database's time when it was written."""

    collaboration: str
    revision: int
    fact: str
    deliverable: str | None
    at: datetime


class Sight:
    """Follows the history by a change stream, in a thread of its own, through every death of the database."""

    def __init__(self, address: str, database: str = "campaigns") -> None:
        self._client: MongoClient[dict[str, Any]] = MongoClient(address, tz_aware=True)
        self._rows = self._client[database]["history"]
        self._seen: dict[str, Seen] = {}
        self._since: dict[str, Any] = {"start_at_operation_time": self._client.admin.command("hello")["operationTime"]}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="sight")
        self._thread.start()

    def now(self) -> datetime:
        """The database's time."""
        time: datetime = self._client.admin.command("hello")["localTime"]
        return time.astimezone(UTC)

    def all(self) -> list[Seen]:
        """Every step so far: what the history holds was seen, else the harness itself is at fault."""
        for _ in range(int(CATCH_UP_SECONDS / LOOK_SECONDS)):
            if self._rows.count_documents({}) == len(self._seen):
                return list(self._seen.values())
            pause(LOOK_SECONDS)
        count = self._rows.count_documents({})
        raise AssertionError(f"of {count} steps {len(self._seen)} were seen as they were written")

    def close(self) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join(10)
        self._client.close()

    def _follow(self) -> None:
        while not self._over.is_set():
            try:
                with self._rows.watch(
                    [{"$match": {"operationType": "insert"}}], max_await_time_ms=500, **self._since
                ) as changes:
                    while not self._over.is_set():
                        change = changes.try_next()
                        if change is not None:
                            self._keep(change)
                        self._since = {"resume_after": changes.resume_token} if changes.resume_token else self._since
            except PyMongoError:
                pause(LOOK_SECONDS)

    def _keep(self, change: Any) -> None:
        row = change["fullDocument"]
        self._seen[row["_id"]] = Seen(
            row["collaboration"], row["revision"], row["fact"], row["deliverable"], change["wallTime"].astimezone(UTC)
        )
