"""A letter becomes a subject, a text and an HTML part, each from a template of its own."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from contracts.campaigns import Platform
from notifications.domain.letters import Letter
from notifications.rendering import words
from notifications.rendering.formats import Formats

PLATFORMS: Mapping[Platform, str] = MappingProxyType(
    {
        Platform.TIKTOK: "TikTok",
        Platform.YOUTUBE: "YouTube",
        Platform.INSTAGRAM: "Instagram",
        Platform.FACEBOOK: "Facebook",
        Platform.X: "X",
        Platform.SNAPCHAT: "Snapchat",
        Platform.PINTEREST: "Pinterest",
        Platform.LINKEDIN: "LinkedIn",
        Platform.TWITCH: "Twitch",
    }
)
"""As they call themselves, in every language."""
_BLANK_LINES = re.compile(r"\n{3,}")


@dataclass(frozen=True)
class Written:
    """A mail's parts in the language `language`."""

    language: str
    subject: str
    text: str
    html: str


class _Loader(PackageLoader):
    """`words/x.html` is `words/x.txt` with all that is put into it escaped: both parts of a mail say the same."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool] | None]:
        if template.startswith("words/"):
            template = f"{template.rpartition('.')[0]}.txt"
        return super().get_source(environment, template)


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
        name = letter.files
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


@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=_Loader("notifications"),
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
    environment.filters["compact"] = _compact
    environment.globals["platforms"] = PLATFORMS
    return environment


def _lines(paragraphs: tuple[str, ...]) -> Markup:
    return Markup("<br>").join(paragraphs)


def _compact(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if line.strip())
