"""A mail server that tests can make misbehave at the moments that matter."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session

Act = Callable[[], Awaitable[str | None]]


@dataclass
class Received:
    """A mail of which the server had the whole content, whether or not it said so."""

    recipient: str
    message: EmailMessage

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class MailServer:
    """`received` are contents that arrived. `on_rcpt` and `on_data` answer instead; None hangs up without an answer."""

    port: int = 0
    received: list[Received] = field(default_factory=list)
    connections: int = 0
    on_rcpt: list[str] = field(default_factory=list)
    on_data: list[str | Act | None] = field(default_factory=list)

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options) -> str:  # noqa: N802 - aiosmtpd looks for this name
        if self.on_rcpt:
            return self.on_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        content = envelope.content
        assert isinstance(content, bytes)
        parsed = message_from_bytes(content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        act = self.on_data.pop(0) if self.on_data else "250 OK"
        if isinstance(act, str):
            if act.startswith("250"):
                self.received.append(Received(envelope.rcpt_tos[0], parsed))
            return act
        self.received.append(Received(envelope.rcpt_tos[0], parsed))
        answer = await act() if act is not None else None
        if answer is None:
            assert server.transport is not None
            server.transport.abort()
            await asyncio.Event().wait()  # the hung-up connection's task is cancelled here
        return str(answer)


@asynccontextmanager
async def a_mail_server() -> AsyncIterator[MailServer]:
    mails = MailServer()
    loop = asyncio.get_running_loop()

    def connect() -> SMTP:
        mails.connections += 1
        return SMTP(mails, hostname="mail.test", enable_SMTPUTF8=False, loop=loop)

    server = await loop.create_server(connect, "127.0.0.1", 0)
    mails.port = server.sockets[0].getsockname()[1]
    try:
        yield mails
    finally:
        server.close()
