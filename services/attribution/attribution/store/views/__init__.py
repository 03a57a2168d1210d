"""What people may read: each view is made for one principal, and its queries can't be written without it."""

from attribution.store.views.bio import Bio, bio_of
from attribution.store.views.brand import BrandView
from attribution.store.views.creator import CreatorView
from attribution.store.views.operator import OperatorView
from attribution.store.views.reading import Counting, OrderRecord, brand_names, counting_of, link_clicks

__all__ = [
    "Bio",
    "BrandView",
    "Counting",
    "CreatorView",
    "OperatorView",
    "OrderRecord",
    "bio_of",
    "brand_names",
    "counting_of",
    "link_clicks",
]
