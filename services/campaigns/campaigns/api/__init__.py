"""Campaigns' API, a module for each noun."""

from campaigns.api import campaigns, collaborations, deliverables, invitations, offers, proposals, samples

ROUTERS = (
    campaigns.router,
    invitations.router,
    collaborations.router,
    offers.router,
    deliverables.router,
    samples.router,
    proposals.router,
)
