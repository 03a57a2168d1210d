"""Sign-in by a mailed code, a brand's registration, switching roles, signing out."""

from dataclasses import replace
from typing import Any

from babel import Locale
from babel.numbers import get_currency_name, list_currencies
from starlette.responses import Response

from console import cookies
from console import entry as ways_in
from console.clients import WrongFieldsError
from console.domain.accounts import Refusal, country_of, hosts_of, is_address, is_currency, is_zone
from console.domain.codes import Answer, Registration
from console.domain.origins import safe_next
from console.domain.sessions import FIRST_PAGE, chosen, hashed
from console.domain.words import mark
from console.entry import Ask, CodeRefusedError, TooManyCodesError
from console.pages.forms import Form
from console.pages.site import Page
from console.pages.view import View
from console.pages.zones import zones
from contracts.console import BrandDetails

TOO_MANY = mark("Too many codes were asked for. Wait a quarter of an hour and try again.")
ANSWERS = {
    Answer.WRONG: mark("This code is not right. Look at the newest mail."),
    Answer.EXPIRED: mark("This code has expired. Ask for a new one."),
    Answer.EXHAUSTED: mark("This code was tried too often. Ask for a new one."),
}
FIRST_CURRENCIES = ("EUR", "USD", "GBP", "VND", "JPY", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD")
OPTIONAL_LENGTH = 40
MOST_DOMAINS = 50


async def start(view: View) -> Response:
    """`/`: the first page of whoever it is."""
    return view.go(FIRST_PAGE[view.session.role.kind] if view.session else "/sign-in")


async def show_sign_in(view: View) -> Response:
    """The address form; who is signed in already goes on."""
    next_ = safe_next(view.query("next", 500))
    if view.session is not None:
        return view.go(next_ or "/")
    return view.render("sign_in.html", next=next_)


async def sign_in(view: View) -> Response:
    """Mail a code; the next page is the same for every address."""
    form = await view.form()
    next_ = safe_next(form.values.get("next", ""))
    address = form.text("email", most=254)
    if not is_address(address):
        form.wrong("email", Refusal.ADDRESS)
    if not form.errors:
        response = await mail_code(view, form, Ask(browser="", client="", language="", address=address, next=next_))
        if response is not None:
            return response
    return view.render("sign_in.html", 422, form=form, next=next_)


async def mail_code(view: View, form: Form, wish: Ask, to: str = "/sign-in/code") -> Response | None:
    """Ask for a code and go to where it is typed; None with the reason in the form if it can't be asked for."""
    wish = replace(
        wish,
        browser=cookies.read(view.request, cookies.SIGN_IN, view.desk.settings),
        client=cookies.client_of(view.request),
        language=view.locale.language,
    )
    try:
        cookie = await ways_in.ask(view.desk, wish)
    except TooManyCodesError:
        form.wrong("form", TOO_MANY)
        return None
    except WrongFieldsError:
        form.wrong("email", Refusal.ADDRESS)
        return None
    response = view.go(to)
    seconds = int(view.desk.settings.code_lifetime.total_seconds())
    cookies.put(response, cookies.SIGN_IN, cookie, view.desk.settings, seconds=seconds)
    return response


async def show_code(view: View) -> Response:
    """Where the code is typed; a browser that asked for none begins at the start."""
    if not cookies.read(view.request, cookies.SIGN_IN, view.desk.settings):
        return view.go("/sign-in")
    return view.render("code.html")


async def enter(view: View) -> Response:
    """Judge the code and let the person in, with a session that nobody knew before."""
    form = await view.form()
    browser = cookies.read(view.request, cookies.SIGN_IN, view.desk.settings)
    typed = form.text("code", most=40, required=True, words=mark("Enter the code from the mail."))
    if form.errors:
        return view.render("code.html", 422, form=form)
    try:
        entered = await ways_in.enter(view.desk, browser, typed)
    except CodeRefusedError as refused:
        form.values["code"] = ""
        form.wrong("code", ANSWERS[refused.answer])
        return view.render("code.html", 422, form=form)
    if view.session is not None:
        await view.desk.entry.end_session(view.session.id)
    response = view.go(entered.next or FIRST_PAGE[entered.role.kind])
    seconds = int(entered.expires_in.total_seconds())
    cookies.put(response, cookies.SESSION, entered.cookie, view.desk.settings, seconds=seconds)
    cookies.drop(response, cookies.SIGN_IN, view.desk.settings)
    return response


async def another_code(view: View) -> Response:
    """A new code for the same browser and person; the old one ends."""
    browser = cookies.read(view.request, cookies.SIGN_IN, view.desk.settings)
    waiting = await view.desk.entry.sign_in(hashed(browser), view.desk.clock.now()) if browser else None
    if waiting is None or waiting.used:
        return view.go("/sign-in")
    form = Form()
    wish = Ask(
        browser="",
        client="",
        language="",
        contact=waiting.contact,
        invitation=waiting.invitation,
        next=waiting.next,
        registration=waiting.registration,
    )
    response = await mail_code(view, form, wish, "/sign-in/code?done=new-code")
    return response or view.render("code.html", 429, form=form)


async def sign_out(view: View) -> Response:
    """End the session."""
    if view.session is not None:
        await view.desk.entry.end_session(view.session.id)
    response = view.go("/sign-in")
    cookies.drop(response, cookies.SESSION, view.desk.settings)
    return response


async def act_as(view: View) -> Response:
    """Go on in another of one's own roles."""
    form = await view.form()
    if view.session is None:
        return view.go("/sign-in")
    role = chosen(view.session.roles, form.values.get("kind", "-"), form.values.get("id", ""))
    if role is None:
        return view.go("/")
    await view.desk.entry.act_as(view.session.id, role)
    return view.go(FIRST_PAGE[role.kind])


async def show_register(view: View) -> Response:
    """The form for a new brand."""
    return view.render("register.html", **choices_of(view.locale))


async def register(view: View) -> Response:
    """Begin a brand's registration; the mailed code activates it."""
    form = await view.form()
    address, registration = read_registration(form)
    if registration is not None:
        wish = Ask(
            browser="",
            client="",
            language="",
            address=address,
            registration=registration,
            next="/stores?done=registered",
        )
        response = await mail_code(view, form, wish)
        if response is not None:
            return response
    return view.render("register.html", 422, form=form, **choices_of(view.locale))


def read_registration(form: Form) -> tuple[str, Registration | None]:
    """The address and the brand that a form describes; no brand, and the reasons in the form, otherwise."""
    name = form.text("name", most=200, required=True, words=Refusal.NAME)
    address = form.text("email", most=254)
    if not is_address(address):
        form.wrong("email", Refusal.ADDRESS)
    currency = form.text("currency", most=3)
    if not is_currency(currency):
        form.wrong("currency", Refusal.CURRENCY)
    zone = form.text("zone", most=64)
    if not is_zone(zone):
        form.wrong("zone", Refusal.ZONE)
    hosts = hosts_of(form.text("domains", most=5000))
    if not hosts:
        form.wrong("domains", Refusal.DOMAINS_MISSING)
    if None in hosts or len(hosts) > MOST_DOMAINS:
        form.wrong("domains", Refusal.DOMAIN)
    phone = form.text("phone", most=OPTIONAL_LENGTH)
    vat_number = form.text("vat_number", most=OPTIONAL_LENGTH)
    if form.errors:
        return address, None
    domains = tuple(host for host in hosts if host)
    details = BrandDetails(name=name, domains=domains, currency=currency, zone=zone, country=country_of(zone))
    return address, Registration(details=details, phone=phone, vat_number=vat_number)


def choices_of(locale: Locale) -> dict[str, Any]:
    """The lists of the registration form: currencies by name, the usual ones first, and time zones."""
    codes = (*FIRST_CURRENCIES, *sorted(list_currencies(locale) - set(FIRST_CURRENCIES)))
    return {
        "currencies": [(code, f"{code} · {get_currency_name(code, locale=locale)}") for code in codes],
        "zones": zones(),
    }


PAGES = (
    Page("/", start),
    Page("/sign-in", show_sign_in),
    Page("/sign-in", sign_in, method="POST"),
    Page("/sign-in/code", show_code),
    Page("/sign-in/code", enter, method="POST"),
    Page("/sign-in/another", another_code, method="POST"),
    Page("/sign-out", sign_out, method="POST"),
    Page("/act-as", act_as, method="POST"),
    Page("/register", show_register),
    Page("/register", register, method="POST"),
)
