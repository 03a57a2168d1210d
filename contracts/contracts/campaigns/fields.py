"""Texts and addresses as campaigns' contracts have them."""

from typing import Annotated

from pydantic import StringConstraints

Line = Annotated[str, StringConstraints(max_length=200)]
Text = Annotated[str, StringConstraints(max_length=5000)]
Url = Annotated[str, StringConstraints(min_length=1, max_length=2000, pattern=r"^https?://")]
CouponCode = Annotated[str, StringConstraints(min_length=1, max_length=100, strip_whitespace=True)]
