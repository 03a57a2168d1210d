"""A figure as it may be: what is known is one number, what is missing is a range and never zero."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Range:
    """From `low` to `high`, both possible; `high` is None where nothing bounds it."""

    low: float
    high: float | None

    @classmethod
    def of(cls, value: float) -> "Range":
        """What is known."""
        return cls(value, value)

    @property
    def is_known(self) -> bool:
        """Whether it is one number."""
        return self.low == self.high

    @property
    def middle(self) -> float:
        """What things are sorted by: half way, or the low end where there is no other."""
        return self.low if self.high is None else (self.low + self.high) / 2

    def __mul__(self, other: "Range") -> "Range":
        """Of what is never below zero."""
        high = None if self.high is None or other.high is None else self.high * other.high
        return Range(self.low * other.low, high)

    def __truediv__(self, other: "Range") -> "Range":
        """Of what is never below zero; unbounded where the other may be zero."""
        low = 0.0 if other.high is None else (self.low / other.high if other.high > 0 else self.low)
        high = None if self.high is None or other.low <= 0 else self.high / other.low
        return Range(low, high)
