"""The catcher itself: an SMTP port and an HTTP port in one process."""

import asyncio
import json
from datetime import UTC, datetime

import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from local.mail import pages
from local.mail.mailbox import Mailbox

HOST = "127.0.0.1"
LARGEST_MAIL = 25_000_000
DEFAULT_LIMIT, LARGEST_LIMIT = 50, 10_000
NO_SUCH_MAIL = PlainTextResponse("Message not found", 404)
Failures = dict[str, int]


class Inbox:
    """Takes mails from aiosmtpd. A recipient named in `failures` is refused with its code: 4xx for now, 5xx for good."""

    def __init__(self, mailbox: Mailbox, failures: Failures) -> None:
        self._mailbox = mailbox
        self._failures = failures

    async def handle_RCPT(  # noqa: N802 - aiosmtpd looks for this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, rcpt_options: list[str]
    ) -> str:
        """The answer to one RCPT TO."""
        code = self._failures.get(address.lower())
        if code is not None:
            return f"{code} {'try again later' if code < 500 else 'no such mailbox'}"  # noqa: PLR2004 - SMTP's border
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(rcpt_options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        """Keep the mail."""
        content = envelope.content
        raw = content.encode() if isinstance(content, str) else content or b""
        mail = self._mailbox.take(raw, envelope.mail_from or "", envelope.rcpt_tos)
        return f"250 OK {mail.id}"


def create_app(mailbox: Mailbox, failures: Failures) -> Starlette:
    """Mailpit's API, our pages, and `/failures`, which tests set by PUT: `{"address": code}`."""

    async def messages(request: Request) -> Response:
        start = _number(request, "start", 0)
        limit = _number(request, "limit", DEFAULT_LIMIT)
        if start is None or limit is None:
            return PlainTextResponse("start and limit are whole numbers, not negative", 400)
        return JSONResponse(mailbox.page(start, min(limit, LARGEST_LIMIT)))

    async def delete(request: Request) -> Response:
        body = await request.body()
        try:
            ids = (json.loads(body) if body else {}).get("IDs") or []
        except (ValueError, AttributeError):
            return PlainTextResponse('the body is {"IDs": [...]} or empty', 400)
        mailbox.delete([str(mail_id) for mail_id in ids])
        return PlainTextResponse("ok")

    async def message(request: Request) -> Response:
        mail = mailbox.find(request.path_params["id"])
        if mail is None:
            return NO_SUCH_MAIL
        mail.read = True
        return JSONResponse(mail.details())

    async def headers(request: Request) -> Response:
        mail = mailbox.find(request.path_params["id"])
        return JSONResponse(mail.headers()) if mail else NO_SUCH_MAIL

    async def raw(request: Request) -> Response:
        mail = mailbox.find(request.path_params["id"])
        return Response(mail.raw, media_type="text/plain") if mail else NO_SUCH_MAIL

    async def listing(_request: Request) -> Response:
        return HTMLResponse(pages.mail_list(mailbox))

    async def view(request: Request) -> Response:
        mail = mailbox.find(request.path_params["id"])
        return HTMLResponse(pages.mail_view(mail)) if mail else NO_SUCH_MAIL

    async def ready(_request: Request) -> Response:
        return PlainTextResponse("ok")

    async def fail(request: Request) -> Response:
        wanted = await request.json()
        failures.clear()
        failures.update({str(address).lower(): int(code) for address, code in wanted.items()})
        return JSONResponse(failures)

    return Starlette(
        routes=[
            Route("/", listing),
            Route("/view/{id}", view),
            Route("/readyz", ready),
            Route("/livez", ready),
            Route("/failures", fail, methods=["PUT"]),
            Route("/api/v1/messages", messages, methods=["GET"]),
            Route("/api/v1/messages", delete, methods=["DELETE"]),
            Route("/api/v1/message/{id}", message),
            Route("/api/v1/message/{id}/headers", headers),
            Route("/api/v1/message/{id}/raw", raw),
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
