"""A plan's rows: other rates by product, collection or customer, and tiers by volume (C3, MONEY 13, 14)."""

import re
from itertools import count
from typing import Any, Final

from console.clients import Products
from console.domain.words import Say, mark
from console.pages.forms import Form
from console.pages.view import View
from console.pages.wizard.amounts import a_share, an_amount, money_of, typed
from console.pages.wizard.step import Values, is_blank, rows_of
from console.pages.wizard.words import CUSTOMERS
from contracts.campaigns import Plan, Rate
from contracts.http.campaigns import DraftOut, NoRate, PlainTerms

MOST_RATES: Final = 50
MOST_TIERS: Final = 20
BLANK_ROWS: Final = 1
NAME: Final = 200
RATE_FIELDS: Final = ("product", "collection", "rate", "per_unit")
TIER_FIELDS: Final = ("volume", "rate")
NO_RATE: Final = {
    NoRate.UNKNOWN: mark("Product %(id)s is not in your catalogue."),
    NoRate.NO_PRICE: mark("Product %(id)s has no price in your catalogue."),
    NoRate.NO_COST: mark("Product %(id)s has no own cost in your catalogue."),
    NoRate.NO_MARGIN: mark("Product %(id)s leaves no margin to share."),
}
WORDS: Final = {
    "product": mark("Product"),
    "collection": mark("Collection"),
    "customer": mark("Customers"),
    "volume": mark("From sales of"),
}


def values(terms: PlainTerms, view: View) -> Values:
    """The rows as a form's values."""
    found: Values = {}
    for number, rate in enumerate(terms.rates):
        row = f"r{number}"
        found |= {
            f"{row}-product": rate.product or "",
            f"{row}-collection": rate.collection or "",
            f"{row}-customer": rate.customer or "",
            f"{row}-rate": "" if rate.basis_points is None else view.formats.typed_rate(rate.basis_points),
            f"{row}-per_unit": typed(rate.per_unit, view),
        }
    for number, tier in enumerate(terms.tiers):
        found |= {
            f"t{number}-volume": typed(tier.volume, view),
            f"t{number}-rate": view.formats.typed_rate(tier.basis_points),
        }
    return found


def rows(form: Form, kind: str, most: int) -> list[int]:
    """The rows to show: those that say something, and an empty one as long as there may be more."""
    there = rows_of(form, kind)
    free = max(there, default=-1) + 1
    return there + list(range(free, free + (BLANK_ROWS if len(there) < most else 0)))


def _said(form: Form, kind: str) -> list[int]:
    """The rows that say something: of a rate, also by its customers alone."""
    fields = (*RATE_FIELDS, "customer") if kind == "r" else TIER_FIELDS
    return [row for row in rows_of(form, kind) if not is_blank(form, f"{kind}{row}", fields)]


def read_rates(form: Form, view: View) -> list[dict[str, Any]]:
    """The rows before the default, the first that matches pays."""
    found: list[dict[str, Any]] = []
    said = _said(form, "r")
    if len(said) > MOST_RATES:
        form.wrong("form", Say(mark("Enter at most %(most)s rates."), {"most": MOST_RATES}))
    for number in said[:MOST_RATES]:
        row = f"r{number}"
        product, collection = form.line(f"{row}-product", most=NAME), form.line(f"{row}-collection", most=NAME)
        customer = form.choice(f"{row}-customer", list(CUSTOMERS)) if form.values.get(f"{row}-customer") else ""
        if not (product or collection or customer):
            form.wrong(f"{row}-product", mark("Name a product, a collection, or new or returning customers."))
        share = a_share(form, f"{row}-rate", view, required=False)
        amount = an_amount(form, f"{row}-per_unit", view, required=False)
        if share is not None and amount is not None:
            form.wrong(f"{row}-rate", mark("Give a percentage or an amount for each piece, not both."))
        if share is None and amount is None:
            form.wrong(f"{row}-rate", mark("Give a percentage, or an amount for each piece."))
        found.append(
            {
                "plan": Plan.FIXED if amount is not None else Plan.PERCENT,
                "basis_points": share,
                "per_unit": money_of(amount, view),
                "product": product or None,
                "collection": collection or None,
                "customer": customer or None,
            }
        )
    return found


