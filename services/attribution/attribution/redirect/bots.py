"""Which clicks come from programs. Bots are marked, never dropped, with the rule's version, so counts can be redone."""

import re
from functools import cache, lru_cache
from importlib.metadata import version

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

PACKAGE = "crawler-user-agents"
# Ours beside the package's, with a number of their own: it grows with every change below.
OWN_VERSION = 2
OWN_PATTERNS = (
    "thirdLandingPageFeInfra",  # TikTok's preloader
    "Cardyb",
    "Pinterestbot",
    r"[Ll]ink.?[Pp]review",
    "TwitterBot/",
    # Servers of the fediverse: each of a thousand fetches a link's preview once somebody posts it.
    "ActivityPub",
    "^(?:Akkoma|Misskey|PeerTube|Pixelfed|pixelfed|Pleroma|RocketChat)",
    "Hubzilla",
    "^Nextcloud Server Crawler",
    "^XING-contenttabreceiver",
    # Libraries of systems, used by apps that fetch without showing a page.
    "^Dalvik/",
    "^Java/",
    "CFNetwork/[0-9.]+ Darwin",
    r"^com\.apple\.WebKit\.Networking",
)
APPS = re.compile(r"\b(?:Viber|WhatsApp)/|Google/google")
"""Words that name a preview's program, and inside a browser's agent only the app that the page is shown in."""
BROWSER = "Mozilla/5.0 ("
LONGEST = 512
"""Characters of a user agent that the rule reads, and that a click keeps."""
_REMEMBERED = 20_000
_PURPOSES = frozenset({b"purpose", b"sec-purpose", b"x-purpose", b"x-moz"})


class BotRule:
    """The rule and its name. User agents repeat, so answers are remembered; a search costs about 0.4 ms."""

    def __init__(self) -> None:
        patterns = [entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA]
        self.name = f"{PACKAGE}/{version(PACKAGE)}+{OWN_VERSION}"
        self._search = re.compile("|".join([*patterns, *OWN_PATTERNS])).search
        self._known = lru_cache(maxsize=_REMEMBERED)(self._matches)

    def marks(self, *, method: str, user_agent: str, fetched_ahead: bool) -> bool:
        """Whether the request counts as a bot's: not a GET, fetched before anybody clicked, or by a known program."""
        return method != "GET" or fetched_ahead or self._known(user_agent[:LONGEST])

    def _matches(self, user_agent: str) -> bool:
        if user_agent.startswith(BROWSER):
            user_agent = APPS.sub("", user_agent)
        return user_agent.strip() in ("", "-") or self._search(user_agent) is not None


@cache
def the_rule() -> BotRule:
    """This version's rule, made once: its patterns take a moment to compile."""
    return BotRule()


def fetched_ahead(headers: dict[bytes, bytes]) -> bool:
    """Whether a browser or a preview asks before a person does (prefetch, prerender, preview)."""
    if _PURPOSES.isdisjoint(headers):
        return False
    told = b" ".join(headers[name].lower() for name in _PURPOSES & headers.keys())
    return b"prefetch" in told or b"preview" in told or b"prerender" in told
