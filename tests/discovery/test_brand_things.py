"""Personas, shortlists, relevance by hand and fit: a brand's own, which no other brand ever sees (D7, D8, D9, D13)."""

from functools import partial
from typing import Any

import pytest

from chassis.http import Kind
from chassis.testing import a_token, calling, foreign_answers
from contracts.discovery import ProfileEvent
from discovery.domain.profiles import profile_id
from discovery.handlers import keep_collaboration, keep_sales
from discovery.store import brand_things
from tests.discovery.builders import a_collaboration
from tests.discovery.search.asking import say_campaigns
from tests.discovery.test_registrations import a_body, a_creator
from tests.discovery.test_sales import a_decision
from tests.discovery.test_snapshots import a_look, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
PERSONA = {
    "name": "Menders",
    "made_from": "own buyers",
    "ages": ["18-24"],
    "genders": ["female"],
    "countries": ["FI"],
    "interests": ["crafts"],
    "jobs": ["nurse"],
    "professional": False,
    "leave_out": ["resellers"],
}


def a_brand(app: Any, brand: str = "b-1", member: str = "m-1") -> Any:
    return calling(app, a_token(Kind.BRAND, member, audience="discovery", brand=brand))


@pytest.fixture
async def krista(context):
    await observe(context, an_observation(a_look(followers=200_000, median_views=50_000)))
    return KRISTA


async def test_a_persona_is_made_read_changed_by_what_was_seen_and_removed(app):
    async with a_brand(app) as brand:
        made = (await brand.post("/v1/personas", json=PERSONA)).json()
        assert {name: made[name] for name in PERSONA} == PERSONA
        read = await brand.get(f"/v1/personas/{made['id']}")
        unseen = await brand.put(f"/v1/personas/{made['id']}", json=PERSONA)
        tag = {"If-Match": read.headers["etag"]}
        changed = await brand.put(f"/v1/personas/{made['id']}", json={**PERSONA, "name": "Knitters"}, headers=tag)
        stale = await brand.put(f"/v1/personas/{made['id']}", json=PERSONA, headers=tag)
        assert (unseen.status_code, changed.status_code, stale.status_code) == (428, 200, 412)
        assert [one["name"] for one in (await brand.get("/v1/personas")).json()["personas"]] == ["Knitters"]
        assert (await brand.delete(f"/v1/personas/{made['id']}")).status_code == 204
        assert (await brand.delete(f"/v1/personas/{made['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"), [({"countries": ["QQ"]}, "countries.0"), ({"ages": ["7"]}, "ages.0"), ({"name": ""}, "name")]
)
async def test_a_persona_that_can_not_be_is_422_and_names_the_field(app, change, field):
    async with a_brand(app) as brand:
        answer = await brand.post("/v1/personas", json={**PERSONA, **change})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_a_shortlist_is_shared_by_a_brands_members_with_its_notes(app, krista):
    async with a_brand(app, member="m-1") as one, a_brand(app, member="m-2") as two:
        made = (await one.post("/v1/shortlists", json={"name": "Spring"})).json()
        path = f"/v1/shortlists/{made['id']}"
        assert (await one.put(f"{path}/creators/{krista}", json={"note": "Ask her."})).status_code == 200
        seen = (await two.get(path)).json()
        assert [(e["profile"], e["note"], e["noted_by"]) for e in seen["entries"]] == [(krista, "Ask her.", "m-1")]
        await two.put(f"{path}/creators/{krista}", json={"note": "Asked."})
        assert [e["note"] for e in (await one.get(path)).json()["entries"]] == ["Asked."]
        assert (await one.put(f"{path}/creators/nobody", json={})).status_code == 404
        assert (await two.delete(f"{path}/creators/{krista}")).status_code == 204
        assert (await one.get(path)).json()["entries"] == []


