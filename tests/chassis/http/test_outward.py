"""Addresses that others name: only public ones are called, at the address that was checked, and never beyond bounds."""

import httpx
import pytest

from chassis.http.outward import (
    AnswerTooLargeError,
    Outward,
    RefusedAddressError,
    UnreachableError,
    is_public,
    resolve,
)

PUBLIC = "93.184.216.34"


def resolving(*addresses: str):
    async def answer(_host: str, _port: int) -> list[str]:
        return list(addresses)

    return answer


class Wire(httpx.AsyncBaseTransport):
    """What would be sent, and where to."""

    def __init__(self, body: bytes = b"{}", headers: dict[str, str] | None = None, status: int = 200) -> None:
        self.sent: list[httpx.Request] = []
        self.answer = httpx.Response(status, stream=httpx.ByteStream(body), headers=headers)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(request)
        return self.answer


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("127.8.9.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("198.18.0.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        (f"::ffff:{PUBLIC}", True),
        ("::127.0.0.1", False),
        ("64:ff9b::169.254.169.254", False),
        ("64:ff9b:1::1", False),
        ("2002:7f00:1::", False),
        ("not an address", False),
        ("", False),
    ],
)
def test_an_address_is_public_or_not_through_every_wrapping(address: str, public: bool):  # noqa: FBT001
    assert is_public(address) is public


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "localhost"])
async def test_other_spellings_of_this_machine_are_resolved_and_refused(host: str):
    wire = Wire()
    outward = Outward(transport=wire)
    with pytest.raises(RefusedAddressError):
        await outward.get(f"https://{host}/", most_bytes=10)
    assert wire.sent == []
    await outward.close()


async def test_the_systems_resolver_reads_decimal_addresses():
    assert await resolve("2130706433", 443) == ["127.0.0.1"]


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "ftp://shop.example/",
        "file:///etc/passwd",
        "https://user:pass@shop.example/",
        "https:///nowhere",
        "//shop.example/",
        "",
        "https://shop.example:port/",
    ],
)
async def test_what_is_no_plain_https_address_is_refused(url: str):
    wire = Wire()
    outward = Outward(resolver=resolving(PUBLIC), transport=wire)
    with pytest.raises(RefusedAddressError):
        await outward.get(url, most_bytes=10)
    assert wire.sent == []
    await outward.close()


async def test_one_private_address_among_public_ones_refuses_the_host():
    wire = Wire()
    outward = Outward(resolver=resolving(PUBLIC, "10.0.0.1"), transport=wire)
    with pytest.raises(RefusedAddressError):
        await outward.get("https://shop.example/", most_bytes=10)
    assert wire.sent == []
    await outward.close()


async def test_rebinding_changes_nothing_for_the_checked_address_is_the_one_that_is_called():
    answers = [[PUBLIC], ["127.0.0.1"]]
    asked: list[str] = []

    async def rebinding(host: str, _port: int) -> list[str]:
        asked.append(host)
        return answers.pop(0)

    wire = Wire()
    outward = Outward(resolver=rebinding, transport=wire)
    await outward.get("https://shop.example:8443/a?b=c", most_bytes=10)
    [sent] = wire.sent
    assert (str(sent.url), sent.headers["host"]) == (f"https://{PUBLIC}:8443/a?b=c", "shop.example:8443")
    assert sent.extensions["sni_hostname"] == "shop.example"
    assert asked == ["shop.example"]
    with pytest.raises(RefusedAddressError):
        await outward.get("https://shop.example:8443/a?b=c", most_bytes=10)
    await outward.close()


async def test_an_ipv6_address_is_called_in_brackets():
    wire = Wire()
    outward = Outward(resolver=resolving("2606:2800:220:1:248:1893:25c8:1946"), transport=wire)
    await outward.get("https://shop.example/", most_bytes=10)
    assert str(wire.sent[0].url) == "https://[2606:2800:220:1:248:1893:25c8:1946]/"
    await outward.close()


async def test_redirects_are_answers_and_not_followed():
    wire = Wire(status=302, headers={"Location": "http://169.254.169.254/latest/meta-data/"})
    outward = Outward(resolver=resolving(PUBLIC), transport=wire)
    assert (await outward.get("https://shop.example/", most_bytes=10)).status == 302
    assert len(wire.sent) == 1
    await outward.close()


async def test_an_answer_is_bounded_and_its_headers_are_told():
    outward = Outward(resolver=resolving(PUBLIC), transport=Wire(b"x" * 11, {"Link": "next"}))
    with pytest.raises(AnswerTooLargeError) as told:
        await outward.get("https://shop.example/", most_bytes=10)
    assert told.value.headers["link"] == "next"
    await outward.close()


async def test_an_encoded_answer_is_refused_unread():
    """A gzip bomb is small until somebody opens it."""
    wire = Wire()
    wire.answer = httpx.Response(200, stream=httpx.ByteStream(b"\x1f\x8b"), headers={"Content-Encoding": "gzip"})

    outward = Outward(resolver=resolving(PUBLIC), transport=wire)
    with pytest.raises(UnreachableError):
        await outward.get("https://shop.example/", most_bytes=10)
    await outward.close()


async def test_no_such_name_is_told_without_the_address():
    outward = Outward()
    with pytest.raises(UnreachableError) as told:
        await outward.get("https://no-such-shop.invalid/?token=secret", most_bytes=10)
    assert "secret" not in str(told.value)
    await outward.close()
