"""Links and coupons."""

from contracts.attribution import CouponStatus, LinkStatus
from contracts.campaigns import CouponCode, Url
from contracts.envelope import Model
from contracts.http.attribution.clicks import Clicks
from contracts.ids import Id
from contracts.money import BasisPoints, Money


class LinkOut(Model):
    """One row of `GET /v1/links`: a creator's or a brand's own."""

    id: Id
    code: Id
    url: Url
    target: Url
    brand: Id
    campaign: Id
    collaboration: Id
    creator: Id
    status: LinkStatus
    clicks: Clicks = Clicks()


class CouponOut(Model):
    """One row of `GET /v1/coupons`. A creator sees a code only once the store knows it (A3)."""

    id: Id
    code: CouponCode
    brand: Id
    campaign: Id
    collaboration: Id
    creator: Id
    status: CouponStatus
    percent_off: BasisPoints | None = None
    amount_off: Money | None = None
