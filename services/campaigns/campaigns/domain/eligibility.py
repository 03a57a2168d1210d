"""A program's own eligibility, set by its brand (C4): rule by rule passed, failed or unknown, and by how much."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from contracts.campaigns import Eligibility

SHIPPED: Final = Eligibility(min_followers=5_000, min_age=18, countries=("US",))
"""The example that a new program starts from."""


class Rule(StrEnum):
    """What a program may ask for."""

    FOLLOWERS = "followers"
    AGE = "age"
    COUNTRY = "country"


class Standing(StrEnum):
    """How a creator stands by one rule, or by all of them."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a creator; None is unknown, and is never taken for zero."""

    followers: int | None = None
    age_reached: int | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule: what it needs, what the creator has, and what is missing (`gap`: followers, or years)."""

    rule: Rule
    standing: Standing
    needs: str
    has: str | None = None
    gap: int | None = None


def judge(eligibility: Eligibility, figures: Figures) -> tuple[Finding, ...]:
    """A finding for each rule that the program has."""
    found = []
    if eligibility.min_followers is not None:
        found.append(_at_least(Rule.FOLLOWERS, eligibility.min_followers, figures.followers))
    if eligibility.min_age is not None:
        age = figures.age_reached
        # A profile says which age was reached, not the age: someone who reached 16 may be 17 or 30.
        found.append(
            _at_least(Rule.AGE, eligibility.min_age, age)
            if age is None or age >= eligibility.min_age
            else Finding(Rule.AGE, Standing.UNKNOWN, str(eligibility.min_age), str(age))
        )
    if eligibility.countries:
        needs = ", ".join(eligibility.countries)
        if figures.country is None:
            found.append(Finding(Rule.COUNTRY, Standing.UNKNOWN, needs))
        else:
            is_in = figures.country in eligibility.countries
            found.append(Finding(Rule.COUNTRY, Standing.PASSED if is_in else Standing.FAILED, needs, figures.country))
    return tuple(found)


def overall(findings: Iterable[Finding]) -> Standing:
    """Failed by one rule is failed; else unknown by one is unknown."""
    standings = {finding.standing for finding in findings}
    if Standing.FAILED in standings:
        return Standing.FAILED
    return Standing.UNKNOWN if Standing.UNKNOWN in standings else Standing.PASSED


def best(known: Iterable[Figures]) -> Figures:
    """A creator's figures over all of their profiles: the most followers, the highest age, the first known country."""
    each = list(known)
    return Figures(
        followers=max((one.followers for one in each if one.followers is not None), default=None),
        age_reached=max((one.age_reached for one in each if one.age_reached is not None), default=None),
        country=next((one.country for one in each if one.country is not None), None),
    )


def _at_least(rule: Rule, needs: int, has: int | None) -> Finding:
    if has is None:
        return Finding(rule, Standing.UNKNOWN, str(needs))
    if has >= needs:
        return Finding(rule, Standing.PASSED, str(needs), str(has))
    return Finding(rule, Standing.FAILED, str(needs), str(has), needs - has)
