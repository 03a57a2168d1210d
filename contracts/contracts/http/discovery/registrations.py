"""What a creator says of themselves, and what they alone are told (D1, D2)."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.discovery import (
    Availability,
    Category,
    CountryCode,
    DeliverableRate,
    LanguageCode,
    MarketCode,
    ProfileUrl,
    Standing,
)
from contracts.envelope import Model, Utc
from contracts.ids import Id

Line = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
Handle = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^@?[^\s@/\x00-\x1f\x7f][^\s/\x00-\x1f\x7f]*$")
]


class ShippingAddress(Model):
    """Where samples go, but for the country, which is public."""

    name: Line = ""
    lines: Annotated[tuple[Line, ...], Field(max_length=5)] = ()
    postcode: Line = ""
    city: Line = ""


class RegistrationIn(Model):
    """A creator's own profile. Birth date, phone and shipping address are never told to anybody else.

    `rates` has one entry for each deliverable and currency at most.
    """

    network: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    handle: Handle
    display_name: Annotated[str, StringConstraints(max_length=400)] = ""
    country: CountryCode | None = None
    city: Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    languages: Annotated[tuple[LanguageCode, ...], Field(max_length=10)] = ()
    categories: Annotated[tuple[Category, ...], Field(min_length=1, max_length=5)]
    bio: Annotated[str, StringConstraints(max_length=2000)] = ""
    rates: Annotated[tuple[DeliverableRate, ...], Field(max_length=20)] = ()
    availability: Availability = Availability.OPEN
    shipping_country: CountryCode | None = None
    social_links: Annotated[tuple[ProfileUrl, ...], Field(max_length=10)] = ()
    birth_date: date | None = None
    phone: Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9+() .-]*$")] = ""
    shipping: ShippingAddress = ShippingAddress()


class RuleVerdict(StrEnum):
    """What became of one of a market's rules."""

    PASSED = "pass"
    FAILED = "fail"
    UNKNOWN = "unknown"


class RuleOut(Model):
    """One rule: `need` is the least that passes and `gap` what is missing of it."""

    rule: Annotated[str, Field(description="age, followers, videos-30d or views-30d")]
    verdict: RuleVerdict
    have: int | None = None
    need: int
    gap: int | None = None


class EligibilityOut(Model):
    """Whether a market lists the creator, and by which rules. Who is not listed can still be invited and earn."""

    market: MarketCode
    standing: Standing
    rules: tuple[RuleOut, ...]


class RegistrationOut(RegistrationIn):
    """The creator's own profile as they alone see it. `code` in the network's bio proves the handle."""

    categories: Annotated[tuple[Category, ...], Field(max_length=5)] = ()
    profile: Id
    photo: Annotated[Id | None, Field(description="Its name at `/v1/me/profiles/{profile}/photo/{photo}`.")] = None
    code: Annotated[
        str,
        Field(description="Empty for a profile that is claimed by an invitation, and of which nothing was said yet."),
    ]
    provable: Annotated[bool, Field(description="Whether this installation can look at bios of the network.")] = True
    proven: Annotated[bool, Field(description="Whether this account proved the handle.")]
    proven_at: Utc | None = None
    proven_by_another: Annotated[bool, Field(description="Whether another account proved it instead.")] = False
    eligibility: tuple[EligibilityOut, ...] = ()


class RegistrationsOut(Model):
    """An account's own profiles, oldest first; then those that it claims by an invitation and has said nothing of yet.

    `provable_networks` are those whose bios this installation can look at.
    """

    provable_networks: tuple[str, ...] = ()
    profiles: tuple[RegistrationOut, ...]


class EligibilityPolicy(Model):
    """A market's rules (D2); an absent one is not asked. Ages and videos are inclusive, the others to be exceeded."""

    min_age: Annotated[int, Field(ge=0, le=120)] | None = None
    more_than_followers: Annotated[int, Field(ge=0, le=10**12)] | None = None
    min_videos_30d: Annotated[int, Field(ge=0, le=10_000)] | None = None
    more_than_views_30d: Annotated[int, Field(ge=0, le=10**12)] | None = None


class EligibilityPolicyOut(EligibilityPolicy):
    """A policy with its market; revision 0 is the one that comes with the installation."""

    market: MarketCode
    revision: int


class EligibilityPolicies(Model):
    """All policies; a market that is not among them goes by the default's."""

    policies: tuple[EligibilityPolicyOut, ...]
