"""A creator's own profile: what they say of themselves, the proof of the handle, and where they are listed (D1, D2)."""

from datetime import date
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

from babel.numbers import list_currencies
from starlette.responses import Response

from console.clients import DeclinedError, Discovery, NotThereError, WrongFieldsError
from console.domain.accounts import Refusal
from console.domain.words import Say, mark
from console.pages import creator_labels, places
from console.pages.creators.all_figures import rows_of
from console.pages.creators.faces import face_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.view import View
from contracts.discovery import Availability, Category, DeliverableKind, DeliverableRate
from contracts.http.console import RoleKind
from contracts.http.discovery import OwnFigures, RegistrationIn, RegistrationOut, RegistrationsOut, ShippingAddress

MOST_RATES: Final = 20
BLANK_RATES: Final = 2
MOST_CATEGORIES: Final = 5
MOST_LINKS: Final = 10
MOST_ADDRESS_LINES: Final = 5
URL: Final = 500
FIELDS: Final = {
    "network": "network",
    "handle": "handle",
    "display_name": "display_name",
    "country": "country",
    "city": "city",
    "languages": "languages",
    "categories": "categories",
    "bio": "bio",
    "rates": "rates",
    "availability": "availability",
    "shipping_country": "shipping_country",
    "social_links": "social_links",
    "birth_date": "birth_date",
    "phone": "phone",
    "shipping": "shipping_name",
}


async def show(view: View) -> Response:
    """The creator's profiles; one of them in its form, or the form of the first."""
    own = await Discovery(view.service("discovery")).own_profiles()
    chosen = _chosen(view, own.profiles)
    form = Form({"network": "tiktok"}) if chosen is None else filled(chosen, view)
    return await _render(view, form, own, chosen)


async def show_new(view: View) -> Response:
    """The form of another handle."""
    own = await Discovery(view.service("discovery")).own_profiles()
    return await _render(view, Form({"network": "tiktok"}), own, None)


def _chosen(view: View, profiles: tuple[RegistrationOut, ...]) -> RegistrationOut | None:
    id_ = view.query("profile")
    if not id_:
        return profiles[0] if profiles else None
    found = next((one for one in profiles if one.profile == id_), None)
    if found is None:
        raise NotThereError(id_)
    return found


async def save(view: View) -> Response:
    """Register the handle, or change what is said of it."""
    form = await view.form()
    said = read(form, view)
    discovery = Discovery(view.service("discovery"))
    if said is not None:
        try:
            kept = await discovery.register(said, form.text("key", most=100))
            return view.go(f"/profile?profile={quote(kept.profile, safe='')}&done=profile-kept")
        except WrongFieldsError as wrong:
            form.take(wrong.errors, FIELDS)
        except DeclinedError as declined:
            form.wrong("form", why_declined(declined))
    own = await discovery.own_profiles()
    chosen = next((one for one in own.profiles if one.profile == form.values.get("profile")), None)
    return await _render(view, form, own, chosen, 422)


async def prove(view: View) -> Response:
    """Look for the code in the network's bio."""
    id_ = view.path("profile")
    discovery = Discovery(view.service("discovery"))
    form = Form()
    try:
        await discovery.prove(id_)
        return view.go(f"/profile?profile={quote(id_, safe='')}&done=proven")
    except DeclinedError as declined:
        form.wrong("proof", why_declined(declined))
    return await show_refused(view, form, HTTPStatus.CONFLICT)


async def show_refused(view: View, form: Form, status: int) -> Response:
    """The profile of the path as it stands, with what is wrong with something else than its form."""
    own, id_ = await Discovery(view.service("discovery")).own_profiles(), view.path("profile")
    chosen = next((one for one in own.profiles if one.profile == id_), None)
    if chosen is None:
        raise NotThereError(id_)
    shown = filled(chosen, view)
    shown.errors = form.errors
    return await _render(view, shown, own, chosen, status)


def read(form: Form, view: View) -> RegistrationIn | None:
    """The registration that a form says; None with the reasons in the form."""
    categories = form.some("categories", tuple(Category))
    if not categories:
        form.wrong("categories", mark("Choose one to five categories."))
    if len(categories) > MOST_CATEGORIES:
        form.wrong("categories", Say(mark("Choose at most %(most)s categories."), {"most": MOST_CATEGORIES}))
    handle = form.line("handle", required=True, words=mark("Enter your handle, such as @anna."))
    if any(sign.isspace() or sign == "/" for sign in handle):
        form.wrong("handle", mark("Enter the handle alone, without spaces or slashes."))
    values: dict[str, Any] = {
        "network": form.choice("network", tuple(creator_labels.NETWORKS)),
        "handle": handle,
        "display_name": form.line("display_name"),
        "country": _country(form, "country"),
        "city": form.line("city", most=100),
        "languages": places.read_languages(form, "languages", view.locale),
        "categories": categories,
        "bio": form.text("bio", most=2000),
        "rates": _rates(form, view),
        "availability": Availability(form.choice("availability", tuple(Availability))),
        "shipping_country": _country(form, "shipping_country"),
        "social_links": _links(form),
        "birth_date": _birth_date(form, view),
        "phone": _phone(form),
    }
    shipping: dict[str, Any] = {
        "name": form.line("shipping_name"),
        "lines": form.lines("shipping_lines", most=MOST_ADDRESS_LINES),
        "postcode": form.line("shipping_postcode"),
        "city": form.line("shipping_city"),
    }
    return None if form.errors else RegistrationIn(**values, shipping=ShippingAddress(**shipping))


