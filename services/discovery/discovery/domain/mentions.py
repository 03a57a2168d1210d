"""What a persona names, and where a creator's own words say the same (D8, D13): whole words, folded as searches are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from contracts.discovery import AgeBand, Category, Gender
from discovery.domain.search_documents import AudienceKind
from discovery.domain.searches import wanted
from discovery.domain.words import joined, names_in, terms_in, words_of

MOSTLY: Final = 5_000
"""An audience is of a group from this share on, in hundredths of a percent."""
COUNTRY: Final = re.compile("[A-Z]{2}")
CATEGORIES: Final = {joined(category): category for category in Category}
GENDERS: Final = {joined(gender): gender for gender in Gender}


@dataclass(frozen=True, slots=True)
class Words:
    """What a creator says: the terms of handle and name, these two as one word each, the terms of the bio, categories.

    A bio without a word is as unknown as none.
    """

    names: frozenset[str] = frozenset()
    wholes: frozenset[str] = frozenset()
    bio: frozenset[str] = frozenset()
    categories: frozenset[str] = field(default_factory=frozenset)

    @classmethod
    def of(cls, handle: str, display_name: str, bio: str, categories: frozenset[Category]) -> "Words":
        """The words of a profile."""
        return cls(
            names=frozenset(terms_in(names_in(handle, display_name))),
            wholes=frozenset({joined(handle), joined(display_name)} - {""}),
            bio=frozenset(terms_in(words_of(bio))),
            categories=frozenset(word for category in categories for word in words_of(category)),
        )

    def mention(self, text: str) -> bool:
        """Whether name, bio and categories have every word of it; a text without any is mentioned by nobody."""
        parts = wanted(text)
        return bool(parts) and all(
            any(set(part.pairs or (part.word,)) <= among for among in (self.names, self.bio, self.categories))
            for part in parts
        )

    def tell_in_bio(self, text: str) -> bool:
        """The same of the bio alone."""
        parts = wanted(text)
        return bool(parts) and all(set(part.pairs or (part.word,)) <= self.bio for part in parts)

    def are_named(self, text: str) -> bool:
        """Whether it is the creator's whole handle or name, with or without `@`."""
        return joined(text) in self.wholes


@dataclass(frozen=True, slots=True)
class Group:
    """One line of whom to leave out: a part of an audience, a category, or somebody's name, which may be a word, too.

    - An age band (`18-24`), a gender (`female`): whose audience is mostly that. A country (`FI`, in capitals): whoever
      lives there, or whose audience is mostly there. A category (`beauty`): who makes videos about it.
    - Anything else: whose handle or name it is, or whose bio has its words; after an `@` the former alone.
    """

    line: str
    audience: tuple[AudienceKind, str] | None = None
    category: Category | None = None

    @property
    def is_known(self) -> bool:
        """Whether it is a known name, and so no word of a bio."""
        return self.audience is not None or self.category is not None

    @property
    def may_be_in_bio(self) -> bool:
        """Whether a bio with its words is meant, too."""
        return not self.is_known and not self.line.strip().startswith("@")


def groups_of(lines: Sequence[str]) -> tuple[Group, ...]:
    """What each line means."""
    return tuple(_group(line) for line in lines)


def _group(line: str) -> Group:
    text, word = line.strip(), joined(line)
    if text in frozenset(AgeBand):
        return Group(line, (AudienceKind.AGE, text))
    if word in GENDERS and not text.startswith("@"):
        return Group(line, (AudienceKind.GENDER, GENDERS[word]))
    if COUNTRY.fullmatch(text):
        return Group(line, (AudienceKind.COUNTRY, text))
    if word in CATEGORIES and not text.startswith("@"):
        return Group(line, category=CATEGORIES[word])
    return Group(line)
