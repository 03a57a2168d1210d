"""Money: integer minor units and an ISO 4217 code. Never a float, never a bare number without its currency."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

INT64_MAX = 2**63 - 1

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""An ISO 4217 code, such as EUR. Whether such a currency exists is for the service that takes it in to say."""

Minor = Annotated[int, Field(strict=True, ge=-INT64_MAX, le=INT64_MAX)]
"""An amount in minor units of the currency that stands beside it (MONEY: 64-bit integers)."""

NonNegativeMinor = Annotated[int, Field(strict=True, ge=0, le=INT64_MAX)]
"""An amount in minor units that can't be below zero."""

BasisPoints = Annotated[int, Field(strict=True, ge=0, le=10_000)]
"""A share in hundredths of a percent: 1000 = 10 %."""


class Money(BaseModel):
    """An amount in minor units of one currency."""

    model_config = ConfigDict(frozen=True)

    amount: Minor
    currency: CurrencyCode
