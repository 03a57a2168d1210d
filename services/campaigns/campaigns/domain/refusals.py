"""What the rules refuse: a field that is not acceptable, an action whose time is not now."""

from contracts.campaigns import Offer


class Refused(Exception):
    """A field is not acceptable: which, and why, in words for a person. HTTP 422."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


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
