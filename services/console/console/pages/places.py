"""Countries and languages as people write them: by name in their own language or English, or by code."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from typing import Final

from babel import Locale

from console.domain.words import Say, mark
from console.pages.forms import Form

NO_COUNTRIES: Final = {"EU", "EZ", "UN", "ZZ", "QO", "XA", "XB"}
"""Two letters that stand for something else."""
MOST: Final = 2000


@cache
def countries(language: str) -> Mapping[str, str]:
    """Names by code, in the order of the names."""
    found = {str(code): str(name) for code, name in Locale(language).territories.items()}
    known = {code: name for code, name in found.items() if re.fullmatch("[A-Z]{2}", code) and code not in NO_COUNTRIES}
    return dict(sorted(known.items(), key=lambda pair: _plain(pair[1])))


@cache
def languages(language: str) -> Mapping[str, str]:
    """Names by code, in the order of the names; those with a code of two letters."""
    found = {str(code): str(name) for code, name in Locale(language).languages.items()}
    known = {code: name for code, name in found.items() if re.fullmatch("[a-z]{2}", code)}
    return dict(sorted(known.items(), key=lambda pair: _plain(pair[1])))


def read_countries(form: Form, name: str, locale: Locale, *, most: int = 250) -> tuple[str, ...]:
    """The codes of the countries in a field, set apart by commas or lines."""
    return _read(form, name, locale, countries, most, mark("We know no country called %(names)s."))


def country_named(word: str, locale: Locale) -> str | None:
    """The code of the country that a person calls so, or None."""
    return (_by_name(countries, "en") | _by_name(countries, locale.language)).get(_plain(word))


def read_languages(form: Form, name: str, locale: Locale, *, most: int = 10) -> tuple[str, ...]:
    """The codes of the languages in a field, set apart by commas or lines."""
    return _read(form, name, locale, languages, most, mark("We know no language called %(names)s."))


def _read(
    form: Form, name: str, locale: Locale, known: Callable[[str], Mapping[str, str]], most: int, unknown: str
) -> tuple[str, ...]:
    codes = _by_name(known, "en") | _by_name(known, locale.language)
    typed = [form.text(name, most=MOST)] if name not in form.lists else [each.strip() for each in form.lists[name]]
    words = [word.strip() for text in typed for word in re.split(r"[,;\n]", text) if word.strip()]
    missed = [word for word in words if _plain(word) not in codes]
    if missed:
        form.wrong(name, Say(unknown, {"names": ", ".join(word[:40] for word in missed[:3])}))
    found = tuple(dict.fromkeys(codes[_plain(word)] for word in words if _plain(word) in codes))
    if len(found) > most:
        form.wrong(name, Say(mark("Name at most %(most)s."), {"most": most}))
    return found


@cache
def _by_name(known: Callable[[str], Mapping[str, str]], language: str) -> dict[str, str]:
    named = known(language)
    return {_plain(name): code for code, name in named.items()} | {_plain(code): code for code in named}


def _plain(word: str) -> str:
    """Caseless and without accents, as people type in a hurry."""
    apart = unicodedata.normalize("NFKD", word.casefold())
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).strip()
