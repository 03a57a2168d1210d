"""What the rules refuse: a field that is not acceptable, an action whose time is not now."""


class Refused(Exception):
    """A field is not acceptable: which, and why, in words for a person. HTTP 422."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message


class NotNow(Exception):
    """The thing's state does not allow this; `possible` names what is possible now. HTTP 409."""

    def __init__(self, action: str, state: str, possible: tuple[str, ...]) -> None:
        super().__init__(f"{action} is not possible while it is {state}")
        self.action = action
        self.state = state
        self.possible = possible
