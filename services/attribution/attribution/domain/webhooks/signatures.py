"""Whether a webhook comes from the shop whose secret we hold: HMAC-SHA256 over the raw bytes (WEBHOOKS 1.1, 1.2)."""

import base64
import hashlib
import hmac
import html
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit


def header(headers: Mapping[str, str], *names: str) -> str | None:
    """The first of these headers that is there, stripped; names in lower case, `headers` in any."""
    given = {name.lower(): value for name, value in headers.items()}
    return next((given[name].strip() for name in names if name in given), None)


def sign(raw: bytes, secret: str) -> str:
    """The signature as both stores send it: base64 of the HMAC-SHA256 of the body."""
    return base64.b64encode(hmac.digest(secret.encode("utf-8", "surrogatepass"), raw, hashlib.sha256)).decode()


def is_signed(raw: bytes, signature: str | None, secrets: Iterable[str]) -> bool:
    """Whether one of the secrets (two during a rotation) signed these bytes. An empty secret signs nothing.

    Compares in constant time, and with every secret, so that the time says nothing; never raises on any header.
    """
    given = (signature or "").encode("utf-8", "replace")
    matches = [hmac.compare_digest(sign(raw, secret).encode(), given) for secret in secrets if secret]
    return any(matches)


def woocommerce_keys(secrets: Iterable[str]) -> tuple[str, ...]:
    """The keys that WooCommerce may sign with: it decodes HTML entities in a secret first, `a&amp;b` signs as `a&b`."""
    return tuple(key for secret in secrets for key in dict.fromkeys((html.unescape(secret), secret)))


def is_of_shop(claimed: str | None, shop: str) -> bool:
    """Whether a header that names a shop (a host or its address) names this one; an absent header claims nothing.

    The header is unsigned, so this catches a webhook that was set up with another store's address, not a forger.
    """
    return claimed is None or host_of(claimed) == (host_of(shop) or shop)


def host_of(place: str) -> str | None:
    """The host name in a host or a URL, in lower case and without `www.`; None where there is none."""
    try:
        host = urlsplit(place if "//" in place else f"//{place}").hostname
    except ValueError:
        return None
    return host.removeprefix("www.") if host else None
