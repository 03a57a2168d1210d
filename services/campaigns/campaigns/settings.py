"""Campaigns' settings, beside those of every service."""

from typing import Annotated

from pydantic import Field

from chassis.settings import ServiceSettings


class CampaignsSettings(ServiceSettings):
    """Each is an environment variable in capitals."""

    notifications_url: str = "http://127.0.0.1:8004"
    invitation_days: Annotated[int, Field(ge=1, le=90, description="an unanswered invitation expires after this")] = 7
