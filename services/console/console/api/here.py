"""What the console's own routes find: its desk, and the person behind the cookie."""

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request

from chassis.http import Problem, unauthorized
from console import cookies
from console.desk import Desk
from console.domain.origins import is_same_origin
from console.domain.sessions import Session, hashed


async def desk_of(request: Request) -> Desk:
    """The console's parts."""
    return cast("Desk", request.app.state.desk)


TheDesk = Annotated[Desk, Depends(desk_of)]


async def same_origin(request: Request, desk: TheDesk) -> None:
    """403 unless the browser says that our own pages sent this; programs say so, too."""
    if not is_same_origin(request.headers.get("origin"), desk.settings.console_public_url):
        raise Problem(403, "foreign-origin", "Sent from elsewhere", "Send our own address in the Origin header.")


async def session_of(request: Request, desk: TheDesk) -> Session:
    """The signed-in person; 401 without a session."""
    cookie = cookies.read(request, cookies.SESSION, desk.settings)
    session = await desk.entry.session(hashed(cookie), desk.clock.now()) if cookie else None
    if session is None:
        raise unauthorized("Sign in first.", error="")
    return session


TheSession = Annotated[Session, Depends(session_of)]
SameOrigin = Depends(same_origin)
