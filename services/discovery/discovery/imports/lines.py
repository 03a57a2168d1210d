"""Text as it comes, cut into the file's physical lines, of which none is ever held that is too long."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BOM: Final = "\ufeff"
LONGEST: Final = 1_000_000
"""Characters of a line, and of a row."""


@dataclass(frozen=True, slots=True)
class Line:
    """A physical line, counted from 1, without its end; `text` is None for one that was too long."""

    number: int
    text: str | None


class Lines:
    """Cuts text at line feeds, carriage returns, or both."""

    def __init__(self) -> None:
        self._rest = ""
        self._held_return = ""
        self._is_too_long = False
        self._number = 0

    def feed(self, text: str, *, last: bool = False) -> Iterator[Line]:
        """The lines that this part completes; with `last` what is left is a line, too."""
        text = self._held_return + text
        self._held_return = ""
        if not last and text.endswith("\r"):  # its line feed may be in the next part
            text, self._held_return = text[:-1], "\r"
        if BOM in text:  # of a file that was appended to another: it stands for nothing
            text = text.replace(BOM, "")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        first, *others = text.split("\n")
        self._rest += first
        for other in others:
            yield self._line()
            self._rest = other
        if len(self._rest) > LONGEST:
            self._rest, self._is_too_long = "", True
        if last and (self._rest or self._is_too_long):
            yield self._line()

    def _line(self) -> Line:
        self._number += 1
        too_long = self._is_too_long or len(self._rest) > LONGEST
        line = Line(self._number, None if too_long else self._rest)
        self._rest, self._is_too_long = "", False
        return line
