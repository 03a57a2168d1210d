"""How well creators fit, as discovery reckons it: of one who is known well, and of one who is hardly known."""

import json
from collections.abc import Callable
from typing import Any

import httpx

from contracts.discovery import Profile
from contracts.http.discovery import EarlierPrediction, FactorOut, FitOut, PublishedViews, RangeOut, SalesHistory
from tests.console.sample_people import CAMPAIGN, ago, eur


def a_fit(
    profile: str = "profile-ana", *, by_hand: bool = False, with_sales: bool = False, from_work: bool = False
) -> FitOut:
    """Of Ana, whose audience is known; the fee is her rate."""
    audience = RangeOut(low=0.391, high=0.401)
    relevance = RangeOut(low=0.45, high=0.45) if by_hand else audience
    inputs: dict[str, Any] = {name: {"low": 1, "high": 1} for name in ("category", "interests", "type", "price")}
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
                name="interests",
                value=RangeOut(low=1, high=1),
                inputs={"wanted": ["health", "Nurse", *(f"Job {n}" for n in range(8))], "found": ["health"]},
            ),
            FactorOut(
                name="type",
                value=RangeOut(low=1, high=1),
                inputs={"wanted": "peer", "persona": "hobbyist", "has": "aspirational", "named": "@ana.moretti"},
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
        sales=SalesHistory(low=1_080, high=1_412, collaborations=3 if from_work else None) if with_sales else None,
        earlier=(
            EarlierPrediction(
                profile="profile-linh",
                campaign="campaign-3",
                predicted_at=ago(days=220),
                viewers=RangeOut(low=21_000, high=34_000),
                views=RangeOut(low=52_000, high=61_000),
                published=PublishedViews(videos=3, counted=2, views=118_400),
                currency="EUR",
                cost=RangeOut(low=42_000, high=42_000),
                outcome_low=-12_000.0,
                outcome_high=88_000.0,
                fee=eur(40_000),
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
                missing=("ages", "genders", "ages", "bio"),
            ),
            FactorOut(
                name="interests",
                value=RangeOut(low=0.7, high=1),
                inputs={"wanted": ["health"], "found": []},
                missing=("bio",),
            ),
        ),
        left_out=("13-17", "VN", "knitting"),
        viewers=RangeOut(low=12, high=18_400),
        cost=RangeOut(low=0, high=None),
        costs={"fee": None, "product": 0, "shipping": 0, "other": 0},
        currency="EUR",
        cost_per_thousand=RangeOut(low=0, high=None),
    )


def fit_of(profile: Profile) -> Callable[[httpx.Request], httpx.Response]:
    """An answer by what is asked: with sales, or for a campaign, money; a relevance by hand never here."""

    def answer(request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        known = profile.id == "profile-ana"
        typed, for_campaign = "sales_per_thousand_viewers" in asked, "campaign" in asked
        fit = a_fit(with_sales=typed or for_campaign, from_work=not typed)
        found = fit if known else an_unknown_fit(profile.id)
        return httpx.Response(200, json=found.model_dump(mode="json"))

    return answer
