"""Where links may lead, what is added to their targets, what they are called, and when they pause and end (A1)."""

from datetime import timedelta
from itertools import pairwise
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from attribution.domain.links.codes import ALPHABET, LENGTH, RESERVED, chosen, new_code
from attribution.domain.links.making import checked, made, with_coupon, with_utm
from attribution.domain.links.placements import HINTS, utm_of
from attribution.domain.links.standing import standing
from attribution.domain.links.targets import accepted, allowed_host, with_click
from attribution.domain.refused import Refused
from contracts.attribution import LinkStatus, Placement, UtmParameters
from contracts.campaigns import CollaborationStatus
from contracts.http.attribution import CouponWay
from tests.attribution.builders import DAY, HOUR, LONG_AGO, NOON, SECOND, a_collaboration_state

DOMAINS = ("shop.example", "xn--bcher-kva.example")
CLICK = "01932d5e-7b7a-7c3a-9f00-0123456789ab"


@pytest.mark.parametrize(
    ("page", "served"),
    [
        pytest.param("https://shop.example/lamp", "https://shop.example/lamp", id="the domain itself"),
        pytest.param("https://eu.shop.example/", "https://eu.shop.example/", id="a subdomain"),
        pytest.param("https://a.b.shop.example/", "https://a.b.shop.example/", id="a subdomain of one"),
        pytest.param("https://SHOP.example/Lamp", "https://shop.example/Lamp", id="capitals"),
        pytest.param("https://bücher.example/", "https://xn--bcher-kva.example/", id="other letters, in Punycode"),
        pytest.param("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/", id="Punycode itself"),
        pytest.param("https://BÜCHER.example/", "https://xn--bcher-kva.example/", id="other letters in capitals"),
        pytest.param("https://shop。example/", "https://shop.example/", id="a dot of another script"),
        pytest.param("https://shop.example/?cclid=x&a=1", "https://shop.example/?a=1", id="without an old click id"),
    ],
)
def test_a_link_leads_to_the_brands_domains_and_their_subdomains(page: str, served: str) -> None:
    assert checked(page, DOMAINS, "cclid") == served


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("https://evil.example/", id="another domain"),
        pytest.param("https://myshop.example/", id="a name that only ends in the same letters"),
        pytest.param("https://shop.example.evil.example/", id="the domain in front of another"),
        pytest.param("https://example/", id="the domain's parent"),
        pytest.param("https://shop.example./", id="a final dot"),
        pytest.param("https://shop.example:8443/", id="a port: something else may be served there"),
        pytest.param("http://shop.example/", id="http"),
        pytest.param("https://evil.example/shop.example", id="the domain in the path"),
        pytest.param("https://evil.example?.shop.example/", id="the domain in the query"),
        pytest.param("https://evil.example#.shop.example/", id="the domain in the fragment"),
        pytest.param("https://shop.example@evil.example/", id="the domain as a user name"),
        pytest.param("https://evil.example\\.shop.example/", id="a backslash"),
        pytest.param("https://b\u00fccher.example.evil.example/", id="other letters in front of another domain"),
        pytest.param("https://b\u00fccher\u0301.example/", id="letters that only look alike"),
        pytest.param("https://xn--.shop.example.evil/", id="broken Punycode elsewhere"),
        pytest.param("https://127.0.0.1/", id="an address"),
        pytest.param("https://\tshop.example/", id="a tab"),
    ],
)
def test_a_link_leads_nowhere_else(page: str) -> None:
    with pytest.raises(Refused) as refused:
        checked(page, DOMAINS, "cclid")
    assert refused.value.field == "destination"


def test_a_brand_without_domains_has_no_links() -> None:
    with pytest.raises(Refused, match="no domain yet"):
        checked("https://shop.example/", (), "cclid")


def test_an_empty_domain_allows_nothing() -> None:
    assert not allowed_host("https://evil.example/", ("",))


@given(
    before=st.text(alphabet="aé.@:/\\?#[]%\t\n\r \u3002\uff0f\uff20\u2024-_0;&=", max_size=14),
    after=st.text(alphabet="aé.@:/\\?#[]%\t\n\r \u3002\uff0f\uff20\u2024-_0;&=", max_size=14),
)
@example(before="", after="")
@example(before="evil.example\\@", after="")
@example(before="", after="@evil.example")
def test_every_parser_finds_the_same_allowed_host(before: str, after: str) -> None:
    """RELIABILITY, open redirect: what one parser takes for a path, another may take for a host."""
    try:
        page = checked(f"https://{before}shop.example{after}", DOMAINS, "cclid")
    except Refused:
        return
    location = with_click(page, "cclid", CLICK)
    for host in (urlsplit(location).hostname, httpx.URL(location).host):
        assert host == "shop.example" or (host or "").endswith(".shop.example")
    assert urlsplit(location).username is None
    assert location.isascii()
    assert not set(location) & set("\t\r\n \\")


