"""Campaigns' API, a module for each noun."""

from campaigns.api import (
    applications,
    assets,
    campaigns,
    channels,
    collaborations,
    conversations,
    goals,
    invitations,
    joining,
    products,
    programs,
    running,
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
    conversations.router,
)
