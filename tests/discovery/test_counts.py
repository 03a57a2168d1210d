# ruff: noqa: RUF001 - letters that look alike are what is tested
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.domain.counts import MOST, NotACount, read_count, shown

counts = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("221.7K", 221_700),
        ("13.8M", 13_800_000),
        ("1.3B", 1_300_000_000),
        ("135.2m", 135_200_000),
        ("2,3M", 2_300_000),
        ("1.234M", 1_234_000),
        ("9", 9),
        ("0", 0),
        (" 1300000 ", 1_300_000),
        ("+12", 12),
        ("1,234", 1234),
        ("1.234", 1234),
        ("1,234,567", 1_234_567),
        ("1.234.567", 1_234_567),
        ("12,34,567", 1_234_567),
        ("1 234 567", 1_234_567),
        ("1\u00a0234\u202f567", 1_234_567),
        ("1'234'567", 1_234_567),
        ("1\u2019234\u2019567", 1_234_567),
        ("1300000.0", 1_300_000),
        ("1,300,000.00", 1_300_000),
        ("1.300.000,00", 1_300_000),
        ("1.3E+06", 1_300_000),
        ("1.3e6", 1_300_000),
        ("1.5 million", 1_500_000),
        ("1,2 Mio.", 1_200_000),
        ("12 Tsd.", 12_000),
        ("1,5 Mrd.", 1_500_000_000),
        ("1.2M+", 1_200_000),
        ("10K+", 10_000),
        ("10 K +", 10_000),
        ("1.2万", 12_000),
        ("3.4億", 340_000_000),
        ("2亿", 200_000_000),
        ("3 тыс.", 3_000),
        ("1,2 млн", 1_200_000),
        ("1 млрд", 1_000_000_000),
        ("2 lakh", 200_000),
        ("1.5 Lacs", 150_000),
        ("1 crore", 10_000_000),
        ("2.5 Cr", 25_000_000),
        ("12 bin", 12_000),
        ("12 B", 12_000_000_000),
        ("500+", 500),
        ("٢٢١٧٠٠", 221_700),
        ("２２１.７Ｋ", 221_700),
        (str(MOST), MOST),
    ],
)
def test_a_count_is_read_exactly(text, count):
    assert read_count(text) == count


@pytest.mark.parametrize("text", ["", "  ", "-", "\u2013", "\u2014", "N/A", "n/a", "#N/A", "NaN", "null", "None", "?"])
def test_what_nobody_knows_is_unknown_and_not_zero(text):
    assert read_count(text) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("abc", '"abc" is not a number'),
        ("-12", '"-12" is negative'),
        ("12.5", '"12.5" is not a whole number'),
        ("1,2,3", '"1,2,3" is not a number'),
        ("1.2.3", '"1.2.3" is not a number'),
        ("1,234.567.8", '"1,234.567.8" is not a number'),
        ("K", '"K" is not a number'),
        (".", None),
        (",", '"," is not a number'),
        ("12 apples", '"12 apples" is not a number'),
        ("1e6K", '"1e6K" is not a number'),
        ("1e99", '"1e99" is too large'),
        (str(MOST + 1), f'"{MOST + 1}" is too large'),
        ("9" * 5000, f'"{"9" * 40}…" is not a number'),
        ("1,234K", '"1,234K" can be read in two ways'),
        ("½", None),
        ("12\x00", '"12\\x00" is not a number'),
        ("1.2 mil", '"1.2 mil" is not a number'),
        ("1.2MM", '"1.2MM" is not a number'),
        ("1.2..", '"1.2.." is not a number'),
        ("10++", '"10++" is not a number'),
        ("=1+1", '"=1+1" is not a number'),
    ],
)
def test_what_is_no_count_is_refused_with_the_reason(text, why):
    if why is None and text == ".":
        assert read_count(text) is None
        return
    with pytest.raises(NotACount) as refused:
        read_count(text)
    if why is not None:
        assert str(refused.value) == why


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("\x1b]0;x\x07", r'"\x1b]0;x\x07"'),
        ("a\n\tb", '"a b"'),
        ("\u202egnp.exe", r'"\u202egnp.exe"'),
        ("\ud83d", r'"\ud83d"'),
        ("\U000e0041x", r'"\U000e0041x"'),
        ("\x9b31m", r'"\x9b31m"'),
        ("Óscar 平成 ❤", '"Óscar 平成 ❤"'),
        ("x" * 41, f'"{"x" * 40}…"'),
    ],
)
def test_a_text_is_shown_without_what_commands_a_terminal(text, line):
    assert shown(text) == line


@pytest.mark.parametrize(
    ("text", "decimal", "count"),
    [
        pytest.param("1,234", ".", 1234, id="thousands where the comma is not decimal"),
        pytest.param("1.234", ",", 1234, id="thousands where the point is not decimal"),
        pytest.param("12.34", ".", 12, id="a fraction"),
        pytest.param("12,5", ".", 13, id="rounded half up, and two digits can't be thousands"),
        pytest.param("1523.234", ".", 1523, id="four digits before the mark can't be thousands"),
        pytest.param("0.234", ".", 0, id="thousands don't begin with zero"),
        pytest.param("9.5K", ".", 9500, id="a scaled fraction"),
    ],
)
def test_an_average_may_have_a_fraction(text, decimal, count):
    assert read_count(text, whole=False, decimal=decimal) == count


@pytest.mark.parametrize(("text", "decimal"), [("1.234", "."), ("1,234", ",")])
def test_an_average_that_can_be_read_in_two_ways_is_not_guessed(text, decimal):
    with pytest.raises(NotACount, match="two ways"):
        read_count(text, whole=False, decimal=decimal)


@settings(deadline=None)
@given(counts)
def test_every_way_to_group_thousands_reads_the_same(count):
    grouped = f"{count:,}"
    for mark in (",", ".", " ", "'", "\u00a0"):
        assert read_count(grouped.replace(",", mark)) == count
    assert read_count(str(count)) == count


@settings(deadline=None)
@given(st.integers(0, 9999), st.integers(0, 9), st.sampled_from([("K", 3), ("M", 6), ("B", 9)]))
def test_a_scaled_count_has_no_error_of_floating_point(whole, tenth, scale):
    letter, power = scale
    text = f"{whole}.{tenth}{letter}"
    assert read_count(text) == int(Decimal(f"{whole}.{tenth}").scaleb(power))
    assert read_count(text.lower().replace(".", ",")) == read_count(text)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_count_unknown_or_refused(text):
    for whole in (True, False):
        assert _is_count_or_reason(text, whole=whole)


def _is_count_or_reason(text: str, *, whole: bool) -> bool:
    try:
        count = read_count(text, whole=whole)
    except NotACount as refused:
        return "\n" not in str(refused)
    return count is None or 0 <= count <= MOST
