"""The catcher itself: an SMTP port and an HTTP port in one process."""

import asyncio
import json
from datetime import UTC, datetime

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.mail import pages
from local.mail.mailbox import Mail, Mailbox

HOST = "127.0.0.1"
LARGEST_MAIL = 25_000_000
DEFAULT_LIMIT, LARGEST_LIMIT = 50, 10_000
Failures = dict[str, int]


class Inbox:
    """Takes mails from aiosmtpd. A recipient in `failures` is refused with its code: 4xx for now, 5xx for good."""

    def __init__(self, mailbox: Mailbox, failures: Failures) -> None:
        self._mailbox = mailbox
        self._failures = failures

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """The answer to one RCPT TO."""
        code = self._failures.get(address.lower())
        if code is not None:
            return f"{code} {'try again later' if code < 500 else 'no such mailbox'}"  # noqa: PLR2004 - SMTP's border
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the mail."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        mail = self._mailbox.take(raw, envelope.mail_from or "", envelope.rcpt_tos)
        return f"250 OK {mail.id}"


class Api:
    """Mailpit's API as far as we use it, our pages, and `/failures` for tests."""

    def __init__(self, mailbox: Mailbox, failures: Failures) -> None:
        self._mailbox = mailbox
        self._failures = failures

    async def messages(self, request: Request) -> Response:
        """Summaries, the newest first."""
        start = _number(request, "start", 0)
        limit = _number(request, "limit", DEFAULT_LIMIT)
        if start is None or limit is None:
            return PlainTextResponse("start and limit are whole numbers, not negative", 400)
        return JSONResponse(self._mailbox.page(start, min(limit, LARGEST_LIMIT)))

    async def delete(self, request: Request) -> Response:
        """`{"IDs": [...]}`, or an empty body for all."""
        body = await request.body()
        try:
            ids = (json.loads(body) if body else {}).get("IDs") or []
        except (ValueError, AttributeError):
            return PlainTextResponse('the body is {"IDs": [...]} or empty', 400)
        self._mailbox.delete([str(mail_id) for mail_id in ids])
        return PlainTextResponse("ok")

    async def message(self, request: Request) -> Response:
        """One mail with its parts; it counts as read from then on."""
        mail = self._mail(request)
        mail.read = True
        return JSONResponse(mail.details())

    async def headers(self, request: Request) -> Response:
        """Each header's values by its name."""
        return JSONResponse(self._mail(request).headers())

    async def raw(self, request: Request) -> Response:
        """The mail's bytes."""
        return Response(self._mail(request).raw, media_type="text/plain")

    async def list_page(self, _request: Request) -> Response:
        """For a person."""
        return HTMLResponse(pages.mail_list(self._mailbox))

    async def view_page(self, request: Request) -> Response:
        """For a person."""
        return HTMLResponse(pages.mail_view(self._mail(request)))

    async def ready(self, _request: Request) -> Response:
        """Mailpit's health checks."""
        return PlainTextResponse("ok")

    async def fail(self, request: Request) -> Response:
        """`{"address": code}`: these recipients are refused from now on, and no others."""
        wanted = await request.json()
        self._failures.clear()
        self._failures.update({str(address).lower(): int(code) for address, code in wanted.items()})
        return JSONResponse(self._failures)

    def _mail(self, request: Request) -> Mail:
        mail = self._mailbox.find(request.path_params["id"])
        if mail is None:
            raise HTTPException(404, "Message not found")
        return mail


def create_app(mailbox: Mailbox, failures: Failures) -> Starlette:
    """Everything under HTTP."""
    api = Api(mailbox, failures)
    return Starlette(
        routes=[
            Route("/", api.list_page),
            Route("/view/{id}", api.view_page),
            Route("/readyz", api.ready),
            Route("/livez", api.ready),
            Route("/failures", api.fail, methods=["PUT"]),
            Route("/api/v1/messages", api.messages, methods=["GET"]),
            Route("/api/v1/messages", api.delete, methods=["DELETE"]),
            Route("/api/v1/message/{id}", api.message),
            Route("/api/v1/message/{id}/headers", api.headers),
            Route("/api/v1/message/{id}/raw", api.raw),
        ]
    )


async def serve(smtp_port: int, http_port: int, failures: Failures) -> None:
    """Until SIGTERM or Ctrl-C."""
    mailbox = Mailbox(now=lambda: datetime.now(UTC))
    inbox = Inbox(mailbox, failures)
    loop = asyncio.get_running_loop()
    smtp = await loop.create_server(
        lambda: SMTP(inbox, hostname="mail.local", data_size_limit=LARGEST_MAIL, enable_SMTPUTF8=True, loop=loop),
        HOST,
        smtp_port,
    )
    config = uvicorn.Config(
        create_app(mailbox, failures), host=HOST, port=http_port, log_level="warning", timeout_graceful_shutdown=2
    )
    async with smtp:
        await uvicorn.Server(config).serve()


def _number(request: Request, name: str, default: int) -> int | None:
    value = request.query_params.get(name, str(default))
    return int(value) if value.isascii() and value.isdigit() else None
