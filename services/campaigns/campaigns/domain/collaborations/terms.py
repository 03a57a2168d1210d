"""The versions of a collaboration's terms (C3)."""

from datetime import datetime

from contracts.campaigns import (
    CouponTerms,
    Plan,
    Rate,
    TermsVersion,
)
from contracts.http.campaigns import CampaignTerms


def first_terms(terms: CampaignTerms, code: str | None, now: datetime) -> TermsVersion:
    """Version 1: in force from the invitation on, with the creator's own code if the campaign has a discount."""
    rate = (
        Rate(plan=Plan.PERCENT, basis_points=terms.commission)
        if terms.per_unit is None
        else Rate(plan=Plan.FIXED, per_unit=terms.per_unit)
    )
    coupon = CouponTerms(code=code, percent_off=terms.discount) if code and terms.discount is not None else None
    return TermsVersion(
        number=1,
        notice_at=now,
        in_force_at=now,
        fee=terms.fee,
        rates=(rate,),
        window_hours=terms.window_hours,
        hold_days=terms.hold_days,
        coupon=coupon,
        products=terms.products,
    )
