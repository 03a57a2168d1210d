"""Three creators that searches find, and the ways to tell and ask of them."""

from functools import partial
from typing import Any

import httpx

from chassis.context import Context
from chassis.http import Kind
from chassis.testing import a_token
from contracts.campaigns import Brief, Budget, Campaign, CampaignStatus, Goal, GoalMetric, Measure
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
    ProfileImported,
    Record,
    Standing,
    Stats,
)
from contracts.money import Money
from discovery.handlers import keep_campaign
from tests.discovery.builders import NOON


def a_profile(name: str, **known: Any) -> Profile:
    return Profile(**{"id": name, "network": "tiktok", "handle": name, "followers": 1000, **known})


ANNA = a_profile(
    "anna.bakes",
    display_name="Anna Rossi",
    bio="Bread from Torino",
    country="IT",
    city="Torino",
    languages=("it", "en"),
    categories=(Category.FOOD, Category.HOME, Category.CRAFTS),
    followers=60_000,
    average_views=20_000,
    rates=(
        DeliverableRate(deliverable=DeliverableKind.SHORT_VIDEO, amount=30_000, currency="EUR"),
        DeliverableRate(deliverable=DeliverableKind.STORY, amount=5_000, currency="EUR"),
    ),
    availability=Availability.OPEN,
    influencer_type=InfluencerType.PEER,
    stats=Stats(
        engagement_per_view=900,
        engagement_per_follower=3_333,
        growth_30d=-50,
        videos_per_week=350,
        gpm=(Money(amount=1_500, currency="EUR"),),
    ),
    audience=Audience(
        ages=(AgeShare(band=AgeBand.FROM_18, share=4_000), AgeShare(band=AgeBand.FROM_55, share=500)),
        genders=(GenderShare(gender=Gender.FEMALE, share=7_000),),
        countries=(CountryShare(country="IT", share=6_000),),
    ),
    eligibility=(
        MarketStanding(market="default", standing=Standing.UNVERIFIED),
        MarketStanding(market="IT", standing=Standing.LISTED),
    ),
    record=Record(deliveries=10, on_time=9_000),
)
BEPPE = a_profile(
    "beppe.draws",
    country="IT",
    city="Rome",
    languages=("it",),
    categories=(Category.ART,),
    followers=9_000,
    rates=(DeliverableRate(deliverable=DeliverableKind.STORY, amount=4_000, currency="USD"),),
    eligibility=(MarketStanding(market="default", standing=Standing.LISTED),),
    claimed_by=("a-1",),
)
CLAUDE = a_profile("claude", network="instagram", country="FR", followers=None)
EVERYBODY = {"anna.bakes", "beppe.draws", "claude"}


def token(kind: Kind, who: str = "b-1") -> str:
    return a_token(kind, who, audience="discovery")


async def say(context: Context[Any], *profiles: Profile, revision: int = 1) -> None:
    async def announce(tx: Any) -> None:
        for profile in profiles:
            tx.announce(ProfileImported, profile, revision)

    await context.transactions.run(announce)


async def asked(client: httpx.AsyncClient, **params: Any) -> dict[str, Any]:
    answer = await client.get("/v1/creators", params=params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def say_campaigns(
    context: Context[Any],
    *campaigns: tuple[str, str],
    category: str = "",
    persona: str | None = None,
    influencer_type: str = "",
    budget: Budget | None = None,
) -> None:
    for name, brand in campaigns:
        goal = Goal(
            metric=GoalMetric.ORDERS,
            target=1,
            measured_by=Measure.LINKS,
            deadline=NOON,
            persona_id=persona,
            influencer_type=influencer_type,
        )
        campaign = Campaign(
            id=name,
            brand=brand,
            name=name,
            status=CampaignStatus.DRAFT,
            landing_url="https://shop.example/",
            goal=goal,
            brief=Brief(product="Lamp", category=category),
            budget=budget,
        )
        await context.transactions.run(partial(keep_campaign, campaign))
