"""Every page there is."""

from console.desk import Desk
from console.pages import (
    bio,
    board,
    campaign_links,
    campaigns,
    collaborations,
    components,
    costs,
    creators,
    dead_letters,
    earnings,
    held,
    imports,
    invitations,
    joining,
    languages,
    my_links,
    my_work,
    orders,
    policy,
    polling,
    privacy,
    recounts,
    reviews,
    sign_in,
    stores,
)
from console.pages.site import Page, Site

PAGES: tuple[Page, ...] = (
    *bio.PAGES,
    *sign_in.PAGES,
    *languages.PAGES,
    *campaigns.PAGES,
    *campaign_links.PAGES,
    *board.PAGES,
    *costs.PAGES,
    *creators.PAGES,
    *reviews.PAGES,
    *held.PAGES,
    *orders.PAGES,
    *stores.PAGES,
    *polling.PAGES,
    *imports.PAGES,
    *policy.PAGES,
    *invitations.PAGES,
    *joining.PAGES,
    *my_work.PAGES,
    *collaborations.PAGES,
    *my_links.PAGES,
    *earnings.PAGES,
    *privacy.PAGES,
    *recounts.PAGES,
    *dead_letters.PAGES,
    *components.PAGES,
)


def site(desk: Desk) -> Site:
    """The pages, in the order in which paths are looked for."""
    return Site(desk, PAGES)
