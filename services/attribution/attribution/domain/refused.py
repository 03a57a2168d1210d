"""What a person asked for and can't have. Expected outcomes; the API tells them as problems."""


class Refused(Exception):
    """A field that is not right, and why, in words for a person. HTTP 422."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class NotTheirs(Exception):
    """There is no such thing, or it is somebody else's: nobody learns which. HTTP 404."""


class NotHeardOf(Exception):
    """A thing that was named and may exist. HTTP 409 with Retry-After."""


class InTheWay(Exception):
    """Something's state does not allow it: a code in kebab case and a sentence. HTTP 409."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code = code
        self.sentence = sentence