async def fill_by_margin(form: Form, view: View, draft: DraftOut | None) -> list[str]:
    """Write a row for each chosen product into the form, by its margin; in words, which products have none and why.

    A row that names nothing but the product takes the new rate; nothing is saved.
    """
    share = a_share(form, "margin", view)
    products = draft.products if draft is not None else None
    if not products:
        form.wrong("margin", mark("Choose the products first, in the first step: each gets a rate of its own."))
    if form.errors or not share or not products:
        return []
    told = await Products(view.service("campaigns")).rates(products[:MOST_RATES], share)
    known = {form.values.get(f"r{row}-product", "").strip(): row for row in _said(form, "r") if _is_plain(form, row)}
    taken = set(_said(form, "r"))
    free = (row for row in count() if row not in taken)
    for rate in told.rates:
        row = known.get(rate.product or "")
        row = next(free) if row is None else row
        form.values[f"r{row}-product"] = rate.product or ""
        form.values[f"r{row}-rate"] = view.formats.typed_rate(rate.basis_points or 0)
        form.values[f"r{row}-per_unit"] = ""
    return [view.say(Say(NO_RATE[one.reason], {"id": one.product})) for one in told.without]


def _is_plain(form: Form, row: int) -> bool:
    """Whether a rate is for all sales of its product."""
    return not (form.values.get(f"r{row}-collection", "").strip() or form.values.get(f"r{row}-customer"))


def read_tiers(form: Form, view: View, *, is_percent: bool) -> list[dict[str, Any]]:
    """The tiers; they replace a percentage, so there are none without it."""
    found: list[dict[str, Any]] = []
    said = _said(form, "t")
    if len(said) > MOST_TIERS:
        form.wrong("form", Say(mark("Enter at most %(most)s tiers."), {"most": MOST_TIERS}))
    if said and not is_percent:
        form.wrong(f"t{said[0]}-volume", mark("Tiers replace a percentage. Choose a percentage, or leave them out."))
    last = -1
    for number in said[:MOST_TIERS]:
        row = f"t{number}"
        volume, share = an_amount(form, f"{row}-volume", view), a_share(form, f"{row}-rate", view)
        if volume is not None and volume <= last:
            form.wrong(f"{row}-volume", mark("Enter more than in the tier before."))
        last = volume if volume is not None else last
        found.append({"volume": money_of(volume, view), "basis_points": share})
    return found


def ours(field: str, form: Form) -> str:
    """Which of our fields shows a refusal of a row; campaigns counts those that were sent."""
    match = re.match(r"(rates|tiers)\.(\d+)(?:\.(\w+))?", field)
    if match is None:
        return ""
    kind = "r" if match[1] == "rates" else "t"
    said = _said(form, kind)
    at, name = int(match[2]), match[3] or ""
    shown = {"basis_points": "rate", "per_unit": "per_unit", "product": "product", "collection": "collection"}
    default = "product" if kind == "r" else "volume"
    return f"{kind}{said[at]}-{shown.get(name, default)}" if at < len(said) else ""


def told(terms: PlainTerms, view: View) -> list[str]:
    """Each row before the default, in words."""
    return [f"{_matches(rate, view)}: {_pays(rate, view)}" for rate in terms.rates]


def told_tiers(terms: PlainTerms, view: View) -> list[str]:
    """Each tier in words."""
    f = view.formats
    return [
        view.say(
            Say(
                mark("%(rate)s from %(volume)s in a month on"),
                {"rate": f.rate(tier.basis_points), "volume": f.money(tier.volume)},
            )
        )
        for tier in terms.tiers
    ]


def _matches(rate: Rate, view: View) -> str:
    said = [
        *([view.say(Say(mark("Product %(id)s"), {"id": rate.product}))] if rate.product else []),
        *([view.say(Say(mark("Collection %(id)s"), {"id": rate.collection}))] if rate.collection else []),
        *([view.say(CUSTOMERS[rate.customer])] if rate.customer else []),
    ]
    return ", ".join(said)


def _pays(rate: Rate, view: View) -> str:
    if rate.basis_points is not None:
        return view.formats.rate(rate.basis_points)
    return view.say(Say(mark("%(amount)s for each piece"), {"amount": view.formats.money(rate.per_unit)}))
