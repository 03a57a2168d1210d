"""Mail out: connections to the mail server, kept and used again, and what its answers mean."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from enum import StrEnum

import aiosmtplib

from chassis.logs import log
from notifications.settings import NotificationsSettings, SmtpTls

IDLE_SECONDS = 20.0
PERMANENT = 500
BAD_ADDRESS = "5.1."


class Answer(StrEnum):
    """What came of handing a mail to the server."""

    TAKEN = "taken"
    REFUSED = "refused"
    LATER = "later"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Handed:
    """The server's answer. `why` is a code or an error's name, no address; `bad_address` blames the recipient's."""

    answer: Answer
    why: str = ""
    bad_address: bool = False


TAKEN = Handed(Answer.TAKEN)


@dataclass
class _Progress:
    """How far a hand-over has come: once the content is on its way, a lost answer leaves it open what happened."""

    content_sent: bool = False


@dataclass
class _Idle:
    client: aiosmtplib.SMTP
    since: float


@dataclass
class SmtpPool:
    """At most `smtp_connections` connections; each is asked before it is used again and dropped after any trouble."""

    settings: NotificationsSettings
    _idle: list[_Idle] = field(default_factory=list)
    _slots: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.settings.smtp_connections)

    async def hand_over(self, message: EmailMessage, recipient: str) -> Handed:
        """Send one message to one recipient, within `smtp_timeout_seconds`. Never raises for what SMTP may bring.

        Only an answer to RCPT, or one that names a bad address, is the recipient's fault; that a server refuses *us*
        is not.
        """
        progress = _Progress()
        try:
            async with self._slots, asyncio.timeout(self.settings.smtp_timeout_seconds), self._client() as client:
                await self._converse(client, message, recipient, progress)
        except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
            handed = _judge(error, progress)
            log.warning("smtp.not_taken", answer=handed.answer, why=handed.why)
            return handed
        return TAKEN

    async def close(self) -> None:
        """Say goodbye on every idle connection."""
        while self._idle:
            client = self._idle.pop().client
            try:
                await client.quit(timeout=1)
            except (aiosmtplib.SMTPException, OSError, TimeoutError):
                client.close()

    async def _converse(
        self, client: aiosmtplib.SMTP, message: EmailMessage, recipient: str, progress: _Progress
    ) -> None:
        is_ascii = recipient.isascii()
        if not is_ascii and not client.supports_extension("smtputf8"):
            raise aiosmtplib.SMTPNotSupported("the mail server takes no address outside ASCII")
        options = [] if is_ascii else ["SMTPUTF8", "BODY=8BITMIME"]
        encoding = "ascii" if is_ascii else "utf-8"
        content = message.as_bytes(policy=SMTP if is_ascii else SMTPUTF8)
        await client.mail(self.settings.mail_from, options=options, encoding=encoding)
        await client.rcpt(recipient, encoding=encoding)
        progress.content_sent = True
        await client.data(content)

    @asynccontextmanager
    async def _client(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A connection that answers; it is kept when the mail was taken, or refused by its own fault."""
        client = await self._kept() or await self._new()
        try:
            yield client
        except (aiosmtplib.SMTPRecipientRefused, aiosmtplib.SMTPDataError):
            await self._reset(client)
            raise
        except BaseException:
            client.close()
            raise
        self._keep(client)

    async def _kept(self) -> aiosmtplib.SMTP | None:
        now = asyncio.get_running_loop().time()
        while self._idle:
            idle = self._idle.pop()
            if now - idle.since < IDLE_SECONDS and await self._answers(idle.client):
                return idle.client
            idle.client.close()
        return None

    async def _answers(self, client: aiosmtplib.SMTP) -> bool:
        try:
            await client.noop(timeout=2)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            return False
        return True

    async def _new(self) -> aiosmtplib.SMTP:
        settings = self.settings
        client = aiosmtplib.SMTP(
            hostname=settings.smtp_host,
            port=settings.smtp_port,
            username=settings.smtp_username or None,
            password=settings.smtp_password.get_secret_value() or None,
            local_hostname=settings.mail_id_domain,
            timeout=settings.smtp_timeout_seconds,
            use_tls=settings.smtp_tls is SmtpTls.TLS,
            start_tls=settings.smtp_tls is SmtpTls.STARTTLS,
            cert_bundle=str(settings.smtp_cafile) if settings.smtp_cafile else None,
        )
        try:
            await client.connect()
            await client.ehlo()
        except BaseException:
            client.close()
            raise
        return client

    async def _reset(self, client: aiosmtplib.SMTP) -> None:
        try:
            await client.rset(timeout=2)
        except (aiosmtplib.SMTPException, OSError, TimeoutError):
            client.close()
        else:
            self._keep(client)

    def _keep(self, client: aiosmtplib.SMTP) -> None:
        self._idle.append(_Idle(client, asyncio.get_running_loop().time()))


def _judge(error: Exception, progress: _Progress) -> Handed:
    match error:
        case aiosmtplib.SMTPRecipientRefused() if error.code >= PERMANENT:
            return Handed(Answer.REFUSED, f"smtp {error.code}", bad_address=True)
        case aiosmtplib.SMTPDataError() if error.code >= PERMANENT:
            return Handed(Answer.REFUSED, f"smtp {error.code}", bad_address=error.message.startswith(BAD_ADDRESS))
        case aiosmtplib.SMTPResponseException():
            return Handed(Answer.LATER, f"smtp {error.code}")
        case _ if progress.content_sent:
            return Handed(Answer.UNSURE, type(error).__name__)
        case _:
            return Handed(Answer.LATER, type(error).__name__)
