"""A search with its facets, and why one of those found fits: the arithmetic, line by line."""

from typing import Any

from story.cast import Cast
from story.telling import must, say, wait_for

ASKED = "min_followers=100000&max_followers=50000000&sort=fit&fit_category=home&fit_type=peer&fit_budget=200000"


def search_and_fit(cast: Cast) -> None:
    """The brand says whom it wants to reach, has everybody found put in order by fit, and looks at the first one."""
    brand = cast.people["brand"]
    persona = brand.post("discovery", "/v1/personas", {"name": "People who read", "countries": ["IT", "US"]})

    def look() -> dict[str, Any] | None:
        found = brand.get("discovery", f"/v1/creators?{ASKED}&fit_persona={persona['id']}&currency=EUR&limit=3")
        return found if found["total"] else None

    found: dict[str, Any] = wait_for("creators with 100,000 followers and more", look)
    facets = found["facets"]
    say(f"From 100,000 followers on: {found['total']:,} creators. By tier: {_few(facets['tiers'])}.")
    say(
        f"  by country: {_few(facets['countries']) or 'nobody says'}; by category: {_few(facets['categories']) or 'nobody says'}."
    )
    must(sum(facets["tiers"].values()) == found["total"], "the tiers do not add up to the total")
    first, fit = found["items"][0], found["fits"][0]
    say(
        f"By fit to '{persona['name']}', @{first['handle']} comes first. Relevant viewers = reach x engagement x relevance:"
    )
    for factor in fit["factors"]:
        made_of = f"   from {_inputs(factor['inputs'])}" if factor["inputs"] else ""
        missing = f"   (missing: {', '.join(factor['missing'])})" if factor["missing"] else ""
        say(f"  {factor['name']:<11} {_range(factor['value']):>25}{made_of}{missing}")
    say(f"  {'= viewers':<11} {_range(fit['viewers']):>25}")
    say(f"  cost in {fit['currency']} = {_costs(fit['costs'])} = {_range(fit['cost'], 100)}")
    shown = fit["viewers"]["low"], fit["viewers"]["high"]
    must(abs(fit["score"] - sum(shown) / 2) <= 1e-6 * max(shown), "the order is not by the middle of what is shown")


def _inputs(inputs: dict[str, Any]) -> str:
    """What a factor was made of: each input with its value, ranges with both ends."""
    return ", ".join(f"{name} {_said(value)}" for name, value in inputs.items())


def _said(value: Any) -> str:
    match value:
        case None:
            return "unknown"
        case {"low": _, "high": _}:
            return _range(value)
        case list():
            return " and ".join(map(str, value)) or "none"
        case int() | float():
            return _figure(value)
        case _:
            return str(value)


def _costs(costs: dict[str, int | None]) -> str:
    """The parts of the cost as a sum; what nobody knows is said, and makes the sum a lower end."""
    return " + ".join(f"{name} {'unknown' if minor is None else _figure(minor / 100)}" for name, minor in costs.items())


def _few(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items(), key=lambda one: -one[1])[:5])


def _range(value: dict[str, float | None], unit: float = 1) -> str:
    """From and to, or the one number that is known."""
    low, high = (None if end is None else end / unit for end in (value["low"], value["high"]))
    assert low is not None
    if high is None:
        return f"{_figure(low)} or more"
    return _figure(low) if low == high else f"{_figure(low)} to {_figure(high)}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.4g}"
