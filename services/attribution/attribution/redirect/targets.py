"""Where a link may lead, decided once when the link is learned, and how the click's id is added to it.

What is served is made of the stored target alone; nothing of a request reaches it but the click's id.
"""

import ipaddress
import re
from urllib.parse import quote, unquote_plus, urlencode

import idna

_PARTS = re.compile(r"(https?)://([^/?#\\]*)(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_][a-z0-9._-]*)(:[0-9]{1,5})?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
# Every visible ASCII character except those that no URL may hold bare; `%` stays, so what is encoded stays as it is.
_KEPT = "".join(chr(c) for c in range(0x21, 0x7F) if chr(c) not in '"<>\\`')


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


def with_click(target: str, parameter: str, click: str) -> str:
    """The accepted target with the click's id as the last parameter of its query, before the fragment."""
    base, mark, fragment = target.partition("#")
    joint = "?" if "?" not in base else "" if base.endswith(("?", "&")) else "&"
    return f"{base}{joint}{urlencode({parameter: click})}{mark}{fragment}"


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
