"""Clicks as the bytes of their records: what `ClickRecorded` would say, without building the model for each answer."""

from datetime import UTC, datetime
from typing import NamedTuple

import orjson

from attribution.redirect.table import Route
from contracts.attribution import ClickRecorded


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
    """The click byte for byte as `ClickRecorded.body()` has it; nothing is checked, for all of it is ours or cut."""
    time = now.astimezone(UTC).isoformat()[: -len("+00:00")] + "Z"
    said: dict[str, str | bool] = {
        "id": id_,
        "time": time,
        "code": route.code,
        "link": route.link,
        "brand": route.brand,
        "campaign": route.campaign,
        "collaboration": route.collaboration,
        "creator": route.creator,
        "bot": seen.bot,
        "bot_rule": seen.bot_rule,
    }
    if seen.visitor is not None:
        said["visitor"] = seen.visitor
    if seen.referrer is not None:
        said["referrer"] = seen.referrer
    said["method"] = seen.method
    if seen.user_agent is not None:
        said["user_agent"] = seen.user_agent
    said["fetched_ahead"] = seen.fetched_ahead
    said["data_centre"] = seen.data_centre
    said["data_centre_list"] = seen.data_centre_list
    return WrittenClick(id_, time, orjson.dumps(said))


def read(body: bytes) -> WrittenClick:
    """A click that was written before, its bytes left as they are; raises pydantic's ValidationError for none."""
    click = ClickRecorded.from_body(body)
    return WrittenClick(click.id, click.time.isoformat().replace("+00:00", "Z"), body)
