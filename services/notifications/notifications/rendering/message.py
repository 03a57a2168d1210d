"""The parts of a mail as one message of RFC 5322."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from notifications.rendering.render import Written


def compose(
    written: Written, *, mail_id: str, id_domain: str, sender: str, sender_name: str, recipient: str, at: datetime
) -> EmailMessage:
    """The message, whose Message-ID is made from the mail's id: a repeat is recognisable (DOMAIN N3).

    Raises `ValueError` where a header would hold a line break.
    """
    message = EmailMessage(policy=SMTP)
    message["Message-ID"] = f"<{mail_id}@{id_domain}>"
    message["Date"] = format_datetime(at)
    message["From"] = _address(sender, sender_name)
    message["To"] = _address(recipient)
    message["Subject"] = written.subject
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(written.text, cte="quoted-printable")
    message.add_alternative(written.html, subtype="html", cte="quoted-printable")
    message["Content-Language"] = written.language  # last: set_content drops what begins with Content-
    return message


def _address(address: str, name: str = "") -> Address:
    """From its two halves, for in one piece a local part outside ASCII is refused."""
    local, _, domain = address.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)