UTM = UtmParameters(source="creator", medium="affiliate", content="bio")


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("https://s.example/a", "https://s.example/a?utm_source=creator&utm_medium=affiliate&utm_content=bio"),
        ("https://s.example/a?b=1#c", "https://s.example/a?b=1&utm_source=creator&utm_medium=affiliate&utm_content=bio#c"),
        (
            "https://s.example/?utm_source=mine",
            "https://s.example/?utm_source=mine&utm_medium=affiliate&utm_content=bio",
        ),
        ("https://s.example/?UTM_Source=x&utm_medium=&utm%5Fcontent=y", "https://s.example/?UTM_Source=x&utm_medium=&utm%5Fcontent=y"),
        ("https://s.example/?", "https://s.example/?utm_source=creator&utm_medium=affiliate&utm_content=bio"),
    ],
)  # fmt: skip
def test_utm_parameters_are_added_and_never_doubled(page: str, target: str) -> None:
    assert with_utm(page, UTM) == target
    assert with_utm(target, UTM) == target


def test_utm_values_are_encoded_and_break_out_of_nothing() -> None:
    target = with_utm("https://s.example/?q=1#top", UtmParameters(source="a&b=c#d e", term="ä"))
    assert target == "https://s.example/?q=1&utm_source=a%26b%3Dc%23d%20e&utm_term=%C3%A4#top"
    assert accepted(target, "cclid") == target


@pytest.mark.parametrize("placement", list(Placement))
def test_every_placement_has_a_hint_and_defaults_that_tell_it_apart(placement: Placement) -> None:
    utm = utm_of(placement, UtmParameters(), "campaign-1")
    assert HINTS[placement]
    assert (utm.source, utm.campaign, utm.content) == ("creator", "campaign-1", placement.value)
    assert utm.medium == {"email": "email", "paid-ad": "paid-social"}.get(placement.value, "affiliate")


def test_what_was_asked_for_goes_before_the_defaults() -> None:
    asked = UtmParameters(source="tiktok", medium="social", campaign="spring", content="c", term="t")
    assert utm_of(Placement.BIO, asked, "campaign-1") == asked


def test_shopify_takes_a_code_in_its_own_way_and_sends_people_on_with_the_click() -> None:
    page = with_utm("https://s.example/products/lamp?variant=7", UtmParameters(source="creator"))
    target = with_coupon(page, "KRISTA 20%", CouponWay.SHOPIFY_DISCOUNT, "coupon")
    assert target == (
        "https://s.example/discount/KRISTA%2020%25?redirect=/products/lamp%3Fvariant%3D7%26utm_source%3Dcreator"
    )
    location = with_click(accepted(target, "cclid"), "cclid", CLICK)
    query = dict(parse_qsl(urlsplit(location).query))
    assert query["cclid"] == CLICK
    assert dict(parse_qsl(urlsplit(query["redirect"]).query)) == {
        "variant": "7",
        "utm_source": "creator",
        "cclid": CLICK,
    }


@pytest.mark.parametrize(
    ("page", "redirect"),
    [
        ("https://s.example", f"/?cclid={CLICK}"),
        ("https://s.example/a", f"/a?cclid={CLICK}"),
        ("https://s.example/a#b", f"/a?cclid={CLICK}#b"),
        ("https://s.example/a?q=%C3%A4+b", f"/a?q=%C3%A4+b&cclid={CLICK}"),
    ],
)
def test_the_page_that_shopify_sends_people_on_to_has_the_click(page: str, redirect: str) -> None:
    target = accepted(with_coupon(page, "K", CouponWay.SHOPIFY_DISCOUNT, "coupon"), "cclid")
    query = dict(pair.split("=", 1) for pair in urlsplit(with_click(target, "cclid", CLICK)).query.split("&"))
    assert unquote(query["redirect"]) == redirect


def test_a_page_that_is_a_discount_address_already_is_left_alone() -> None:
    page = "https://s.example/discount/OTHER?redirect=/a"
    assert with_coupon(page, "K", CouponWay.SHOPIFY_DISCOUNT, "coupon") == page


@pytest.mark.parametrize(
    ("page", "target"),
    [
        ("https://s.example/a?b#c", "https://s.example/a?b&coupon=K%2620#c"),
        ("https://s.example/a", "https://s.example/a?coupon=K%2620"),
        ("https://s.example/a?Coupon=mine", "https://s.example/a?Coupon=mine"),
    ],
)
def test_other_stores_take_a_code_in_the_query(page: str, target: str) -> None:
    assert with_coupon(page, "K&20", CouponWay.PARAMETER, "coupon") == target
    assert with_coupon(page, "K&20", CouponWay.NONE, "coupon") == page


