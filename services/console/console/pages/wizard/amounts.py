"""Amounts and numbers as the wizard's steps read them: what nobody pays is a slip of the keyboard."""

from console.domain.words import mark
from console.pages.forms import Form
from console.pages.view import View
from contracts.http.campaigns import MOST_MONEY
from contracts.money import Money


def an_amount(form: Form, name: str, view: View, *, required: bool = True) -> int | None:
    """Minor units of the brand's currency; None where it is left empty and may be."""
    if not required and not form.values.get(name, "").strip():
        return None
    amount = form.amount(name, view.who.role.currency, view.locale)
    if amount is not None and amount > MOST_MONEY:
        form.wrong(name, mark("Nobody pays that much. Check the number."))
        return None
    return amount


def money_of(amount: int | None, view: View) -> Money | None:
    """The same as money; None for none."""
    return None if amount is None else Money(amount=amount, currency=view.who.role.currency)


def typed(money: Money | None, view: View) -> str:
    """Money as a field holds it; empty for none."""
    return "" if money is None else view.formats.typed(money.amount, money.currency)


def a_share(form: Form, name: str, view: View, *, required: bool = True) -> int | None:
    """A percentage as basis points; None where it is left empty and may be."""
    if not required and not form.values.get(name, "").strip():
        return None
    return form.basis_points(name, view.locale)
