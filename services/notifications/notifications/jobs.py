"""Sends the mails that are due: claim, render, send, mark (RELIABILITY). Runs in every worker; several are safe."""

import asyncio
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from chassis import mongo
from chassis.context import Context
from chassis.logs import log
from notifications.domain.delivery import SENT, Mail, Send, Settled, Wait, next_try, verdict
from notifications.post import Post, places, refused, settle_surely
from notifications.settings import NotificationsSettings
from notifications.smtp import Answer, Handed
from notifications.store import MailQueue, NotificationsTx


async def send_mails(context: Context[Any]) -> None:
    """For ever; when cancelled, what is in hand is sent and marked first."""
    assert isinstance(context.settings, NotificationsSettings)
    sender = Sender(context, Post(context.settings))
    try:
        await sender.run()
    finally:
        await sender.close()


class Sender:
    """Takes due mails one by one and has up to `smtp_connections` of them in hand at once."""

    def __init__(
        self, context: Context[NotificationsTx], post: Post, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._monotonic = monotonic
        self._context = context
        self._post = post
        self._settings = post.settings
        self._places = places(self._settings)
        self._lease = timedelta(seconds=self._settings.mail_lease_seconds)
        self._queue = MailQueue(context.db, context.clock, self._lease)
        self._in_hand: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Look for due mails for ever."""
        while True:
            if not await self.tick():
                await asyncio.sleep(self._settings.mail_poll_seconds)

    async def tick(self) -> bool:
        """Take one mail if there is room and one is due; false when there was none."""
        if len(self._in_hand) >= self._settings.smtp_connections:
            await asyncio.wait(self._in_hand, return_when=asyncio.FIRST_COMPLETED)
        until = self._monotonic() + self._lease.total_seconds() - self._settings.smtp_timeout_seconds
        mail = await self._queue.take()
        if mail is None:
            return False
        task = asyncio.create_task(self._bring_on(mail, until))
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return True

    async def close(self) -> None:
        """Finish what is in hand, then close the connections."""
        if self._in_hand:
            await asyncio.wait(self._in_hand)
        await self._post.close()

    async def _bring_on(self, mail: Mail, send_until: float) -> None:
        """One mail's turn. An error leaves the mail to its lease: it comes again."""
        try:
            await self._turn(mail, send_until)
        except Exception as error:  # noqa: BLE001 - one mail's error must not stop the others; it is logged, and the mail comes again
            frames = None if mongo.is_transient(error) else error
            log.error(
                "mail.turn_failed", mail=mail.id, attempt=mail.attempts, error=type(error).__name__, exc_info=frames
            )

    async def _turn(self, mail: Mail, send_until: float) -> None:
        known = await self._queue.known(mail.claim)
        contact = await self._queue.contact(mail.claim.contact)
        now = self._context.clock.now()
        match verdict(mail, known, contact, now, self._places):
            case Settled() as settled:
                await self._settle(mail, settled)
            case Wait() as wait:
                await self._queue.put_back(mail, wait.until, waits=1)
            case Send() as send:
                if self._monotonic() > send_until:
                    return  # held up past the lease: by now it may be in another worker's hand
                handed = await self._post.send(mail.id, send.letter, send.contact, now)
                await self._after(mail, handed)

    async def _after(self, mail: Mail, handed: Handed) -> None:
        match handed.answer:
            case Answer.TAKEN:
                await self._settle(mail, SENT)
            case Answer.REFUSED:
                await self._settle(mail, refused(handed))
            case Answer.LATER | Answer.UNSURE:
                due = next_try(
                    mail.attempts,
                    self._context.clock.now(),
                    first=self._settings.mail_retry_seconds,
                    most=self._settings.mail_retry_most_seconds,
                )
                await self._queue.put_back(mail, due, attempts=1)

    async def _settle(self, mail: Mail, settled: Settled) -> None:
        await settle_surely(self._context, mail.claim, settled)
