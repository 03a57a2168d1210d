"""What makes an observation the same as another, and how it is kept."""

import json
from datetime import timedelta, timezone

import pytest
from bson import decode, encode
from bson.codec_options import CodecOptions

from attribution.domain.observations import Observation, body_hash
from contracts.stores import Way
from tests.attribution.builders import (
    HOUR,
    NOON,
    SECOND,
    a_poll,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_observation,
    an_order_observed,
)


def test_webhook_and_poll_of_one_state_have_one_body_hash():
    webhook = an_order_observed(way=Way.WEBHOOK, raw_ref="raw-1")
    poll = an_order_observed(way=Way.POLL, received_at=NOON + HOUR, id="event-2", time=NOON + HOUR)
    assert body_hash(webhook) == body_hash(poll)


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"version": NOON + 2 * SECOND}, id="another version"),
        pytest.param({"state": "completed"}, id="another state"),
        pytest.param({"refunds": None}, id="refunds that say nothing are not refunds that say none"),
        pytest.param({"order": "store-1:1002"}, id="another order"),
    ],
)
def test_what_was_said_is_in_the_hash(changes):
    assert body_hash(an_order_observed(**changes)) != body_hash(an_order_observed())


def test_an_offset_is_no_difference():
    rome = timezone(timedelta(hours=1))
    assert body_hash(an_order_observed(placed_at=NOON.astimezone(rome))) == body_hash(an_order_observed())


def test_a_hash_does_not_change_between_releases():
    """Recorded hashes decide ties and find doubles for ten years."""
    assert body_hash(an_order_observed()) == "edc8cfe7e9529feca6f1fe83b11b58c3c100e0a650d8af0281ccc10f697ea336"


def test_a_poll_is_told_apart_by_when_it_asked():
    assert a_poll(NOON + HOUR).key != a_poll(NOON + 2 * HOUR).key
    assert an_observation(received_at=NOON + HOUR).key == an_observation(received_at=NOON + 2 * HOUR).key


@pytest.mark.parametrize(
    ("way", "seen_at"),
    [
        pytest.param(Way.TOPIC, NOON + HOUR, id="MONEY 5: on the topic the sender's word does not count"),
        pytest.param(Way.WEBHOOK, NOON, id="by webhook our own API's receipt"),
        pytest.param(Way.POLL, NOON, id="by poll when it was asked"),
    ],
)
def test_the_first_receipt_is_on_our_clock(way, seen_at):
    assert an_observation(way=way, received_at=NOON, seen_at=NOON + HOUR).seen_at == seen_at


@pytest.mark.parametrize(
    "stored",
    [
        pytest.param(
            an_observation(
                version=NOON + timedelta(microseconds=123_457),
                lines=({"line": "l", "quantity": 1, "unit_price": 2**62},),
            ),
            id="a snapshot with microseconds and a 63-bit price",
        ),
        pytest.param(a_refund_observed(a_refund(a_refund_line(100, quantity=1))), id="a refund"),
    ],
)
def test_an_observation_comes_back_from_mongodb_as_it_was(stored: Observation):
    aware = CodecOptions(tz_aware=True)
    assert Observation.from_doc(decode(encode(stored.to_doc()), aware)) == stored
    json.dumps(stored.to_doc(), default=str)
