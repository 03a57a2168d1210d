"""A campaign's results."""

from contracts.attribution import CouponStatus
from contracts.campaigns import CouponCode, Url
from contracts.envelope import Model, Utc
from contracts.http.attribution.clicks import Clicks
from contracts.http.attribution.fields import Count
from contracts.ids import Id
from contracts.money import Money


class LinkResult(Model):
    """A link's address, as a follower sees it."""

    code: Id
    url: Url


class CouponResult(Model):
    """A code and where it stands."""

    code: CouponCode
    status: CouponStatus


class CreatorResult(Model):
    """What one collaboration brought. One entry in `net_sales` and `commission` for each currency."""

    creator: Id
    collaboration: Id
    profile: Id | None = None
    clicks: Clicks = Clicks()
    orders: Count = 0
    net_sales: tuple[Money, ...] = ()
    commission: tuple[Money, ...] = ()
    links: tuple[LinkResult, ...] = ()
    coupons: tuple[CouponResult, ...] = ()


class CampaignResults(Model):
    """`GET /v1/campaigns/{id}/results`: totals and each creator's part; `as_of` is when they were counted."""

    campaign: Id
    clicks: Clicks = Clicks()
    orders: Count = 0
    net_sales: tuple[Money, ...] = ()
    commission: tuple[Money, ...] = ()
    creators: tuple[CreatorResult, ...] = ()
    as_of: Utc | None = None
