"""Store webhooks, from raw bytes to observations of orders. No I/O."""

from attribution.domain.webhooks.receiving import receive
from attribution.domain.webhooks.translation import Note, NoteKind
from attribution.domain.webhooks.verdicts import Accepted, Ping, Refused, Verdict

__all__ = ["Accepted", "Note", "NoteKind", "Ping", "Refused", "Verdict", "receive"]
