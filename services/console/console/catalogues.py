"""The pages' words in every language that we ship, and which of them a browser wants."""

from functools import cache
from importlib.resources import files
from io import BytesIO

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

SOURCE = "en"
"""The language in which the words stand in the code and the templates."""


@cache
def languages() -> tuple[str, ...]:
    """The shipped languages: the folders that hold a catalogue, the source language first."""
    found = sorted(entry.name for entry in (files("console") / "locale").iterdir() if entry.is_dir())
    return (SOURCE, *(name for name in found if name != SOURCE))


@cache
def translations(language: str) -> Translations:
    """One language's words; a missing one is said in English."""
    text = (files("console") / "locale" / language / "LC_MESSAGES" / "console.po").read_bytes()
    catalogue = read_po(BytesIO(text), locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain="console")


@cache
def names() -> tuple[tuple[str, str], ...]:
    """The shipped languages, each called as it calls itself."""
    return tuple((code, str(Locale.parse(code).get_display_name()).capitalize()) for code in languages())


def negotiate(accept_language: str, chosen: str = "") -> Locale:
    """The locale for a browser: the `chosen` language, else the best of its `Accept-Language` that we ship.

    Formats are the country's that the browser names with that language.
    """
    wanted = (chosen,) if chosen in languages() else languages()
    for tag in _by_weight(accept_language):
        language = tag.split("-", 1)[0].lower()
        if language in wanted:
            try:
                return Locale.parse(tag, sep="-")
            except (UnknownLocaleError, ValueError):
                return Locale.parse(language)
    return Locale.parse(wanted[0])


def _by_weight(header: str) -> list[str]:
    found: list[tuple[float, str]] = []
    for part in header[:500].split(","):
        tag, _, weight = part.strip().partition(";q=")
        try:
            found.append((float(weight) if weight else 1.0, tag))
        except ValueError:
            continue
    return [tag for _, tag in sorted(found, key=lambda pair: -pair[0]) if tag]
