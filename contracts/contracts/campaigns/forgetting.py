"""Campaigns' answer to an erasure."""

from typing import ClassVar

from contracts import topics
from contracts.forgetting import PersonForgotten


class ForgottenByCampaigns(PersonForgotten):
    """Campaigns has forgotten whom an erasure names."""

    TYPE: ClassVar = "campaigns.forgotten-by-campaigns.v1"
    TOPIC: ClassVar = topics.CAMPAIGNS_ERASURES
