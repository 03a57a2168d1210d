"""The console's three cookies, and what of a browser a request tells us."""

from starlette.requests import Request
from starlette.responses import Response

from console.settings import ConsoleSettings

SESSION = "session"
SIGN_IN = "sign-in"
LANGUAGE = "language"


def name_of(kind: str, settings: ConsoleSettings) -> str:
    """The cookie's name; with TLS it has the prefix that keeps other hosts and plain HTTP from setting it."""
    return f"__Host-{kind}" if settings.is_secure else kind


def read(request: Request, kind: str, settings: ConsoleSettings) -> str:
    """The cookie's value; empty without one, or for one that none of ours can be."""
    value = request.cookies.get(name_of(kind, settings), "")
    return value if len(value) <= 100 else ""  # noqa: PLR2004 - ours have 43 characters


def put(response: Response, kind: str, value: str, settings: ConsoleSettings, *, seconds: int) -> None:
    """Set a cookie: for the server's eyes only, not sent by other sites' forms."""
    response.set_cookie(
        name_of(kind, settings),
        value,
        max_age=seconds,
        path="/",
        secure=settings.is_secure,
        httponly=True,
        samesite="lax",
    )


def drop(response: Response, kind: str, settings: ConsoleSettings) -> None:
    """Let the browser forget a cookie."""
    response.delete_cookie(name_of(kind, settings), path="/", secure=settings.is_secure, httponly=True, samesite="lax")


def client_of(request: Request) -> str:
    """The network address that the request came from."""
    return request.client.host if request.client else ""
