"""Names as they are searched: caseless and without accents, whatever the script, as the words that they are made of."""

import unicodedata
from collections.abc import Iterable
from typing import Final

MOST_WORDS: Final = 40
LONGEST_WORD: Final = 64
MOST_SUFFIXES: Final = 24

LETTERS: Final = str.maketrans(
    {"đ": "d", "ð": "d", "ł": "l", "ø": "o", "\u0131": "i", "æ": "ae", "œ": "oe", "ħ": "h", "þ": "th"}
)
"""Latin letters that Unicode does not take apart."""

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
    bare = "".join(letter for letter in apart if not _is_in(letter, ACCENTS))
    return unicodedata.normalize("NFC", bare).translate(LETTERS)


def words_of(text: str) -> list[str]:
    """The words of a text, in its order; each pictograph is one, too."""
    spaced = "".join(_spaced(letter) for letter in normal(text))
    return [word[:LONGEST_WORD] for word in spaced.split()][:MOST_WORDS]


def searchable(handle: str, display_name: str) -> tuple[str, ...]:
    """All words by whose beginnings a profile is found, sorted; the handle counts as one word, too."""
    handle_words = words_of(handle)
    found = {*handle_words, "".join(handle_words)[:LONGEST_WORD], *words_of(display_name)}
    for word in tuple(found):
        found.update(_suffixes(word))
    return tuple(sorted(found - {""}))


def _suffixes(word: str) -> Iterable[str]:
    """Where a script has no spaces: the parts of a word from each of its letters on."""
    if word.isascii():
        return ()
    starts = [at for at in range(1, len(word)) if _is_in(word[at], WITHOUT_SPACES)]
    return (word[at:] for at in starts[:MOST_SUFFIXES])


def _spaced(letter: str) -> str:
    if letter.isalnum():
        return letter
    category = unicodedata.category(letter)
    if category == "So":
        return f" {letter} "
    # Variation selectors are marks, too, but only choose how a pictograph looks.
    return letter if category[0] == "M" and not 0xFE00 <= ord(letter) <= 0xFE0F else " "  # noqa: PLR2004


def _is_in(letter: str, ranges: Iterable[tuple[int, int]]) -> bool:
    point = ord(letter)
    return any(first <= point <= last for first, last in ranges)
