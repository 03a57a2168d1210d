"""Attribution's API, a module for each noun."""

from attribution.api import (
    bio,
    clicks,
    coupons,
    earnings,
    imports,
    links,
    orders,
    policy,
    privacy,
    reviews,
    stores,
    webhooks,
)

ROUTERS = (
    webhooks.router,
    stores.router,
    imports.router,
    orders.router,
    earnings.router,
    policy.router,
    links.router,
    clicks.router,
    coupons.router,
    bio.router,
    reviews.router,
    privacy.router,
)
