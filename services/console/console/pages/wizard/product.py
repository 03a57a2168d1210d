"""The first step: what the campaign is called, where its links lead, and which products it covers (C16)."""

from typing import Any, Final

from console.clients import Products
from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.view import View
from console.pages.wizard.step import YES, Facts, Step, Values, chosen
from contracts.http.campaigns import ChangeDraft, DraftContent, DraftOut

LINE: Final = 200
ADDRESS: Final = 2000
MOST_PRODUCTS: Final = 1000
OFFERED: Final = 20
ALL, CHOSEN = "all", "chosen"
WHICH: Final = {ALL: mark("All products of the brand"), CHOSEN: mark("Chosen products")}
OURS: Final = {"name": "name", "landing_url": "landing_url", "products": "which"}


def values(draft: DraftContent, view: View) -> Values:
    """The step as its form's values."""
    del view
    return {
        "name": draft.name or "",
        "landing_url": draft.landing_url or "",
        "which": ALL if draft.products is None else CHOSEN,
        **{f"product:{product}": YES for product in draft.products or ()},
    }


def read(form: Form, view: View) -> ChangeDraft | None:
    """What the form says of this step."""
    del view
    name = form.line("name", most=LINE, required=True, words=mark("Give the campaign a name."))
    landing_url = form.text(
        "landing_url", most=ADDRESS, required=True, words=mark("Enter the page that links lead to.")
    )
    if landing_url and not landing_url.startswith(("https://", "http://")):
        form.wrong("landing_url", mark("Enter a whole address, such as https://example.com/serum."))
    which = form.choice("which", list(WHICH))
    products = tuple(chosen(form, "product")) if which == CHOSEN else None
    if products == ():
        form.wrong("which", mark("Find the products and tick them, or choose all."))
    if products is not None and len(products) > MOST_PRODUCTS:
        form.wrong("which", Say(mark("Choose at most %(most)s products."), {"most": MOST_PRODUCTS}))
    if form.errors:
        return None
    return ChangeDraft(name=name, landing_url=landing_url, products=products)


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal."""
    del form
    return next((mine for theirs, mine in OURS.items() if field.startswith(theirs)), "")


async def more(view: View, draft: DraftOut | None, form: Form) -> dict[str, Any]:
    """What is chosen, by name, and what of the catalogue is offered: what was looked for, or its beginning."""
    del draft
    catalogue = Products(view.service("campaigns"))
    ids = chosen(form, "product")
    names = await catalogue.those(ids)
    text = form.values.get("find", "").strip()[:100]
    found = await catalogue.page(text, limit=OFFERED)
    return {
        "which": [(value, view.say(words), "") for value, words in WHICH.items()],
        "picked": [(id_, names.get(id_)) for id_ in ids],
        "offered": [product for product in found.items if product.id not in set(ids)],
        "total": found.total or 0,
        "looked_for": text,
    }


def facts(draft: DraftContent, view: View) -> Facts:
    """For the last look."""
    found = [(view.say(mark("Links lead to")), draft.landing_url or "")]
    if draft.products is None:
        return [*found, (view.say(mark("Products")), view.say(WHICH[ALL]))]
    return [*found, (view.say(mark("Chosen products")), view.formats.number(len(draft.products)))]


STEP = Step(
    slug="product",
    title=mark("Product and page"),
    says=mark("What the campaign is about, and where its links lead."),
    parts=("name", "landing_url", "products"),
    values=values,
    read=read,
    ours=ours,
    facts=facts,
    words={
        "name": mark("Name"),
        "landing_url": mark("Page that links lead to"),
        "which": mark("Products"),
        "product": mark("Product"),
    },
    shown={"which": WHICH},
    is_written=lambda draft: draft.name is not None and draft.landing_url is not None,
    more=more,
)
