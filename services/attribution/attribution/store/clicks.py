"""Clicks, kept once and counted: raw, human, unique (A4), in the current count and in the one under way."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from attribution.domain.facts import Click
from attribution.domain.recounts import FIRST, Evidence, Recount, Rule, current, judged, under_way
from attribution.domain.values import frozen
from attribution.store.collections import (
    CLICK_COUNTS,
    CLICKS,
    VISITORS,
    insert_new,
    rows_of,
)
from attribution.store.recounts import recounts_of
from chassis import mongo
from contracts import attribution

DAY = timedelta(days=1)
VISITORS_KNOWN = 2 * DAY
"""How long after a day its visitors are known; a click that comes later than that after it was made is nobody's."""

Session = mongo.Session | None


@frozen
class Counted:
    """A click as one count sees it; `human` by the count's own verdict."""

    id: str
    link: str
    collaboration: str
    campaign: str
    brand: str
    creator: str
    day: date
    visitor: str | None
    human: bool


@frozen
class Count:
    """One of the counts. `is_open`: its visitors are remembered until it is finished; `shard` is who counts."""

    number: int
    shard: str
    is_open: bool = False

    def row(self, link: str, day: date) -> str:
        """The id of the document that this process adds to."""
        return f"{link}|{day.isoformat()}|{self.shard}{self._suffix}"

    def visit(self, click: Counted) -> str:
        """The id of the visitor's document of that day."""
        return f"{click.link}|{click.day.isoformat()}|{click.visitor}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return "" if self.number == FIRST else f"|{self.number}"


async def add_clicks(
    db: mongo.Database,
    clicks: Sequence[attribution.ClickRecorded],
    session: Session,
    *,
    shard: str,
    keep: timedelta,
    now: datetime,
    rule: Rule,
    remembers: bool = True,
) -> list[str]:
    """Keep clicks and count them, in the current count and, if a recount is under way, in that one, too.

    Only those that are not kept yet: a click is its own memory, and is kept for longer than it can come again. Returns
    their ids. `remembers` False is a planted fault: doubles are counted.

    The counts have one document per link, day and consumer (`shard`), so that no two ever write the same one; readers
    add them up. `unique` counts a visitor's first human click of the day on that link. A click that comes more than
    two days late is kept without its visitor: nobody knows any more who was there.
    """
    known = await _kept(db, [click.id for click in clicks], session)
    if remembers:
        new: dict[str, attribution.ClickRecorded] = {}
        for click in clicks:
            if click.id not in known:
                new.setdefault(click.id, click)
        clicks = list(new.values())
    if not clicks:
        return []
    recounts = await recounts_of(db, session)
    coming, running = current(recounts), under_way(recounts)
    by_number = {one.number: one for one in recounts}
    rows: dict[str, mongo.Document] = {}
    counted: list[Counted] = []
    counted_anew: list[Counted] = []
    for click in clicks:
        visitor = click.visitor if now - click.time <= VISITORS_KNOWN else None
        if not recounts:  # nobody has judged anew yet: nothing to compare, on the busiest path that there is
            counted.append(_counted_said(click, visitor, bot=click.bot))
            rows[click.id] = _document(click, visitor, coming, keep, now)
            continue
        evidence = _evidence_said(click)
        verdict = _verdict(evidence, by_number.get(coming), rule)
        counted.append(_counted_said(click, visitor, bot=verdict))
        anew = None if running is None else judged(evidence, running, rule)
        if anew is not None:
            counted_anew.append(_counted_said(click, visitor, bot=anew))
        # What the recount under way has not counted is left to its sweep.
        number = running.number if running is not None and anew is not None else coming
        rows[click.id] = _document(click, visitor, number, keep, now)
    fresh = [{"_id": id_, **row} for id_, row in rows.items() if id_ not in known]
    if fresh:
        await db[CLICKS].insert_many(fresh, ordered=False, session=session)
    await add_up(db, counted, Count(coming, shard), session)
    if running is not None and counted_anew:
        await add_up(db, counted_anew, Count(running.number, shard, is_open=True), session)
    return list(rows)


async def _kept(db: mongo.Database, ids: Sequence[str], session: Session) -> set[str]:
    """Those of these clicks that are kept. Whoever keeps one in the same moment makes the insertion fail."""
    found = db[CLICKS].find({"_id": {"$in": ids}}, {"_id": 1}, session=session)
    return {row["_id"] for row in await rows_of(found)}


def _verdict(evidence: Evidence, recount: Recount | None, rule: Rule) -> bool:
    """By the recount's rule; of its time in the first count, and where this process has another rule."""
    if recount is None:
        return evidence.bot
    anew = judged(evidence, recount, rule)
    return evidence.bot if anew is None else anew


