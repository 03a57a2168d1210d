from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.domain.webhooks import Refused
from attribution.domain.webhooks.reading import DEPTH, VALUES, Unreadable, read_object
from tests.attribution.webhooks.builders import from_shopify, from_woo, kept_reason


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        pytest.param(b"", "line 1, column 1 (byte 0)", id="empty"),
        pytest.param(b"id=5", "line 1, column 1 (byte 0)", id="a form"),
        pytest.param(b'{"id": 5', "line 1, column 9 (byte 8)", id="cut off"),
        pytest.param(b'{\n "id": 5,\n "n": }', "line 3, column 7 (byte 18)", id="a value missing"),
        pytest.param(
            '{"name": "Zoë", }'.encode(), "line 1, column 17 (byte 17)", id="after two bytes for one character"
        ),
        pytest.param(b'{"a": 1}{"b": 2}', "line 1, column 9 (byte 8)", id="two objects"),
        pytest.param(b'{"name": "Zo\xeb"}', "line 1, column 13 (byte 12)", id="Latin-1"),
        pytest.param(b'{"a": "\xed\xa0\x80"}', "line 1, column 8 (byte 7)", id="a surrogate in UTF-8"),
        pytest.param('{"a": 1}'.encode("utf-16"), "line 1, column 1 (byte 0)", id="UTF-16"),
        pytest.param(b'\xef\xbb\xbf{"a": 1}', "line 1, column 1 (byte 0)", id="byte order mark"),
        pytest.param(b'{"a": "NaN",\n "b": NaN}', "line 2, column 7 (byte 19)", id="NaN"),
        pytest.param(b'{"a": -Infinity}', "line 1, column 7 (byte 6)", id="infinity"),
        pytest.param(b'{"a": 0x10}', "line 1, column 8 (byte 7)", id="hexadecimal"),
        pytest.param(b'{"a": "\t"}', "line 1, column 8 (byte 7)", id="a control character"),
        pytest.param(b"[" * 100_000, None, id="brackets that never close"),
        pytest.param(b"]" * 100_000, "line 1, column 1 (byte 0)", id="brackets that never opened"),
        pytest.param(b'{"a": "' + b'\\"' * 200_000, "line 1, column 7 (byte 6)", id="a string that never ends"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(raw, place):
    for verdict in (from_shopify("orders/create", raw), from_woo("order.created", raw)):
        assert isinstance(verdict, Refused)
        assert verdict.status == 400
        assert verdict.place == place
        assert verdict.reason.startswith("not JSON: ")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        pytest.param(b"[]", "the body is not a JSON object", id="array"),
        pytest.param(b"null", "the body is not a JSON object", id="null"),
        pytest.param(b'"order"', "the body is not a JSON object", id="string"),
        pytest.param(b"5", "the body is not a JSON object", id="number"),
        pytest.param(b'{"id": 1, "id": 2}', "an object has a key twice (key 'id')", id="a key twice"),
        pytest.param(
            b'{"a": {"\\u0000": 1, "\\u0000": 2}}', "an object has a key twice (key '\\x00')", id="a key twice, deeper"
        ),
        pytest.param(
            b'{"a":' + b"[" * DEPTH + b"]" * DEPTH + b"}", f"nested more than {DEPTH} deep", id="one level too deep"
        ),
        pytest.param(b"[" * 500_000 + b"]" * 500_000, f"nested more than {DEPTH} deep", id="very deep"),
        pytest.param(
            b'{"line_items": [' + b"{}," * 1_000_000 + b"{}]}", f"more than {VALUES} values", id="a million lines"
        ),
        pytest.param(b'{"note_attributes": [' + b"1," * VALUES + b"1]}", f"more than {VALUES} values", id="of numbers"),
    ],
)
def test_json_that_no_order_can_be_is_kept_and_answered_with_success(raw, reason):
    assert kept_reason(from_shopify("orders/create", raw)) == reason
    assert kept_reason(from_woo("order.created", raw)) == reason


def test_the_deepest_allowed_nesting_is_read():
    raw = b'{"a":' + b"[" * (DEPTH - 1) + b"]" * (DEPTH - 1) + b"}"
    assert list(read_object(raw)) == ["a"]


def test_marks_in_strings_are_no_values():
    assert len(read_object(b'{"note": "' + b"[{," * VALUES + b'"}')["note"]) == 3 * VALUES


def test_brackets_in_strings_are_no_nesting():
    assert read_object(b'{"a": "' + b"[" * 500 + b'\\"' + b"{" * 500 + b'"}')["a"].count("[") == 500


def test_numbers_are_exact():
    body = read_object(b'{"id": 820982911946154508, "amount": 89.99, "big": 1e400, "zero": -0.0}')
    assert body == {
        "id": 820982911946154508,
        "amount": Decimal("89.99"),
        "big": Decimal("1e400"),
        "zero": Decimal("-0.0"),
    }
    assert isinstance(body["amount"], Decimal)


def test_numbers_beyond_any_use_stay_text():
    body = read_object(b'{"digits": ' + b"9" * 100_000 + b', "exponent": 1e99999999999999999999}')
    assert body == {"digits": "9" * 100_000, "exponent": "1e99999999999999999999"}


@given(st.binary() | st.text().map(str.encode) | st.text(alphabet='{}[]",:\\ 1eNa-.').map(str.encode))
def test_no_bytes_raise_anything_but_the_typed_error(raw):
    try:
        assert isinstance(read_object(raw), dict)
    except Unreadable as unreadable:
        assert unreadable.reason  # noqa: PT017 - the point is that nothing else is raised
