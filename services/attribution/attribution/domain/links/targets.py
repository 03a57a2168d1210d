"""Where a link may lead, decided once when the link is made or learned, and where the click's id goes in it.

What is served is made of the stored target alone; nothing of a request reaches it but the click's id.
"""

import ipaddress
import re
from collections.abc import Iterable
from urllib.parse import quote, unquote_plus, urlsplit

import idna

_PARTS = re.compile(r"(https?)://([^/?#\\]*)(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_][a-z0-9._-]*)(:[0-9]{1,5})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Every visible ASCII character except those that no URL may hold bare; `%` stays, so what is encoded stays as it is.
_KEPT = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in '"<>\\`')


RULE = 2
"""Grows with every change of what is accepted, so that targets which an older rule accepted are checked again."""


class RefusedTargetError(Exception):
    """A stored target that the redirect does not lead to; the message says why."""


def accepted(url: str, parameter: str) -> str:
    """The target as it is served: ASCII, its host in Punycode, without a click id of an earlier visit.

    Refused: control characters, user names in the host part, hosts that URL parsers read differently, anything but
    https, except http to this machine (development).
    """
    if _CONTROL.search(url):
        raise RefusedTargetError("control character")
    parts = _PARTS.fullmatch(url)
    if parts is None:
        raise RefusedTargetError("neither https nor http")
    scheme, authority, rest = parts.groups()
    if "@" in authority:
        raise RefusedTargetError("user name before the host")
    if rest[:1] not in ("", "/", "?", "#"):
        raise RefusedTargetError("backslash after the host")
    host = _host(authority)
    if scheme == "http" and not _is_loopback(host):
        raise RefusedTargetError("http to another machine")
    base, mark, fragment = rest.partition("#")
    path, question, query = base.partition("?")
    kept = [pair for pair in query.split("&") if unquote_plus(pair.partition("=")[0]) != parameter]
    query = "&".join(kept)
    return f"{scheme}://{host}{quote(path + (question if kept else '') + query + mark + fragment, safe=_KEPT)}"


def allowed_host(target: str, domains: Iterable[str]) -> bool:
    """Whether an accepted target is on one of a brand's domains: the very name, or a name that ends in `.` + it.

    Neither a name that merely ends in the same letters, nor an address, nor a name with a port or a final dot: other
    things may be served there. A loopback host may have a port (development).
    """
    host = host_of(target)
    name = re.sub(r":[0-9]+$", "", host) if _is_loopback(host) else host
    return any(name == domain or name.endswith(f".{domain}") for domain in domains if domain)


def host_of(target: str) -> str:
    """The host of an accepted target with its port, as it is served."""
    return urlsplit(target).netloc


CLICK = "\0"
"""Stands in a slotted target where the click's id goes: no accepted target has it."""
_DISCOUNT = re.compile(r"https?://[^/?#]+/discount/[^/?#]+")


def slotted(target: str, parameter: str) -> str:
    """The accepted target with `CLICK` where the click's id goes: the last parameter of its query, before the fragment.

    Shopify's `/discount/CODE?redirect=/page` sends people on to the page: there the id stands in the page's own query,
    too, for nothing promises that the outer one comes along.
    """
    return _with_parameter(_with_inner(target, parameter), parameter)


def with_click(target: str, parameter: str, click: str) -> str:
    """The accepted target as it is served for one click."""
    return slotted(target, parameter).replace(CLICK, click)


def _with_inner(target: str, parameter: str) -> str:
    if "/discount/" not in target:
        return target
    base, mark, fragment = target.partition("#")
    path, question, query = base.partition("?")
    if not question or not _DISCOUNT.fullmatch(path):
        return target
    pairs = query.split("&")
    for place, pair in enumerate(pairs):
        name, _, page = pair.partition("=")
        if name == "redirect" and unquote_plus(page).startswith("/"):
            before, _, after = _with_parameter(unquote_plus(page), parameter).partition(CLICK)
            pairs[place] = f"redirect={quote(before, safe='/')}{CLICK}{quote(after, safe='/')}"
            break
    return f"{path}?{'&'.join(pairs)}{mark}{fragment}"


def _with_parameter(target: str, parameter: str) -> str:
    base, mark, fragment = target.partition("#")
    joint = "?" if "?" not in base else "" if base.endswith(("?", "&")) else "&"
    return f"{base}{joint}{parameter}={CLICK}{mark}{fragment}"


def _host(authority: str) -> str:
    """Host and port in lower case; a name in other letters becomes what browsers would ask the name service for."""
    name, colon, port = authority, "", ""
    if not authority.isascii():
        name, colon, port = authority.partition(":")
        try:
            name = idna.encode(name, uts46=True, transitional=False).decode()
        except idna.IDNAError as error:
            raise RefusedTargetError("host name not valid") from error
    host = f"{name}{colon}{port}".lower()
    match = _AUTHORITY.fullmatch(host)
    if match is None:
        raise RefusedTargetError("host not valid")
    if match[2] and int(match[2][1:]) > 65535:  # noqa: PLR2004 - the highest port there is
        raise RefusedTargetError("port not valid")
    if host.startswith("["):
        _ip(match[1][1:-1])
    return host


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError as error:
        raise RefusedTargetError("address not valid") from error


def _is_loopback(host: str) -> bool:
    name = re.sub(r":[0-9]+$", "", host).strip("[]")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
