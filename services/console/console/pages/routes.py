"""Every page there is."""

from console.desk import Desk
from console.pages import (
    applications,
    bio,
    board,
    budget,
    campaign_links,
    campaigns,
    collaborations,
    components,
    costs,
    creators,
    dead_letters,
    earnings,
    files,
    held,
    imports,
    invitations,
    joining,
    messages,
    my_links,
    my_work,
    orders,
    policy,
    polling,
    privacy,
    program_settings,
    programs,
    recounts,
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
    *board.PAGES,
    *applications.PAGES,
    *program_settings.PAGES,
    *budget.PAGES,
    *files.PAGES,
    *programs.PAGES,
    *messages.PAGES,
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
