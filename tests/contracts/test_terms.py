"""Terms that could not be paid are refused where they are written (MONEY 14, 22)."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.campaigns import Deliverable, Plan, Rate, TermsVersion, Tier
from contracts.money import Money

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PERCENT = Rate(plan=Plan.PERCENT, basis_points=1000)
FIXED = Rate(plan=Plan.FIXED, per_unit=Money(amount=100, currency="EUR"))


def euro(amount: int) -> Money:
    return Money(amount=amount, currency="EUR")


def terms(**changes: Any) -> TermsVersion:
    values: dict[str, Any] = {
        "number": 1,
        "notice_at": NOON,
        "in_force_at": NOON,
        "fee": euro(0),
        "rates": (PERCENT,),
        "tiers": (Tier(volume=euro(1000), basis_points=1200), Tier(volume=euro(2000), basis_points=1500)),
    }
    return TermsVersion(**values | changes)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        pytest.param({"rates": (FIXED,)}, "default percentage", id="MONEY 14: a fixed default"),
        pytest.param(
            {"rates": (PERCENT.model_copy(update={"product": "oil"}),)}, "default percentage", id="no default at all"
        ),
        pytest.param({"rates": (FIXED, PERCENT)}, "default percentage", id="a default that another default hides"),
        pytest.param(
            {"tiers": (Tier(volume=euro(1), basis_points=1), Tier(volume=euro(1), basis_points=2))},
            "do not rise",
            id="volumes that do not rise",
        ),
        pytest.param(
            {
                "tiers": (
                    Tier(volume=euro(1), basis_points=1),
                    Tier(volume=Money(amount=2, currency="JPY"), basis_points=2),
                )
            },
            "several currencies",
            id="tiers in two currencies",
        ),
        pytest.param({"cap": euro(-1)}, "below zero", id="a cap below zero"),
    ],
)
def test_terms_whose_tiers_or_cap_can_not_be_paid_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        terms(**changes)


def test_a_row_before_the_default_may_be_fixed_and_tiers_may_begin_at_zero() -> None:
    """MONEY 14: tiers replace the default percentage only."""
    made = terms(
        rates=(FIXED.model_copy(update={"product": "oil"}), PERCENT),
        tiers=(Tier(volume=euro(0), basis_points=0),),
        cap=euro(0),
    )
    assert made.cap == euro(0)


def test_neither_a_tier_nor_a_fee_is_below_zero() -> None:
    with pytest.raises(ValidationError, match="below zero"):
        Tier(volume=euro(-1), basis_points=1)
    with pytest.raises(ValidationError, match="below zero"):
        Deliverable(id="video", fee=euro(-1))
