"""Creators with history, what a brand keeps about them, and a creator's own profile, as discovery's API tells them."""

import io
from datetime import datetime
from typing import Any

import httpx
from PIL import Image, ImageDraw

from contracts.campaigns import CollaborationStatus, Purpose
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
    Stats,
)
from contracts.http.discovery import (
    CreatorOut,
    CreatorPage,
    CreatorsFound,
    FacetsOut,
    HistoryPoint,
    PastCampaign,
    Personas,
    RegistrationsOut,
    ResponsivenessOut,
    ShortlistsOut,
    TypeMatrix,
    TypeOut,
    TypeReason,
    VideoOut,
)
from tests.console.sample_figures import own_figures, some_figures
from tests.console.sample_fit import a_fit, an_unknown_fit, fit_of
from tests.console.sample_kept import (
    LISTED,
    NOT_LISTED,
    PERSONA,
    SHORTLIST,
    UNVERIFIED,
    a_persona,
    a_prefill,
    a_registration,
    a_shortlist,
    some_alerts,
    some_policies,
    some_rates,
    some_shortlists,
)
from tests.console.sample_people import CAMPAIGN, CREATOR, NOON, PEOPLE, PHOTO, ago, eur

Answers = dict[str, Any]


def a_photo(_request: httpx.Request) -> httpx.Response:
    """Somebody in front of a wall."""
    drawn = Image.new("RGB", (192, 192), "#c9d8d0")
    pen = ImageDraw.Draw(drawn)
    pen.ellipse((30, 120, 162, 260), fill="#7a4b63")
    pen.ellipse((58, 34, 134, 122), fill="#e0b090")
    pen.chord((54, 24, 138, 120), 180, 360, fill="#402a20")
    written = io.BytesIO()
    drawn.save(written, "WEBP")
    return httpx.Response(200, content=written.getvalue(), headers={"Content-Type": "image/webp"})


DETAILS: dict[str, dict[str, Any]] = {
    "profile-ana": {
        "claimed_by": (CREATOR,),
        "proven": True,
        "proven_by": CREATOR,
        "photo": PHOTO,
        "country": "IT",
        "city": "Torino",
        "languages": ("it", "en"),
        "categories": (Category.BEAUTY, Category.LIFESTYLE),
        "bio": "Honest skin care in daylight.\nBefore and after, no filters.",
        "rates": some_rates(90_000, 25_000, 120_000, 200_000),
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
        "rates": some_rates(42_000),
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
        "rates": some_rates(310_000),
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
            "figures": some_figures() if is_known else (),
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


def found_by(request: httpx.Request) -> httpx.Response:
    """Everybody, with facets; whom the brand worked with, if that is asked."""
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
        if params.get("facets") == "false" or not profiles
        else FacetsOut(
            countries={"IT": 612, "FR": 301, "US": 188, "FI": 120, "VN": 97, "AT": 64, "DE": 52, "ES": 31, "PT": 17},
            categories={"beauty": 490, "lifestyle": 377, "food": 210, "fashion": 162, "sports": 88, "science": 12},
            languages={"it": 590, "en": 512, "fr": 288, "vi": 97, "fi": 88},
            tiers={"nano": 0, "micro": 812, "mid": 430, "macro": 161, "mega": 79},
        ),
        fits=tuple(fits) if any(name.startswith("fit_") for name in params) else (),
    )
    return httpx.Response(200, json=found.model_dump(mode="json"))


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
        },
        wanted={
            Purpose.BRANDING: InfluencerType.ASPIRATIONAL,
            Purpose.LOOK_AND_FEEL: InfluencerType.PEER,
            Purpose.TRUST: InfluencerType.AUTHORITATIVE,
        },
    )


def a_type(profile: Profile) -> TypeOut:
    if profile.id == "profile-ana":
        return TypeOut(
            profile=profile.id,
            suggested=InfluencerType.ASPIRATIONAL,
            reasons=("1,240,000 followers",),
            because=(TypeReason(code="followers", followers=1_240_000),),
        )
    if profile.id == "profile-aino":
        return TypeOut(
            profile=profile.id,
            suggested=InfluencerType.PEER,
            reasons=("57,150 followers", "no expert's category"),
            because=(TypeReason(code="followers", followers=57_150), TypeReason(code="no-expert")),
            set_by_hand=InfluencerType.AUTHORITATIVE,
        )
    return TypeOut(profile=profile.id)


def new_alerts(request: httpx.Request) -> httpx.Response:
    since = datetime.fromisoformat(request.url.params.get("since", "2000-01-01T00:00:00+00:00"))
    return httpx.Response(200, json={"alerts": sum(one.at > since for one in some_alerts())})


def answers() -> Answers:
    """Every answer of discovery, by `METHOD discovery/path`."""
    alerts = [one.model_dump(mode="json") for one in some_alerts()]
    found: Answers = {
        "GET discovery/v1/creators": found_by,
        "GET discovery/v1/shortlists": ShortlistsOut(shortlists=tuple(some_shortlists())),
        "POST discovery/v1/shortlists": some_shortlists()[0],
        "GET discovery/v1/shortlists/alerts": {"items": alerts, "next_cursor": None, "total": None},
        "GET discovery/v1/shortlists/alerts/unread": new_alerts,
        f"GET discovery/v1/shortlists/{SHORTLIST}": a_shortlist(),
        f"PUT discovery/v1/shortlists/{SHORTLIST}": some_shortlists()[0],
        f"DELETE discovery/v1/shortlists/{SHORTLIST}": httpx.Response(204),
        "GET discovery/v1/personas": Personas(personas=(a_persona(),)),
        "POST discovery/v1/personas": a_persona(),
        "POST discovery/v1/personas/prefilled": a_prefill(),
        f"GET discovery/v1/personas/{PERSONA}": a_persona(),
        f"PUT discovery/v1/personas/{PERSONA}": a_persona(),
        f"DELETE discovery/v1/personas/{PERSONA}": httpx.Response(204),
        "GET discovery/v1/me/profiles": RegistrationsOut(profiles=(a_registration(),), provable_networks=("tiktok",)),
        "GET discovery/v1/me/profiles/profile-ana/figures": own_figures(),
        "PUT discovery/v1/me/profiles": a_registration(),
        "PUT discovery/v1/me/profiles/profile-ana/photo": a_registration(),
        "DELETE discovery/v1/me/profiles/profile-ana/photo": a_registration(photo=None),
        f"GET discovery/v1/me/profiles/profile-ana/photo/{PHOTO}": a_photo,
        "POST discovery/v1/me/profiles/profile-ana/proof": a_registration(proven=True, proven_at=NOON),
        "GET discovery/v1/eligibility-policies": some_policies(),
        "PUT discovery/v1/eligibility-policies/FI": some_policies().policies[0],
        "DELETE discovery/v1/eligibility-policies/FI": httpx.Response(204),
        "GET discovery/v1/influencer-types": a_matrix(),
    }
    for one in some_profiles():
        found |= {
            f"GET discovery/v1/creators/{one.id}": a_creator(one),
            f"GET discovery/v1/creators/{one.id}/photo/{PHOTO}": a_photo,
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
