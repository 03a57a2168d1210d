"""A brand's policy."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from contracts.envelope import Model, Utc
from contracts.money import BasisPoints


class Precedence(StrEnum):
    """What wins a line that both a code and a click claim (MONEY 9)."""

    COUPON_FIRST = "coupon-first"
    CLICK_FIRST = "click-first"


class AttributionModel(StrEnum):
    """How clicks share a line (MONEY 8): all to the last or the first, equal parts, or 40/20/40 by position."""

    LAST_CLICK = "last-click"
    FIRST_CLICK = "first-click"
    LINEAR = "linear"
    POSITION_BASED = "position-based"


class PolicyVersion(Model):
    """One version of a brand's policy. Version 1 are the defaults, in force from the beginning, so without a time.

    `operator_share` is what the brand pays the operator on top, in basis points of the commission (A8).
    """

    version: Annotated[int, Field(ge=1)]
    precedence: Precedence = Precedence.COUPON_FIRST
    model: AttributionModel = AttributionModel.LAST_CLICK
    operator_share: BasisPoints = 0
    in_force_at: Utc | None = None


class PolicyOut(Model):
    """`GET /v1/policy` (MONEY 3): the version in force now, the one to come if any, and all there were, newest first.

    An order is decided by the version in force at its own time, so no order that is decided already is affected.
    """

    current: PolicyVersion
    coming: PolicyVersion | None = None
    versions: tuple[PolicyVersion, ...]


class PolicyChange(Model):
    """`PUT /v1/policy`, with `If-Match`: what the next version says. A field that is absent stays as it is."""

    precedence: Precedence | None = None
    model: AttributionModel | None = None


class OperatorShareChange(Model):
    """`PUT /v1/brands/{brand}/operator-share`, operators only, with `If-Match`: basis points of the commission (A8)."""

    operator_share: BasisPoints
