"""Links as bytes."""

import math
import uuid
from struct import error

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.redirect.records import Fields, essence, pack, pack_id, unpack
from contracts.attribution import LinkStatus

IDS = st.one_of(
    st.uuids().map(str),
    st.uuids().map(lambda one: one.hex),
    st.uuids().map(lambda one: str(one).upper()),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=200),
)


@given(
    ids=st.tuples(IDS, IDS, IDS, IDS, IDS),
    target=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=300),
    status=st.sampled_from(LinkStatus),
    expires_at=st.one_of(st.just(math.inf), st.floats(-1e11, 1e12)),
    revision=st.integers(1, 2**62),
)
def test_what_was_packed_is_unpacked(ids, target, status, expires_at, revision) -> None:
    fields = Fields(ids, target, status, expires_at, revision)
    assert unpack(pack(fields)) == fields
    said, *rest = essence(pack(fields))
    assert rest == [target, status, expires_at]
    assert orjson.loads(f"{{{said}}}") == dict(
        zip(("link", "brand", "campaign", "collaboration", "creator"), ids, strict=True)
    )


@given(ids=st.tuples(*[st.uuids().map(str)] * 5))
def test_ids_that_are_all_uuids_are_said_as_they_are(ids) -> None:
    said = essence(pack(Fields(ids, "https://shop.example/", LinkStatus.ACTIVE, math.inf, 1))).said
    assert tuple(orjson.loads(f"{{{said}}}").values()) == ids


@given(one=IDS, other=IDS)
def test_different_ids_are_different_bytes(one: str, other: str) -> None:
    assert (pack_id(one) == pack_id(other)) == (one == other)


def test_a_uuid_takes_17_bytes_however_it_is_written() -> None:
    one = uuid.uuid4()
    assert len(pack_id(str(one))) == len(pack_id(one.hex)) == 17
    assert pack_id(str(one)) != pack_id(one.hex)


@pytest.mark.parametrize("record", [b"", b"\x00" * 10, b"\x00" * 40, b"\x07" + b"\x00" * 16 + b"\x01" * 90])
def test_what_is_no_record_is_an_error(record: bytes) -> None:
    with pytest.raises((ValueError, IndexError, error)):
        unpack(record)
