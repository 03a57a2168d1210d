"""Creators with history, what a brand keeps about them, and a creator's own profile, as discovery's API tells them."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import httpx

from contracts.campaigns import CollaborationStatus
from contracts.discovery import (
    AgeBand,
    AgeShare,
    Audience,
    Availability,
    Category,
    CountryShare,
    DeliverableKind,
    DeliverableRate,
    Gender,
    GenderShare,
    InfluencerType,
    MarketStanding,
    Profile,
    Record,
    Standing,
    Stats,
)
from contracts.http.discovery import (
    AlertOut,
    CreatorOut,
    CreatorPage,
    CreatorsFound,
    EarlierPrediction,
    EligibilityOut,
    EligibilityPolicies,
    EligibilityPolicyOut,
    EntryOut,
    FacetsOut,
    FactorOut,
    FitOut,
    HistoryPoint,
    PastCampaign,
    PersonaOut,
    Personas,
    RangeOut,
    RegistrationOut,
    RegistrationsOut,
    ResponsivenessOut,
    RuleOut,
    RuleVerdict,
    ShippingAddress,
    ShortlistDetail,
    ShortlistOut,
    ShortlistsOut,
    TypeMatrix,
    TypeOut,
    VideoOut,
)
from tests.console.sample_people import CAMPAIGN, CREATOR, NOON, PEOPLE, ago, eur

SHORTLIST, PERSONA = "shortlist-1", "persona-1"
LISTED, UNVERIFIED, NOT_LISTED = Standing.LISTED, Standing.UNVERIFIED, Standing.NOT_LISTED
Answers = dict[str, Any]


def _rates(*amounts: int) -> tuple[DeliverableRate, ...]:
    kinds = (DeliverableKind.SHORT_VIDEO, DeliverableKind.STORY, DeliverableKind.LIVE_HOUR, DeliverableKind.BUNDLE)
    return tuple(
        DeliverableRate(deliverable=kind, amount=amount, currency="EUR")
        for kind, amount in zip(kinds, amounts, strict=False)
    )


DETAILS: dict[str, dict[str, Any]] = {
    "profile-ana": {
        "claimed_by": (CREATOR,),
        "proven": True,
        "proven_by": CREATOR,
        "country": "IT",
        "city": "Torino",
        "languages": ("it", "en"),
        "categories": (Category.BEAUTY, Category.LIFESTYLE),
        "bio": "Honest skin care in daylight.\nBefore and after, no filters.",
        "rates": _rates(90_000, 25_000, 120_000, 200_000),
        "availability": Availability.OPEN,
        "shipping_country": "IT",
        "social_links": ("https://ana.example/portfolio",),
        "influencer_type": InfluencerType.ASPIRATIONAL,
        "stats": Stats(
            as_of=ago(days=2),
            median_views=282_000,
            median_views_7d=248_000,
            engagement_per_view=820,
            engagement_per_follower=2504,
            videos_per_week=350,
            growth_7d=90,
            growth_30d=412,
            growth_90d=1290,
            videos_30d=15,
            views_30d=4_230_000,
            gpm=(eur(3_120),),
            net_gpm=(eur(2_614),),
        ),
        "audience": Audience(
            ages=tuple(
                AgeShare(band=band, share=share)
                for band, share in zip(AgeBand, (410, 3120, 3890, 1570, 640, 370), strict=True)
            ),
            genders=(
                GenderShare(gender=Gender.FEMALE, share=7810),
                GenderShare(gender=Gender.MALE, share=2070),
                GenderShare(gender=Gender.OTHER, share=120),
            ),
            countries=tuple(
                CountryShare(country=code, share=share)
                for code, share in (
                    ("IT", 6120),
                    ("CH", 810),
                    ("DE", 620),
                    ("FR", 540),
                    ("ES", 430),
                    ("US", 390),
                    ("AR", 210),
                    ("BR", 180),
                )
            ),
        ),
        "eligibility": (MarketStanding(market="default", standing=LISTED),),
        "record": Record(deliveries=12, on_time=9167),
    },
    "profile-linh": {
        "country": "VN",
        "city": "Đà Nẵng",
        "languages": ("vi",),
        "categories": (Category.FOOD,),
        "rates": _rates(42_000),
        "availability": Availability.LIMITED,
        "influencer_type": None,
        "stats": Stats(
            as_of=ago(days=9), median_views=88_400, engagement_per_view=1310, growth_30d=-180, videos_per_week=525
        ),
        "audience": Audience(genders=(GenderShare(gender=Gender.FEMALE, share=5300),)),
        "eligibility": (MarketStanding(market="default", standing=UNVERIFIED),),
    },
    "profile-jules": {
        "country": "FR",
        "categories": (Category.SPORTS, Category.FITNESS, Category.TRAVEL),
        "availability": Availability.CLOSED,
        "influencer_type": InfluencerType.PEER,
        "stats": Stats(as_of=ago(days=40), engagement_per_view=960),
        "eligibility": (MarketStanding(market="default", standing=UNVERIFIED),),
    },
    "profile-aino": {
        "country": "FI",
        "categories": (Category.SCIENCE,),
        "rates": (DeliverableRate(deliverable=DeliverableKind.SHORT_VIDEO, amount=1_500_000, currency="USD"),),
        "influencer_type": InfluencerType.AUTHORITATIVE,
        "eligibility": (MarketStanding(market="default", standing=NOT_LISTED),),
    },
    "profile-max": {
        "network": "youtube",
        "country": "AT",
        "categories": (Category.TECHNOLOGY, Category.TOYS),
        "rates": _rates(310_000),
        "availability": Availability.OPEN,
        "stats": Stats(as_of=ago(hours=5), median_views=391_000, engagement_per_view=540, growth_30d=230),
        "eligibility": (MarketStanding(market="default", standing=LISTED),),
    },
}


def some_profiles() -> list[Profile]:
    return [
        Profile(
            **{
                "id": id_,
                "network": "tiktok",
                "handle": handle,
                "display_name": name,
                "followers": followers,
                "average_views": views,
                "average_likes": likes,
                "average_comments": None if likes is None else likes // 40,
                "average_shares": None if likes is None else likes // 55,
                **DETAILS[id_],
            }
        )
        for id_, handle, name, followers, views, likes in PEOPLE
    ]


def a_creator(profile: Profile) -> CreatorOut:
    return CreatorOut(**{name: getattr(profile, name) for name in Profile.model_fields}, revision=3)


def some_history() -> tuple[HistoryPoint, ...]:
    """A look a week for forty weeks, in which followers rise and views go up and down."""
    return tuple(
        HistoryPoint(
            at=ago(days=2 + 7 * (39 - week)),
            source="tiktok-api",
            followers=1_020_000 + week * 5_640 + (week * 7919) % 3000,
            median_views=None if 12 <= week < 15 else 236_000 + (week * 48_611) % 70_000,
            average_views=262_000 + (week * 31_337) % 80_000,
            engagement_per_view=740 + (week * 37) % 120,
            views_30d=3_900_000 + week * 9000,
        )
        for week in range(40)
    )


def some_videos() -> tuple[VideoOut, ...]:
    """The last thirty, newest first; of one the views are not known."""
    return tuple(
        VideoOut(
            id=f"video-{number}",
            published_at=ago(days=1 + 2 * number),
            seen_at=ago(days=2),
            views=None if number == 11 else 120_000 + (number * 97_001) % 410_000,
            likes=9_000 + (number * 7001) % 30_000,
            comments=210 + (number * 61) % 700,
            shares=160 + (number * 43) % 500,
            views_at_seven_days=None if number < 4 else 110_000 + (number * 97_001) % 320_000,
        )
        for number in range(30)
    )


def a_creators_page(profile: Profile, **values: Any) -> CreatorPage:
    is_known = profile.id == "profile-ana"
    return CreatorPage(
        **{
            "creator": a_creator(profile),
            "history": some_history() if is_known else (),
            "videos": some_videos() if is_known else (),
            "campaigns": (
                PastCampaign(
                    campaign=CAMPAIGN,
                    collaboration="invitation-0",
                    status=CollaborationStatus.AGREED,
                    agreed_at=ago(days=10),
                    net_sales=(eur(1_018_840),),
                ),
                PastCampaign(
                    campaign="campaign-3",
                    collaboration="work-9",
                    status=CollaborationStatus.COMPLETED,
                    agreed_at=ago(days=210),
                    completed_at=ago(days=170),
                    net_sales=(eur(642_310),),
                ),
            )
            if is_known
            else (),
            "other_brands_now": 2 if is_known else 0,
            "responsiveness": ResponsivenessOut(invitations=14, answered=13, median_seconds=5 * 3600)
            if is_known
            else ResponsivenessOut(invitations=0, answered=0),
            **values,
        }
    )


def a_fit(profile: str = "profile-ana", *, by_hand: bool = False, with_sales: bool = False) -> FitOut:
    """Of Ana, whose audience is known; the fee is her rate."""
    audience = RangeOut(low=0.391, high=0.401)
    relevance = RangeOut(low=0.45, high=0.45) if by_hand else audience
    inputs: dict[str, Any] = {name: {"low": 1, "high": 1} for name in ("category", "type", "price")}
    return FitOut(
        profile=profile,
        factors=(
            FactorOut(name="reach", value=RangeOut(low=1_240_000, high=1_240_000), inputs={"followers": 1_240_000}),
            FactorOut(
                name="engagement",
                value=RangeOut(low=0.2, high=0.2),
                inputs={"median_views_7d": 248_000, "followers": 1_240_000},
            ),
            FactorOut(
                name="relevance",
                value=relevance,
                inputs={"reckoned": audience.model_dump()}
                if by_hand
                else {"audience": audience.model_dump(), **inputs},
                missing=() if by_hand else ("countries",),
                by_hand=by_hand,
            ),
            FactorOut(
                name="audience",
                value=audience,
                inputs={"ages": 0.701, "genders": 0.781, "countries": 0.7313},
                missing=("countries",),
            ),
            FactorOut(
                name="category",
                value=RangeOut(low=1, high=1),
                inputs={"wanted": ["beauty"], "has": ["beauty", "lifestyle"]},
            ),
            FactorOut(
                name="type",
                value=RangeOut(low=1, high=1),
                inputs={"wanted": "aspirational", "has": "aspirational"},
            ),
            FactorOut(name="price", value=RangeOut(low=1, high=1), inputs={"budget": 100_000, "rate": 90_000}),
        ),
        viewers=RangeOut(low=96_968, high=99_448),
        cost=RangeOut(low=92_400, high=92_400),
        costs={"fee": 90_000, "product": 1_400, "shipping": 1_000, "other": 0},
        currency="EUR",
        cost_per_thousand=RangeOut(low=929.1, high=952.9),
        outcome_low=12_310.0 if with_sales else None,
        outcome_high=48_022.0 if with_sales else None,
        earlier=(
            EarlierPrediction(
                profile="profile-linh",
                campaign="campaign-3",
                predicted_at=ago(days=220),
                viewers=RangeOut(low=21_000, high=34_000),
                currency="EUR",
                cost=RangeOut(low=42_000, high=42_000),
                net_sales=(eur(211_940),),
                completed=True,
            ),
            EarlierPrediction(
                profile="profile-gone",
                campaign=CAMPAIGN,
                predicted_at=ago(days=12),
                viewers=None,
                currency="EUR",
                cost=RangeOut(low=0, high=None),
                completed=False,
            ),
        ),
    )


def an_unknown_fit(profile: str) -> FitOut:
    """Of somebody of whom little is known: ranges, a fee that nobody knows."""
    return FitOut(
        profile=profile,
        factors=(
            FactorOut(name="reach", value=RangeOut(low=57_150, high=57_150), inputs={"followers": 57_150}),
            FactorOut(
                name="engagement",
                value=RangeOut(low=0.08, high=0.322),
                inputs={"average_views": 18_400, "followers": 57_150},
                missing=("median_views_7d",),
            ),
            FactorOut(
                name="relevance",
                value=RangeOut(low=0.0025, high=1),
                inputs={"audience": {"low": 0.0025, "high": 1}},
                missing=("ages", "genders", "ages"),
            ),
        ),
        viewers=RangeOut(low=12, high=18_400),
        cost=RangeOut(low=0, high=None),
        costs={"fee": None, "product": 0, "shipping": 0, "other": 0},
        currency="EUR",
        cost_per_thousand=RangeOut(low=0, high=None),
    )


def fit_of(profile: Profile) -> Callable[[httpx.Request], httpx.Response]:
    """An answer by what is asked: with the brand's own sales, money; a relevance by hand never here."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        known = profile.id == "profile-ana"
        found = a_fit(with_sales="sales_per_thousand_viewers" in asked) if known else an_unknown_fit(profile.id)
        return httpx.Response(200, json=found.model_dump(mode="json"))

    return answer