@given(
    rest=st.text(alphabet="ab/?#&=%é +redirct:", max_size=20),
    code=st.text(alphabet="AB1&#?/% é", min_size=1, max_size=6),
    way=st.sampled_from(CouponWay),
)
def test_whatever_is_added_the_host_stays_and_the_click_is_there_once(rest: str, code: str, way: CouponWay) -> None:
    page = checked(f"https://shop.example/{rest}", DOMAINS, "cclid")
    target = accepted(made(page, UTM, code, way, "coupon"), "cclid")
    location = with_click(target, "cclid", CLICK)
    assert urlsplit(location).netloc == "shop.example"
    assert [name for name, _ in parse_qsl(urlsplit(location).query, keep_blank_values=True)].count("cclid") == 1


def test_a_target_that_becomes_too_long_is_refused() -> None:
    with pytest.raises(Refused, match="longer than 2000"):
        made(f"https://shop.example/{'a' * 1970}", UTM, None, CouponWay.NONE, "coupon")


def test_generated_codes_are_long_enough_unambiguous_and_not_in_order() -> None:
    codes = [new_code() for _ in range(2_000)]
    assert len(ALPHABET) ** LENGTH > 2**44, "a million links: one guess in 26 million hits"
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert not set(ALPHABET) & set("0o1liO I")
    assert len(set(codes)) == 2_000
    assert set("".join(codes)) == set(ALPHABET)
    rises = sum(before < after for before, after in pairwise(codes))
    assert 800 < rises < 1_200, "a counter or a clock would only rise"
    for place in range(LENGTH):
        most = max(sum(code[place] == letter for code in codes) for letter in ALPHABET)
        assert most < 2_000 / len(ALPHABET) * 2, "every place takes every letter about as often"


def test_codes_come_from_the_systems_random_source(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("attribution.domain.links.codes.secrets.choice", lambda letters: asked.append(letters) or "z")
    assert new_code() == "z" * LENGTH
    assert asked == [ALPHABET] * LENGTH


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_reserved_words_are_no_codes(word: str) -> None:
    with pytest.raises(Refused, match="reserved"):
        chosen(word.upper())


def test_a_chosen_code_is_kept_in_lower_case() -> None:
    assert chosen("Krista-Lamp") == "krista-lamp"


def at(**changes):
    return standing(a_collaboration_state(**changes), NOON)


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({}, "active", id="agreed"),
        pytest.param({"active": [(NOON + DAY,)]}, "active", id="before it begins"),
        pytest.param({"active": [(LONG_AGO, NOON)]}, "paused", id="paused this instant"),
        pytest.param({"active": [(LONG_AGO, NOON + SECOND)]}, "active", id="a second before the pause"),
        pytest.param({"active": [(LONG_AGO, NOON - DAY), (NOON,)]}, "active", id="resumed this instant"),
        pytest.param({"active": [(LONG_AGO, NOON - DAY), (NOON - HOUR, NOON)]}, "paused", id="paused again"),
        pytest.param({"status": CollaborationStatus.CANCELLED}, "ended", id="cancelled"),
        pytest.param({"campaign_end": NOON - timedelta(hours=719)}, "active", id="the window still open"),
        pytest.param({"campaign_end": NOON - timedelta(hours=720)}, "ended", id="end and window over"),
        pytest.param(
            {
                "status": CollaborationStatus.COMPLETED,
                "completed_at": NOON - DAY,
                "active": [(LONG_AGO, NOON - DAY)],
            },
            "active",
            id="completed work goes on earning",
        ),
        pytest.param(
            {
                "status": CollaborationStatus.COMPLETED,
                "completed_at": NOON - DAY,
                "active": [(LONG_AGO, NOON - HOUR)],
            },
            "paused",
            id="completed, and paused since",
        ),
    ],
)
def test_links_pause_and_end_as_their_collaboration_does(changes: dict, status: str) -> None:
    assert at(**changes).status == status


def test_a_person_may_pause_a_link_but_not_let_it_lead_on() -> None:
    assert at().of_link(paused=True) is LinkStatus.PAUSED
    assert at(active=[(LONG_AGO, NOON)]).of_link(paused=False) is LinkStatus.PAUSED
    assert at(status=CollaborationStatus.CANCELLED).of_link(paused=True) is LinkStatus.ENDED


@pytest.mark.parametrize(
    ("changes", "instant"),
    [
        ({}, None),
        ({"active": [(LONG_AGO, NOON + DAY)]}, NOON + DAY),
        ({"active": [(LONG_AGO, NOON - DAY), (NOON + HOUR,)]}, NOON + HOUR),
        ({"campaign_end": NOON}, NOON + timedelta(hours=720)),
        ({"campaign_end": NOON, "active": [(LONG_AGO, NOON + DAY)]}, NOON + DAY),
        ({"status": CollaborationStatus.CANCELLED, "active": [(LONG_AGO, NOON + DAY)]}, None),
    ],
)
def test_the_next_change_that_comes_by_itself_is_known(changes: dict, instant) -> None:
    assert at(**changes).changes_at == instant
