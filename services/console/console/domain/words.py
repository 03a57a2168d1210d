"""Words that are chosen in code and said on a page: marked here for the catalogues, translated where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field


def mark(words: str) -> str:
    """The same words, found by the extraction for the catalogues; the page translates them."""
    return words


@dataclass(frozen=True)
class Say:
    """A sentence with its values; `words` is the English message with `%(name)s` places."""

    words: str
    values: Mapping[str, object] = field(default_factory=dict)
