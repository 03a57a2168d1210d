"""One request for a page: who asks, in which language, and how an answer is made."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from urllib.parse import quote, urlencode

from babel import Locale
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from chassis.ids import new_id
from chassis.settings import Environment as Where
from console import catalogues
from console.clients import Caller
from console.desk import Desk
from console.domain.sessions import Session
from console.domain.words import Say
from console.pages.assets import STYLE, Asset
from console.pages.formats import Formats
from console.pages.forms import Form
from console.pages.menu import MESSAGES, SHORTLISTS, menu_of
from console.pages.notices import NOTICES

PART: Final = 64 * 1024

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

SCRIPTED = "; script-src 'self'; connect-src 'self'"
"""What the policy of a page with a script of ours says, too."""


_SENTENCE_END = re.compile(r"(?<=\.) ")


@cache
def environment(language: str) -> Environment:
    """The templates in one language. A name that is missing is an error, never an empty place."""
    made = Environment(
        loader=PackageLoader("console", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found = catalogues.translations(language)
    made.install_gettext_translations(found, newstyle=True)  # type: ignore[attr-defined] # added by the i18n extension
    return made


async def parts_of(file: UploadFile) -> AsyncIterator[bytes]:
    """An uploaded file, part by part, as it is sent on."""
    while part := await file.read(PART):
        yield part


@dataclass(frozen=True)
class View:
    """A request and everything that its page needs."""

    request: Request
    desk: Desk
    locale: Locale
    session: Session | None = None
    unread: int = 0
    new_alerts: int = 0

    @property
    def who(self) -> Session:
        """The signed-in person, on pages that ask for one."""
        if self.session is None:
            raise RuntimeError("this page was not declared to need a session")
        return self.session

    @property
    def formats(self) -> Formats:
        """How this person reads numbers and times."""
        zone = self.session.role.zone if self.session else "UTC"
        return Formats(self.locale, zone, self.desk.clock.now())

    def path(self, name: str) -> str:
        """A parameter of the path."""
        return str(self.request.path_params[name])

    def query(self, name: str, most: int = 200) -> str:
        """A parameter of the query, trimmed and cut."""
        return self.request.query_params.get(name, "").strip()[:most]

    @property
    def here(self) -> str:
        """This page's address, to come back to, without what was said after a form; the start for a form's answer."""
        if self.request.method != "GET":
            return "/"
        query = urlencode([(name, value) for name, value in self.request.query_params.multi_items() if name != "done"])
        return quote(self.request.url.path) + (f"?{query}" if query else "")

    def service(self, name: str, *, invitation: str | None = None) -> Caller:
        """Calls to another service as this person."""
        return self.desk.caller(name, self.who, invitation=invitation)

    def say(self, words: str | Say) -> str:
        """Words in this person's language; what a service says in several sentences is looked up one by one."""
        found = catalogues.translations(self.locale.language)
        if isinstance(words, Say):
            values = {
                name: self.formats.number(value) if isinstance(value, int) else value
                for name, value in words.values.items()
            }
            return found.gettext(words.words) % values
        said = found.gettext(words) if words else ""
        if said != words or ". " not in words:
            return said
        return " ".join(found.gettext(sentence) for sentence in _SENTENCE_END.split(words))

    async def form(self, most: int = 200) -> Form:
        """What was posted, up to so many fields; files are left out."""
        posted = await self.request.form(max_files=0, max_fields=most)
        return Form.of((name, value) for name, value in posted.multi_items() if not isinstance(value, UploadFile))

    @asynccontextmanager
    async def upload(self, name: str) -> AsyncIterator[tuple[Form, UploadFile | None]]:
        """What was posted with one file in the field `name`; None if none was chosen. It is on disk, and gone after."""
        posted = await self.request.form(max_files=1, max_fields=50)
        try:
            fields = {key: value for key, value in posted.multi_items() if not isinstance(value, UploadFile)}
            file = posted.get(name)
            yield Form(fields), file if isinstance(file, UploadFile) and file.size else None
        finally:
            await posted.close()

    def render(self, template: str, status: int = 200, *, script: Asset | None = None, **values: Any) -> Response:
        """A page. `form` is there in every template, empty where the page has none.

        A page with a `script` of ours may run it and ask us by it; no other page runs any.
        """
        env = environment(self.locale.language)
        settings = self.desk.settings
        given = {
            "site": settings.site_name,
            "language": self.locale.language,
            "languages": catalogues.names(),
            "here": self.here,
            "style": STYLE.path,
            "script": script.path if script else "",
            "is_development": settings.environment is Where.DEVELOPMENT,
            "session": self.session,
            "menu": menu_of(self.session, self.request.url.path),
            "news": {MESSAGES: self.unread, SHORTLISTS: self.new_alerts},
            "notice": NOTICES.get(self.query("done")),
            "form": Form(),
            "say": self.say,
            "f": self.formats,
            "new_key": new_id,
        } | values
        headers = dict(HEADERS)
        if script is not None:
            headers["Content-Security-Policy"] += SCRIPTED
        return HTMLResponse(env.get_template(template).render(given), status, headers)

    def go(self, path: str) -> Response:
        """Post, then redirect: to a path of ours."""
        return RedirectResponse(path, 303, dict(HEADERS))
