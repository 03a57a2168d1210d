"""What a brand keeps about creators, and what a creator and an operator say to discovery."""

from datetime import date
from typing import Any

from contracts.discovery import (
    AgeBand,
    Availability,
    Category,
    DeliverableKind,
    DeliverableRate,
    Gender,
    Standing,
)
from contracts.http.discovery import (
    AlertOut,
    BuyersOf,
    EligibilityOut,
    EligibilityPolicies,
    EligibilityPolicyOut,
    EntryOut,
    PersonaOut,
    PrefillOut,
    RegistrationOut,
    RuleOut,
    RuleVerdict,
    ShippingAddress,
    ShortlistDetail,
    ShortlistOut,
    UnknownParts,
)
from contracts.money import Money
from tests.console.sample_people import PHOTO, ago

SHORTLIST, PERSONA = "shortlist-1", "persona-1"
LISTED, UNVERIFIED, NOT_LISTED = Standing.LISTED, Standing.UNVERIFIED, Standing.NOT_LISTED


def some_rates(*amounts: int) -> tuple[DeliverableRate, ...]:
    kinds = (DeliverableKind.SHORT_VIDEO, DeliverableKind.STORY, DeliverableKind.LIVE_HOUR, DeliverableKind.BUNDLE)
    return tuple(
        DeliverableRate(deliverable=kind, amount=amount, currency="EUR")
        for kind, amount in zip(kinds, amounts, strict=False)
    )


def some_shortlists() -> list[ShortlistOut]:
    return [
        ShortlistOut(
            id=SHORTLIST,
            name="Spring serum",
            note="Honest skin care, Italy and France first.",
            revision=4,
            changed_at=ago(days=3),
        ),
        ShortlistOut(id="shortlist-2", name="Winter refill", revision=1, changed_at=ago(days=80)),
    ]


def a_shortlist(*, revision: int = 4, name: str = "Spring serum") -> ShortlistDetail:
    return ShortlistDetail(
        id=SHORTLIST,
        name=name,
        note="Honest skin care, Italy and France first.",
        revision=revision,
        changed_at=ago(days=3),
        entries=(
            EntryOut(
                profile="profile-ana",
                noted_by="person-brand",
                added_at=ago(days=20),
                note="Asked twice for a discount code of her own.\nReady from May on.",
            ),
            EntryOut(profile="profile-linh", noted_by="person-brand", added_at=ago(days=19)),
            EntryOut(profile="profile-gone", noted_by="person-brand", added_at=ago(days=18), note="Was good."),
        ),
    )


def some_alerts() -> list[AlertOut]:
    rates = [{"deliverable": "short-video", "amount": amount, "currency": "EUR"} for amount in (80_000, 90_000)]
    return [
        AlertOut(
            id="alert-1",
            shortlist=SHORTLIST,
            profile="profile-ana",
            what="rates",
            before=rates[:1],
            after=rates[1:],
            at=ago(hours=7),
        ),
        AlertOut(
            id="alert-2",
            shortlist=SHORTLIST,
            profile="profile-linh",
            what="availability",
            before=None,
            after="limited",
            at=ago(days=2),
        ),
        AlertOut(
            id="alert-3",
            shortlist="shortlist-2",
            profile="profile-max",
            what="growth",
            before=-120,
            after=610,
            at=ago(days=6),
        ),
    ]


def a_persona(*, revision: int = 2, **values: Any) -> PersonaOut:
    return PersonaOut(
        **{
            "id": PERSONA,
            "name": "Women with sensitive skin",
            "made_from": "A survey of 2030",
            "ages": (AgeBand.FROM_18, AgeBand.FROM_25),
            "genders": (Gender.FEMALE,),
            "countries": ("IT", "FR"),
            "interests": (Category.BEAUTY, Category.HEALTH),
            "jobs": ("Teacher", "Nurse"),
            "industries": ("Education", "Health care"),
            "professional": False,
            "aspires_to": ("Dermatologists",),
            "peers": ("Women at the gym",),
            "leave_out": ("Under 18",),
            "revision": revision,
            "changed_at": ago(days=30),
            **values,
        }
    )


def a_prefill(**values: Any) -> PrefillOut:
    return PrefillOut(
        **{
            "made_from": BuyersOf.OWN,
            "ages": (AgeBand.FROM_25, AgeBand.FROM_35),
            "genders": (Gender.FEMALE,),
            "countries": ("IT", "FI"),
            "interests": (Category.BEAUTY,),
            "creators": 7,
            "sales": Money(amount=1_234_500, currency="EUR"),
            "unknown": UnknownParts(ages=2, categories=1),
            **values,
        }
    )


def a_registration(**values: Any) -> RegistrationOut:
    return RegistrationOut(
        **{
            "profile": "profile-ana",
            "network": "tiktok",
            "handle": "ana.moretti",
            "display_name": "Ana Moretti",
            "country": "IT",
            "city": "Torino",
            "languages": ("it", "en"),
            "categories": (Category.BEAUTY, Category.LIFESTYLE),
            "bio": "Honest skin care in daylight.",
            "rates": (
                *some_rates(90_000, 25_000),
                DeliverableRate(deliverable="short-video", amount=99_900, currency="USD"),
            ),
            "availability": Availability.OPEN,
            "shipping_country": "IT",
            "social_links": ("https://ana.example/portfolio",),
            "birth_date": date(2004, 2, 29),
            "phone": "+39 011 555 0100",
            "shipping": ShippingAddress(name="Ana Moretti", lines=("Via Po 12",), postcode="10124", city="Torino"),
            "photo": PHOTO,
            "code": "ccm-4f1d2a9c0b",
            "proven": False,
            "eligibility": (
                EligibilityOut(
                    market="default",
                    standing=NOT_LISTED,
                    rules=(
                        RuleOut(rule="age", verdict=RuleVerdict.PASSED, have=27, need=18),
                        RuleOut(rule="followers", verdict=RuleVerdict.FAILED, have=47_880, need=50_001, gap=2_121),
                        RuleOut(rule="videos-30d", verdict=RuleVerdict.PASSED, have=15, need=3),
                        RuleOut(rule="views-30d", verdict=RuleVerdict.UNKNOWN, need=1_001),
                    ),
                ),
                EligibilityOut(
                    market="FI",
                    standing=LISTED,
                    rules=(RuleOut(rule="age", verdict=RuleVerdict.PASSED, have=27, need=18),),
                ),
            ),
            **values,
        }
    )


def some_policies() -> EligibilityPolicies:
    usual = {"min_age": 18, "more_than_followers": 50_000, "min_videos_30d": 3, "more_than_views_30d": 1_000}
    return EligibilityPolicies(
        policies=(
            EligibilityPolicyOut(market="FI", revision=1, min_age=18),
            EligibilityPolicyOut(market="default", revision=0, **usual),
        )
    )
