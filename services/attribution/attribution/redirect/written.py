"""Clicks as the bytes of their records: what `ClickRecorded` would say, without building the model for each answer."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import orjson

from attribution.redirect.table import Route
from contracts.attribution import ClickRecorded

_BOOL = ("false", "true")
_VISITOR, _REFERRER, _AGENT = ',"visitor":"%s"', ',"referrer":"%s"', ',"user_agent":%s'
_REMEMBERED = 20_000


class WrittenClick(NamedTuple):
    """A click's record. `time` as its header has it: RFC 3339, in UTC; `body` is the record's value."""

    id: str
    time: str
    body: bytes


class Seen(NamedTuple):
    """What was seen of who clicked, in the contract's words: see `ClickRecorded`."""

    bot: bool
    bot_rule: str
    visitor: str | None
    referrer: str | None
    method: str
    user_agent: str | None
    fetched_ahead: bool
    data_centre: bool
    data_centre_list: str


def write(id_: str, now: datetime, route: Route, seen: Seen) -> WrittenClick:
    """The click byte for byte as `ClickRecorded.body()` has it. Nothing is checked: `id_` and the visitor are ours.

    The host that it came from (`referrer_host`) and the method have no character that JSON would escape.
    """
    time = orjson.dumps(now.astimezone(UTC), option=orjson.OPT_UTC_Z)[1:-1].decode()
    bot, rule, visitor, referrer, method, user_agent, ahead, data_centre, list_ = seen
    body = (
        f'{{"id":"{id_}","time":"{time}",{route.said},"bot":{_BOOL[bot]},"bot_rule":{_quoted(rule)}'
        f"{_VISITOR % visitor if visitor is not None else ''}{_REFERRER % referrer if referrer is not None else ''}"
        f',"method":"{method}"{_AGENT % _quoted(user_agent) if user_agent is not None else ""}'
        f',"fetched_ahead":{_BOOL[ahead]},"data_centre":{_BOOL[data_centre]},"data_centre_list":{_quoted(list_)}}}'
    )
    return WrittenClick(id_, time, body.encode())


def read(body: bytes) -> WrittenClick:
    """A click that was written before, its bytes left as they are; raises pydantic's ValidationError for none."""
    click = ClickRecorded.from_body(body)
    return WrittenClick(click.id, click.time.isoformat().replace("+00:00", "Z"), body)


@lru_cache(maxsize=_REMEMBERED)
def _quoted(text: str) -> str:
    """As JSON has it; user agents repeat."""
    return orjson.dumps(text).decode()
