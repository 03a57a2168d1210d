"""A campaign's budget: committed, spent, left, by collaboration, and another amount (C14)."""

import asyncio
from urllib.parse import urlencode

from starlette.responses import Response

from console.clients import Campaigns, DeclinedError, WrongFieldsError
from console.domain.words import mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.results import name_of
from console.pages.site import Page
from console.pages.view import View
from contracts.campaigns import Budget
from contracts.http.campaigns import PutBudget
from contracts.http.console import RoleKind
from contracts.money import Money

CHANGED = mark("Somebody changed the campaign meanwhile. The figures below are the newest: look at them, then save.")
PARTS = ("fees", "product", "shipping", "commission")


async def show(view: View) -> Response:
    """Where the budget stands, line by line."""
    return await _page(view, None)


async def _page(view: View, form: Form | None, status: int = 200) -> Response:
    id_, cursor = view.path("campaign"), view.query("cursor", 2000)
    campaigns = Campaigns(view.service("campaigns"))
    campaign, budget, lines = await asyncio.gather(
        campaigns.find(id_), campaigns.budget(id_), campaigns.budget_lines(id_, cursor)
    )
    given = budget.budget
    if form is None:
        money = {} if given is None else {"amount": given.amount, "product": given.product, "shipping": given.shipping}
        form = Form({name: view.formats.typed(one.amount, one.currency) for name, one in money.items() if one})
    here = f"/campaigns/{id_}/budget"
    return view.render(
        "budget.html",
        status,
        campaign=campaign,
        budget=budget,
        lines=lines.items,
        is_whole=not cursor and lines.next_cursor is None,
        first=here if cursor else "",
        following=f"{here}?{urlencode({'cursor': lines.next_cursor})}" if lines.next_cursor else "",
        form=form,
        name_of=name_of,
        parts=PARTS,
        labels=labels,
    )


async def change(view: View) -> Response:
    """Another budget, or none; never below what is bound already."""
    form = await view.form()
    campaigns = Campaigns(view.service("campaigns"))
    id_ = view.path("campaign")
    currency = (await campaigns.find(id_)).terms.fee.currency
    amounts = {
        name: form.amount(name, currency, view.locale)
        for name in ("amount", "product", "shipping")
        if form.values.get(name, "").strip()
    }
    if form.errors:
        return await _page(view, form, 422)
    money = {name: Money(amount=amount, currency=currency) for name, amount in amounts.items() if amount is not None}
    if money and "amount" not in money:
        form.wrong("amount", mark("Fill this in: the other amounts are part of it."))
        return await _page(view, form, 422)
    typed = form.values.get("seen", "")
    seen = int(typed) if typed.isdecimal() and len(typed) <= 9 else None  # noqa: PLR2004 - revisions fit
    try:
        await campaigns.change_budget(
            id_,
            PutBudget(budget=Budget(**money) if money else None),
            key=form.text("key", most=100),
            seen=seen,
        )
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {"budget.product": "product", "budget.shipping": "shipping", "budget": "amount"})
        return await _page(view, form, 422)
    except DeclinedError as declined:
        form.wrong("amount" if declined.code == "budget-too-small" else "form", why_declined(declined))
        if declined.code == "changed-meanwhile":
            form.errors["form"] = CHANGED
        form.values.pop("seen", None)
        return await _page(view, form, declined.status)
    return view.go(f"/campaigns/{id_}/budget?done=budget-changed")


PAGES = (
    Page("/campaigns/{campaign}/budget", show, RoleKind.BRAND),
    Page("/campaigns/{campaign}/budget", change, RoleKind.BRAND, "POST"),
)
