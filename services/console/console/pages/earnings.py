"""A creator's home and earnings."""

import asyncio

from starlette.responses import Response

from console.clients import Attribution
from console.pages import labels
from console.pages.brands import names_of
from console.pages.invitations import everything
from console.pages.parts import if_there
from console.pages.site import Page
from console.pages.view import View
from console.pages.whys import whys_of
from contracts.campaigns import CollaborationStatus
from contracts.http.console import RoleKind

NEWEST = 5


async def home(view: View) -> Response:
    """What is open, what is earned, and what came in last."""
    attribution = Attribution(view.service("attribution"))
    mine, earnings, orders = await asyncio.gather(
        everything(view), if_there(attribution.earnings()), if_there(attribution.orders(limit=NEWEST))
    )
    balances = earnings.balances if earnings else ()
    brands = await names_of(view.desk.db, [b.brand for b in balances])
    works = [one for one in mine if one.status is CollaborationStatus.AGREED]
    return view.render(
        "home.html",
        open=[one for one in mine if one.status is CollaborationStatus.INVITED],
        works=works,
        names=sorted({one.brand_name for one in works}),
        balances=balances,
        orders=orders,
        whys=await whys_of(attribution, orders.items) if orders else {},
        brands=brands,
        labels=labels,
    )


async def show_earnings(view: View) -> Response:
    """Balances by brand and currency, and every order with the reason for its amount."""
    attribution = Attribution(view.service("attribution"))
    cursor = view.query("cursor", 2000)
    earnings, orders = await asyncio.gather(attribution.earnings(), attribution.orders(cursor=cursor))
    brands = await names_of(
        view.desk.db, [*(b.brand for b in earnings.balances), *(o.brand for o in orders.items if o.brand)]
    )
    return view.render(
        "earnings.html",
        balances=earnings.balances,
        orders=orders,
        whys=await whys_of(attribution, orders.items),
        brands=brands,
        labels=labels,
        first=not cursor,
    )


async def show_entries(view: View) -> Response:
    """Every ledger entry with its cause; the balances are their sum."""
    cursor = view.query("cursor", 2000)
    page = await Attribution(view.service("attribution")).entries(cursor)
    brands = await names_of(view.desk.db, [amount.brand for entry in page.items for amount in entry.amounts])
    return view.render("entries.html", page=page, brands=brands, labels=labels, first=not cursor)


PAGES = (
    Page("/home", home, RoleKind.CREATOR),
    Page("/earnings", show_earnings, RoleKind.CREATOR),
    Page("/earnings/entries", show_entries, RoleKind.CREATOR),
)
