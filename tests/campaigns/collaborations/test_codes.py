"""The terms that an invitation offers, and the code that comes with it."""

import pytest

from campaigns.domain.codes import normal_code, suggested_code
from campaigns.domain.collaborations.terms import first_terms
from contracts.campaigns import CouponTerms, Plan, Rate
from contracts.http.campaigns import CampaignTerms
from contracts.money import Money
from tests.campaigns.builders import NOON, wide

FEE = Money(amount=15_000, currency="EUR")


@pytest.mark.parametrize(
    ("names", "discount", "code"),
    [
        pytest.param(["Krista"], 2000, "KRISTA20", id="as followers remember it"),
        pytest.param(["krista.makes_2"], 2000, "KRISTAMAKES20", id="a handle's dots and digits go"),
        pytest.param(["Khábane Lamé"], 1500, "KHABANELAME15", id="accents go"),
        pytest.param(["Łukasz Żółw"], 1000, "LUKASZZOLW10", id="Polish"),
        pytest.param(["Đặng Thị"], 1000, "DANGTHI10", id="Vietnamese"),
        pytest.param(["Jürgen Groß"], 1000, "JURGENGROSS10", id="German"),
        pytest.param(["Søren Æbelø"], 1000, "SORENAEBELO10", id="Danish"),
        pytest.param([wide("NICO")], 1000, "NICO10", id="letters of full width"),
        pytest.param(["NICO【平成フラミンゴ】"], 1000, "NICO10", id="Latin beside another script"),
        pytest.param(
            ["平成フラミンゴ", "heisei_flamingo"], 1000, "HEISEIFLAMINGO10", id="the handle where it reads better"
        ),
        pytest.param(["Кристина", "مريم"], 1000, "CREATOR10", id="no Latin letter at all"),
        pytest.param(["🦄🔥", "✨"], 1000, "CREATOR10", id="emoji only"),
        pytest.param(["12345", "_"], 1000, "CREATOR10", id="digits only"),
        pytest.param([""], 1000, "CREATOR10", id="no name"),
        pytest.param([], 1000, "CREATOR10", id="nobody known"),
        pytest.param(["A平成", "ab"], 1000, "AB10", id="one letter is no name"),
        pytest.param(["x" * 10_000], 1000, "X" * 14 + "10", id="a long name"),
        pytest.param(["Krista"], 1250, "KRISTA1250", id="a discount that is no whole percentage"),
        pytest.param(["Krista"], 10_000, "KRISTA100", id="everything off"),
        pytest.param(["Krista"], 0, "KRISTA", id="nothing off"),
    ],
)
def test_a_code_reads_like_the_creator_s_name_and_the_discount(names, discount, code):
    assert suggested_code(names, discount) == code
    assert suggested_code(names, discount, "C") == f"{code}C"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("KRISTA20", " krista20 ", True),
        ("KRISTA20", wide("KRISTA20"), True),
        ("STRASSE", "straße", True),
        ("KRISTA20", "KRISTA 20", False),
        ("É", "E\u0301", True),
        ("ONE1", "ONEI", False),
    ],
)
def test_codes_compare_trimmed_and_caseless(one, other, same):
    assert (normal_code(one) == normal_code(other)) is same


def test_a_percentage_becomes_the_one_rate_of_version_one():
    terms = first_terms(
        CampaignTerms(fee=FEE, commission=1250, window_hours=48, hold_days=14, discount=2000), "KRISTA20", NOON
    )
    assert (terms.number, terms.notice_at, terms.in_force_at) == (1, NOON, NOON)
    assert (terms.fee, terms.window_hours, terms.hold_days) == (FEE, 48, 14)
    assert terms.rates == (Rate(plan=Plan.PERCENT, basis_points=1250),)
    assert terms.coupon == CouponTerms(code="KRISTA20", percent_off=2000)
    assert terms.products is None


def test_an_amount_per_unit_becomes_the_one_rate():
    per_unit = Money(amount=300, currency="EUR")
    terms = first_terms(CampaignTerms(fee=FEE, per_unit=per_unit), None, NOON)
    assert terms.rates == (Rate(plan=Plan.FIXED, per_unit=per_unit),)


@pytest.mark.parametrize(("code", "discount"), [(None, 2000), ("KRISTA20", None), (None, None)])
def test_there_is_no_coupon_without_both_code_and_discount(code, discount):
    assert first_terms(CampaignTerms(fee=FEE, commission=1000, discount=discount), code, NOON).coupon is None
