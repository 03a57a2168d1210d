"""A letter on its way: rendered for its recipient, handed to the mail server, and marked."""

import asyncio
from datetime import datetime

from chassis import metrics, mongo
from chassis.context import Context
from chassis.logs import log
from chassis.tx import OutcomeUnknown, TryAgainLater, backoff
from contracts.notifications import MailOutcome
from notifications.domain.claims import Claim
from notifications.domain.contacts import Contact
from notifications.domain.delivery import Settled
from notifications.domain.letters import Letter, Places
from notifications.rendering.message import compose
from notifications.rendering.render import Renderer
from notifications.settings import NotificationsSettings
from notifications.smtp import Answer, Handed, SmtpPool
from notifications.store import NotificationsTx


class Post:
    """Renders and sends; one per process and role."""

    def __init__(self, settings: NotificationsSettings) -> None:
        self.settings = settings
        self.pool = SmtpPool(settings)
        self._renderer = Renderer()

    async def send(self, mail_id: str, letter: Letter, contact: Contact, at: datetime) -> Handed:
        """Render and hand over; the Message-ID is made from `mail_id`. Raises what rendering raises: a bug."""
        written = self._renderer.write(letter, language=contact.language, zone=contact.zone)
        message = compose(
            written,
            mail_id=mail_id,
            id_domain=self.settings.mail_id_domain,
            sender=self.settings.mail_from,
            sender_name=self.settings.site_name,
            recipient=contact.address,
            at=at,
        )
        handed = await self.pool.hand_over(message, contact.address)
        if handed.answer is Answer.TAKEN:
            log.info("mail.sent", mail=mail_id, template=letter.template.value)
        return handed

    async def send_soon(self, mail_id: str, letter: Letter, contact: Contact, at: datetime) -> Handed:
        """Send now or within `sign_in_try_seconds`: tried again while it is certain that nothing was sent."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.settings.sign_in_try_seconds
        pause = 0.25
        while True:
            handed = await self.send(mail_id, letter, contact, at)
            if handed.answer is not Answer.LATER or loop.time() + pause > deadline:
                return handed
            await asyncio.sleep(pause)
            pause = min(pause * 2, 10.0)

    async def close(self) -> None:
        """Close the connections."""
        await self.pool.close()


def places(settings: NotificationsSettings) -> Places:
    """Where this installation's mails lead."""
    return Places(
        console=settings.console_public_url.rstrip("/"),
        links=settings.link_public_url.rstrip("/"),
        site=settings.site_name,
    )


def refused(handed: Handed) -> Settled:
    """The end of a mail that the server refused for good."""
    return Settled(outcome=MailOutcome.BOUNCED, reason=handed.why, suppress=handed.bad_address)


async def settle_surely(context: Context[NotificationsTx], claim: Claim, settled: Settled) -> None:
    """Mark the mail's end, and while the store does not answer keep trying: only a kill may make a mail go twice."""
    attempt = 0
    while True:
        try:
            is_new = await context.transactions.run(lambda tx: tx.settle(claim, settled))
        except Exception as error:
            if not isinstance(error, TryAgainLater | OutcomeUnknown) and not mongo.is_transient(error):
                raise
            attempt += 1
            log.warning("mail.mark_waits", mail=claim.id, attempt=attempt)
            await asyncio.sleep(backoff(attempt, first=0.1))
        else:
            if is_new:
                metrics.MAILS_SETTLED.labels(claim.template, settled.outcome).inc()
            return
