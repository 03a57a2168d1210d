"""The words: catalogues are read from their .po files, so that a fresh clone needs no build step.

`python -m notifications.rendering.words` takes all messages out of the templates into `locale/messages.pot` and brings
the catalogues up to it.
"""

import sys
from functools import cache
from io import BytesIO
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.support import Translations

PACKAGE = Path(__file__).resolve().parents[1]
LOCALES = PACKAGE / "locale"
TEMPLATES = PACKAGE / "templates"
POT = LOCALES / "messages.pot"
DEFAULT = "en"


def languages() -> frozenset[str]:
    """The languages that mails are written in."""
    return frozenset(path.parents[1].name for path in LOCALES.glob("*/LC_MESSAGES/messages.po"))


def nearest(language: str) -> Locale:
    """The locale to write in: the recipient's own, country included, if its words are there; otherwise English."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(DEFAULT)
    return locale if locale.language in languages() else Locale.parse(DEFAULT)


def po_path(language: str) -> Path:
    """Where a language's words stand."""
    return LOCALES / language / "LC_MESSAGES" / "messages.po"


@cache
def translations(language: str) -> Translations:
    """A language's words; English ones stand in the templates themselves, its catalogue may leave them empty."""
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(po_path(language), language))
    compiled.seek(0)
    return Translations(compiled)


def read_catalogue(path: Path, language: str | None = None) -> Catalog:
    """One .po or .pot file."""
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extract() -> Catalog:
    """Every message of the templates."""
    catalogue = Catalog(project="notifications", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        TEMPLATES,
        method_map=[("**.*", "jinja2")],
        options_map={"**.*": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}},
        comment_tags=("NOTE:",),
    )
    for name, _line, message, comments, context in sorted(found, key=lambda row: (row[0], row[1])):
        catalogue.add(message, None, [(name, 1)], auto_comments=comments, context=context)
    return catalogue


def as_text(catalogue: Catalog) -> bytes:
    """The file: stable from run to run, without dates and line numbers."""
    written = BytesIO()
    write_po(written, catalogue, width=110, omit_header=True, include_lineno=False)
    return written.getvalue()


def update() -> list[Path]:
    """Write the template catalogue and bring each language up to it; returns the files."""
    template = extract()
    POT.write_bytes(as_text(template))
    written = [POT]
    for language in sorted(languages() | {DEFAULT}):
        path = po_path(language)
        catalogue = read_catalogue(path, language) if path.exists() else Catalog(locale=language, charset="utf-8")
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        path.write_bytes(as_text(catalogue))
        written.append(path)
    return written


if __name__ == "__main__":
    sys.stdout.writelines(f"wrote {path.relative_to(PACKAGE)}\n" for path in update())
