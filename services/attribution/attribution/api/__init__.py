"""Attribution's API, a module for each noun."""

from attribution.api import bio, clicks, coupons, earnings, links, orders, policy, reviews, webhooks

ROUTERS = (
    webhooks.router,
    orders.router,
    earnings.router,
    policy.router,
    links.router,
    clicks.router,
    coupons.router,
    bio.router,
    reviews.router,
)
