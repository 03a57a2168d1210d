"""Whom each market lists: the operator's rules, one set for every market and more for some (D2)."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from console.clients import DeclinedError, Discovery, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages import places
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.discovery import DEFAULT_MARKET
from contracts.http.console import RoleKind
from contracts.http.discovery import EligibilityPolicy, EligibilityPolicyOut

LIMITS: Final[Mapping[str, int]] = {
    "min_age": 120,
    "more_than_followers": 10**12,
    "min_videos_30d": 10_000,
    "more_than_views_30d": 10**12,
}
"""The most that each rule can ask for."""


async def list_all(view: View) -> Response:
    """Every market's rules, the usual ones first."""
    return await _list(view, Form())


async def _list(view: View, form: Form, status: int = 200) -> Response:
    policies = await Discovery(view.service("discovery")).policies()
    return view.render("eligibility.html", status, form=form, policies=sorted(policies, key=_order))


def _order(policy: EligibilityPolicyOut) -> tuple[bool, str]:
    return policy.market != DEFAULT_MARKET, policy.market


async def choose(view: View) -> Response:
    """On to the rules of a market that has none of its own yet."""
    form = await view.form()
    codes = places.read_countries(form, "country", view.locale, most=1)
    if not codes:
        form.wrong("country", mark("Enter a country."))
    if form.errors:
        return await _list(view, form, 422)
    return view.go(f"/eligibility/{codes[0]}")


async def show(view: View) -> Response:
    """One market's rules in their form; for a market without own ones the usual ones stand there."""
    market = view.path("market")
    if market != DEFAULT_MARKET and market not in places.countries("en"):
        raise NotThereError(market)
    own = await _of(view, market)
    usual = own or await _of(view, DEFAULT_MARKET)
    values = {name: getattr(usual, name) for name in LIMITS} if usual is not None else {}
    form = Form({name: view.formats.number(value) for name, value in values.items() if value is not None})
    return _render(view, form, market, own)


async def change(view: View) -> Response:
    """Set a market's rules; every creator is judged anew in the background."""
    form, market = await view.form(), view.path("market")
    limits = {name: form.whole(name, least=0, most=most, required=False) for name, most in LIMITS.items()}
    if not form.errors:
        try:
            said = EligibilityPolicy(**limits)
            await Discovery(view.service("discovery")).put_policy(market, said, form.text("key", most=100))
            return view.go("/eligibility?done=rules-kept")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, {name: name for name in LIMITS})
        except DeclinedError as declined:
            form.wrong("form", why_declined(declined))
    return _render(view, form, market, await _of(view, market), 422)


async def remove(view: View) -> Response:
    """Let the market go by the usual rules again."""
    await Discovery(view.service("discovery")).remove_policy(view.path("market"))
    return view.go("/eligibility?done=rules-removed")


async def _of(view: View, market: str) -> EligibilityPolicyOut | None:
    policies = await Discovery(view.service("discovery")).policies()
    return next((one for one in policies if one.market == market), None)


def _render(view: View, form: Form, market: str, own: EligibilityPolicyOut | None, status: int = 200) -> Response:
    name = view.say(mark("Every other market")) if market == DEFAULT_MARKET else view.formats.country(market)
    return view.render(
        "eligibility_market.html",
        status,
        form=form,
        market=quote(market, safe=""),
        name=name,
        is_own=own is not None and own.revision > 0,
    )


PAGES = (
    Page("/eligibility", list_all, RoleKind.OPERATOR),
    Page("/eligibility", choose, RoleKind.OPERATOR, "POST"),
    Page("/eligibility/{market}", show, RoleKind.OPERATOR),
    Page("/eligibility/{market}", change, RoleKind.OPERATOR, "POST"),
    Page("/eligibility/{market}/remove", remove, RoleKind.OPERATOR, "POST"),
)
