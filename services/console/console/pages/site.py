"""All pages as one ASGI application: who may see which, where writes may come from, and calm pages for errors."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import Receive, Scope, Send

from chassis.http import Problem
from chassis.http.answers import of_unexpected
from chassis.http.routes import BODY_LIMIT
from chassis.logs import log
from chassis.tx import OutcomeUnknown, TryAgainLater
from console import catalogues, cookies
from console.clients import Conversations, DeclinedError, Discovery, NotThereError, ServiceAwayError, WrongFieldsError
from console.desk import Desk
from console.domain.origins import is_same_origin
from console.domain.sessions import Session, hashed
from console.pages.assets import ASSETS
from console.pages.view import View
from console.store import Readings
from contracts.http.console import RoleKind

Handler = Callable[[View], Awaitable[Response]]
MACHINES = ("/v1/", "/internal/", "/oauth/", "/.well-known/", "/health/")


@dataclass(frozen=True)
class Page:
    """One page or form: its path, what answers, and for whom it is: one role, one of `roles`, or everybody.

    A form that takes a file says how many bytes its body may have.
    What shows no menu says so (`has_news`), and nobody is asked what is new.
    What `is_public` is the same for everybody: no cookie is read for it, no session looked up.
    """

    path: str
    handler: Handler
    role: RoleKind | None = None
    method: str = "GET"
    is_public: bool = False
    body_limit: int | None = None
    roles: tuple[RoleKind, ...] = ()
    has_news: bool = True


class Site:
    """The pages behind one desk."""

    def __init__(self, desk: Desk, pages: Sequence[Page]) -> None:
        self._desk = desk
        self.pages = tuple(pages)
        routes: list[BaseRoute] = [Route(f"/static/{{hash}}/{asset.name}", asset.serve) for asset in ASSETS]
        routes += [Route(page.path, self._endpoint(page), methods=[page.method]) for page in pages]
        self._router = Router(routes, redirect_slashes=False, default=self._nowhere)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            await self._router(scope, receive, send)
        except HTTPException as error:  # the router's own: a path that knows another method
            if isinstance(error, Problem):
                raise
            request = Request(scope, receive)
            response = await self._error(request, error.status_code)
            await response(scope, receive, send)

    async def _nowhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(MACHINES):
            raise Problem(404, "not-found", "Not found", "There is no such path.")
        response = await self._error(Request(scope, receive), 404)
        await response(scope, receive, send)

    def _endpoint(self, page: Page) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            if page.body_limit is not None:
                request.scope[BODY_LIMIT] = page.body_limit
            try:
                return await self._answer(page, request)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told by a page; bugs are logged by of_unexpected
                status, reason = _status_of(error, request, page)
                return await self._error(request, status, reason)

        return endpoint

    async def _answer(self, page: Page, request: Request) -> Response:
        view = self.stranger(request) if page.is_public else await self.view(request)
        if page.method == "POST" and not is_same_origin(
            request.headers.get("origin"), self._desk.settings.console_public_url
        ):
            return _error_page(view, 403, "origin")
        roles = page.roles if page.role is None else (page.role,)
        if roles:
            if view.session is None:
                back = request.url.path if page.method == "GET" else ""
                return view.go(f"/sign-in?next={quote(back)}" if back else "/sign-in")
            if view.session.role.kind not in roles:
                return _error_page(view, 403, "role")
        if view.session is not None and page.method == "GET" and page.has_news:
            view = await with_news(view, view.session)
        return await page.handler(view)

    def stranger(self, request: Request) -> View:
        """The request as nobody's."""
        return View(request, self._desk, catalogues.negotiate(request.headers.get("accept-language", "")))

    async def view(self, request: Request) -> View:
        """The request with whoever sent it."""
        chosen = cookies.read(request, cookies.LANGUAGE, self._desk.settings)
        locale = catalogues.negotiate(request.headers.get("accept-language", ""), chosen)
        cookie = cookies.read(request, cookies.SESSION, self._desk.settings)
        session = await self._desk.entry.session(hashed(cookie), self._desk.clock.now()) if cookie else None
        return View(request, self._desk, locale, session)

    async def _error(self, request: Request, status: int, reason: str = "") -> Response:
        try:
            view = await self.view(request)
        except Exception as error:  # noqa: BLE001 - the store is away: the page is told without a session
            of_unexpected(error, request.method, "error page")
            view = self.stranger(request)
        return _error_page(view, status, reason)


async def with_news(view: View, session: Session) -> View:
    """The request with how many conversations and how many alerts of shortlists are new, for the menu."""

    async def alerts() -> int:
        read = await Readings(view.desk.db, session.role.id, session.person).alerts()
        return await Discovery(view.service("discovery")).new_alerts(read)

    unread, new_alerts = await asyncio.gather(
        view.desk.unread.of(session, Conversations(view.service("campaigns")).unread),
        view.desk.alerts.of(session, alerts),
    )
    return replace(view, unread=unread, new_alerts=new_alerts)


TOLD: dict[type[Exception], tuple[int, str]] = {
    NotThereError: (HTTPStatus.NOT_FOUND, ""),
    WrongFieldsError: (HTTPStatus.BAD_REQUEST, ""),
    DeclinedError: (HTTPStatus.CONFLICT, ""),
    ServiceAwayError: (HTTPStatus.SERVICE_UNAVAILABLE, "away"),
    TryAgainLater: (HTTPStatus.SERVICE_UNAVAILABLE, "away"),
    OutcomeUnknown: (HTTPStatus.SERVICE_UNAVAILABLE, "away"),
}
"""Errors that are expected, as the page's status and kind."""


def _status_of(error: Exception, request: Request, page: Page) -> tuple[int, str]:
    """The status and the kind of page for whatever a handler raised."""
    if isinstance(error, ServiceAwayError):
        of_service(error)
    if type(error) in TOLD:
        return TOLD[type(error)]
    if isinstance(error, HTTPException):
        return error.status_code, ""
    problem = of_unexpected(error, request.method, page.path)
    return problem.status, "away" if problem.status == HTTPStatus.SERVICE_UNAVAILABLE else ""


def of_service(error: ServiceAwayError) -> None:
    """One log line for a call that another service did not answer."""
    log.warning("service.away", service=error.service, error=str(error))


def _error_page(view: View, status: int, reason: str = "") -> Response:
    response = view.render("error.html", int(status), problem=int(status), reason=reason)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = "5"
    return response