def found_by(request: httpx.Request) -> httpx.Response:
    """Everybody, with facets on the first page; whom the brand worked with, if that is asked."""
    params = request.url.params
    profiles = some_profiles()
    if params.get("worked_with_us") == "true":
        profiles = profiles[:1]
    if params.get("text") == "nobody":
        profiles = []
    fits = [a_fit() if one.id == "profile-ana" else an_unknown_fit(one.id) for one in profiles]
    found = CreatorsFound(
        items=tuple(a_creator(one) for one in profiles),
        next_cursor="more" if len(profiles) > 1 and "cursor" not in params else None,
        total=1_482 if len(profiles) > 1 else len(profiles),
        facets=None
        if params.get("facets") == "false" or "cursor" in params or not profiles
        else FacetsOut(
            countries={"IT": 612, "FR": 301, "US": 188, "FI": 120, "VN": 97, "AT": 64, "DE": 52, "ES": 31, "PT": 17},
            categories={"beauty": 490, "lifestyle": 377, "food": 210, "fashion": 162, "sports": 88, "science": 12},
            languages={"it": 590, "en": 512, "fr": 288, "vi": 97, "fi": 88},
            tiers={"nano": 0, "micro": 812, "mid": 430, "macro": 161, "mega": 79},
        ),
        fits=tuple(fits) if any(name.startswith("fit_") for name in params) else (),
    )
    return httpx.Response(200, json=found.model_dump(mode="json"))


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
            "made_from": "Our buyers of 2030",
            "ages": (AgeBand.FROM_18, AgeBand.FROM_25),
            "genders": (Gender.FEMALE,),
            "countries": ("IT", "FR"),
            "interests": (Category.BEAUTY, Category.HEALTH),
            "jobs": ("Teacher", "Nurse"),
            "leave_out": ("Under 18",),
            "revision": revision,
            "changed_at": ago(days=30),
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
                *_rates(90_000, 25_000),
                DeliverableRate(deliverable="short-video", amount=99_900, currency="USD"),
            ),
            "availability": Availability.OPEN,
            "shipping_country": "IT",
            "social_links": ("https://ana.example/portfolio",),
            "birth_date": date(2004, 2, 29),
            "phone": "+39 011 555 0100",
            "shipping": ShippingAddress(name="Ana Moretti", lines=("Via Po 12",), postcode="10124", city="Torino"),
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


