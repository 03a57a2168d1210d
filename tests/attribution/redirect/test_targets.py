from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.domain.links.targets import RefusedTargetError, accepted, with_click

CLICK = "01932d5e-7b7a-7c3a-9f00-0123456789ab"


@pytest.mark.parametrize(
    ("target", "location"),
    [
        pytest.param("https://shop.example", f"https://shop.example?cclid={CLICK}", id="a bare host"),
        pytest.param("https://shop.example/a", f"https://shop.example/a?cclid={CLICK}", id="a path"),
        pytest.param("https://shop.example/?a=1", f"https://shop.example/?a=1&cclid={CLICK}", id="a query"),
        pytest.param("https://shop.example/?", f"https://shop.example/?cclid={CLICK}", id="an empty query"),
        pytest.param("https://shop.example/?a&", f"https://shop.example/?a&cclid={CLICK}", id="a trailing ampersand"),
        pytest.param("https://shop.example/#top", f"https://shop.example/?cclid={CLICK}#top", id="a fragment"),
        pytest.param("https://s.example/a?b=c#d?e", f"https://s.example/a?b=c&cclid={CLICK}#d?e", id="all of them"),
        pytest.param(
            "https://s.example/a%2Fb?q=%C3%A4+b%20c&q=2",
            f"https://s.example/a%2Fb?q=%C3%A4+b%20c&q=2&cclid={CLICK}",
            id="encoding stays as it was",
        ),
        pytest.param(
            "https://s.example/ä b", f"https://s.example/%C3%A4%20b?cclid={CLICK}", id="bare letters are encoded"
        ),
        pytest.param(
            "https://bücher.example/", f"https://xn--bcher-kva.example/?cclid={CLICK}", id="a host in Punycode"
        ),
        pytest.param("https://Shop.Example:8443/", f"https://shop.example:8443/?cclid={CLICK}", id="a port"),
        pytest.param("https://s.example/?cclid=old&a=1", f"https://s.example/?a=1&cclid={CLICK}", id="an old click id"),
        pytest.param("https://s.example/?c%63lid=old", f"https://s.example/?cclid={CLICK}", id="an old one, encoded"),
        pytest.param("http://localhost:3000/a", f"http://localhost:3000/a?cclid={CLICK}", id="http to this machine"),
        pytest.param("http://127.0.0.1/", f"http://127.0.0.1/?cclid={CLICK}", id="http to a loopback address"),
        pytest.param("http://[::1]:80/", f"http://[::1]:80/?cclid={CLICK}", id="http to a loopback address, version 6"),
    ],
)
def test_the_click_id_is_added_and_the_rest_stays(target: str, location: str) -> None:
    assert with_click(accepted(target, "cclid"), "cclid", CLICK) == location


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("http://shop.example/", id="http"),
        pytest.param("http://localhost.evil.example/", id="http to what begins like this machine"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param("//evil.example/", id="no scheme"),
        pytest.param("https:evil.example", id="no slashes"),
        pytest.param("https:///evil.example", id="an empty host"),
        pytest.param("https://user@shop.example/", id="a user name"),
        pytest.param("https://shop.example:x@evil.example/", id="a user name and password"),
        pytest.param("https://shop.example@evil.example", id="a host as user name"),
        pytest.param("https://shop.example\\@evil.example/", id="a backslash"),
        pytest.param("https://evil.example\\.shop.example/", id="a backslash in the host"),
        pytest.param("https://shop.example/\r\nSet-Cookie: a=b", id="CR and LF"),
        pytest.param("https://shop.example/\x00", id="a null"),
        pytest.param("https://shop.example/\x85", id="a control character beyond ASCII"),
        pytest.param("https://sho\tp.example/", id="a tab, which browsers drop"),
        pytest.param("https://shop.example /", id="a space in the host"),
        pytest.param("https://shop%2eexample/", id="an encoded host"),
        pytest.param("https://shop.example:99999/", id="no such port"),
        pytest.param("https://shop.example:/", id="a colon without port"),
        pytest.param("https://[::1/", id="half an address"),
        pytest.param("https://[:::]/", id="no address"),
        pytest.param("https://evil\u3002example@shop.example/", id="letters that become dots, and a user name"),
        pytest.param("https://shop.example\uff0fevil/", id="a letter that becomes a slash"),
        pytest.param("https://?a", id="a query without host"),
    ],
)
def test_targets_that_parsers_could_read_differently_are_refused(target: str) -> None:
    with pytest.raises(RefusedTargetError):
        accepted(target, "cclid")


@given(
    host=st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?(\.[a-z0-9]{1,5}){1,3}", fullmatch=True),
    rest=st.text(max_size=60),
    parameter=st.from_regex(r"[A-Za-z0-9._~-]{1,10}", fullmatch=True),
)
def test_whatever_the_rest_is_the_host_stays_and_nothing_breaks_out(host: str, rest: str, parameter: str) -> None:
    try:
        target = accepted(f"https://{host}/{rest}", parameter)
    except RefusedTargetError:
        return
    location = with_click(target, parameter, CLICK)
    assert location.isascii()
    assert location.isprintable()
    assert " " not in location
    parts = urlsplit(location)
    assert (parts.scheme, parts.netloc) == ("https", host)
    assert parse_qsl(parts.query)[-1] == (parameter, CLICK)
    assert [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)].count(parameter) == 1
    assert accepted(target, parameter) == target, "a target from a snapshot stays the same"


@given(url=st.text(max_size=80))
def test_any_text_is_accepted_whole_or_refused(url: str) -> None:
    try:
        target = accepted(url, "cclid")
    except RefusedTargetError:
        return
    assert urlsplit(target).scheme in ("https", "http")
    assert urlsplit(target).hostname


@given(authority=st.text(alphabet="ab.@:\\/?#[]%\t 0\u3002\uff0f\uff20", max_size=12))
def test_the_host_is_what_stands_before_the_path_for_every_parser(authority: str) -> None:
    try:
        target = accepted(f"https://{authority}/end", "cclid")
    except RefusedTargetError:
        return
    host = target.removeprefix("https://")
    for mark in "/?#":
        host = host.partition(mark)[0]
    assert urlsplit(target).netloc == host
    assert not set(host) & set("@\\% \t")
