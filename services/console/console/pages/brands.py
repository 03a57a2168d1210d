"""Brands by name, for the creators who work with them."""

from collections.abc import Iterable

from chassis import mongo
from console.store.accounts import brand_names


async def names_of(db: mongo.Database, brands: Iterable[str]) -> dict[str, str]:
    """The names of brands by id; a brand that is gone is left out."""
    return await brand_names(db, sorted(set(brands)))
