"""Groups that a persona leaves out of the first round: typed and shown by name, kept by the API's name (D13)."""

import re
from typing import Final

from console.domain.words import Say, mark
from console.pages import creator_labels, places
from console.pages.view import View
from contracts.discovery import AgeBand, Category, Gender

COUNTRY: Final = re.compile("[A-Z]{2}")


def known(line: str, view: View) -> str:
    """The API's name of the group that a person named in their own language or English; else the line as it is."""
    named = {_plain(words): value for value, words in _names(view).items()}
    code = places.country_named(line, view.locale)
    return named.get(_plain(line)) or (line if len(line.strip()) == len("FI") else code or line)


def shown(line: str, view: View) -> str:
    """A line in the person's language, where it is a known group."""
    if COUNTRY.fullmatch(line) and line in places.countries("en"):
        return view.formats.country(line)
    return _names(view).get(_plain(line), line)


def left_out(lines: tuple[str, ...], view: View) -> str:
    """That somebody is left out of the first round, and why; nothing of who is not."""
    if not lines:
        return ""
    told = ", ".join(shown(line, view) for line in lines)
    return view.say(Say(mark("Left out of the first round: %(groups)s"), {"groups": told}))


def _names(view: View) -> dict[str, str]:
    return {
        **{band.value: creator_labels.AGE[band] for band in AgeBand},
        **{gender.value: view.say(creator_labels.GENDER[gender]) for gender in Gender},
        **{category.value: view.say(creator_labels.CATEGORY[category]) for category in Category},
    }


def _plain(word: str) -> str:
    return word.strip().casefold().replace("\N{EN DASH}", "-")
