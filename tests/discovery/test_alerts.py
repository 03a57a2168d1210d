"""What a brand hears of those on its shortlists: growth against what it heard last, rates as a set (D7)."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.http import Kind
from chassis.testing import a_token, calling
from contracts.discovery import Availability, DeliverableKind, DeliverableRate, Profile, Stats
from discovery.domain.brand_things import changes
from discovery.domain.profiles import profile_id
from tests.discovery.builders import NOON
from tests.discovery.test_registrations import a_body, a_creator
from tests.discovery.test_snapshots import a_look, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
RATES = tuple(
    DeliverableRate(deliverable=kind, amount=amount, currency=currency)
    for kind, amount, currency in [
        (DeliverableKind.SHORT_VIDEO, 900, "EUR"),
        (DeliverableKind.SHORT_VIDEO, 990, "USD"),
        (DeliverableKind.STORY, 100, "EUR"),
    ]
)


def a_state(growth: int | None = None, **known: Any) -> Profile:
    return Profile(id=KRISTA, network="tiktok", handle="krista.makes", stats=Stats(growth_30d=growth), **known)


@pytest.mark.parametrize(
    ("noted", "now", "told"),
    [
        pytest.param(1_000, 1_499, [], id="4.99 points more"),
        pytest.param(1_000, 1_500, [(1_000, 1_500)], id="5.00 points more"),
        pytest.param(1_000, 501, [], id="4.99 points fewer"),
        pytest.param(1_000, 500, [(1_000, 500)], id="5.00 points fewer"),
        pytest.param(None, 0, [(None, 0)], id="known for the first time"),
        pytest.param(1_000, None, [], id="not known any more"),
    ],
)
def test_growth_is_told_when_it_is_five_points_from_what_was_noted(noted, now, told):
    found = changes(a_state(now), a_state(now), noted)
    assert [(one.before, one.after) for one in found] == told
    assert {one.what for one in found} <= {"growth"}


def test_rates_in_another_order_are_the_same_and_another_amount_is_not():
    assert changes(a_state(rates=RATES), a_state(rates=RATES[::-1]), None) == []
    cheaper = (*RATES[:2], RATES[2].model_copy(update={"amount": 99}))
    (told,) = changes(a_state(rates=RATES), a_state(rates=cheaper), None)
    assert (told.what, told.before[2]["amount"], told.after[2]["amount"]) == ("rates", 100, 99)
    assert [one.what for one in changes(a_state(rates=RATES), a_state(rates=RATES[:2]), None)] == ["rates"]


def test_availability_is_told_when_it_is_another():
    open_, closed = (a_state(availability=one) for one in (Availability.OPEN, Availability.CLOSED))
    (told,) = changes(open_, closed, None)
    assert (told.what, told.before, told.after) == ("availability", "open", "closed")
    assert changes(open_, open_, None) == []


def a_brand(app: Any, brand: str = "b-1") -> Any:
    return calling(app, a_token(Kind.BRAND, "m-1", audience="discovery", brand=brand))


async def a_list(app: Any, brand: str = "b-1") -> None:
    async with a_brand(app, brand) as client:
        made = (await client.post("/v1/shortlists", json={"name": "Spring"})).json()
        await client.put(f"/v1/shortlists/{made['id']}/creators/{KRISTA}", json={})


async def alerts(app: Any, brand: str = "b-1") -> list[tuple[Any, Any]]:
    """Growth, oldest first."""
    async with a_brand(app, brand) as client:
        items = (await client.get("/v1/shortlists/alerts")).json()["items"]
    return [(one["before"], one["after"]) for one in items[::-1] if one["what"] == "growth"]


async def grow(context: Any, minutes: int, followers: int) -> None:
    """A new count a little later than the last one, against 10,000 thirty days before."""
    at = minutes / (24 * 60)
    await observe(context, an_observation(a_look(at, followers=followers)))


@pytest.fixture
async def krista(context):
    await observe(context, an_observation(a_look(-30, followers=10_000)))
    await grow(context, 0, 11_000)


@pytest.mark.usefixtures("krista")
async def test_a_drift_in_small_steps_is_told_once_it_adds_up_and_then_counted_anew(app, context):
    await a_list(app)
    await grow(context, 1, 11_490)
    assert await alerts(app) == [], "4.9 points more than when she was put on"
    await grow(context, 2, 11_980)
    assert await alerts(app) == [(1_000, 1_980)], "9.8 points more"
    await grow(context, 3, 12_470)
    await grow(context, 4, 12_000)
    assert len(await alerts(app)) == 1, "each within five points of what was told last"
    await grow(context, 5, 11_480)
    assert (await alerts(app))[1:] == [(1_980, 1_480)]


@pytest.mark.usefixtures("krista")
async def test_each_brand_hears_by_what_it_heard_itself_and_a_note_changes_nothing_about_that(app, context):
    await a_list(app)
    await grow(context, 1, 11_300)
    await a_list(app, "b-2")
    async with a_brand(app) as client:
        (shortlist,) = (await client.get("/v1/shortlists")).json()["shortlists"]
        await client.put(f"/v1/shortlists/{shortlist['id']}/creators/{KRISTA}", json={"note": "Ask her."})
    await grow(context, 2, 11_600)
    assert await alerts(app) == [(1_000, 1_600)]
    assert await alerts(app, "b-2") == []
    await grow(context, 3, 11_800)
    assert await alerts(app, "b-2") == [(1_300, 1_800)]


@pytest.mark.usefixtures("krista")
async def test_rates_that_are_told_in_another_order_alert_nobody(app):
    rates = [
        {"deliverable": "short-video", "amount": 900, "currency": "EUR"},
        {"deliverable": "story", "amount": 100, "currency": "EUR"},
    ]
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body(rates=rates))
        await a_list(app)
        await creator.put("/v1/me/profiles", json=a_body(rates=rates[::-1]))
        async with a_brand(app) as brand:
            assert (await brand.get("/v1/shortlists/alerts")).json()["items"] == []
            await creator.put("/v1/me/profiles", json=a_body(rates=rates[:1]))
            (told,) = (await brand.get("/v1/shortlists/alerts")).json()["items"]
    assert told["what"] == "rates"


@pytest.mark.usefixtures("krista")
async def test_what_is_new_since_a_time_is_counted_for_the_brand_alone(app, context):
    await a_list(app)
    await grow(context, 1, 12_000)
    await grow(context, 2, 13_000)
    async with a_brand(app) as brand, a_brand(app, "b-2") as other:
        first, last = [one["at"] for one in (await brand.get("/v1/shortlists/alerts")).json()["items"]][::-1]
        path = "/v1/shortlists/alerts/unread"
        assert (await brand.get(path)).json() == {"alerts": 2}
        assert (await brand.get(path, params={"since": first})).json() == {"alerts": 1}
        assert (await brand.get(path, params={"since": last})).json() == {"alerts": 0}
        assert (await brand.get(path, params={"since": (NOON - timedelta(days=9)).isoformat()})).json() == {"alerts": 2}
        assert (await other.get(path)).json() == {"alerts": 0}
        assert (await brand.get(path, params={"since": "yesterday"})).status_code == 422
