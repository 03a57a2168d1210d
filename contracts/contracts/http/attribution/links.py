"""Links and coupons (A1, A3)."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.attribution import CouponStatus, LinkStatus, Placement, UtmParameters
from contracts.campaigns import CouponCode, Url
from contracts.envelope import Model, Utc
from contracts.http.attribution.clicks import Clicks
from contracts.http.attribution.fields import Count, Words
from contracts.ids import Id
from contracts.money import BasisPoints, Money


class CouponWay(StrEnum):
    """How a store takes a coupon's code from an address.

    `shopify-discount` is Shopify's own `/discount/CODE?redirect=...`; `parameter` adds the code to the query, which
    WooCommerce understands with an extension; `none` leaves the address alone.
    """

    SHOPIFY_DISCOUNT = "shopify-discount"
    PARAMETER = "parameter"
    NONE = "none"


CustomCode = Annotated[str, StringConstraints(min_length=4, max_length=32, pattern=r"^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$")]
"""A code of somebody's own choice; kept in lower case, for it is read and typed."""

ParameterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._~-]{1,40}$")]


class LinkOut(Model):
    """One row of `GET /v1/links`, and `GET /v1/links/{id}`: a creator's or a brand's own.

    `target` is where it leads, `destination` the page that was asked for. `paused` says whether a person paused it; its
    `status` follows the collaboration besides. The revision is its `ETag`.
    """

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
    placement: Placement = Placement.BIO
    destination: Url | None = None
    utm: UtmParameters = UtmParameters()
    coupon: Id | None = None
    coupon_way: CouponWay = CouponWay.NONE
    coupon_parameter: ParameterName = "coupon"
    expires_at: Utc | None = None
    paused: bool = False
    revision: Annotated[int, Field(ge=1)] = 1


class LinkNew(Model):
    """`POST /v1/links`, by the brand or the creator of the collaboration.

    Without a `destination` it leads to the campaign's page, without a `code` it gets one that can't be guessed. Absent
    UTM parameters get the placement's defaults. `coupon_way` is the way of the brand's store unless it is said.
    """

    collaboration: Id
    placement: Placement
    destination: Url | None = None
    code: CustomCode | None = None
    utm: UtmParameters = UtmParameters()
    coupon: Id | None = None
    coupon_way: CouponWay | None = None
    coupon_parameter: ParameterName = "coupon"
    expires_at: Utc | None = None


class LinkChange(Model):
    """`PATCH /v1/links/{id}`, with `If-Match`: absent fields stay; null takes an expiry or a coupon away.

    `utm` is replaced as a whole, and what it leaves out gets the placement's defaults again.
    """

    destination: Url | None = None
    utm: UtmParameters | None = None
    coupon: Id | None = None
    coupon_way: CouponWay | None = None
    coupon_parameter: ParameterName | None = None
    expires_at: Utc | None = None
    paused: bool | None = None


class PlacementOut(Model):
    """A place for links, what the networks allow there, and the UTM parameters that its links get by themselves."""

    placement: Placement
    hint: Words
    utm: UtmParameters


class PlacementsOut(Model):
    """`GET /v1/placements`."""

    items: tuple[PlacementOut, ...]


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
    created_at: Utc | None = None
    ended_at: Utc | None = None
    revision: Annotated[int, Field(ge=1)] = 1


class CouponNew(Model):
    """`POST /v1/coupons`, by the brand: a code to be entered in the store. One of the two discounts."""

    collaboration: Id
    code: CouponCode
    percent_off: Annotated[BasisPoints | None, Field(gt=0)] = None
    amount_off: Money | None = None


class CouponFile(StrEnum):
    """For which store's import a list of codes is written."""

    SHOPIFY = "shopify"
    WOOCOMMERCE = "woocommerce"


class CouponImport(Model):
    """`POST /v1/coupons/import`: how many codes are new, how many were confirmed by it, and how many it knew so."""

    created: Count
    confirmed: Count
    unchanged: Count
