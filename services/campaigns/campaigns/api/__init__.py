"""Campaigns' API, a module for each noun."""

from campaigns.api import campaigns, collaborations, invitations

ROUTERS = (campaigns.router, invitations.router, collaborations.router)
