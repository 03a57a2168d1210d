"""What links are called: codes that can't be guessed, and codes that people choose (A1)."""

import secrets

from attribution.domain.refused import Refused

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
"""No 0 and o, no 1, l and i: codes are read from screens and typed (A1)."""
LENGTH = 9
"""31^9 codes, 44.6 bits: among a million links one guess in 26 million hits (RELIABILITY, code guessing)."""

RESERVED = frozenset(
    {
        "about", "account", "admin", "administrator", "api", "assets", "auth", "billing", "blog", "callback", "console",
        "contact", "data-protection", "docs", "favicon", "health", "help", "home", "imprint", "index", "internal",
        "legal", "live", "login", "logout", "metrics", "null", "oauth", "official", "operator", "password", "pay",
        "payment", "payout", "privacy", "ready", "redirect", "refund", "register", "robots", "root", "security",
        "settings", "setup", "signin", "signup", "sitemap", "static", "status", "support", "system", "terms",
        "undefined", "verify", "webhook", "webhooks", "well-known",
    }
)  # fmt: skip
"""Words that would pass for the platform's own pages, or that programs ask for."""


def new_code() -> str:
    """A fresh code from the system's random source; codes of one creator have nothing in common."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def chosen(code: str) -> str:
    """A code of somebody's choice as it is kept: in lower case. Raises `Refused` for reserved words."""
    kept = code.lower()
    if kept in RESERVED:
        raise Refused("code", "This word is reserved. Choose another one.")
    return kept
