"""Calls to addresses that others name (a store's API): only to public ones, pinned, bounded, without redirects."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
MORE: Final = tuple(
    ipaddress.ip_network(network)
    for network in ("100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15", "169.254.0.0/16", "fec0::/10", "64:ff9b:1::/48")
)
"""Ranges that not every version of the standard library counts as private."""

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class RefusedAddressError(Exception):
    """The address is not one that we may call: another scheme, userinfo, or a host that is not public."""


class AnswerTooLargeError(Exception):
    """The answer is longer than was asked for; `headers` came before it and may be used."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__("the answer is too large")
        self.headers = headers


class UnreachableError(Exception):
    """No whole answer: no such name, no connection, no end in time, or an answer that is no HTTP."""


@dataclass(frozen=True)
class Answer:
    """A whole answer, whatever its status; header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


async def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the system's resolver, which also reads `127.1`, `0x7f000001` and `2130706433`."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Whether an IP address is one on the public internet, looked at through every way of wrapping IPv4 into IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and (ip in NAT64 or int(ip) >> 32 == 0):  # NAT64, and the old IPv4-compatible form
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    if any(ip.version == network.version and ip in network for network in MORE):
        return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


class Outward:
    """The one client for addresses from outside (RELIABILITY, SSRF).

    A name is resolved once for each call; if any of its addresses is not public, nothing is called; the connection
    goes to the address that was checked, so that a second answer of the resolver changes nothing. HTTPS only, no
    redirects, no proxy from the environment, no content encoding, a deadline for the whole call. `private_too` is for
    development: it also allows HTTP and addresses that are not public.
    """

    def __init__(
        self,
        *,
        private_too: bool = False,
        seconds: float = 30.0,
        resolver: Resolve = resolve,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._private_too = private_too
        self._seconds = seconds
        self._resolve = resolver
        self._http = httpx.AsyncClient(
            timeout=httpx.Timeout(seconds, connect=5.0),
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            headers={"Accept-Encoding": "identity", "User-Agent": "creator-marketplace"},
            limits=httpx.Limits(max_keepalive_connections=0),
        )

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None, most_bytes: int) -> Answer:
        """The answer to a GET. Raises `RefusedAddressError`, `AnswerTooLargeError` or `UnreachableError`."""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._get(url, headers or {}, most_bytes)
        except TimeoutError:
            raise UnreachableError(f"no whole answer within {self._seconds:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            # Not the error's own text: it may quote the address, and with it what stands in its query.
            raise UnreachableError(type(error).__name__) from None

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def _get(self, url: str, headers: Mapping[str, str], most_bytes: int) -> Answer:
        address, host = await self._checked(url)
        async with self._http.stream(
            "GET",
            address,
            headers={**headers, "Host": host},
            extensions={"sni_hostname": address_free(host)},
        ) as response:
            named = {name.lower(): value for name, value in response.headers.items()}
            if named.get("content-encoding", "identity").strip().lower() not in {"", "identity"}:
                raise UnreachableError("the answer is encoded, which was not asked for")
            body = bytearray()
            async for part in response.aiter_raw():
                body += part
                if len(body) > most_bytes:
                    raise AnswerTooLargeError(named)
            return Answer(response.status_code, named, bytes(body))

    async def _checked(self, url: str) -> tuple[httpx.URL, str]:
        """The URL with an allowed address in the host's place, and the host as the `Host` header names it."""
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL:
            raise RefusedAddressError("not an address") from None
        if parsed.scheme != "https" and not (self._private_too and parsed.scheme == "http"):
            raise RefusedAddressError("not https")
        if parsed.userinfo or not parsed.host:
            raise RefusedAddressError("not a plain host")
        host = parsed.raw_host.decode("ascii")
        found = await self._resolve(host, parsed.port or (443 if parsed.scheme == "https" else 80))
        if not found:
            raise UnreachableError("no such name")
        if not self._private_too and not all(is_public(each) for each in found):
            raise RefusedAddressError("not a public address")
        return parsed.copy_with(host=found[0].partition("%")[0]), parsed.netloc.decode("ascii")


def address_free(netloc: str) -> str:
    """The host of a `host:port`, which the certificate must name."""
    return netloc[1:].partition("]")[0] if netloc.startswith("[") else netloc.partition(":")[0]
