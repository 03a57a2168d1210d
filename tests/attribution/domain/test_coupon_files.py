"""Lists of codes: what a store has, read line by line, and what it is to have, written for its import (A3)."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.domain.coupons.checking import checked_code, checked_discount
from attribution.domain.coupons.entering import file_of
from attribution.domain.coupons.reading import MOST_LINES, CodeLine, LineError, RefusedLines, read_codes
from attribution.domain.refused import Refused
from attribution.domain.touches import normal_code
from contracts.http.attribution import CouponFile
from contracts.money import Money
from tests.attribution.builders import a_coupon_state

HEADER = "code,collaboration,discount\n"


def read(text: str) -> list[CodeLine]:
    return read_codes(text.encode())


def wrong(text: str | bytes) -> list[tuple[int, str, str]]:
    with pytest.raises(RefusedLines) as refused:
        read_codes(text if isinstance(text, bytes) else text.encode())
    return [(error.line, error.field, error.message) for error in refused.value.errors]


@pytest.mark.parametrize(
    ("discount", "percent", "amount"),
    [
        ("20%", 2000, None),
        ("12.5 %", 1250, None),
        ("12,25%", 1225, None),
        ("100%", 10_000, None),
        ("5 EUR", None, ("EUR", 500)),
        ("5.00 eur", None, ("EUR", 500)),
        ("EUR 5,50", None, ("EUR", 550)),
        ("500 JPY", None, ("JPY", 500)),
        ("1.234 KWD", None, ("KWD", 1234)),
    ],
)
def test_a_discount_is_a_percentage_or_an_amount_of_a_currency(discount, percent, amount) -> None:
    [line] = read(f'{HEADER}KRISTA20,c-1,"{discount}"\n')
    assert (line.percent_off, line.amount_off and (line.amount_off.currency, line.amount_off.amount)) == (
        percent,
        amount,
    )


@pytest.mark.parametrize(
    "discount", ["", "20", "0%", "101%", "-5%", "5 XXX", "5.001 EUR", "EUR 5 EUR", "0 EUR", "NaN%", "1e3 EUR", "½%"]
)
def test_what_is_no_discount_is_named_by_its_line(discount: str) -> None:
    [(line, field, _)] = wrong(f"{HEADER}A1,c-1,10%\nA2,c-1,{discount}\n")
    assert (line, field) in {(3, "discount"), (3, "percent_off"), (3, "amount_off")}


def test_every_wrong_line_is_named_and_none_is_taken() -> None:
    assert [(line, field) for line, field, _ in wrong(f"{HEADER},c-1,10%\nA2,,10%\nA 3,c-1,10%\n=A4,c-1,10%\n")] == [
        (2, "code"),
        (3, "collaboration"),
        (4, "code"),
        (5, "code"),
    ]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    """Blank lines count, and a cell that goes over two lines counts both."""
    text = 'code,collaboration,discount,note\nA1,c-1,10%,"two\nlines"\n\nA2,c-1,bad,\n'
    assert [line for line, _, _ in wrong(text)] == [5]


def test_a_file_from_a_spreadsheet_is_read_as_it_comes() -> None:
    raw = "\ufeffCode;Creator ;Discount;Note\r\n KRISTA20 ;creator-1;20%;x\r\n;;;\r\n".encode()
    assert read_codes(raw) == [CodeLine(2, "KRISTA20", "krista20", "", "creator-1", 2000, None)]


def test_a_code_twice_counts_once_and_must_say_the_same() -> None:
    assert len(read(f"{HEADER}KRISTA20,c-1,20%\nkrista20 ,c-1,20%\n")) == 1
    assert wrong(f"{HEADER}KRISTA20,c-1,20%\nkrista20,c-1,10%\n") == [
        (3, "code", "Line 2 says something else of this code.")
    ]


@pytest.mark.parametrize(
    ("raw", "line", "field"),
    [
        pytest.param(b"", 1, "code", id="an empty file"),
        pytest.param(b"code,discount\nA,10%\n", 1, "collaboration", id="nobody's codes"),
        pytest.param(b"code,creator,discount,discount\n", 1, "discount", id="a column twice"),
        pytest.param(b"code,creator,discount\nA1,c,10%\n\xff\xfe,c,10%\n", 3, "", id="not UTF-8"),
        pytest.param(b"PK\x03\x04\x00\x00" * 20, 1, "code", id="a spreadsheet's own format"),
        pytest.param(b'code,creator,discount\nA1,c,"' + b"x" * 200_000, 2, "", id="a cell without end"),
    ],
)
def test_a_file_that_is_none_is_told_as_that(raw: bytes, line: int, field: str) -> None:
    assert wrong(raw)[0][:2] == (line, field)


def test_a_file_has_an_end() -> None:
    lines = "".join(f"A{n},c-1,10%\n" for n in range(MOST_LINES + 1))
    assert len(read(HEADER + lines[: lines.rindex("A")])) == MOST_LINES
    assert [line for line, _, _ in wrong(HEADER + lines)] == [MOST_LINES + 2]


@given(st.binary(max_size=300))
def test_any_bytes_are_codes_or_named_lines(raw: bytes) -> None:
    errors: Sequence[LineError] = ()
    try:
        read_codes(b"code,creator,discount\n" + raw)
    except RefusedLines as refused:
        errors = refused.errors
    assert all(error.line >= 1 and error.message for error in errors)


@given(st.text(min_size=1, max_size=20))
def test_codes_compare_whatever_stands_around_them(code: str) -> None:
    """MONEY 9's reading: trimmed, NFKC, casefold, NFKC."""
    assert normal_code(f"  {code}\t") == normal_code(code)


