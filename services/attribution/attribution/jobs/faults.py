"""What kept a poll from its end, told apart by who has to do something about it."""

from http import HTTPStatus
from typing import Final

from attribution.domain.polling.answers import Garbage
from attribution.jobs.asking import GONE, AskLater, NoAnswer, NotAskable
from chassis.http.outward import AnswerTooLargeError, RefusedAddressError, UnreachableError
from contracts.http.attribution import PollFault

EXPECTED: Final = (NotAskable, NoAnswer, UnreachableError, RefusedAddressError, AnswerTooLargeError, Garbage)
"""What a store's API may do to us: the poll waits and asks again. Anything else is a bug."""
KEYS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN})
FAULTS: Final = {
    AskLater: PollFault.BUSY,
    NotAskable: PollFault.NOT_CONNECTED,
    UnreachableError: PollFault.NO_ANSWER,
    RefusedAddressError: PollFault.ADDRESS,
    AnswerTooLargeError: PollFault.UNREADABLE,
    Garbage: PollFault.UNREADABLE,
}


def fault_of(why: Exception) -> PollFault:
    """The fault that an expected error stands for."""
    if isinstance(why, NoAnswer):
        if why.status in KEYS:
            return PollFault.REFUSED
        return PollFault.NOT_THERE if why.status in GONE else PollFault.SHOP_FAILED
    return FAULTS[type(why)]
