"""Attribution's API, a module for each noun."""

from attribution.api import bio, coupons, links, orders, policy, webhooks

ROUTERS = (webhooks.router, orders.router, policy.router, links.router, coupons.router, bio.router)
