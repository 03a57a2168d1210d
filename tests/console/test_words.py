"""Every word of a page goes through the catalogues."""

import re
from collections.abc import Sequence
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes
from jinja2.ext import i18n

from attribution import words as attributions
from console import catalogues
from contracts.attribution import OrderOutcome

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
HOW = "run `make words`, then say in each locale/<language>/LC_MESSAGES/console.po what is empty there"
PLACE = re.compile(r"%\(\w+\)[sd]|%(?!\()|<[^>]+>")
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


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_a_template_marks_what_it_says_itself(template):
    """`say` translates what code has marked; words of the template's own are found only in `_`."""
    assert re.findall(r"""\bsay\(["']""", template.read_text(encoding="utf-8")) == []


def test_every_sentence_that_attribution_says_is_in_the_catalogues():
    said = {
        *attributions.WHY.values(),
        *attributions.REASONS.values(),
        *attributions.HELD.values(),
        *attributions.CAUSES.values(),
    }
    stands = [
        attributions.summary_of(outcome, None, posted=posted, held=held)
        for outcome in OrderOutcome
        for posted in (True, False)
        for held in ((), ("a hold",))
    ]
    assert {*said, *stands} <= {mark for (mark, *_) in extracted()}


def test_the_check_sees_words_that_were_forgotten():
    assert literal_words("<p>Forgotten words</p>") == ["Forgotten words"]
    assert literal_words('<img alt="A picture">') == ["A picture"]
    assert literal_words('<p class="muted small">{{ _("Said well") }}</p>') == []


TRANSLATED = [language for language in catalogues.languages() if language != catalogues.SOURCE]


def catalogue_of(language: str) -> Catalog:
    text = (CONSOLE / "locale" / language / "LC_MESSAGES" / "console.po").read_bytes()
    return read_po(BytesIO(text), locale=language)


def unsaid(catalogue: Catalog, wanted: set[tuple[str, ...]]) -> list[str]:
    """What a catalogue leaves out, guesses, says without its places, or says although no page asks for it."""
    found: list[str] = []
    kept = {_forms(message.id): message for message in catalogue if message.id}
    found += [f"no page says it any more: {words[0]}" for words in kept.keys() - wanted]
    for words in sorted(wanted):
        message = kept.get(words)
        said = _forms(message.string) if message else ()
        if not said or not all(said):
            found.append(f"not translated: {words[0]}")
        elif message is not None and message.fuzzy:
            found.append(f"only guessed: {words[0]}")
        elif len(said) != (catalogue.num_plurals if len(words) > 1 else 1):
            found.append(f"not a form for each number: {words[0]}")
        elif any(sorted(PLACE.findall(text)) != sorted(PLACE.findall(words[-1])) for text in said):
            found.append(f"other places: {words[0]}")
    return found


def _forms(words: str | Sequence[str]) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words)


def test_languages_beside_the_source_are_shipped():
    assert "it" in TRANSLATED


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_shipped_catalogue_says_every_message_with_its_own_places(language):
    assert unsaid(catalogue_of(language), extracted()) == [], HOW


@pytest.mark.parametrize(
    ("words", "said", "flags", "found"),
    [
        pytest.param(("Save",), "Salva", (), [], id="said"),
        pytest.param(("Save",), "", (), ["not translated: Save"], id="empty"),
        pytest.param(("Save",), "Salva", ("fuzzy",), ["only guessed: Save"], id="fuzzy"),
        pytest.param(("%(a)s off",), "di sconto", (), ["other places: %(a)s off"], id="a place is lost"),
        pytest.param(
            ("a day", "%(n)s days"), ("un giorno", "giorni"), (), ["other places: a day"], id="lost in plural"
        ),
        pytest.param(("%(n)s day", "%(n)s days"), ("%(n)s giorno", ""), (), ["not translated: %(n)s day"], id="plural"),
    ],
)
def test_the_check_sees_what_a_catalogue_lacks(words, said, flags, found):
    catalogue = Catalog(locale="it")
    catalogue.add(words[0] if len(words) == 1 else words, said, flags=flags)
    assert unsaid(catalogue, {words}) == found


def test_the_check_sees_what_a_catalogue_has_never_heard_of_and_what_is_old():
    catalogue = Catalog(locale="it")
    catalogue.add("Gone", "Andato")
    assert unsaid(catalogue, {("New",)}) == ["no page says it any more: Gone", "not translated: New"]


def test_plural_forms_are_the_language_s_own():
    found = catalogues.translations("en")
    assert found.ngettext("%(num)s campaign", "%(num)s campaigns", 1) == "%(num)s campaign"
    assert found.ngettext("%(num)s campaign", "%(num)s campaigns", 2) == "%(num)s campaigns"
    italian = catalogues.translations("it")
    assert [italian.ngettext("%(num)s day", "%(num)s days", n) for n in (0, 1, 2)] == [
        "%(num)s giorni",
        "%(num)s giorno",
        "%(num)s giorni",
    ]
