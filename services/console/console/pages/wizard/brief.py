"""The brief: what creators need to know to make a good video (C2)."""

from typing import Any, Final

from console.domain.words import Say, mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.view import View
from console.pages.wizard.step import Facts, Step, Values, built
from contracts.campaigns import BriefWords, ContentType
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut

LINE: Final = 200
TEXT: Final = 5000
ADDRESS: Final = 2000
MOST_LINKS: Final = 20
MOST_HASHTAGS: Final = 30
TEXTS: Final = ("key_messages", "strengths", "weaknesses", "dos", "donts")
LINES: Final = ("tone", "disclosure", "sample_policy", "usage_rights")
WORDS: Final = {
    "product": mark("Product"),
    "content_type": mark("Kind of video"),
    "key_messages": mark("Key messages"),
    "strengths": mark("Strengths"),
    "weaknesses": mark("Weaknesses"),
    "dos": mark("Please do"),
    "donts": mark("Please don't"),
    "tone": mark("Tone"),
    "hashtags": mark("Hashtags"),
    "disclosure": mark("Required disclosure"),
    "sample_policy": mark("Samples"),
    "usage_rights": mark("Usage rights asked for"),
    "assets": mark("Linked files"),
}


def values(draft: DraftContent, view: View) -> Values:
    """The step as its form's values."""
    del view
    brief = draft.brief
    if brief is None:
        return {}
    return {
        "product": brief.product,
        "content_type": brief.content_type,
        **{name: getattr(brief, name) for name in (*TEXTS, *LINES)},
        "hashtags": " ".join(brief.hashtags),
        "assets": "\n".join(brief.assets),
    }


def read(form: Form, view: View) -> ChangeDraft | None:
    """What the form says of this step."""
    del view
    product = form.line("product", most=LINE, required=True, words=mark("Say what the product is."))
    content = ContentType(form.choice("content_type", list(ContentType)))
    texts = {name: form.text(name, most=TEXT) for name in TEXTS}
    lines = {name: form.line(name, most=LINE) for name in LINES}
    hashtags = form.text("hashtags", most=TEXT).split()
    if len(hashtags) > MOST_HASHTAGS or any(len(word) >= LINE for word in hashtags):
        form.wrong("hashtags", Say(mark("Enter at most %(most)s hashtags."), {"most": MOST_HASHTAGS}))
    links = form.text("assets", most=MOST_LINKS * ADDRESS).split()
    if any(not link.startswith(("https://", "http://")) or len(link) > ADDRESS for link in links):
        form.wrong("assets", mark("Enter whole addresses, one on each line, such as https://example.com/logo.zip."))
    if len(links) > MOST_LINKS:
        form.wrong("assets", Say(mark("Enter at most %(most)s addresses."), {"most": MOST_LINKS}))
    if form.errors:
        return None
    given = {
        "product": product,
        "content_type": content,
        "hashtags": tuple(word if word.startswith("#") else f"#{word}" for word in hashtags),
        "assets": tuple(links),
        **texts,
        **lines,
    }
    brief = built(form, BriefWords, given, lambda name: name.partition(".")[0])
    return None if brief is None else ChangeDraft(brief=brief)


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal."""
    del form
    name = field.removeprefix("brief.").partition(".")[0]
    return name if name in WORDS else "product" if field == "brief" else ""


async def more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """The lists of the form."""
    del draft, form
    return {"contents": [(content, view.say(words)) for content, words in labels.CONTENT.items()]}


def facts(draft: DraftContent, view: View) -> Facts:
    """For the last look: what is said, in its own words."""
    brief = draft.brief
    if brief is None:
        return []
    said = {name: getattr(brief, name) for name in (*TEXTS, *LINES)}
    said |= {"hashtags": " ".join(brief.hashtags), "assets": "\n".join(brief.assets)}
    return [
        (view.say(WORDS["product"]), brief.product),
        (view.say(WORDS["content_type"]), view.say(labels.CONTENT[brief.content_type])),
        *((view.say(WORDS[name]), text) for name, text in said.items() if text),
    ]


STEP = Step(
    slug="brief",
    title=mark("Brief"),
    says=mark("What a creator needs to know to make a good video."),
    parts=("brief",),
    values=values,
    read=read,
    ours=ours,
    facts=facts,
    words=WORDS,
    shown={"content_type": {content.value: words for content, words in labels.CONTENT.items()}},
    is_written=lambda draft: draft.brief is not None,
    more=more,
)
