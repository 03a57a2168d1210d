"""What the story prints of a fit is enough to reckon it again by hand."""

import re
from types import SimpleNamespace
from typing import Any, cast

import pytest

from story.cast import Cast
from story.search import search_and_fit


def exactly(value: float) -> dict[str, float]:
    return {"low": value, "high": value}


def a_factor(name: str, value: dict[str, float], missing: tuple[str, ...] = (), **inputs: Any) -> dict[str, Any]:
    return {"name": name, "value": value, "inputs": inputs, "missing": list(missing), "by_hand": False}


PARTS = {"audience": exactly(0.5), "category": {"low": 0.4, "high": 1}, "type": exactly(1), "price": exactly(0.8)}
FIT: dict[str, Any] = {
    "factors": [
        a_factor("reach", exactly(200_000), followers=200_000),
        a_factor("engagement", exactly(0.25), median_views_7d=50_000, followers=200_000),
        a_factor("relevance", {"low": 0.16, "high": 0.4}, ("categories",), **PARTS),
        a_factor("audience", PARTS["audience"], countries=0.5),
        a_factor("category", PARTS["category"], ("categories",), wanted=["home"], has=[]),
        a_factor("type", PARTS["type"], wanted="peer", has="peer"),
        a_factor("price", PARTS["price"], budget=200_000, rate=250_000),
    ],
    "viewers": {"low": 8_000, "high": 20_000},
    "cost": exactly(251_500),
    "costs": {"fee": 250_000, "product": 1_000, "shipping": 500, "other": 0},
    "currency": "EUR",
    "score": 14_000,
}
FOUND: dict[str, Any] = {
    "total": 1,
    "facets": {"tiers": {"100k": 1}, "countries": {}, "categories": {}},
    "items": [{"handle": "krista"}],
    "fits": [FIT],
}


def told(capsys: pytest.CaptureFixture[str], **changes: Any) -> str:
    found = FOUND | {"fits": [FIT | changes]}
    brand = SimpleNamespace(post=lambda *asked: {"id": "p-1", **asked[-1]}, get=lambda *_: found)
    search_and_fit(cast("Cast", SimpleNamespace(people={"brand": brand})))
    return capsys.readouterr().out


def test_every_factor_is_told_with_its_inputs_and_what_is_missing(capsys):
    text = " ".join(told(capsys).split())
    for words in (
        "reach 200,000 from followers 200,000",
        "engagement 0.25 from median_views_7d 50,000, followers 200,000",
        "relevance 0.16 to 0.4 from audience 0.5, category 0.4 to 1, type 1, price 0.8 (missing: categories)",
        "category 0.4 to 1 from wanted home, has none (missing: categories)",
        "price 0.8 from budget 200,000, rate 250,000",
    ):
        assert words in text, words


def test_viewers_and_cost_follow_from_the_figures_that_stand_above_them(capsys):
    text = told(capsys)
    factors = re.search(r"reach +([\d,]+).*engagement +([\d.]+).*relevance +([\d.]+) to ([\d.]+)", text, re.DOTALL)
    assert factors is not None
    reach, engagement, low, high = (float(found.replace(",", "")) for found in factors.groups())
    assert f"{reach * engagement * low:,.0f} to {reach * engagement * high:,.0f}" in text
    cost = re.search(r"cost in EUR = fee ([\d,]+) \+ product (\d+) \+ shipping (\d+) \+ other (\d+) = ([\d,]+)", text)
    assert cost is not None
    *parts, sum_ = (float(found.replace(",", "")) for found in cost.groups())
    assert sum(parts) == sum_ == 2515


def test_a_fee_that_nobody_knows_is_said_and_the_cost_has_no_upper_end(capsys):
    text = told(capsys, costs=FIT["costs"] | {"fee": None}, cost={"low": 1_500, "high": None})
    assert "cost in EUR = fee unknown + product 10 + shipping 5 + other 0 = 15 or more" in text
