"""Why a service declined, in the person's language: by the rule or the code that its answer names."""

from collections.abc import Mapping
from typing import Final

from console.clients import DeclinedError
from console.domain.words import mark
from console.pages.step_labels import RULE

CODE: Final[Mapping[str, str]] = {
    "address-has-an-account": mark("Another account has this address."),
    "already-applied": mark("An application to this program was sent already."),
    "already-claimed": mark("This link was opened and taken by somebody else."),
    "already-done": mark("This was done already."),
    "already-invited": mark("This creator is in this campaign already, or was invited and has not said no."),
    "already-replayed": mark("This record was handled by an earlier replay."),
    "already-resolved": mark("Somebody has decided this already."),
    "budget-exceeded": mark("The budget can't cover this. Give the campaign a larger one, or offer less."),
    "budget-exhausted": mark("The budget has run out. Give the campaign a larger one first."),
    "budget-too-small": mark("This is less than what is bound already."),
    "changed-meanwhile": mark("Somebody changed it meanwhile. Read it again and decide anew."),
    "code-taken": mark("This code is taken, however it is spelled. Choose another one."),
    "collaboration-not-active": mark("This collaboration has not begun, or is over."),
    "consumer-gone": mark("Nobody handles these records any more."),
    "contact-is-an-account": mark("An invitation needs a contact of its own, and this is an account."),
    "coupon-ended": mark("This code has ended."),
    "full": mark("There is no room for more. Remove something first."),
    "import-runs": mark("This import is running already. Wait until it has ended."),
    "link-ended": mark("This link has ended."),
    "not-by-hand": mark("The service does this by itself."),
    "not-eligible": mark("The program asks more than is known of the profile. Its page says which rule is not met."),
    "not-held": mark("Nothing of this order waits for a person's release."),
    "not-known-yet": mark("This has not arrived everywhere yet. Try again in a moment."),
    "not-now": mark("This is not possible now. Look at the page again: something has changed."),
    "not-polled": mark("The store's API is not known yet: hand its keys over first."),
    "not-proven": mark("The code is not in the bio, or the bio could not be read. Put it there, then try again."),
    "offer-changed": mark("Another offer is on the table now. Read it, and answer that one."),
    "proven": mark("An account has proven this profile. Whoever it is asks for the erasure on their own page."),
    "somebody": mark("This invitation is to a known creator. Ask by their profile, or have them ask themselves."),
    "too-many-codes": mark("Enough codes were mailed to this address. Wait a few minutes."),
    "too-many-drafts": mark("There are too many unfinished campaigns: finish or drop one."),
    "too-many-files": mark("There is no room for more files. Remove one first."),
    "too-many-links": mark("This collaboration has as many links as there may be."),
    "too-many-requests": mark("There were too many requests. Wait a minute, then try again."),
}
"""By the last part of a problem's type."""


def why_declined(declined: DeclinedError) -> str:
    """Words to be said in the person's language; the service's own, in English, for what is not known here."""
    return RULE.get(declined.rule) or CODE.get(declined.code) or declined.detail or declined.title
