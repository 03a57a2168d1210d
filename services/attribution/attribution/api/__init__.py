"""Attribution's API, a module for each noun."""

from attribution.api import bio, clicks, coupons, imports, links, orders, policy, stores, webhooks

ROUTERS = (
    webhooks.router,
    stores.router,
    imports.router,
    orders.router,
    policy.router,
    links.router,
    clicks.router,
    coupons.router,
    bio.router,
)
