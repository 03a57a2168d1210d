"""Every page there is."""

from console.desk import Desk
from console.pages import campaigns, components, creators, dead_letters, earnings, invitations, orders, sign_in, stores
from console.pages.site import Page, Site

PAGES: tuple[Page, ...] = (
    *sign_in.PAGES,
    *campaigns.PAGES,
    *creators.PAGES,
    *orders.PAGES,
    *stores.PAGES,
    *invitations.PAGES,
    *earnings.PAGES,
    *dead_letters.PAGES,
    *components.PAGES,
)


def site(desk: Desk) -> Site:
    """The pages, in the order in which paths are looked for."""
    return Site(desk, PAGES)
