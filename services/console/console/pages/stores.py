"""A brand's stores: connecting one, its webhook address and secret, its credentials, and what last arrived."""

import asyncio

from starlette.responses import Response

from console import stores
from console.clients import Attribution
from console.domain.accounts import Refusal, host_of, shop_refusal
from console.domain.words import mark
from console.pages import labels
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.site import Page
from console.pages.view import View
from console.store import OwnStores
from contracts.console import StoreKind
from contracts.http.console import CredentialsOut, RoleKind

SHORTEST_SECRET = 8
AWAY = mark("The secret could not be handed over. Nothing changed. Try again in a minute.")


async def list_stores(view: View) -> Response:
    """All of the brand's stores, each with what last arrived from it."""
    found = await OwnStores(view.desk.db, view.who.role.id).all()
    attribution = Attribution(view.service("attribution"))
    last = await asyncio.gather(*(if_there(attribution.deliveries(store.id)) for store in found))
    return view.render("stores.html", rows=list(zip(found, last, strict=True)), labels=labels)


async def show_new(view: View) -> Response:
    """The form to connect a store."""
    return view.render("store_new.html", kinds=_kinds(view))


async def connect(view: View) -> Response:
    """Connect a store; a secret that we made is shown this once."""
    form = await view.form()
    kind = StoreKind(form.choice("kind", list(StoreKind), Refusal.STORE_KIND))
    host = host_of(form.text("shop", most=300))
    if (refusal := shop_refusal(kind, host)) is not None:
        form.wrong("shop", refusal)
    secret = form.text("secret", most=200) if kind is StoreKind.SHOPIFY else ""
    if kind is StoreKind.SHOPIFY and len(secret) < SHORTEST_SECRET:
        form.wrong("secret", Refusal.SHOPIFY_SECRET)
    if host is not None and not form.errors:
        try:
            handed = await stores.connect(view.desk, view.who.role.id, kind, host, secret or None)
        except stores.ShopTakenError:
            form.wrong("shop", mark("This shop is connected already."))
        except stores.SecretNotTakenError:
            # The store stands; its page says that it has no secret yet, and takes it again.
            return view.go("/stores")
        else:
            if handed.secret is None:
                return view.go(f"/stores/{handed.store.id}?done=connected")
            return await render(view, handed.store.id, secret=handed.secret)
    form.values.pop("secret", None)
    return view.render("store_new.html", 422, form=form, kinds=_kinds(view))


async def show(view: View) -> Response:
    """One store."""
    return await render(view, view.path("store"))


async def replace_secret(view: View) -> Response:
    """A new webhook secret: pasted for Shopify, made for WooCommerce and shown this once."""
    form = await view.form()
    store_id = view.path("store")
    store = await OwnStores(view.desk.db, view.who.role.id).find(store_id)
    given = form.text("secret", most=200)
    form.values.pop("secret", None)
    if store is not None and store.details.kind is StoreKind.SHOPIFY and len(given) < SHORTEST_SECRET:
        form.wrong("secret", Refusal.SHOPIFY_SECRET)
        return await render(view, store_id, form=form, status=422)
    try:
        handed = await stores.replace_secret(view.desk, view.who.role.id, store_id, given or None)
    except stores.NoSuchStoreError:
        return await render(view, store_id, status=404)
    except stores.SecretNotTakenError:
        form.wrong("form", AWAY)
        return await render(view, store_id, form=form, status=503)
    return await render(view, store_id, secret=handed.secret or "", secret_taken=handed.secret is None)


async def make_credentials(view: View) -> Response:
    """New client credentials, shown this once."""
    try:
        made = await stores.new_credentials(view.desk, view.who.role.id, view.path("store"))
    except stores.NoSuchStoreError:
        return await render(view, view.path("store"), status=404)
    return await render(view, view.path("store"), credentials=made)


async def render(
    view: View,
    store_id: str,
    *,
    status: int = 200,
    form: Form | None = None,
    secret: str = "",
    secret_taken: bool = False,
    credentials: CredentialsOut | None = None,
) -> Response:
    """A store's page; `form` is the one that was sent, with what is wrong with it."""
    store = await OwnStores(view.desk.db, view.who.role.id).find(store_id)
    if store is None:
        return view.render("error.html", 404, problem=404, reason="")
    attribution = Attribution(view.service("attribution"))
    deliveries, poll = await asyncio.gather(
        if_there(attribution.deliveries(store_id, limit=10)), if_there(attribution.poll(store_id))
    )
    client = await view.desk.clients.of_store(store_id, view.who.role.id)
    return view.render(
        "store.html",
        status,
        store=store,
        shown=stores.shown(view.desk, store),
        kind=view.say(labels.STORE[store.details.kind]),
        deliveries=deliveries,
        poll=poll,
        client=client,
        secret=secret,
        secret_taken=secret_taken,
        credentials=credentials,
        form=form or Form(),
        labels=labels,
        token_url=f"{view.desk.settings.console_public_url.rstrip('/')}/oauth/token",
    )


HOW = {
    StoreKind.SHOPIFY: mark("Orders come by signed webhooks. You paste the signing secret that Shopify shows."),
    StoreKind.WOOCOMMERCE: mark("Orders come by signed webhooks. We make the secret, you paste it there."),
    StoreKind.TOPIC: mark("Your own system writes the orders to our topic. It needs no secret here."),
}


def _kinds(view: View) -> list[tuple[str, str, str]]:
    return [(kind, view.say(labels.STORE[kind]), view.say(how)) for kind, how in HOW.items()]


PAGES = (
    Page("/stores", list_stores, RoleKind.BRAND),
    Page("/stores/new", show_new, RoleKind.BRAND),
    Page("/stores", connect, RoleKind.BRAND, "POST"),
    Page("/stores/{store}", show, RoleKind.BRAND),
    Page("/stores/{store}/secret", replace_secret, RoleKind.BRAND, "POST"),
    Page("/stores/{store}/credentials", make_credentials, RoleKind.BRAND, "POST"),
)
