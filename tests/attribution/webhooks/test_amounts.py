from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.domain.webhooks.amounts import AmountError, Currency


@pytest.mark.parametrize(
    ("code", "value", "minor"),
    [
        pytest.param("EUR", "57.23", 5723, id="EUR"),
        pytest.param("EUR", "57", 5700, id="without decimals"),
        pytest.param("EUR", "0.1", 10, id="one decimal"),
        pytest.param("EUR", "57.2300", 5723, id="zeros behind"),
        pytest.param("EUR", "-10.00", -1000, id="below zero"),
        pytest.param("EUR", "-0.00", 0, id="minus zero"),
        pytest.param("EUR", 12, 1200, id="whole number"),
        pytest.param("EUR", Decimal("89.99"), 8999, id="JSON number"),
        pytest.param("EUR", Decimal("30.299999999999997"), 3030, id="JSON number with a float's noise"),
        pytest.param("EUR", Decimal("5.684341886080802e-14"), 0, id="a float's noise alone"),
        pytest.param("EUR", Decimal("1e-999999"), 0, id="next to nothing"),
        pytest.param("EUR", Decimal("0e999999"), 0, id="zero with an exponent"),
        pytest.param("EUR", Decimal("1e3"), 100_000, id="exponent"),
        pytest.param("JPY", "1000", 1000, id="JPY has no decimals"),
        pytest.param("JPY", "1000.00", 1000, id="JPY with zeros"),
        pytest.param("KWD", "1.234", 1234, id="KWD has three"),
        pytest.param("KWD", "1.2", 1200, id="KWD with one"),
        pytest.param("UYW", "1.2345", 12345, id="UYW has four"),
        pytest.param("EUR", "92233720368547758.07", 2**63 - 1, id="the largest"),
    ],
)
def test_an_amount_becomes_minor_units_by_its_currencys_exponent(code, value, minor):
    assert Currency.of(code).minor_units(value) == minor


@pytest.mark.parametrize(
    ("code", "value"),
    [
        pytest.param("EUR", "57.231", id="three decimals"),
        pytest.param("JPY", "10.5", id="half a yen"),
        pytest.param("EUR", Decimal("1.005"), id="JSON number with three decimals"),
        pytest.param("EUR", "92233720368547758.08", id="beyond 64 bits"),
        pytest.param("EUR", "1e9", id="exponent in a string"),
        pytest.param("EUR", Decimal("1e1000000"), id="huge exponent"),
        pytest.param("EUR", "NaN", id="NaN"),
        pytest.param("EUR", Decimal("NaN"), id="Decimal NaN"),
        pytest.param("EUR", Decimal("Infinity"), id="infinity"),
        pytest.param("EUR", "", id="empty"),
        pytest.param("EUR", " 5.00", id="space"),
        pytest.param("EUR", "5,00", id="comma"),
        pytest.param("EUR", "1_000", id="underscore"),
        pytest.param("EUR", "\N{ARABIC-INDIC DIGIT FIVE}", id="Arabic digit"),
        pytest.param("EUR", "5.", id="nothing behind the point"),
        pytest.param("EUR", "9" * 5000, id="very long"),
        pytest.param("EUR", 10**30, id="very large"),
        pytest.param("EUR", True, id="true"),
        pytest.param("EUR", 5.0, id="float"),
        pytest.param("EUR", None, id="none"),
        pytest.param("EUR", {"amount": 5}, id="object"),
    ],
)
def test_what_is_no_amount_is_refused(code, value):
    currency = Currency.of(code)
    with pytest.raises(AmountError):
        currency.minor_units(value)


@pytest.mark.parametrize("code", ["XAU", "XXX", "ABC", "eur", "", "EURO", "\ud800", None, 978, ["EUR"]])
def test_what_is_no_currency_with_minor_units_is_refused(code):
    with pytest.raises(AmountError):
        Currency.of(code)


@pytest.mark.parametrize(
    ("value", "minor"),
    [("10.005", 1000), ("10.015", 1002), ("10.0051", 1001), ("-10.005", -1000), ("0.884956", 88)],
)
def test_where_a_shop_calculates_finer_than_it_charges_each_amount_is_rounded_half_even(value, minor):
    assert Currency.of("EUR", rounds=True).minor_units(value) == minor


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from(["JPY", "EUR", "KWD", "UYW"]))
def test_minor_units_come_back_exactly(minor, code):
    currency = Currency.of(code)
    text = f"{Decimal(minor).scaleb(-currency.exponent):f}"
    assert currency.minor_units(text) == minor


@given(st.text() | st.integers() | st.decimals() | st.none() | st.floats())
def test_nothing_raises_anything_but_the_typed_error(value):
    try:
        amount = Currency.of("EUR", rounds=True).minor_units(value)
    except AmountError:
        return
    assert abs(amount) < 2**63
