"""Every page there is."""

from console.desk import Desk
from console.pages import (
    bio,
    board,
    campaign_links,
    campaigns,
    channel_matrix,
    collaborations,
    components,
    costs,
    course,
    creators,
    dead_letters,
    earnings,
    held,
    imports,
    invitations,
    joining,
    my_links,
    my_work,
    orders,
    policy,
    polling,
    privacy,
    products,
    recounts,
    reviews,
    sign_in,
    stores,
)
from console.pages.site import Page, Site
from console.pages.wizard import pages as wizard

PAGES: tuple[Page, ...] = (
    *bio.PAGES,
    *sign_in.PAGES,
    *wizard.PAGES,
    *course.PAGES,
    *campaigns.PAGES,
    *products.PAGES,
    *channel_matrix.PAGES,
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
