"""A store's REST API: its keys go to attribution and nowhere else, and a poll can be asked for."""

from pydantic import ValidationError
from starlette.responses import Response

from console import stores
from console.clients import Attribution, DeclinedError, NotThereError, WrongFieldsError
from console.domain.words import mark
from console.pages.forms import Form
from console.pages.problems import why_declined
from console.pages.site import Page
from console.pages.stores import AWAY, render
from console.pages.view import View
from console.store import OwnStores
from contracts.console import StoreKind
from contracts.http.attribution import StoreCredentials
from contracts.http.console import RoleKind

SECRETS = ("access_token", "consumer_key", "consumer_secret")
LONGEST = 500
WRONG_KEY = mark("Paste the whole key: 8 to 500 letters, digits and signs without spaces.")
WRONG_ADDRESS = mark("Enter an address such as https://shop.example/wordpress, without a question mark.")


async def hand_over(view: View) -> Response:
    """Take the keys of the store's API over to attribution; they are shown to nobody again, not even in the form."""
    store_id = view.path("store")
    form = await view.form()
    kind = await _kind(view, store_id)
    keys = _read(form, kind)
    for name in SECRETS:
        form.values.pop(name, None)
    if keys is None:
        return await render(view, store_id, form=form, status=422)
    try:
        await stores.hand_over_keys(view.desk, view.who.role.id, store_id, keys)
    except WrongFieldsError as wrong:
        form.take(wrong.errors, {name: name for name in (*SECRETS, "address")})
        return await render(view, store_id, form=form, status=422)
    except stores.SecretNotTakenError:
        form.wrong("form", AWAY)
        return await render(view, store_id, form=form, status=503)
    return view.go(f"/stores/{store_id}?done=keys-taken")


def _read(form: Form, kind: StoreKind) -> StoreCredentials | None:
    """The keys that a store of this kind has; None with the reasons in the form."""
    names = SECRETS[:1] if kind is StoreKind.SHOPIFY else SECRETS[1:]
    found = {name: form.text(name, most=LONGEST, required=True) for name in names}
    address = form.line("address", most=LONGEST) if kind is StoreKind.WOOCOMMERCE else ""
    if form.errors:
        return None
    try:
        return StoreCredentials.model_validate(found | ({"address": address} if address else {}))
    except ValidationError as error:
        for each in error.errors(include_input=False, include_url=False, include_context=False):
            name = str(each["loc"][0]) if each["loc"] else "form"
            form.wrong(name, WRONG_ADDRESS if name == "address" else WRONG_KEY)
        return None


async def forget(view: View) -> Response:
    """Let attribution forget the keys: the store is polled no more."""
    store_id = view.path("store")
    await _kind(view, store_id)
    try:
        await stores.hand_over_keys(view.desk, view.who.role.id, store_id, None)
    except stores.SecretNotTakenError:
        form = Form()
        form.wrong("form", mark("The keys could not be forgotten. Nothing changed. Try again in a minute."))
        return await render(view, store_id, form=form, status=503)
    return view.go(f"/stores/{store_id}?done=keys-forgotten")


async def ask(view: View) -> Response:
    """Let the store be asked within seconds."""
    store_id = view.path("store")
    try:
        await Attribution(view.service("attribution")).poll_now(store_id)
    except DeclinedError as declined:
        form = Form()
        form.wrong("form", why_declined(declined))
        return await render(view, store_id, form=form, status=409)
    return view.go(f"/stores/{store_id}?done=poll-asked")


async def _kind(view: View, store_id: str) -> StoreKind:
    """The kind of a store of the brand's that has an API; 404 for any other."""
    store = await OwnStores(view.desk.db, view.who.role.id).find(store_id)
    if store is None or store.details.kind is StoreKind.TOPIC:
        raise NotThereError(store_id)
    return store.details.kind


PAGES = (
    Page("/stores/{store}/api", hand_over, RoleKind.BRAND, "POST"),
    Page("/stores/{store}/api/forget", forget, RoleKind.BRAND, "POST"),
    Page("/stores/{store}/poll", ask, RoleKind.BRAND, "POST"),
)
