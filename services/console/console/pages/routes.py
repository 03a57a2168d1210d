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
    eligibility,
    held,
    imports,
    influencer_types,
    invitations,
    joining,
    my_links,
    my_work,
    orders,
    personas,
    policy,
    polling,
    privacy,
    profile,
    recounts,
    reviews,
    shortlists,
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
    *costs.PAGES,
    *creators.PAGES,
    *shortlists.PAGES,
    *personas.PAGES,
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
    *profile.PAGES,
    *eligibility.PAGES,
    *influencer_types.PAGES,
    *privacy.PAGES,
    *recounts.PAGES,
    *dead_letters.PAGES,
    *components.PAGES,
)


def site(desk: Desk) -> Site:
    """The pages, in the order in which paths are looked for."""
    return Site(desk, PAGES)
