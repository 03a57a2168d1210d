"""Which clicks come from programs. Bots are marked, never dropped, with the rule's version, so counts can be redone."""

import re
from functools import lru_cache
from importlib.metadata import version

from crawleruseragents import CRAWLER_USER_AGENTS_DATA

PACKAGE = "crawler-user-agents"
# Ours beside the package's, with a number of their own: TikTok's preloader, and previews that the package misses.
OWN_VERSION = 1
OWN_PATTERNS = ("thirdLandingPageFeInfra", "Cardyb", "Pinterestbot", "LinkPreview")
_REMEMBERED = 20_000
_LONGEST = 512


class BotRule:
    """The rule and its name. User agents repeat, so answers are remembered; a search costs about 0.4 ms."""

    def __init__(self) -> None:
        patterns = [entry["pattern"] for entry in CRAWLER_USER_AGENTS_DATA]
        self.name = f"{PACKAGE}/{version(PACKAGE)}+{OWN_VERSION}"
        self._search = re.compile("|".join([*patterns, *OWN_PATTERNS])).search
        self._known = lru_cache(maxsize=_REMEMBERED)(self._matches)

    def marks(self, *, method: str, user_agent: str, fetched_ahead: bool) -> bool:
        """Whether the request counts as a bot's: not a GET, fetched before anybody clicked, or by a known program."""
        return method != "GET" or fetched_ahead or self._known(user_agent[:_LONGEST])

    def _matches(self, user_agent: str) -> bool:
        return user_agent.strip() in ("", "-") or self._search(user_agent) is not None


def fetched_ahead(headers: dict[bytes, bytes]) -> bool:
    """Whether a browser or a preview asks before a person does (prefetch, prerender, preview)."""
    told = b" ".join(headers.get(name, b"") for name in (b"purpose", b"sec-purpose", b"x-purpose", b"x-moz")).lower()
    return b"prefetch" in told or b"preview" in told or b"prerender" in told
