"""Discovery's store: the only package here that speaks to MongoDB."""

from discovery.store.collaborations import BrandCollaborations
from discovery.store.collections import COLLECTIONS
from discovery.store.generations import want_new_index, wanted_generation
from discovery.store.tx import DiscoveryTx, Written
from discovery.store.views import Creators

__all__ = [
    "COLLECTIONS",
    "BrandCollaborations",
    "Creators",
    "DiscoveryTx",
    "Written",
    "want_new_index",
    "wanted_generation",
]
