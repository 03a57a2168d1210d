"""Discovery's store: the only package here that speaks to MongoDB."""

from discovery.store.brand_things import PERSONAS, Full, Named, Relevances, Shortlists
from discovery.store.campaigns import BrandCampaigns, KnownCampaign
from discovery.store.collaborations import BrandCollaborations
from discovery.store.collections import COLLECTIONS
from discovery.store.erasures import AGAIN, NEW_INDEX, UNNAME, Erasures
from discovery.store.generations import want_new_index, wanted_generation
from discovery.store.history import completed, sold_for
from discovery.store.pages import PageView
from discovery.store.policies import Policies
from discovery.store.predictions import CameAbout, Predictions
from discovery.store.suppressions import erased_among
from discovery.store.tx import AGE, BIRTHDAY, JUDGE, DiscoveryTx, Written
from discovery.store.views import Creators

__all__ = [
    "AGAIN",
    "AGE",
    "BIRTHDAY",
    "COLLECTIONS",
    "JUDGE",
    "NEW_INDEX",
    "PERSONAS",
    "UNNAME",
    "BrandCampaigns",
    "BrandCollaborations",
    "CameAbout",
    "Creators",
    "DiscoveryTx",
    "Erasures",
    "Full",
    "KnownCampaign",
    "Named",
    "PageView",
    "Policies",
    "Predictions",
    "Relevances",
    "Shortlists",
    "Written",
    "completed",
    "erased_among",
    "sold_for",
    "want_new_index",
    "wanted_generation",
]
