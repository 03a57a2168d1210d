"""Where a write came from, and where a person may be sent after sign-in."""

from urllib.parse import urlsplit

MOST = 500


def origin_of(url: str) -> str:
    """`https://host[:port]` of an address, as browsers write it in `Origin`: default ports left out."""
    parts = urlsplit(url)
    default = {"http": 80, "https": 443}.get(parts.scheme)
    host = (parts.hostname or "").lower()
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port not in (None, default) else ""
    return f"{parts.scheme}://{host}{port}"


def is_same_origin(origin: str | None, public_url: str) -> bool:
    """Whether a browser's `Origin` is our own. An absent one, or `null`, is not."""
    return origin is not None and origin.lower() == origin_of(public_url)


def safe_next(path: str) -> str:
    """A path of ours to go to after sign-in; empty for anything that a browser could read as another host."""
    if not path.startswith("/") or len(path) > MOST:
        return ""
    if path.startswith(("//", "/\\")) or "\\" in path:
        return ""
    return path if path.isprintable() and " " not in path else ""