def a_matrix() -> TypeMatrix:
    return TypeMatrix(
        types={
            InfluencerType.ASPIRATIONAL: {
                "reach": "high",
                "emotional-appeal": "high",
                "informing": "low",
                "trust": "low",
            },
            InfluencerType.AUTHORITATIVE: {
                "reach": "medium",
                "informing": "high",
                "trust": "high",
                "relevance": "medium",
            },
            InfluencerType.PEER: {"reach": "low", "trust": "high", "relevance": "high"},
        }
    )


def a_type(profile: Profile) -> TypeOut:
    if profile.id == "profile-ana":
        return TypeOut(profile=profile.id, suggested=InfluencerType.ASPIRATIONAL, reasons=("1,240,000 followers",))
    if profile.id == "profile-aino":
        return TypeOut(
            profile=profile.id,
            suggested=InfluencerType.PEER,
            reasons=("57,150 followers", "no expert's category"),
            set_by_hand=InfluencerType.AUTHORITATIVE,
        )
    return TypeOut(profile=profile.id)


def answers() -> Answers:
    """Every answer of discovery, by `METHOD discovery/path`."""
    alerts = [one.model_dump(mode="json") for one in some_alerts()]
    found: Answers = {
        "GET discovery/v1/creators": found_by,
        "GET discovery/v1/shortlists": ShortlistsOut(shortlists=tuple(some_shortlists())),
        "POST discovery/v1/shortlists": some_shortlists()[0],
        "GET discovery/v1/shortlists/alerts": {"items": alerts, "next_cursor": None, "total": None},
        f"GET discovery/v1/shortlists/{SHORTLIST}": a_shortlist(),
        f"PUT discovery/v1/shortlists/{SHORTLIST}": some_shortlists()[0],
        f"DELETE discovery/v1/shortlists/{SHORTLIST}": httpx.Response(204),
        "GET discovery/v1/personas": Personas(personas=(a_persona(),)),
        "POST discovery/v1/personas": a_persona(),
        f"GET discovery/v1/personas/{PERSONA}": a_persona(),
        f"PUT discovery/v1/personas/{PERSONA}": a_persona(),
        f"DELETE discovery/v1/personas/{PERSONA}": httpx.Response(204),
        "GET discovery/v1/me/profiles": RegistrationsOut(profiles=(a_registration(),)),
        "PUT discovery/v1/me/profiles": a_registration(),
        "POST discovery/v1/me/profiles/profile-ana/proof": a_registration(proven=True, proven_at=NOON),
        "GET discovery/v1/eligibility-policies": some_policies(),
        "PUT discovery/v1/eligibility-policies/FI": some_policies().policies[0],
        "DELETE discovery/v1/eligibility-policies/FI": httpx.Response(204),
        "GET discovery/v1/influencer-types": a_matrix(),
    }
    for one in some_profiles():
        found |= {
            f"GET discovery/v1/creators/{one.id}": a_creator(one),
            f"GET discovery/v1/creators/{one.id}/page": a_creators_page(one),
            f"GET discovery/v1/creators/{one.id}/influencer-type": a_type(one),
            f"PUT discovery/v1/creators/{one.id}/influencer-type": a_type(one),
            f"DELETE discovery/v1/creators/{one.id}/influencer-type": a_type(one),
            f"POST discovery/v1/creators/{one.id}/fit": fit_of(one),
            f"PUT discovery/v1/creators/{one.id}/relevance": httpx.Response(204),
            f"DELETE discovery/v1/creators/{one.id}/relevance": httpx.Response(204),
        }
        entry = a_shortlist().entries[0].model_copy(update={"profile": one.id})
        for list_ in some_shortlists():
            found[f"PUT discovery/v1/shortlists/{list_.id}/creators/{one.id}"] = entry
            found[f"DELETE discovery/v1/shortlists/{list_.id}/creators/{one.id}"] = httpx.Response(204)
    return found
