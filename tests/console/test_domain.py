"""The console's rules: codes, origins, where to go after sign-in, hosts, roles, forms' numbers."""

from datetime import timedelta
from decimal import Decimal

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from console import catalogues
from console.domain.accounts import country_of, host_of, hosts_of, is_address, shop_refusal
from console.domain.codes import Answer, SignIn, cleaned, code_from, code_hash, judge, recent
from console.domain.origins import is_same_origin, origin_of, safe_next
from console.pages.formats import Formats
from console.pages.forms import Form
from contracts.console import StoreKind
from contracts.money import Money
from tests.console.sample import NOON

KEY = b"key"
ENGLISH = Locale.parse("en")


def a_sign_in(**values) -> SignIn:
    return SignIn(
        **{
            "id": "browser",
            "contact": "contact",
            "code": code_hash(KEY, "browser", "123456"),
            "asked": (NOON,),
            "expires_at": NOON + timedelta(minutes=10),
            "tries": 1,
            **values,
        }
    )


RIGHT = code_hash(KEY, "browser", "123456")


@pytest.mark.parametrize(
    ("sign_in", "given_hash", "answer"),
    [
        pytest.param(a_sign_in(), RIGHT, Answer.RIGHT, id="the right code"),
        pytest.param(a_sign_in(), code_hash(KEY, "browser", "123457"), Answer.WRONG, id="another code"),
        pytest.param(a_sign_in(), code_hash(KEY, "other", "123456"), Answer.WRONG, id="the code in another browser"),
        pytest.param(a_sign_in(), code_hash(b"other", "browser", "123456"), Answer.WRONG, id="another key"),
        pytest.param(None, RIGHT, Answer.EXPIRED, id="nothing was asked"),
        pytest.param(a_sign_in(used=True), RIGHT, Answer.EXPIRED, id="used already"),
        pytest.param(a_sign_in(expires_at=NOON), RIGHT, Answer.EXPIRED, id="in its last instant"),
        pytest.param(a_sign_in(tries=5), RIGHT, Answer.RIGHT, id="right at the fifth try"),
        pytest.param(a_sign_in(tries=5), "no", Answer.EXHAUSTED, id="wrong at the fifth try"),
        pytest.param(a_sign_in(tries=6), RIGHT, Answer.EXHAUSTED, id="right at the sixth try"),
    ],
)
def test_a_code_is_judged(sign_in, given_hash, answer):
    assert judge(sign_in, given_hash, now=NOON, most=5) is answer


@given(st.integers(min_value=0, max_value=10**9))
def test_a_code_has_six_digits(number):
    assert len(code_from(number)) == 6
    assert code_from(number).isdecimal()


def test_spaces_and_hyphens_in_a_typed_code_do_not_count():
    assert cleaned(" 123 456\u00a0") == cleaned("123-456") == "123456"


def test_old_questions_for_codes_are_forgotten():
    asked = (NOON - timedelta(minutes=15), NOON - timedelta(minutes=14))
    assert recent(asked, since=NOON - timedelta(minutes=15)) == asked[1:]


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/a\\b",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=y",
        "/a b",
        "campaigns",
        "",
        "/" + "a" * 500,
        "/\t/evil.example",
    ],
)
def test_nobody_is_sent_elsewhere_after_sign_in(path):
    assert safe_next(path) == ""


def test_a_path_of_ours_may_follow_sign_in():
    assert safe_next("/campaigns/1?done=invited") == "/campaigns/1?done=invited"


@given(st.text(max_size=60))
def test_what_follows_sign_in_is_always_a_path_of_ours(text):
    path = safe_next(text)
    assert path == "" or (path.startswith("/") and not path.startswith(("//", "/\\")))


@pytest.mark.parametrize(
    ("origin", "is_ours"),
    [
        ("https://console.example", True),
        ("https://CONSOLE.example", True),
        ("http://console.example", False),
        ("https://console.example:8443", False),
        ("https://console.example.evil.example", False),
        ("null", False),
        (None, False),
    ],
)
def test_only_our_own_origin_may_write(origin, is_ours):
    assert is_same_origin(origin, "https://console.example:443/") is is_ours