async def test_nothing_of_a_brand_is_there_for_another(app, context, krista):
    async with a_brand(app) as brand:
        shortlist = (await brand.post("/v1/shortlists", json={"name": "Secret plan"})).json()["id"]
        await brand.put(f"/v1/shortlists/{shortlist}/creators/{krista}", json={"note": "Too dear."})
        persona = (await brand.post("/v1/personas", json=PERSONA)).json()["id"]
        await brand.put(f"/v1/creators/{krista}/relevance", json={"relevance": 1234})
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body())
    other = a_token(Kind.BRAND, "m-9", audience="discovery", brand="b-9")
    ids = {"shortlist": shortlist, "persona": persona, "creator": krista}
    answers = await foreign_answers(app, other, Kind.BRAND, ids)
    own = [(r.method, r.path, a.status_code) for r, a in answers if "{shortlist}" in r.path or "{persona}" in r.path]
    assert len(own) >= 7
    assert {status for _, _, status in own} <= {404, 422}
    async with a_brand(app, "b-9") as brand:
        seen = [(await brand.get(path)).text for path in ("/v1/shortlists", "/v1/personas", "/v1/shortlists/alerts")]
        fit = await brand.post(f"/v1/creators/{krista}/fit", json={})
        foreign = await brand.post(f"/v1/creators/{krista}/fit", json={"persona": persona})
        note = await brand.put(f"/v1/shortlists/{shortlist}/creators/{krista}", json={"note": "mine"})
    assert (foreign.status_code, note.status_code) == (404, 404)
    assert not any(factor["by_hand"] for factor in fit.json()["factors"])
    assert not any(secret in text for text in seen for secret in ("Secret", "Too dear", "Menders", krista))


async def test_every_brand_with_the_creator_on_a_shortlist_hears_of_rates_availability_and_growth(app, context, krista):
    async with a_brand(app) as brand, a_creator(app) as creator:
        for name in ("One", "Two"):
            shortlist = (await brand.post("/v1/shortlists", json={"name": name})).json()["id"]
            await brand.put(f"/v1/shortlists/{shortlist}/creators/{krista}", json={})
        await creator.put("/v1/me/profiles", json=a_body())
        await creator.put("/v1/me/profiles", json=a_body(bio="Another bio is nobody's alert."))
        await observe(context, an_observation(a_look(-30, followers=100_000)))
        first = (await brand.get("/v1/shortlists/alerts?limit=4")).json()
        rest = (await brand.get("/v1/shortlists/alerts", params={"limit": 4, "cursor": first["next_cursor"]})).json()
    alerts = first["items"] + rest["items"]
    assert sorted(alert["what"] for alert in alerts) == ["availability"] * 2 + ["growth"] * 2 + ["rates"] * 2
    growth = next(alert for alert in alerts if alert["what"] == "growth")
    assert (growth["before"], growth["after"]) == (None, 10_000)


async def test_fit_shows_its_arithmetic_and_a_relevance_set_by_hand_is_kept_and_marked(app, krista):
    async with a_brand(app) as brand:
        persona = (await brand.post("/v1/personas", json=PERSONA)).json()["id"]
        asked = {"persona": persona, "fee": 40_000, "shipping": 500, "sales_per_thousand_viewers": [3_000, 5_000]}
        reckoned = (await brand.post(f"/v1/creators/{krista}/fit", json=asked)).json()
        assert [f["name"] for f in reckoned["factors"]][:3] == ["reach", "engagement", "relevance"]
        assert reckoned["factors"][1]["value"] == {"low": 0.125, "high": 0.25}
        unknown = {"ages", "genders", "countries", "categories", "bio", "influencer_type"}
        assert set(reckoned["factors"][2]["missing"]) == unknown
        assert reckoned["costs"] == {"fee": 40_000, "product": 0, "shipping": 500, "other": 0}
        await brand.put(f"/v1/creators/{krista}/relevance", json={"relevance": 4_000})
        by_hand = (await brand.post(f"/v1/creators/{krista}/fit", json=asked)).json()
        assert by_hand["viewers"] == {"low": 10_000, "high": 20_000}
        assert (by_hand["outcome_low"], by_hand["outcome_high"]) == (30_000 - 40_500, 100_000 - 40_500)
        assert by_hand["factors"][2]["by_hand"] is True
        assert (await brand.delete(f"/v1/creators/{krista}/relevance")).status_code == 204
        assert (await brand.post(f"/v1/creators/{krista}/fit", json=asked)).json() == reckoned
        wrong = await brand.post(f"/v1/creators/{krista}/fit", json={"sales_per_thousand_viewers": [5, 3]})
    assert wrong.status_code == 422


