"""Addresses of profiles, as lists of creators have them: whose page on which network."""

import re
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

NOT_A_PROFILE: Final = "is not a profile's address"
UNKNOWN_HOST: Final = "is not an address of a network that is known here"

SCHEME: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
BY_NUMBER: Final = "profile.php"
"""Of these pages the query tells whose it is."""

MOST_IDS: Final = 20

ALIASES: Final = {
    "tik-tok": "tiktok",
    "you-tube": "youtube",
    "yt": "youtube",
    "insta": "instagram",
    "ig": "instagram",
    "twitter": "x",
    "fb": "facebook",
}
"""Other names of networks that people write; each network has one, or its creators would be there twice."""

HOSTS: Final = tuple(
    (re.compile(rf"(?:[a-z0-9-]+\.)?(?:{host})"), network)
    for host, network in (
        (r"tiktok\.com", "tiktok"),
        (r"instagram\.com|instagr\.am", "instagram"),
        (r"youtube\.com", "youtube"),
        (r"twitch\.tv", "twitch"),
        (r"x\.com|twitter\.com", "x"),
        (r"facebook\.com|fb\.com", "facebook"),
        (r"snapchat\.com", "snapchat"),
        (r"pinterest\.(?:[a-z]{2,3}|co\.[a-z]{2}|com\.[a-z]{2})", "pinterest"),
        (r"linkedin\.com", "linkedin"),
        (r"threads\.(?:net|com)", "threads"),
    )
)
NETWORKS: Final = tuple(dict.fromkeys(network for _, network in HOSTS))
"""Networks that are known here; there are others, which lists name."""
SHAPES: Final = {
    "tiktok": (r"@([^/?]+)(?:/.*)?",),
    "instagram": (r"(?:stories/|_u/)([^/?]+)(?:/.*)?", r"([^/?]+)(?:/.*)?"),
    "youtube": (r"@([^/?]+)(?:/.*)?", r"(?:channel|c|user)/([^/?]+)(?:/.*)?", r"([^/?]+)"),
    "twitch": (r"([^/?]+)(?:/.*)?",),
    "x": (r"@?([^/?]+)(?:/.*)?",),
    "facebook": (
        r"(?:people|pages)/[^/]+/([0-9]+)(?:/.*)?",
        r"profile\.php\?(?:.*&)?id=([0-9]+)(?:&.*)?",
        r"([^/?]+)(?:/.*)?",
    ),
    "snapchat": (r"add/([^/?]+)", r"@([^/?]+)(?:/.*)?"),
    "pinterest": (r"([^/?]+)(?:/.*)?",),
    "linkedin": (r"in/([^/?]+)(?:/.*)?",),
    "threads": (r"@([^/?]+)(?:/.*)?",),
}
"""How the path of a profile's page looks, without the first slash; the group is the handle."""
PATHS: Final = {network: tuple(map(re.compile, shapes)) for network, shapes in SHAPES.items()}

PAGES: Final = {
    "instagram": "p reel reels tv explore stories accounts direct about developer legal s share popular web",
    "youtube": "watch playlist shorts results feed live embed hashtag channel c user v about gaming premium account "
    "post",
    "twitch": "directory videos p downloads settings search subscriptions turbo store jobs team collections",
    "x": "i home search explore hashtag intent share settings notifications messages tos privacy about login signup",
    "facebook": "groups watch events pages people profile.php sharer sharer.php share reel photo photo.php story.php "
    "permalink.php login marketplace hashtag help plugins dialog p stories gaming public",
    "pinterest": "pin search ideas explore today settings business login password categories",
}
"""First parts of a path that are the network's own pages and nobody's handle."""
OWN_PAGES: Final = {network: frozenset(PAGES.get(network, "").split()) for network in PATHS}


class NotAProfileError(ValueError):
    """The text is an address, and not one of a profile on a known network; the message goes behind the text."""


def is_address(text: str) -> bool:
    """Whether the text is an address rather than a handle: it has a scheme, or begins with a host and has a path."""
    if SCHEME.match(text):
        return True
    host, slash, _ = text.partition("/")
    return bool(slash and re.fullmatch(r"[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", host)) or _network_of(host) is not None


def profile_at(text: str) -> tuple[str, str]:
    """Network and handle of the profile whose page has this address. Raises `NotAProfileError`."""
    try:
        parts = urlsplit(text if SCHEME.match(text) else f"//{text}")
        network = _network_of(parts.hostname or "")
    except ValueError:
        raise NotAProfileError(NOT_A_PROFILE) from None
    if network is None:
        raise NotAProfileError(UNKNOWN_HOST if parts.hostname else NOT_A_PROFILE)
    path = "/".join(part for part in parts.path.split("/") if part)
    if path == BY_NUMBER:
        path = f"{path}?{parts.query}"
    handle = unquote(_handle(network, path))
    if "/" in handle:
        raise NotAProfileError(NOT_A_PROFILE)
    return network, handle


def ids_in(address: str) -> tuple[str, ...]:
    """What may be a video's id in its page's address: any part of the path, any value of the query, each once.

    Networks put it anywhere (`/@anna/video/7123`, `/reel/Cx1`, `?v=dQw4`), and which it is only who knows the creator's
    videos can say.
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ()
    told = [*map(unquote, parts.path.split("/")), *(value for _, value in parse_qsl(parts.query))]
    return tuple(dict.fromkeys(part for part in told if part))[:MOST_IDS]


def is_profile(text: str) -> bool:
    """Whether the text is the address of a profile on a known network."""
    try:
        return is_address(text) and bool(profile_at(text))
    except NotAProfileError:
        return False


def _network_of(host: str) -> str | None:
    return next((network for pattern, network in HOSTS if pattern.fullmatch(host.lower())), None)


def _handle(network: str, path: str) -> str:
    for pattern in PATHS[network]:
        found = pattern.fullmatch(path)
        if found is not None and found[1].lower() not in OWN_PAGES[network]:
            return found[1]
    raise NotAProfileError(NOT_A_PROFILE)