def test_an_origin_is_written_as_browsers_do():
    assert origin_of("http://[::1]:8000/x") == "http://[::1]:8000"
    assert origin_of("https://Example.com:443") == "https://example.com"


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("example.com", "example.com"),
        (" https://Shop.Example.com/path?q=1 ", "shop.example.com"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("localhost", None),
        ("exa mple.com", None),
        ("-bad.example", None),
        ("user@example.com", None),
        ("example.com:8080", None),
        ("", None),
    ],
)
def test_a_host_name_is_read_out_of_what_people_paste(typed, host):
    assert host_of(typed) == host


def test_several_hosts_may_be_given_in_any_order_and_twice():
    assert hosts_of("a.example, b.example\nA.example ;b.example") == ["a.example", "b.example"]


@pytest.mark.parametrize(
    ("text", "right"),
    [("a@b.example", True), ("a@b", False), ("@b.example", False), ("a b@c.example", False), ("a@b.example\n", False)],
)
def test_an_address_looks_like_one(text, right):
    assert is_address(text) is right


def test_a_shopify_secret_is_bound_to_the_shop_s_own_host():
    assert shop_refusal(StoreKind.SHOPIFY, "lumea.example") is not None
    assert shop_refusal(StoreKind.SHOPIFY, "lumea.myshopify.com") is None
    assert shop_refusal(StoreKind.WOOCOMMERCE, "lumea.example") is None


@pytest.mark.parametrize(
    ("typed", "locale", "points"),
    [("12", "en", 1200), ("12.5", "en", 1250), ("12,5", "it", 1250), ("0", "en", 0), ("100", "en", 10_000)],
)
def test_a_percentage_is_read_in_the_person_s_locale(typed, locale, points):
    form = Form({"rate": typed})
    assert form.basis_points("rate", Locale.parse(locale)) == points
    assert not form.errors


@pytest.mark.parametrize("typed", ["", "ten", "-1", "100.01", "0.001", "NaN", "Infinity", "1e9"])
def test_a_percentage_that_is_none_is_refused(typed):
    form = Form({"rate": typed})
    assert form.basis_points("rate", ENGLISH) is None
    assert "rate" in form.errors


def test_an_amount_has_no_more_decimals_than_its_currency():
    assert Form({"fee": "1,250.50"}).amount("fee", "EUR", ENGLISH) == 125_050
    assert Form({"fee": "1250"}).amount("fee", "JPY", ENGLISH) == 1250
    wrong = Form({"fee": "1250.5"})
    assert wrong.amount("fee", "JPY", ENGLISH) is None
    assert "fee" in wrong.errors


def test_a_day_ends_in_the_brand_s_zone():
    form = Form({"deadline": "2031-06-30"})
    assert form.end_of_day("deadline", "Europe/Rome").isoformat() == "2031-06-30T21:59:59+00:00"


def test_amounts_are_shown_in_the_locale_with_a_real_minus():
    formats = Formats(ENGLISH, "UTC", NOON)
    assert formats.money(Money(amount=-326, currency="EUR")) == "\u2212€3.26"
    assert formats.minor(120_000, "JPY") == "¥120,000"
    assert formats.minor(5, "EUR", sign=True) == "+€0.05"
    assert formats.fraction("16302/25", "EUR") == "6.5208"
    assert formats.number(Decimal(12345)) == "12,345"


def test_times_are_relative_when_near_with_the_exact_time_as_title():
    formats = Formats(ENGLISH, "Europe/Rome", NOON)
    near = formats.when(NOON - timedelta(hours=3))
    assert "3 hours ago" in near
    assert "11:00:00" in near
    assert "CEST" in near
    assert "Feb 4, 2031" in formats.when(NOON - timedelta(days=90))


@pytest.mark.parametrize(
    ("header", "locale"),
    [
        ("en-GB,en;q=0.8", "en_GB"),
        ("it-IT", "it_IT"),
        ("fi", "en"),
        ("xx;q=2, en-US;q=0.1", "en_US"),
        ("", "en"),
        (";;;,q=", "en"),
    ],
)
def test_a_browser_gets_a_language_that_we_ship(header, locale):
    assert str(catalogues.negotiate(header)) == locale


@pytest.mark.parametrize(
    ("zone", "country"),
    [("Europe/Rome", "IT"), ("America/New_York", "US"), ("Asia/Dubai", "AE"), ("UTC", None), ("Etc/GMT+3", None)],
)
def test_a_brand_keeps_the_holidays_of_its_zone_s_country(zone, country):
    assert country_of(zone) == country
