"""What is live: an address of the right form, on the platform that was agreed (C6)."""

import re
import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from campaigns.domain.refusals import Refused
from contracts.campaigns import Platform

_ID = r"[A-Za-z0-9_-]+"
_NAME = r"[^/?#]+"
FORMS: Mapping[Platform, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        Platform.TIKTOK: (
            (r"(?:www\.|m\.)?tiktok\.com", rf"/@{_NAME}/(?:video|photo)/[0-9]+/?|/@{_NAME}/live/?|/t/{_ID}/?"),
            (r"v[mt]\.tiktok\.com", rf"/{_ID}/?"),
        ),
        Platform.YOUTUBE: (
            (r"(?:www\.|m\.)?youtube\.com", rf"/watch\?(?:.*&)?v={_ID}.*|/(?:shorts|live|post)/{_ID}/?"),
            (r"youtu\.be", rf"/{_ID}/?"),
        ),
        Platform.INSTAGRAM: (
            (r"(?:www\.)?instagram\.com", rf"/(?:{_NAME}/)?(?:p|reel|reels|tv|live)/{_ID}/?|/stories/{_NAME}/[0-9]+/?"),
        ),
        Platform.FACEBOOK: (
            (
                r"(?:www\.|m\.|web\.)?facebook\.com",
                rf"/(?:reel|share/[a-z])/{_ID}/?|/watch/?\?(?:.*&)?v=[0-9]+.*|/{_NAME}/(?:videos|posts|photos)/.+",
            ),
            (r"(?:www\.|m\.)?facebook\.com", r"/(?:story|permalink)\.php\?.+"),
            (r"fb\.watch", rf"/{_ID}/?"),
        ),
        Platform.X: ((r"(?:www\.|mobile\.)?(?:x|twitter)\.com", rf"/{_NAME}/status/[0-9]+(?:/.*)?"),),
        Platform.SNAPCHAT: ((r"(?:www\.|story\.|t\.)?snapchat\.com", r"/.+"),),
        Platform.PINTEREST: (
            (r"(?:[a-z]{2,3}\.)?pinterest\.(?:com|[a-z]{2}|co\.[a-z]{2}|com\.[a-z]{2})", r"/pin/[^/]+/?"),
            (r"pin\.it", rf"/{_ID}/?"),
        ),
        Platform.LINKEDIN: (
            (r"(?:[a-z]{2,3}\.)?linkedin\.com", r"/(?:posts|feed/update|video/live|events|pulse)/.+"),
            (r"lnkd\.in", rf"/{_ID}/?"),
        ),
        Platform.TWITCH: (
            (r"(?:www\.|m\.)?twitch\.tv", rf"/videos/[0-9]+/?|/{_NAME}/(?:clip|v)/{_ID}/?|/{_NAME}/?"),
            (r"clips\.twitch\.tv", rf"/{_ID}/?"),
        ),
        Platform.OTHER: ((r"[a-z0-9-]+(?:\.[a-z0-9-]+)+", r".*"),),
    }
)
"""For each platform: its hosts, and what path and query look like there."""


def must_be_live(url: str | None, platform: Platform) -> str:
    """The address, if it can be a publication on that platform; raises `Refused` naming what is wrong with it."""
    if not url:
        raise Refused("url", "Give the address at which it is live.")
    host, rest = _parts(url)
    forms = [path for hosts, path in FORMS[platform] if re.fullmatch(hosts, host)]
    if not forms:
        raise Refused("url", f"This is not an address on {platform.value}, where it was to be published.")
    if not any(re.fullmatch(path, rest) for path in forms):
        raise Refused("url", f"This is an address on {platform.value}, but not of a publication.")
    return url


def _parts(url: str) -> tuple[str, str]:
    """Host, and path with query; of an https address that all readers understand alike."""
    if any(letter in " \\" or unicodedata.category(letter) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for letter in url):
        raise Refused("url", "The address has a character that addresses can't have.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused("url", "This is not an address of a page.") from None
    if parts.scheme != "https" or not parts.hostname:
        raise Refused("url", "The address must begin with https://.")
    if "@" in parts.netloc or port is not None:
        raise Refused("url", "The address must have neither a user name nor a port.")
    return parts.hostname.rstrip("."), f"{parts.path}{'?' + parts.query if parts.query else ''}"