def _links(form: Form) -> tuple[str, ...]:
    found = form.lines("social_links", most=MOST_LINKS, each=URL)
    if any(not one.startswith("https://") for one in found):
        form.wrong("social_links", mark("Enter whole addresses that begin with https://, one on each line."))
    return found


def _country(form: Form, name: str) -> str | None:
    code = form.text(name, most=2)
    if code and code not in places.countries("en"):
        form.wrong(name, mark("Choose a country."))
    return code or None


def _phone(form: Form) -> str:
    value = form.line("phone", most=40)
    if any(sign not in "0123456789+() .-" for sign in value):
        form.wrong("phone", mark("Enter digits, spaces and + only."))
    return value


def _birth_date(form: Form, view: View) -> date | None:
    typed = form.text("birth_date", most=40)
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        form.wrong("birth_date", mark("Enter a date as year, month and day, such as 1996-05-31."))
        return None
    if day > view.desk.clock.now().date():
        form.wrong("birth_date", mark("Enter a day that is behind us."))
    return day


def _rates(form: Form, view: View) -> tuple[DeliverableRate, ...]:
    found: list[DeliverableRate] = []
    for number in range(MOST_RATES):
        kind, amount_, currency_ = (f"rate_{part}_{number}" for part in ("kind", "amount", "currency"))
        typed = form.text(amount_, most=20)
        if not typed:
            continue
        currency = form.text(currency_, most=3).upper()
        if currency not in list_currencies():
            form.wrong(currency_, Refusal.CURRENCY)
            continue
        amount = form.amount(amount_, currency, view.locale)
        what = DeliverableKind(form.choice(kind, tuple(DeliverableKind)))
        if any((one.deliverable, one.currency) == (what, currency) for one in found):
            form.wrong(amount_, mark("There is a rate for this deliverable in this currency already."))
        if amount is not None and kind not in form.errors:
            found.append(DeliverableRate(deliverable=what, amount=amount, currency=currency))
    return tuple(found)


def filled(own: RegistrationOut, view: View) -> Form:
    """The form as a profile fills it."""
    values = {
        "profile": own.profile,
        "network": own.network,
        "handle": own.handle,
        "display_name": own.display_name,
        "country": own.country or "",
        "city": own.city,
        "languages": ", ".join(view.formats.tongue(code) for code in own.languages),
        "bio": own.bio,
        "availability": own.availability.value,
        "shipping_country": own.shipping_country or "",
        "social_links": "\n".join(own.social_links),
        "birth_date": own.birth_date.isoformat() if own.birth_date else "",
        "phone": own.phone,
        "shipping_name": own.shipping.name,
        "shipping_lines": "\n".join(own.shipping.lines),
        "shipping_postcode": own.shipping.postcode,
        "shipping_city": own.shipping.city,
    }
    for number, rate in enumerate(own.rates):
        values |= {
            f"rate_kind_{number}": rate.deliverable.value,
            f"rate_amount_{number}": view.formats.typed(rate.amount, rate.currency),
            f"rate_currency_{number}": rate.currency,
        }
    return Form(values, {"categories": tuple(map(str, own.categories))})


def rate_rows(form: Form) -> int:
    """How many rows of rates the form shows: those that are filled, and blank ones for one of each kind and more."""
    used = [number for number in range(MOST_RATES) if form.values.get(f"rate_amount_{number}")]
    return min(MOST_RATES, max((max(used, default=-1)) + 1 + BLANK_RATES, len(DeliverableKind)))


async def _own_figures(view: View, chosen: RegistrationOut | None) -> OwnFigures | None:
    """What brands see of the handle's figures; None where it is not this account's alone, or nobody answers."""
    return None if chosen is None else await if_there(Discovery(view.service("discovery")).own_figures(chosen.profile))


async def _render(
    view: View,
    form: Form,
    all_own: RegistrationsOut,
    chosen: RegistrationOut | None,
    status: int = 200,
) -> Response:
    own = await _own_figures(view, chosen)
    return view.render(
        "profile.html",
        int(status),
        form=form,
        profiles=all_own.profiles,
        chosen=chosen,
        face=face_of(chosen) if chosen else None,
        provable=", ".join(creator_labels.network(one) for one in all_own.provable_networks),
        own=own,
        figures=rows_of(own.figures, view) if own else [],
        rate_rows=rate_rows(form),
        kinds=[(kind.value, view.say(words)) for kind, words in creator_labels.DELIVERABLE_KIND.items()],
        countries=[("", view.say(mark("Not said"))), *places.countries(view.locale.language).items()],
        currency=next((rate.currency for rate in chosen.rates), "EUR") if chosen else "EUR",
        labels=creator_labels,
    )


PAGES = (
    Page("/profile", show, RoleKind.CREATOR),
    Page("/profile", save, RoleKind.CREATOR, "POST"),
    Page("/profile/new", show_new, RoleKind.CREATOR),
    Page("/profile/{profile}/proof", prove, RoleKind.CREATOR, "POST"),
)
