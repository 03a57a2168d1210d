"""What attribution's API answers: results, orders with their decision records, earnings, links, coupons, deliveries.

Brands read all that is theirs; a creator reads own touches and amounts, and others only as `ANOTHER_CREATOR`
(DOMAIN A6). Amounts are integers in minor units of the currency that stands beside them; times are UTC.
"""

from contracts.http.attribution.bio import BioCoupon, BioLink, BioOut
from contracts.http.attribution.clicks import ClickRecountOut, Clicks, DailyKey
from contracts.http.attribution.earnings import BalanceOut, EarningsOut
from contracts.http.attribution.fields import ANOTHER_CREATOR
from contracts.http.attribution.links import (
    CouponFile,
    CouponImport,
    CouponNew,
    CouponOut,
    CouponWay,
    LinkChange,
    LinkNew,
    LinkOut,
    PlacementOut,
    PlacementsOut,
)
from contracts.http.attribution.orders import (
    CandidateKind,
    CandidateOut,
    DecidedLine,
    DecisionOut,
    ExchangeOut,
    OrderOut,
    PostingOut,
)
from contracts.http.attribution.policy import (
    AttributionModel,
    OperatorShareChange,
    PolicyChange,
    PolicyOut,
    PolicyVersion,
    Precedence,
)
from contracts.http.attribution.results import CampaignResults, CouponResult, CreatorResult, LinkResult
from contracts.http.attribution.reviews import PersonOut, ReleaseOut, Remark, ReviewChange, ReviewOut, ReviewStatus
from contracts.http.attribution.stores import DeliveryOut, DeliveryOutcome, StoreSecret

__all__ = [
    "ANOTHER_CREATOR",
    "AttributionModel",
    "BalanceOut",
    "BioCoupon",
    "BioLink",
    "BioOut",
    "CampaignResults",
    "CandidateKind",
    "CandidateOut",
    "ClickRecountOut",
    "Clicks",
    "CouponFile",
    "CouponImport",
    "CouponNew",
    "CouponOut",
    "CouponResult",
    "CouponWay",
    "CreatorResult",
    "DailyKey",
    "DecidedLine",
    "DecisionOut",
    "DeliveryOut",
    "DeliveryOutcome",
    "EarningsOut",
    "ExchangeOut",
    "LinkChange",
    "LinkNew",
    "LinkOut",
    "LinkResult",
    "OperatorShareChange",
    "OrderOut",
    "PersonOut",
    "PlacementOut",
    "PlacementsOut",
    "PolicyChange",
    "PolicyOut",
    "PolicyVersion",
    "PostingOut",
    "Precedence",
    "ReleaseOut",
    "Remark",
    "ReviewChange",
    "ReviewOut",
    "ReviewStatus",
    "StoreSecret",
]
