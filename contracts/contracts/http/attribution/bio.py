"""A creator's public page (A2)."""

from contracts.attribution import Placement
from contracts.campaigns import CouponCode, Url
from contracts.envelope import Model, Utc
from contracts.http.attribution.fields import Words
from contracts.ids import Id
from contracts.money import BasisPoints, Money


class BioLink(Model):
    """An active link. `host` is where it leads, as people read it; `title` is empty while products are not known."""

    url: Url
    brand: Id
    brand_name: Words = ""
    campaign: Id
    placement: Placement = Placement.BIO
    host: Words = ""
    title: Words = ""
    expires_at: Utc | None = None


class BioCoupon(Model):
    """A code that the store knows."""

    code: CouponCode
    brand: Id
    brand_name: Words = ""
    campaign: Id
    percent_off: BasisPoints | None = None
    amount_off: Money | None = None


class BioOut(Model):
    """`GET /v1/bio/{creator}`, for everybody: what leads on now, links of the placement `bio` first."""

    creator: Id
    links: tuple[BioLink, ...] = ()
    coupons: tuple[BioCoupon, ...] = ()
