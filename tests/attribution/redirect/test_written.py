"""The redirect writes clicks without their model: the bytes are the model's own."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from attribution.redirect.table import Table
from attribution.redirect.visitors import referrer_host
from attribution.redirect.written import Seen, read, write
from contracts.attribution import ClickRecorded
from contracts.envelope import attributes, headers
from tests.attribution.redirect.builders import NOON, a_click, a_link, a_link_event

IDS = st.one_of(st.uuids().map(str), st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=200))
ROUTES = st.fixed_dictionaries(dict.fromkeys(("id", "brand", "campaign", "collaboration", "creator"), IDS))
LATIN = st.binary(max_size=512).map(lambda header: header.decode("latin-1"))
SEEN = st.builds(
    Seen,
    bot=st.booleans(),
    bot_rule=st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
    visitor=st.none() | st.binary(min_size=16, max_size=16).map(bytes.hex),
    referrer=st.none()
    | st.from_regex(r"https://[A-Za-z0-9._-]{1,255}/", fullmatch=True).map(lambda url: referrer_host(url.encode())),
    method=st.sampled_from(["GET", "HEAD"]),
    user_agent=st.none() | LATIN,
    fetched_ahead=st.booleans(),
    data_centre=st.booleans(),
    data_centre_list=st.text(st.characters(exclude_categories=["Cs"]), max_size=100),
)
TIMES = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
    datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=5, minutes=45))]),
)


def a_route(code: str = "KRISTA20", **link: Any) -> Any:
    table = Table("cclid")
    table.apply(a_link_event(a_link(code, **link)))
    return table.look_up(code, NOON)[1]


@given(id_=st.uuids().map(str), now=TIMES, link=ROUTES, seen=SEEN)
def test_a_written_click_is_the_model_s_own_bytes(id_: str, now: datetime, link: dict[str, str], seen: Seen) -> None:
    route = a_route(**link)
    model = ClickRecorded(
        id=id_,
        time=now,
        code=route.code,
        link=link["id"],
        brand=link["brand"],
        campaign=link["campaign"],
        collaboration=link["collaboration"],
        creator=link["creator"],
        **seen._asdict(),
    )
    written = write(id_, now, route, seen)
    assert written.body == model.body()
    assert ClickRecorded.from_body(written.body) == model
    said = attributes(ClickRecorded, "attribution", id_.encode(), written.time.encode(), id_.encode())
    assert said == headers(model, "attribution")
    assert read(written.body) == written


def test_every_field_of_the_contract_is_written() -> None:
    full = Seen(
        bot=True,
        bot_rule="a-rule/1",
        visitor="0" * 32,
        referrer="www.tiktok.com",
        method="GET",
        user_agent="Mozilla/5.0",
        fetched_ahead=True,
        data_centre=True,
        data_centre_list="a-list/1",
    )
    assert list(orjson.loads(write("an-id", NOON, a_route(), full).body)) == list(ClickRecorded.model_fields)


def test_what_a_spool_kept_goes_out_as_it_was_written() -> None:
    body = a_click().body()[:-1] + b',"of_a_newer_version":1}'
    assert read(body).body == body
    assert read(body).time == "2026-11-23T12:00:00Z"


def test_what_is_no_click_is_refused() -> None:
    with pytest.raises(ValidationError):
        read(b'{"not": "a click"}')
