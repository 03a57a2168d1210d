"""Every word of a mail goes through gettext, and every catalogue holds every message with its placeholders."""

import re
from html.parser import HTMLParser

import pytest
from jinja2 import Environment, nodes

from contracts.notifications import Template
from notifications.domain.letters import file_name
from notifications.rendering import words

TEMPLATES = sorted(path for path in words.TEMPLATES.rglob("*") if path.suffix in {".html", ".txt"})
PLACEHOLDER = re.compile(r"%\((\w+)\)s|<[^>]+>")
SPOKEN_ATTRIBUTES = {"alt", "title", "aria-label", "placeholder", "summary"}


class Shown(HTMLParser):
    """Collects what a person reads or hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._style = 0

    def handle_starttag(self, tag, attrs) -> None:
        self._style += tag == "style"
        self.texts += [value or "" for name, value in attrs if name in SPOKEN_ATTRIBUTES]

    def handle_endtag(self, tag) -> None:
        self._style -= tag == "style"

    def handle_data(self, data) -> None:
        if not self._style:
            self.texts.append(data)


def words_outside_gettext(source: str, *, is_html: bool) -> list[str]:
    tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(source)
    literal = "".join(node.data if isinstance(node, nodes.TemplateData) else " " for node in _in_order(tree))
    shown = [literal]
    if is_html:
        page = Shown()
        page.feed(literal)
        shown = page.texts
    return re.findall(r"[^\W\d_]{2,}", " ".join(shown))


def _in_order(tree: nodes.Template):
    """Literal text and, between it, a mark for each expression, so that tags broken by one stay whole."""
    return tree.find_all((nodes.TemplateData, nodes.Call, nodes.Name))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_word_of_a_template_stands_outside_gettext(path) -> None:
    assert words_outside_gettext(path.read_text(), is_html=path.suffix == ".html") == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<img alt="Our logo">', ["Our", "logo"]),
        ('<p class="loud">{% trans %}Hello{% endtrans %}</p>', []),
        ("<style>.loud { color: red }</style>", []),
    ],
)
def test_the_search_for_words_outside_gettext_finds_them(source: str, found: list[str]) -> None:
    assert words_outside_gettext(source, is_html=True) == found


def test_each_mail_has_its_three_templates() -> None:
    there = {str(path.relative_to(words.TEMPLATES)) for path in TEMPLATES}
    steps = {t for t in Template if f"words/steps/{file_name(t)}.txt" in there}
    names = {file_name(t) for t in set(Template) - steps} | {"step"}

    assert {f"{name}{end}" for name in names for end in (".subject.txt", ".txt", ".html")} <= there


def test_the_catalogue_of_messages_is_what_the_templates_say() -> None:
    assert words.as_text(words.extract()) == words.POT.read_bytes(), "run `python -m notifications.rendering.words`"


@pytest.mark.parametrize("language", sorted(words.languages()))
def test_a_catalogue_has_every_message_and_its_placeholders(language: str) -> None:
    catalogue = words.read_catalogue(words.po_path(language), language)
    assert not catalogue.obsolete
    for message in words.extract():
        if not message.id:
            continue
        found = catalogue.get(message.id)
        assert found is not None, message.id
        assert not found.fuzzy, message.id
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        said = found.string if isinstance(found.string, tuple) else (found.string,)
        if language == words.DEFAULT and not any(said):
            continue
        for text in said:
            assert text, f"{language}: no words for {message.id!r}"
            assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(originals[-1])), message.id


@pytest.mark.parametrize(
    ("language", "locale"),
    [("en", "en"), ("en-GB", "en_GB"), ("xx", "en"), ("zz-ZZ", "en"), ("it", "it"), ("it-CH", "it_CH"), ("de", "en")],
)
def test_mails_are_in_the_nearest_language_that_there_is(language: str, locale: str) -> None:
    assert str(words.nearest(language)) == locale
