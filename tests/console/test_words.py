"""Every word of a page goes through the catalogues."""

import re
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from jinja2.ext import i18n

from console import catalogues

CONSOLE = Path(str(files("console")))
TEMPLATES = sorted((CONSOLE / "templates").rglob("*.html"))
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {
    "**/templates/**.html": {
        "extensions": "jinja2.ext.i18n",
        "trim_blocks": "true",
        "lstrip_blocks": "true",
        "newstyle_gettext": "true",
    }
}
HOW = (
    "run: cd services/console/console && pybabel extract -F ../babel.cfg -k mark --no-location --sort-output "
    "--omit-header -o locale/console.pot ."
)
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "mark": None}
ATTRIBUTES_THAT_ARE_READ = re.compile(r'\b(?:title|alt|aria-label|placeholder)="([^"{]*[A-Za-z]{2,}[^"{]*)"')
NO_WORDS = {"#ad", "https://"}


def extracted() -> set[tuple[str, ...]]:
    found = extract_from_dir(CONSOLE, METHODS, OPTIONS, keywords=KEYWORDS)
    return {(message,) if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}


def in_catalogue(text: bytes) -> set[tuple[str, ...]]:
    catalogue = read_po(BytesIO(text))
    return {(m.id,) if isinstance(m.id, str) else tuple(m.id) for m in catalogue if m.id}


def test_the_template_catalogue_holds_every_word_and_no_other():
    kept = in_catalogue((CONSOLE / "locale" / "console.pot").read_bytes())
    assert kept == extracted(), HOW


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_outside_the_catalogues(template):
    source = template.read_text(encoding="utf-8")
    outside = [words for words in literal_words(source) if words not in NO_WORDS]
    assert outside == []


def literal_words(source: str) -> list[str]:
    """Text between tags, and in attributes that people hear or read, that is no expression."""
    env = Environment(extensions=[i18n], autoescape=True)
    tree = env.parse(source)
    data = "".join(
        f" {node.data} " if isinstance(node, nodes.TemplateData) else ""
        for output in tree.find_all(nodes.Output)
        for node in output.nodes
    )
    attributes = ATTRIBUTES_THAT_ARE_READ.findall(source)
    text = re.sub(r"<[^>]*>", " ", re.sub(r"<[^<>]*$|^[^<>]*>", " ", data))
    text = re.sub(r'[\w-]+="[^"]*"?|"[^"]*"|&\w+;|/[\w/-]*', " ", text)
    return re.findall(r"[A-Za-z]{2,}(?:\s+[A-Za-z]{2,})+", text) + attributes


def test_the_check_sees_words_that_were_forgotten():
    assert literal_words("<p>Forgotten words</p>") == ["Forgotten words"]
    assert literal_words('<img alt="A picture">') == ["A picture"]
    assert literal_words('<p class="muted small">{{ _("Said well") }}</p>') == []


@pytest.mark.parametrize("language", catalogues.languages())
def test_a_shipped_catalogue_says_every_message_with_its_own_places(language):
    text = (CONSOLE / "locale" / language / "LC_MESSAGES" / "console.po").read_bytes()
    catalogue = read_po(BytesIO(text), locale=language)
    problems = [str(error) for message, errors in catalogue.check() for error in errors]
    assert problems == []
    if language != catalogues.SOURCE:
        said = {m.id if isinstance(m.id, str) else tuple(m.id) for m in catalogue if m.id and m.string}
        assert said >= {words[0] if len(words) == 1 else words for words in extracted()}


def test_plural_forms_are_the_language_s_own():
    found = catalogues.translations("en")
    assert found.ngettext("%(num)s campaign", "%(num)s campaigns", 1) == "%(num)s campaign"
    assert found.ngettext("%(num)s campaign", "%(num)s campaigns", 2) == "%(num)s campaigns"
