"""Rates that follow margin: what part of a product's price a part of its margin is (C16)."""

from campaigns.domain.products.catalogue import Product
from contracts.campaigns import Plan, Rate
from contracts.http.campaigns import NoRate

BASIS = 10_000


def rate_by_margin(product: Product, share: int) -> Rate | NoRate:
    """The product's row of a plan: `share` basis points of its margin, as basis points of its price.

    rate = floor(share x (price - cost) / price), floored so that no sale pays more than the share. Where variants
    differ, the one whose margin is the smallest part of its price counts, for the same reason; a variant's own price
    and cost go before the product's.
    """
    variants = product.variants or (product,)
    prices = [(one.price or product.price, one.cost or product.cost) for one in variants]
    known = [(price.amount, cost.amount) for price, cost in prices if price is not None and cost is not None]
    if not known:
        return NoRate.NO_COST if any(price is not None for price, _ in prices) else NoRate.NO_PRICE
    rate = min(share * (price - cost) // price if price else 0 for price, cost in known)
    if rate <= 0:
        return NoRate.NO_MARGIN
    return Rate(plan=Plan.PERCENT, basis_points=rate, product=product.id)