async def add_up(db: mongo.Database, clicks: Sequence[Counted], count: Count, session: Session) -> None:
    """Add clicks to one count; each click comes here once in each count."""
    first_visits = await _first_visits(db, clicks, count, session)
    sums: dict[tuple[str, date], list[int]] = {}
    of: dict[tuple[str, date], Counted] = {}
    for click in clicks:
        group = (click.link, click.day)
        sum_ = sums.get(group)
        if sum_ is None:
            sum_ = sums[group] = [0, 0, 0]
            of[group] = click
        sum_[0] += 1
        sum_[1] += click.human
        sum_[2] += click.id in first_visits
    await db[CLICK_COUNTS].bulk_write(
        [
            mongo.UpdateOne(
                {"_id": count.row(*group)},
                {
                    "$setOnInsert": {
                        "link": of[group].link,
                        "collaboration": of[group].collaboration,
                        "campaign": of[group].campaign,
                        "brand": of[group].brand,
                        "creator": of[group].creator,
                        "day": of[group].day.isoformat(),
                        "recount": count.number,
                    },
                    "$inc": {"raw": raw, "human": human, "unique": unique},
                },
                upsert=True,
            )
            for group, (raw, human, unique) in sorted(sums.items())
        ],
        ordered=False,
        session=session,
    )


async def _first_visits(db: mongo.Database, clicks: Sequence[Counted], count: Count, session: Session) -> set[str]:
    """The ids of those clicks that are their visitor's first human one on that link that day."""
    visits: dict[str, Counted] = {}
    for click in clicks:
        if click.visitor is not None and click.human:
            visits.setdefault(count.visit(click), click)
    if not visits:
        return set()
    rows: dict[str, mongo.Document] = {
        key: {"open": count.number} if count.is_open else {"expires_at": _forgotten(visits[key])}
        for key in sorted(visits)
    }
    return {visits[key].id for key in await insert_new(db[VISITORS], rows, session)}


def _forgotten(click: Counted) -> datetime:
    """After the last click of that day that may still be counted as unique."""
    return datetime.combine(click.day, time(), UTC) + DAY + VISITORS_KNOWN + timedelta(hours=1)


_KEPT_OTHERWISE = frozenset({"id", "time", "visitor"})


def _document(
    click: attribution.ClickRecorded, visitor: str | None, number: int, keep: timedelta, now: datetime
) -> mongo.Document:
    # Texts and truths only, so they need no dump: a tenth of what a click cost.
    document = {name: value for name, value in click if value is not None and name not in _KEPT_OTHERWISE}
    document |= {"at": click.time, "at_text": click.time.isoformat(), "expires_at": click.time + keep}
    document["known_at"] = now
    return document | ({"recount": number} if visitor is None else {"recount": number, "visitor": visitor})


def _evidence_said(click: attribution.ClickRecorded) -> Evidence:
    return Evidence(click.bot, click.bot_rule, click.method, click.user_agent, click.fetched_ahead)


def _counted_said(click: attribution.ClickRecorded, visitor: str | None, *, bot: bool) -> Counted:
    return Counted(
        click.id,
        click.link,
        click.collaboration,
        click.campaign,
        click.brand,
        click.creator,
        click.time.date(),
        visitor,
        not bot and not click.data_centre,
    )


def kept_as_counted(row: mongo.Document, recount: Recount, rule: Rule) -> Counted:
    """A kept click as a recount sees it."""
    evidence = Evidence(
        row["bot"], row["bot_rule"], row["method"], row.get("user_agent"), row.get("fetched_ahead", False)
    )
    bot = _verdict(evidence, recount, rule)
    return Counted(
        row["_id"],
        row["link"],
        row["collaboration"],
        row["campaign"],
        row["brand"],
        row["creator"],
        row["at"].date(),
        row.get("visitor"),
        not bot and not row.get("data_centre", False),
    )


async def clicks_by_id(db: mongo.Database, ids: Sequence[str], session: Session) -> dict[str, Click]:
    """The clicks among these ids that have arrived."""
    if not ids:
        return {}
    found = db[CLICKS].find({"_id": {"$in": sorted(set(ids))}}, session=session)
    return {row["_id"]: _click(row) for row in await rows_of(found)}


def _click(row: mongo.Document) -> Click:
    """The click in a document that we wrote; its time is exact to the microsecond, which a BSON date is not."""
    return Click(
        row["_id"],
        row["brand"],
        row["campaign"],
        row["collaboration"],
        row["creator"],
        datetime.fromisoformat(row["at_text"]),
        row["bot"],
        row["bot_rule"],
        row.get("known_at"),
    )
