"""A letter becomes a subject, a text and an HTML part, each from a template of its own."""

import re
from dataclasses import dataclass
from functools import cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from contracts.notifications import Template
from notifications.domain.letters import Letter
from notifications.rendering import words
from notifications.rendering.formats import Formats

_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Written:
    """A mail's parts in the language `language`."""

    language: str
    subject: str
    text: str
    html: str


class Renderer:
    """Writes letters. Everything a person wrote is escaped in HTML, and plain in text."""

    def __init__(self) -> None:
        # Media queries for dark mode and small screens can't be inlined; they stay in the head.
        self._inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)

    def write(self, letter: Letter, *, language: str, zone: str) -> Written:
        """`language` and `zone` are the recipient's; words and figures are in the nearest language that there is."""
        locale = words.nearest(language)
        environment = _environment(locale.language)
        tag = str(locale).replace("_", "-")
        context = {"letter": letter, "f": Formats(locale, zone), "language": tag}
        name = file_name(letter.TEMPLATE)
        subject = " ".join(environment.get_template(f"{name}.subject.txt").render(context).split())
        context["subject"] = subject
        text = environment.get_template(f"{name}.txt").render(context)
        html = environment.get_template(f"{name}.html").render(context)
        return Written(
            language=tag,
            subject=subject,
            text=_BLANK_LINES.sub("\n\n", "\n".join(line.rstrip() for line in text.splitlines())).strip() + "\n",
            html=self._inliner.inline(html),
        )


def file_name(template: Template) -> str:
    """`first-sale` -> `first_sale`: the beginning of its templates' names."""
    return template.value.replace("-", "_")


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications"),
        autoescape=select_autoescape(enabled_extensions=("html",), disabled_extensions=("txt",), default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    translations = words.translations(language)
    install = environment.install_gettext_translations  # type: ignore[attr-defined]  # the i18n extension adds it
    install(translations, newstyle=True)
    environment.filters["lines"] = _lines
    return environment


def _lines(paragraphs: tuple[str, ...]) -> Markup:
    return Markup("<br>").join(paragraphs)
