"""The links by code, each packed into a few hundred bytes: the redirect's whole world."""

import math
from collections import OrderedDict
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

import orjson
import structlog

from attribution.domain.links.targets import RULE, RefusedTargetError, accepted, slotted
from attribution.redirect.records import Fields, essence, pack, pack_id, unpack
from contracts.attribution import Link, LinkEvent, LinkStatus

log = structlog.stdlib.get_logger("attribution.redirect")

HOT = 4096
"""Links that are kept unpacked, those asked for lately; far more than are hot at any time."""


class Verdict(StrEnum):
    """What a code leads to now."""

    LEADS_ON = "leads-on"
    PAUSED = "paused"
    ENDED = "ended"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Route(NamedTuple):
    """What an answer needs of one link. `expires_at` in Unix seconds, infinite without.

    `said` is its code and ids as they stand in a click's JSON; `slotted` the target with the place for the click's id
    in it, empty for a target that was refused.
    """

    code: str
    said: str
    slotted: str
    status: LinkStatus
    expires_at: float


class Rows(NamedTuple):
    """The whole table, as a snapshot holds it; `targets` says by which rule they were accepted."""

    targets: str
    codes: Sequence[str]
    records: Sequence[bytes]
    erased: Sequence[bytes]


class Table:
    """Codes to links. Keeps each link's newest revision, whatever the order of arrival; erased is final.

    Rows are packed bytes, which are small and which the garbage collector never looks at.
    """

    def __init__(self, parameter: str) -> None:
        self._parameter = parameter
        self._targets = f"{RULE} {parameter}"
        self._records: dict[str, bytes] = {}
        self._codes: dict[bytes, str] = {}
        self._erased: set[bytes] = set()
        self._hot: OrderedDict[str, Route] = OrderedDict()
        self.refused = 0

    def __len__(self) -> int:
        return len(self._records)

    def find(self, code: str) -> Fields | None:
        """All that is known of a code's link."""
        record = self._records.get(code)
        return None if record is None else unpack(record)

    def _route(self, code: str) -> Route | None:
        """The code's route, as it was last said to be; one that was asked for lately is found at once."""
        route = self._hot.get(code)
        if route is not None:
            return route
        record = self._records.get(code)
        if record is None:
            return None
        said, target, status, expires_at = essence(record)
        slot = slotted(target, self._parameter) if target else ""
        route = Route(code, f'"code":{orjson.dumps(code).decode()},{said}', slot, status, expires_at)
        if len(self._hot) >= HOT:
            self._hot.popitem(last=False)
        self._hot[code] = route
        return route

    def look_up(self, code: str, now: datetime) -> tuple[Verdict, Route | None]:
        """What the code leads to at `now`; a link to a refused target is as good as unknown.

        People type codes: one that is not there is looked for in lower case, too, as all of ours are kept.
        """
        route = self._route(code)
        if route is None:
            route = self._route(code.lower())
        if route is None or not route.slotted:
            return Verdict.UNKNOWN, None
        if route.status is not LinkStatus.ACTIVE:
            return (Verdict.PAUSED if route.status is LinkStatus.PAUSED else Verdict.ENDED), route
        if route.expires_at is not math.inf and now.timestamp() >= route.expires_at:
            return Verdict.EXPIRED, route
        return Verdict.LEADS_ON, route

    def apply(self, event: LinkEvent) -> bool:
        """Take what is newer than what we know; returns whether anything changed."""
        entity = pack_id(event.entity)
        if entity in self._erased:
            return False
        known = self._codes.get(entity)
        if known is not None and event.revision <= unpack(self._records[known]).revision:
            return False
        if event.state is None:
            self._erase(entity)
            return True
        code = event.state.code
        if code != known and code in self._records:
            holder = unpack(self._records[code]).ids[0]
            log.error("a link claims another link's code", link=event.entity, holder=holder, event_id=event.id)
            return False
        if known is not None and code != known:
            del self._records[known]
            self._hot.pop(known, None)
        self._put(code, entity, self._record(event.state, event.revision))
        return True

    def rows(self) -> Rows:
        """All rows and all erased links: what a snapshot holds."""
        return Rows(self._targets, list(self._records), list(self._records.values()), list(self._erased))

    def restore(self, rows: Rows) -> None:
        """Take a snapshot's rows in; targets that another rule or setting accepted are checked again."""
        again = rows.targets != self._targets
        for code, record in zip(rows.codes, rows.records, strict=True):
            fields = unpack(record)
            if again and fields.target:
                fields = fields._replace(target=self._target(fields.target, fields.ids[0]))
                self._put(code, pack_id(fields.ids[0]), pack(fields))
            else:
                self._put(code, pack_id(fields.ids[0]), record)
        self._erased.update(rows.erased)

    def _put(self, code: str, entity: bytes, record: bytes) -> None:
        self._hot.pop(code, None)
        self._records[code] = record
        self._codes[entity] = code

    def _erase(self, entity: bytes) -> None:
        code = self._codes.pop(entity, None)
        if code is not None:
            del self._records[code]
            self._hot.pop(code, None)
        self._erased.add(entity)

    def _record(self, link: Link, revision: int) -> bytes:
        expires_at = math.inf if link.expires_at is None else link.expires_at.astimezone(UTC).timestamp()
        ids = (link.id, link.brand, link.campaign, link.collaboration, link.creator)
        return pack(Fields(ids, self._target(link.target, link.id), link.status, expires_at, revision))

    def _target(self, url: str, link: str) -> str:
        try:
            return accepted(url, self._parameter)
        except RefusedTargetError as refused:
            self.refused += 1
            log.error("a link's target is refused", link=link, why=str(refused))  # noqa: TRY400 - a brand's data, not a bug of ours
            return ""
