"""Campaigns' store: the only package here that speaks to MongoDB."""

from campaigns.store.collaborations import CodeTaken
from campaigns.store.collections import COLLECTIONS
from campaigns.store.revisions import Stale
from campaigns.store.tx import CampaignsTx
from campaigns.store.views import BrandView, CreatorView, history

__all__ = ["COLLECTIONS", "BrandView", "CampaignsTx", "CodeTaken", "CreatorView", "Stale", "history"]
