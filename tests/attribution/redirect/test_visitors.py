import hmac
from datetime import date, datetime, timedelta, timezone
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.redirect.keys import NoKeys
from attribution.redirect.visitors import Mac, client_address, objects, referrer_host, visitor
from tests.attribution.redirect.builders import NOON

AGENT = "Mozilla/5.0"
PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))


class Keys:
    """A key for each day, made of its date."""

    age = 0.0

    def mac_of(self, day: date) -> Mac:
        return Mac(day.isoformat().encode())

    async def run(self) -> None:
        """Nothing is to be done."""


def test_the_same_person_is_the_same_visitor_for_a_day_and_another_one_the_next() -> None:
    first = visitor(Keys(), NOON, "192.0.2.1", AGENT)
    assert first == visitor(Keys(), NOON + timedelta(hours=11), "192.0.2.1", AGENT)
    assert first != visitor(Keys(), NOON + timedelta(hours=12), "192.0.2.1", AGENT)
    assert first != visitor(Keys(), NOON, "192.0.2.2", AGENT)
    assert first != visitor(Keys(), NOON, "192.0.2.1", "another")
    assert first is not None
    assert len(first) == 32
    assert "192.0.2.1" not in first


@given(key=st.binary(max_size=130), message=st.binary(max_size=200))
def test_it_is_the_standard_s_hash_so_that_all_redirects_agree(key: bytes, message: bytes) -> None:
    mac = Mac(key)
    assert mac.hexdigest(message) == hmac.digest(key, message, "sha256").hex() == mac.hexdigest(message)


def test_the_day_is_utcs_wherever_the_host_is() -> None:
    tokyo = datetime(2026, 11, 24, 8, tzinfo=timezone(timedelta(hours=9)))
    assert visitor(Keys(), tokyo, "192.0.2.1", AGENT) == visitor(Keys(), NOON, "192.0.2.1", AGENT)


def test_without_key_or_address_there_is_no_visitor() -> None:
    assert visitor(NoKeys(), NOON, "192.0.2.1", AGENT) is None
    assert visitor(Keys(), NOON, "", AGENT) is None


@pytest.mark.parametrize(
    ("headers", "objecting"),
    [({b"sec-gpc": b"1"}, True), ({b"dnt": b"1"}, True), ({b"dnt": b"0"}, False), ({}, False)],
)
def test_who_objects_is_not_followed(headers: dict[bytes, bytes], objecting: bool) -> None:  # noqa: FBT001 - a table
    assert objects(headers) is objecting


@pytest.mark.parametrize(
    ("peer", "forwarded_for", "address"),
    [
        pytest.param("192.0.2.9", b"198.51.100.1", "192.0.2.9", id="a stranger's header is not believed"),
        pytest.param("10.0.0.1", b"198.51.100.1", "198.51.100.1", id="a proxy's is"),
        pytest.param("10.0.0.1", b"203.0.113.5, 198.51.100.1", "198.51.100.1", id="what the client made up is not"),
        pytest.param("10.0.0.1", b"198.51.100.1, 10.2.3.4", "198.51.100.1", id="through two proxies"),
        pytest.param("fd00::1", b"2001:db8::7", "2001:db8::7", id="version 6"),
        pytest.param("10.0.0.1", b"", "10.0.0.1", id="no header"),
        pytest.param("10.0.0.1", b"nonsense", "10.0.0.1", id="nonsense"),
        pytest.param("10.0.0.1", b"\xff, 10.0.0.2", "10.0.0.2", id="nonsense before a proxy"),
        pytest.param("", b"198.51.100.1", "", id="no peer"),
    ],
)
def test_the_address_is_the_last_one_that_no_trusted_proxy_has(peer: str, forwarded_for: bytes, address: str) -> None:
    assert client_address(peer, forwarded_for, PROXIES) == address


def test_without_trusted_proxies_the_header_is_nobody_s() -> None:
    assert client_address("10.0.0.1", b"198.51.100.1", ()) == "10.0.0.1"


@pytest.mark.parametrize(
    ("referer", "host"),
    [
        (b"https://www.TikTok.com/@krista/video/1?secret=2", "www.tiktok.com"),
        (b"https://me:pw@blog.example:8080/", "blog.example"),
        (b"android-app://com.google.android.gm/", "com.google.android.gm"),
        (b"", None),
        (b"nonsense", None),
        (b"https://" + b"a" * 300 + b".example/", "a" * 255),
        (b"https://\r\n/", None),
    ],
)
def test_of_a_referrer_only_the_host_is_kept(referer: bytes, host: str | None) -> None:
    assert referrer_host(referer) == host
