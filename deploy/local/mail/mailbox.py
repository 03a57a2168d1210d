"""The mails that were caught, in the shapes of Mailpit's API."""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any

KEPT = 10_000
SNIPPET_LENGTH = 250

Json = dict[str, Any]


@dataclass
class Mail:
    """One mail as it came in; `recipients` are the envelope's."""

    id: str
    raw: bytes
    recipients: Sequence[str]
    sender: str
    created: datetime
    read: bool = False
    message: EmailMessage = field(init=False)

    def __post_init__(self) -> None:
        parsed = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.message = parsed

    def summary(self) -> Json:
        """One entry of `/api/v1/messages`."""
        return {
            **self._addresses(),
            "Read": self.read,
            "Created": _timestamp(self.created),
            "Username": "",
            "Tags": [],
            "Size": len(self.raw),
            "Attachments": sum(1 for _ in self._attachments()),
            "Snippet": _snippet(self.text or _without_tags(self.html)),
        }

    def details(self) -> Json:
        """`/api/v1/message/{id}`."""
        return {
            **self._addresses(),
            "ReturnPath": self.sender,
            "Date": _timestamp(self._date()),
            "ListUnsubscribe": {"Header": self.header("List-Unsubscribe"), "Links": [], "Errors": "", "HeaderPost": ""},
            "Username": "",
            "Tags": [],
            "Text": self.text,
            "HTML": self.html,
            "Size": len(self.raw),
            "Inline": [],
            "Attachments": [_described(number, part) for number, part in enumerate(self._attachments(), start=1)],
        }

    def headers(self) -> dict[str, list[str]]:
        """Every header with all its values, in the mail's order."""
        found: dict[str, list[str]] = {}
        for name, value in self.message.items():
            found.setdefault(name, []).append(str(value))
        return found

    def header(self, name: str) -> str:
        """The first such header, empty when there is none."""
        return str(self.message.get(name, ""))

    @property
    def text(self) -> str:
        """The plain part."""
        return self._part("plain")

    @property
    def html(self) -> str:
        """The HTML part."""
        return self._part("html")

    def _part(self, kind: str) -> str:
        try:
            body = self.message.get_body(preferencelist=(kind,))
            content = body.get_content() if body is not None else ""
        except (MessageError, LookupError, UnicodeError, KeyError):  # an unknown charset, or a part that is no text
            return ""
        return str(content).replace("\r\n", "\n")

    def _attachments(self) -> Iterator[EmailMessage]:
        for part in self.message.iter_attachments():
            assert isinstance(part, EmailMessage)
            yield part

    def _addresses(self) -> Json:
        to, copies = self._people("To"), self._people("Cc")
        named = {person["Address"].lower() for person in to + copies}
        return {
            "ID": self.id,
            "MessageID": self.header("Message-ID").strip().strip("<>"),
            "From": next(iter(self._people("From")), None),
            "To": to,
            "Cc": copies,
            "Bcc": [{"Name": "", "Address": known} for known in self.recipients if known.lower() not in named],
            "ReplyTo": self._people("Reply-To"),
            "Subject": self.header("Subject"),
        }

    def _people(self, header: str) -> list[dict[str, str]]:
        lines = [str(value) for value in self.message.get_all(header, [])]
        return [{"Name": name, "Address": address} for name, address in getaddresses(lines) if address]

    def _date(self) -> datetime:
        try:
            return parsedate_to_datetime(self.header("Date")).astimezone(UTC)
        except (TypeError, ValueError):
            return self.created


class Mailbox:
    """All mails, newest first, the newest 10,000 of them; `now` gives the time of arrival in UTC."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._mails: OrderedDict[str, Mail] = OrderedDict()
        self._taken = 0

    def take(self, raw: bytes, sender: str, recipients: Sequence[str]) -> Mail:
        """Keep one mail."""
        self._taken += 1
        mail_id = hashlib.sha256(f"{self._taken}\n".encode() + raw).hexdigest()[:22]
        mail = Mail(id=mail_id, raw=raw, recipients=recipients, sender=sender, created=self._now())
        self._mails[mail_id] = mail
        while len(self._mails) > KEPT:
            self._mails.popitem(last=False)
        return mail

    def newest(self) -> list[Mail]:
        """All, the newest first."""
        return list(reversed(self._mails.values()))

    def find(self, mail_id: str) -> Mail | None:
        """By id; `latest` is the newest."""
        if mail_id == "latest":
            return next(iter(self.newest()), None)
        return self._mails.get(mail_id)

    def delete(self, ids: Sequence[str]) -> None:
        """Forget these, or all when none is named."""
        for mail_id in ids or list(self._mails):
            self._mails.pop(mail_id, None)

    def page(self, start: int, limit: int) -> Json:
        """`/api/v1/messages`."""
        mails = self.newest()
        unread = sum(not mail.read for mail in mails)
        shown = [mail.summary() for mail in mails[start : start + limit]]
        return {
            "total": len(mails),
            "unread": unread,
            "count": len(shown),
            "messages_count": len(mails),
            "messages_unread": unread,
            "start": start,
            "tags": [],
            "messages": shown,
        }


def _timestamp(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _snippet(text: str) -> str:
    return " ".join(text.split())[:SNIPPET_LENGTH]


def _without_tags(html: str) -> str:
    return re.sub(r"<[^>]*>", " ", re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", html))


def _described(number: int, part: EmailMessage) -> Json:
    payload = part.get_payload(decode=True)
    return {
        "PartID": str(number),
        "FileName": part.get_filename() or "",
        "ContentType": part.get_content_type(),
        "ContentID": str(part.get("Content-ID", "")).strip("<>"),
        "Size": len(payload) if isinstance(payload, bytes) else 0,
    }
