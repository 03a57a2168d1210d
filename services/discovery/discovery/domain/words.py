"""Names as they are searched: caseless and without accents, whatever the script, as the words that they are made of."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final

MOST_WORDS: Final = 400
LONGEST_WORD: Final = 64
PLAIN_WORD: Final = re.compile("[0-9a-z]+")

LETTERS: Final = str.maketrans(
    {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "\u0131": "i", "æ": "ae", "œ": "oe", "ħ": "h", "þ": "th"}
    # Arabic as it is typed: alef maksura as yeh, teh marbuta as heh, the Persian yeh and keheh, no stretching.
    | {"\u0649": "\u064a", "\u0629": "\u0647", "\u06cc": "\u064a", "\u06a9": "\u0643", "\u0640": ""}
)
"""Letters that Unicode does not take apart or together, and that people write for one another."""

ACCENTS: Final = (
    (0x0300, 0x036F),
    (0x0591, 0x05C7),
    (0x064B, 0x065F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20FF),
    (0xFE20, 0xFE2F),
)
"""Marks over and under letters, and the vowel points of Hebrew and Arabic; in other scripts marks are letters."""

WITHOUT_SPACES: Final = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x9FFF),
    (0xAC00, 0xD7AF),
    (0x20000, 0x3FFFF),
)
"""Thai, Lao, Burmese, Khmer, Japanese, Chinese, Korean: a word may begin at any letter."""


def normal(text: str) -> str:
    """Caseless and without accents; fancy letters are plain ones."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(letter for letter in apart if not _is_accent(letter))
    return unicodedata.normalize("NFC", bare).translate(LETTERS)


@lru_cache(maxsize=256)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, in its order; each pictograph is one, too."""
    if text.isascii():
        words = PLAIN_WORD.findall(text.lower())
    else:
        words = "".join(_spaced(letter) for letter in normal(text)).split()
    return tuple(word[:LONGEST_WORD] for word in words[:MOST_WORDS])


def joined(text: str) -> str:
    """The words of a text as one: `@Khaby.Lame` and `khaby lame` are the same."""
    return "".join(words_of(text))[:LONGEST_WORD]


def runs_of(word: str) -> Iterator[tuple[str, bool]]:
    """A word in parts: each with whether it is of a script that puts no spaces between words."""
    if word.isascii():
        yield word, False
        return
    for spaceless, letters in groupby(word, _needs_no_spaces):
        yield "".join(letters), spaceless


def pairs_of(run: str) -> list[str]:
    """Every two letters that follow one another; a single letter alone."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def terms_of(word: str) -> Iterator[str]:
    """By what a word is found: itself, or where a script has no spaces, each of its letters and pairs of letters."""
    for run, spaceless in runs_of(word):
        if spaceless:
            yield from run
            yield from pairs_of(run)
        else:
            yield run


def terms_in(words: Iterable[str]) -> set[str]:
    """By what words are found, each once."""
    found: set[str] = set()
    for word in words:
        if word.isascii():  # as most are: no script to be told apart
            found.add(word)
        else:
            found.update(terms_of(word))
    found.discard("")
    return found


def names_in(handle: str, display_name: str) -> tuple[str, ...]:
    """The words of handle and name; the handle is one word, too."""
    return (*words_of(handle), joined(handle), *words_of(display_name))


@lru_cache(maxsize=65_536)
def _spaced(letter: str) -> str:
    if letter.isalnum():
        return letter
    category = unicodedata.category(letter)
    if category == "So":
        return f" {letter} "
    # Variation selectors are marks, too, but only choose how a pictograph looks.
    return letter if category[0] == "M" and not 0xFE00 <= ord(letter) <= 0xFE0F else " "  # noqa: PLR2004


@lru_cache(maxsize=65_536)
def _is_accent(letter: str) -> bool:
    return _is_in(letter, ACCENTS)


@lru_cache(maxsize=65_536)
def _needs_no_spaces(letter: str) -> bool:
    return _is_in(letter, WITHOUT_SPACES)


def _is_in(letter: str, ranges: Iterable[tuple[int, int]]) -> bool:
    point = ord(letter)
    return any(first <= point <= last for first, last in ranges)
