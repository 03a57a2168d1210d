"""What the rules refuse: a field that is not acceptable, an action whose time is not now."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from contracts.campaigns import Offer

FARTHEST = timedelta(days=3660)


class Refused(Exception):
    """A field is not acceptable: which, and why, in words for a person; `others` are refused as well. HTTP 422."""

    def __init__(self, field: str, message: str, others: Sequence["Refused"] = ()) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.others = tuple(others)


def refuse(found: Sequence[Refused]) -> None:
    """Raise `Refused` for all of them at once, if there are any."""
    if found:
        first, *others = found
        raise Refused(first.field, first.message, others)


def must_lie_ahead(field: str, at: datetime, now: datetime) -> None:
    """Raise `Refused` for a date that has passed, or that is so far ahead that it must be a slip."""
    if at <= now:
        raise Refused(field, "This has passed already.")
    if at - now > FARTHEST:
        raise Refused(field, "This is more than ten years ahead.")


class NotNow(Exception):
    """The thing's state does not allow this; `rule` names why, `possible` what is possible now. HTTP 409."""

    def __init__(self, action: str, state: str, possible: tuple[str, ...], rule: str = "not-in-this-state") -> None:
        super().__init__(f"{action} is not possible while it is {state}")
        self.action = action
        self.state = state
        self.possible = possible
        self.rule = rule


class OfferChanged(Exception):
    """Another offer is on the table than the one that was answered. HTTP 409."""

    def __init__(self, on_the_table: Offer) -> None:
        super().__init__("another offer is on the table")
        self.on_the_table = on_the_table
