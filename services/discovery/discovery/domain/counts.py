"""Counts as people and spreadsheets write them: "221.7K", "1,234,567", "1.234.567", "1.3E+06", "N/A"."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

MOST: Final = 2**63 - 1
LONGEST: Final = 40
UNKNOWN: Final = frozenset(
    {"", "-", "--", "\u2013", "\u2014", "?", ".", "n/a", "#n/a", "na", "n.a.", "nan", "null", "none", "nil", "unknown"}
)
TIMES: Final = {
    "": 1,
    **dict.fromkeys(("k", "thousand", "tsd", "тыс", "bin"), 10**3),
    **dict.fromkeys(("万", "萬"), 10**4),
    **dict.fromkeys(("lakh", "lakhs", "lac", "lacs"), 10**5),
    **dict.fromkeys(("m", "mn", "mln", "mio", "million", "млн"), 10**6),
    **dict.fromkeys(("crore", "crores", "cr"), 10**7),
    **dict.fromkeys(("亿", "億"), 10**8),
    **dict.fromkeys(("b", "bn", "billion", "mrd", "млрд"), 10**9),
}
"""What a word behind a figure stands for. A Turkish list's `B` may be `bin`, a thousand: it is read as a billion."""
SPELLED: Final = re.compile(r"(?P<figure>[0-9.,]+)(?:e\+?(?P<power>[0-9]{1,2}))?\s*(?:(?P<times>[^\W\d_]+)\.?)?\s*\+?")
"""`1.2M`, `1,2 Mio.`, `10K+`: more than so many counts as so many."""
SPACES: Final = re.compile(r"(?<=\d)[ '\u2019](?=\d{3}(?!\d))")
GROUPS: Final = r"(?:\d{{1,3}}(?:{0}\d{{3}})+|\d{{1,2}}(?:{0}\d{{2}})+{0}\d{{3}})"
"""Thousands, or India's lakhs and crores."""
GROUPED: Final = {mark: re.compile(GROUPS.format(re.escape(mark)), re.ASCII) for mark in ",."}
MARKS: Final = str.maketrans({"\u066b": ".", "\u066c": ",", "\uff0c": ",", "\uff0e": "."})


class NotACount(ValueError):
    """The text is no count; the message says why, for a person."""


def read_count(text: str, *, whole: bool = True, decimal: str = ".") -> int | None:
    """The count that `text` spells, exactly; None where it says that nobody knows. Raises `NotACount`.

    `whole` counts can't have a fraction, others are rounded half up. `decimal` is the mark that the file's locale most
    likely has: what can be read in two ways all the same is refused rather than guessed.
    """
    if text.isascii() and text.isdigit() and len(text) < len(str(MOST)):
        return int(text)
    plain = _plain(text)
    if plain in UNKNOWN:
        return None
    if plain.startswith("-"):
        raise NotACount(f"{shown(text)} is negative")
    found = SPELLED.fullmatch(plain.removeprefix("+")) if len(plain) <= LONGEST else None
    word = "" if found is None else found["times"] or ""
    if found is None or word not in TIMES or (found["power"] and word):
        raise NotACount(f"{shown(text)} is not a number")
    times = Decimal(TIMES[word]).scaleb(int(found["power"] or 0))
    value = _figure(found["figure"], text, whole=whole, scaled=times != 1, decimal=decimal) * times
    if value > MOST:
        raise NotACount(f"{shown(text)} is too large")
    if whole and value != value.to_integral_value():
        raise NotACount(f"{shown(text)} is not a whole number")
    return int(value.to_integral_value(ROUND_HALF_UP))


def shown(text: str) -> str:
    """A cell's text in quotes, shortened, on one line; what would command a terminal stands there as its code."""
    line = " ".join(text[: LONGEST * 4].split())
    plain = "".join(letter if letter.isprintable() else _code(letter) for letter in line[:LONGEST])
    return f'"{plain}{chr(0x2026) if len(line) > LONGEST else ""}"'


def _code(letter: str) -> str:
    r"""`\x1b` for an escape, `\u202e` for a mark that turns the direction of writing."""
    return letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def _plain(text: str) -> str:
    """Lower case, ASCII digits, and without spaces or apostrophes between thousands."""
    folded = unicodedata.normalize("NFKC", text[: LONGEST * 4]).translate(MARKS).strip().lower()
    if not folded.isascii():
        folded = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in folded)
    return SPACES.sub("", folded)


def _figure(figure: str, text: str, *, whole: bool, scaled: bool, decimal: str) -> Decimal:
    """The digits and their marks as a number."""
    marks = [mark for mark in figure if mark in ".,"]
    if len(marks) == len(figure):
        raise NotACount(f"{shown(text)} is not a number")
    if not marks:
        return Decimal(figure)
    if len(set(marks)) == 2:  # noqa: PLR2004 - both marks: the last one is the decimal one
        head, _, fraction = figure.rpartition(marks[-1])
        return _decimal(_ungrouped(head, marks[0], text), fraction, text)
    (mark,) = set(marks)
    if len(marks) > 1:
        return Decimal(_ungrouped(figure, mark, text))
    head, _, fraction = figure.partition(mark)
    if not GROUPED[mark].fullmatch(figure) or head.startswith("0"):
        return _decimal(head or "0", fraction, text)
    # One mark before exactly three digits: thousands, or a fraction?
    if scaled and mark == decimal:
        return _decimal(head, fraction, text)
    if not scaled and (whole or mark != decimal):
        return Decimal(head + fraction)
    raise NotACount(f"{shown(text)} can be read in two ways")


def _ungrouped(figure: str, mark: str, text: str) -> str:
    if mark in figure and not GROUPED[mark].fullmatch(figure):
        raise NotACount(f"{shown(text)} is not a number")
    return figure.replace(mark, "")


def _decimal(head: str, fraction: str, text: str) -> Decimal:
    if not head.isdigit() or not (fraction.isdigit() or not fraction):
        raise NotACount(f"{shown(text)} is not a number")
    return Decimal(f"{head}.{fraction or '0'}")