async def test_a_type_is_suggested_set_by_a_person_and_taken_back(app, context):
    await observe(context, an_observation(a_look(followers=2_000_000)))
    path = f"/v1/creators/{KRISTA}/influencer-type"
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as operator, a_brand(app) as brand:
        first = (await brand.get(path)).json()
        assert (first["suggested"], first["reasons"]) == ("aspirational", ["2,000,000 followers"])
        assert first["because"] == [{"code": "followers", "categories": [], "followers": 2_000_000}]
        assert (await brand.put(path, json={"influencer_type": "peer"})).status_code == 403
        assert (await operator.put(path, json={"influencer_type": "peer"})).json()["set_by_hand"] == "peer"
        await observe(context, an_observation(a_look(1, followers=3_000_000)))
        rows = await context.db["outbox"].find().sort("revision", -1).to_list(1)
        state = ProfileEvent.from_body(rows[0]["value"]).state
        assert state is not None
        assert (state.influencer_type, state.type_set_by_hand) == ("peer", True)
        assert (await operator.delete(path)).json()["set_by_hand"] is None
        told = (await brand.get("/v1/influencer-types")).json()
        assert told["types"]["peer"]["trust"] == "high"
        assert told["wanted"] == {"branding": "aspirational", "look-and-feel": "peer", "trust": "authoritative"}


async def test_beside_a_fit_stands_what_earlier_predictions_turned_out_to_be(app, context, krista):
    asked = {"fee": 40_000, "campaign": "k-1"}
    agreed = a_collaboration(krista, "a-1")
    await say_campaigns(context, ("k-1", "b-1"))
    async with a_brand(app) as brand, a_brand(app, "b-9") as other:
        first = (await brand.post(f"/v1/creators/{krista}/fit", json=asked)).json()
        assert first["earlier"] == []
        await context.transactions.run(partial(keep_collaboration, agreed))
        await context.transactions.run(partial(keep_sales, [a_decision(net=12_345)]))
        await brand.post(f"/v1/creators/{krista}/fit", json={**asked, "fee": 1})  # too late to be a prediction
        (told,) = (await brand.post(f"/v1/creators/{krista}/fit", json={})).json()["earlier"]
        assert (await other.post(f"/v1/creators/{krista}/fit", json={})).json()["earlier"] == []
    assert told["viewers"] == first["viewers"]
    assert told["cost"] == {"low": 40_000, "high": 40_000}
    assert (told["campaign"], told["completed"]) == ("k-1", False)
    assert told["net_sales"] == [{"amount": 12_345, "currency": "EUR"}]
    assert told["fee"] == {"amount": 0, "currency": "EUR"}


async def test_there_is_an_end_to_how_many_a_brand_may_have(app, krista, monkeypatch):
    monkeypatch.setattr(brand_things, "MOST_NAMED", 1)
    monkeypatch.setattr(brand_things, "MOST_ENTRIES", 0)
    async with a_brand(app) as brand:
        made = (await brand.post("/v1/shortlists", json={"name": "One"})).json()
        answers = [
            await brand.post("/v1/shortlists", json={"name": "Two"}),
            await brand.put(f"/v1/shortlists/{made['id']}/creators/{krista}", json={}),
        ]
        assert (await brand.post("/v1/personas", json=PERSONA)).status_code == 201
        answers.append(await brand.post("/v1/personas", json=PERSONA))
    assert [(answer.status_code, answer.json()["type"].rsplit("/")[-1]) for answer in answers] == [(409, "full")] * 3
