"""The links by code, as compact as plain tuples get: the redirect's whole world."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import structlog

from attribution.domain.links.targets import RefusedTargetError, accepted
from contracts.attribution import Link, LinkEvent, LinkStatus

log = structlog.stdlib.get_logger("attribution.redirect")


class Verdict(StrEnum):
    """What a code leads to now."""

    LEADS_ON = "leads-on"
    PAUSED = "paused"
    ENDED = "ended"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class Route(NamedTuple):
    """One link. `expires_at` in Unix seconds; an empty target is one that was refused."""

    code: str
    link: str
    brand: str
    campaign: str
    collaboration: str
    creator: str
    target: str
    status: str
    expires_at: float | None
    revision: int


class Table:
    """Codes to routes. Keeps each link's newest revision, whatever the order of arrival; erased is final.

    Rows are kept as plain tuples, which the garbage collector stops looking at.
    """

    def __init__(self, parameter: str) -> None:
        self._parameter = parameter
        self._rows: dict[str, tuple[Any, ...]] = {}
        self._codes: dict[str, str] = {}
        self._erased: set[str] = set()
        self.refused = 0

    def __len__(self) -> int:
        return len(self._rows)

    def find(self, code: str) -> Route | None:
        """The code's route, as it was last said to be."""
        row = self._rows.get(code)
        return None if row is None else Route(*row)

    def look_up(self, code: str, now: datetime) -> tuple[Verdict, Route | None]:
        """What the code leads to at `now`; a link to a refused target is as good as unknown."""
        route = self.find(code)
        if route is None or not route.target:
            return Verdict.UNKNOWN, None
        if route.status != LinkStatus.ACTIVE:
            return (Verdict.PAUSED if route.status == LinkStatus.PAUSED else Verdict.ENDED), route
        if route.expires_at is not None and now.timestamp() >= route.expires_at:
            return Verdict.EXPIRED, route
        return Verdict.LEADS_ON, route

    def apply(self, event: LinkEvent) -> bool:
        """Take what is newer than what we know; returns whether anything changed."""
        if event.entity in self._erased:
            return False
        known = self.find(self._codes[event.entity]) if event.entity in self._codes else None
        if known is not None and event.revision <= known.revision:
            return False
        if event.state is None:
            self._erase(event.entity)
            return True
        holder = self.find(event.state.code)
        if holder is not None and holder.link != event.entity:
            log.error("a link claims another link's code", link=event.entity, holder=holder.link, event_id=event.id)
            return False
        if known is not None and known.code != event.state.code:
            del self._rows[known.code]
        self._put(self._route(event.state, event.revision))
        return True

    def rows(self) -> tuple[list[tuple[Any, ...]], list[str]]:
        """All rows and all erased links: what a snapshot holds."""
        return list(self._rows.values()), list(self._erased)

    def restore(self, rows: Iterable[Iterable[Any]], erased: Iterable[str]) -> None:
        """Take a snapshot's rows in; their targets are checked again, for settings may have changed since."""
        for row in rows:
            route = Route(*row)
            self._put(route._replace(target=self._target(route.target, route.link) if route.target else ""))
        self._erased.update(erased)

    def _put(self, route: Route) -> None:
        shared = (sys.intern(route.brand), sys.intern(route.campaign), route.collaboration, sys.intern(route.creator))
        status = sys.intern(route.status)
        row = (route.code, route.link, *shared, route.target, status, route.expires_at, route.revision)
        self._rows[route.code] = row
        self._codes[route.link] = route.code

    def _erase(self, link: str) -> None:
        code = self._codes.pop(link, None)
        if code is not None:
            del self._rows[code]
        self._erased.add(link)

    def _route(self, link: Link, revision: int) -> Route:
        expires_at = None if link.expires_at is None else link.expires_at.astimezone(UTC).timestamp()
        target = self._target(link.target, link.id)
        return Route(
            code=link.code,
            link=link.id,
            brand=link.brand,
            campaign=link.campaign,
            collaboration=link.collaboration,
            creator=link.creator,
            target=target,
            status=link.status.value,
            expires_at=expires_at,
            revision=revision,
        )

    def _target(self, url: str, link: str) -> str:
        try:
            return accepted(url, self._parameter)
        except RefusedTargetError as refused:
            self.refused += 1
            log.error("a link's target is refused", link=link, why=str(refused))  # noqa: TRY400 - a brand's data, not a bug of ours
            return ""
