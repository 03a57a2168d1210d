"""Campaigns' API, a module for each noun."""

from campaigns.api import (
    applications,
    assets,
    campaigns,
    channels,
    collaborations,
    conversations,
    deliverables,
    goals,
    invitations,
    joining,
    offers,
    products,
    programs,
    proposals,
    running,
    samples,
)

ROUTERS = (
    campaigns.router,
    running.router,
    goals.router,
    channels.router,
    products.router,
    assets.router,
    programs.router,
    applications.router,
    invitations.router,
    joining.router,
    collaborations.router,
    offers.router,
    deliverables.router,
    samples.router,
    proposals.router,
    conversations.router,
)