@pytest.mark.parametrize(
    ("one", "other"),
    [("\uff2b\uff32\uff29\uff33\uff34\uff21\uff12\uff10", "krista20"), ("STRASSE", "straße"), ("ﬁt", "FIT")],
)
def test_codes_that_look_alike_are_one(one: str, other: str) -> None:
    assert normal_code(one) == normal_code(other)


@pytest.mark.parametrize("code", ["", "   ", "A B", "A\u200bB", "A\nB", "=SUM(1)", "+1", "-1", "@x", "a" * 101])
def test_what_no_store_takes_is_no_code(code: str) -> None:
    with pytest.raises(Refused):
        checked_code(code)


def test_a_code_keeps_its_spelling() -> None:
    assert checked_code(" Krista-20 ") == "Krista-20"


@pytest.mark.parametrize(
    ("percent", "amount"),
    [(None, None), (1000, Money(amount=1, currency="EUR")), (0, None), (None, Money(amount=0, currency="EUR")),
     (None, Money(amount=-5, currency="EUR")), (None, Money(amount=5, currency="XXX"))],
)  # fmt: skip
def test_a_discount_is_exactly_one_that_takes_something_off(percent, amount) -> None:
    with pytest.raises(Refused):
        checked_discount(percent, amount)


COUPONS = [
    a_coupon_state(code="KRISTA20", percent_off=2000, amount_off=None),
    a_coupon_state(code='A,"B"', percent_off=1250, amount_off=None),
    a_coupon_state(code="FIVE", percent_off=None, amount_off=Money(amount=500, currency="EUR")),
    a_coupon_state(code="YEN", percent_off=None, amount_off=Money(amount=500, currency="JPY")),
    a_coupon_state(code="DINAR", percent_off=None, amount_off=Money(amount=1234, currency="KWD")),
]


def rows(store: CouponFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file_of(COUPONS, store), newline="")))


def test_the_file_for_woocommerce_has_the_names_that_it_keeps_coupons_under() -> None:
    assert [
        (row["post_title"], row["discount_type"], row["coupon_amount"]) for row in rows(CouponFile.WOOCOMMERCE)
    ] == [
        ("KRISTA20", "percent", "20"),
        ('A,"B"', "percent", "12.5"),
        ("FIVE", "fixed_cart", "5.00"),
        ("YEN", "fixed_cart", "500"),
        ("DINAR", "fixed_cart", "1.234"),
    ]
    assert {row["post_status"] for row in rows(CouponFile.WOOCOMMERCE)} == {"publish"}


def test_the_file_for_shopify_has_code_kind_and_value() -> None:
    assert [(r["Code"], r["Discount Value Type"], r["Discount Value"]) for r in rows(CouponFile.SHOPIFY)] == [
        ("KRISTA20", "Percentage", "0.2"),
        ('A,"B"', "Percentage", "0.125"),
        ("FIVE", "Fixed Amount", "5.00"),
        ("YEN", "Fixed Amount", "500"),
        ("DINAR", "Fixed Amount", "1.234"),
    ]
    assert {row["Command"] for row in rows(CouponFile.SHOPIFY)} == {"MERGE"}
