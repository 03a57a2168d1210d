"""Every page there is."""

from console.desk import Desk
from console.pages import (
    bio,
    campaign_links,
    campaigns,
    components,
    creators,
    dead_letters,
    earnings,
    invitations,
    joining,
    my_links,
    orders,
    policy,
    reviews,
    sign_in,
    stores,
)
from console.pages.site import Page, Site

PAGES: tuple[Page, ...] = (
    *bio.PAGES,
    *sign_in.PAGES,
    *campaigns.PAGES,
    *campaign_links.PAGES,
    *creators.PAGES,
    *reviews.PAGES,
    *orders.PAGES,
    *stores.PAGES,
    *policy.PAGES,
    *invitations.PAGES,
    *joining.PAGES,
    *my_links.PAGES,
    *earnings.PAGES,
    *dead_letters.PAGES,
    *components.PAGES,
)


def site(desk: Desk) -> Site:
    """The pages, in the order in which paths are looked for."""
    return Site(desk, PAGES)
