"""Kinds of fields, and the word for other people."""

from typing import Annotated

from pydantic import Field, StringConstraints

Count = Annotated[int, Field(ge=0, le=2**63 - 1)]
Words = Annotated[str, StringConstraints(max_length=500)]

ANOTHER_CREATOR = "another creator"
"""How a creator sees anybody else in a decision record."""
