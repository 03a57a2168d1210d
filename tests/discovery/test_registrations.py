"""What a creator says of themselves: all hear the public part, and nobody else ever the private one (D1)."""

import logging
from datetime import timedelta
from typing import Any

import pytest
import structlog

from chassis.http import Kind
from chassis.testing import a_token, calling
from chassis.timers import Timers
from contracts.discovery import Profile, ProfileEvent
from discovery.domain.profiles import profile_id
from discovery.domain.registration import is_proven_by
from discovery.handlers import handlers
from tests.discovery.builders import NOON
from tests.discovery.test_snapshots import a_look, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
SECRETS = ("1999-07-13", "+358 40 7654321", "Salainen Saaja", "Piilokatu 7 B 9", "FI-20999", "Naantalinsalmi")


def a_body(**changes: Any) -> dict[str, Any]:
    return {
        "network": "TikTok",
        "handle": "@Krista.Makes",
        "display_name": "Krista  Lindqvist",
        "country": "FI",
        "city": "Turku",
        "languages": ["fi", "en"],
        "categories": ["crafts", "home"],
        "bio": "Knits and mends.",
        "rates": [{"deliverable": "short-video", "amount": 45000, "currency": "EUR"}],
        "availability": "limited",
        "shipping_country": "FI",
        "social_links": ["https://video.example/krista"],
        "birth_date": SECRETS[0],
        "phone": SECRETS[1],
        "shipping": {"name": SECRETS[2], "lines": [SECRETS[3]], "postcode": SECRETS[4], "city": SECRETS[5]},
        **changes,
    }


def a_creator(app: Any, who: str = "a-1") -> Any:
    return calling(app, a_token(Kind.CREATOR, who, audience="discovery"))


async def state(context: Any) -> Profile:
    rows = await context.db["outbox"].find().sort("revision", -1).to_list(1)
    found = ProfileEvent.from_body(rows[0]["value"]).state
    assert found is not None
    return found


async def test_a_registered_profile_is_public_but_for_its_private_part_and_not_proven(app, context):
    async with a_creator(app) as creator:
        answer = await creator.put("/v1/me/profiles", json=a_body())
        assert answer.status_code == 200, answer.text
        own = (await creator.get("/v1/me/profiles")).json()["profiles"]
    assert own == [answer.json()]
    assert (own[0]["profile"], own[0]["proven"], own[0]["shipping"]["postcode"]) == (KRISTA, False, SECRETS[4])
    said = await state(context)
    assert (said.handle, said.display_name, said.country, said.city) == (
        "Krista.Makes",
        "Krista Lindqvist",
        "FI",
        "Turku",
    )
    assert (said.claimed_by, said.proven, said.rates[0].amount, said.availability) == (
        ("a-1",),
        False,
        45000,
        "limited",
    )


async def test_the_rules_of_each_market_are_told_with_what_is_missing_to_the_creator_alone(app, context):
    await observe(context, an_observation(a_look(followers=46_881, videos_30d=5, views_30d=9_000)))
    async with a_creator(app) as creator:
        own = (await creator.put("/v1/me/profiles", json=a_body())).json()
    (market,) = own["eligibility"]
    assert (market["standing"], [rule["gap"] for rule in market["rules"] if rule["verdict"] == "fail"]) == (
        "not-listed",
        [3120],
    )
    assert [rule["verdict"] for rule in market["rules"]] == ["pass", "fail", "pass", "pass"]


async def test_nothing_private_is_in_any_event_answer_log_or_foreign_collection(app, context, caplog):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.WARNING, "pymongo")  # as `chassis.logs` has it at every level
    with structlog.testing.capture_logs() as logs:
        async with a_creator(app) as creator:
            own = (await creator.put("/v1/me/profiles", json=a_body(), headers={"Idempotency-Key": "k"})).text
            bad = await creator.put("/v1/me/profiles", json=a_body(categories=[]))
        seen = [bad.text]
        for kind in (Kind.BRAND, Kind.OPERATOR, Kind.CREATOR):
            async with calling(app, a_token(kind, "other", audience="discovery")) as other:
                seen += [
                    (await other.get(path)).text
                    for path in ("/v1/creators", f"/v1/creators/{KRISTA}", "/v1/me/profiles")
                ]
    assert all(secret in own for secret in SECRETS)
    places = {"logs": str(logs) + caplog.text, "answers": "".join(seen)}
    for name in await context.db.list_collection_names():
        if name != "registrations":
            rows = await context.db[name].find().to_list(None)
            places[name] = str(
                [{k: bytes(v).decode() if isinstance(v, bytes) else v for k, v in row.items()} for row in rows]
            )
    leaks = [(place, secret) for place, text in places.items() for secret in SECRETS if secret in text]
    assert leaks == []


async def test_a_code_in_the_bio_proves_the_handle_and_only_then(app, context):
    async with a_creator(app) as creator:
        code = (await creator.put("/v1/me/profiles", json=a_body())).json()["code"]
        for bio in (None, "Knits and mends.", f"{code}x", code[:-1]):
            if bio is not None:
                app.state.bios.shown["tiktok", "Krista.Makes"] = bio
            refused = await creator.post(f"/v1/me/profiles/{KRISTA}/proof")
            assert (refused.status_code, refused.json()["type"].rsplit("/")[-1]) == (409, "not-proven")
        app.state.bios.shown["tiktok", "Krista.Makes"] = f"<p>Knits. {code.upper()}</p>"
        assert (await creator.post(f"/v1/me/profiles/{KRISTA}/proof")).json()["proven"] is True
    said = await state(context)
    assert (said.proven, said.proven_by) == (True, "a-1")


async def test_another_accounts_code_proves_nothing_for_oneself_and_foreign_registrations_are_404(app):
    async with a_creator(app, "a-1") as one, a_creator(app, "a-2") as two:
        code = (await one.put("/v1/me/profiles", json=a_body())).json()["code"]
        app.state.bios.shown["tiktok", "Krista.Makes"] = code
        assert (await two.post(f"/v1/me/profiles/{KRISTA}/proof")).status_code == 404
        await two.put("/v1/me/profiles", json=a_body())
        assert (await two.post(f"/v1/me/profiles/{KRISTA}/proof")).status_code == 409


@pytest.mark.parametrize("kind", [Kind.BRAND, Kind.OPERATOR, Kind.STORE, Kind.SERVICE])
async def test_nobody_else_can_register_or_prove(app, kind):
    async with calling(app, a_token(kind, "x-1", audience="discovery")) as other:
        assert (await other.put("/v1/me/profiles", json=a_body())).status_code == 403
        assert (await other.post(f"/v1/me/profiles/{KRISTA}/proof")).status_code == 403


async def test_before_any_proof_the_first_account_is_believed_and_proof_decides(app, context):
    async with a_creator(app, "a-1") as one, a_creator(app, "a-2") as two:
        await one.put("/v1/me/profiles", json=a_body(city="Turku"))
        second = (await two.put("/v1/me/profiles", json=a_body(city="Espoo"))).json()
        said = await state(context)
        assert (said.city, said.claimed_by) == ("Turku", ("a-1", "a-2"))
        app.state.bios.shown["tiktok", "Krista.Makes"] = second["code"]
        await two.post(f"/v1/me/profiles/{KRISTA}/proof")
        assert (await state(context)).city == "Espoo"
        first = (await one.put("/v1/me/profiles", json=a_body(city="Oulu"))).json()
        assert (first["proven"], first["proven_by_another"], first["code"]) == (False, True, first["code"])
        assert (await state(context)).city == "Espoo"
        await two.put("/v1/me/profiles", json=a_body(city="Vantaa"))
    assert (await state(context)).city == "Vantaa"


async def test_whoever_comes_of_age_is_judged_on_that_day(app, context):
    await observe(context, an_observation(a_look(followers=90_000, videos_30d=5, views_30d=9_000)))
    born = (context.clock.now() - timedelta(days=17 * 365.25 + 355)).date().isoformat()
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body(birth_date=born))
    assert (await state(context)).eligibility[0].standing == "not-listed"
    (timer,) = await context.db["timers"].find({"purpose": "birthday"}).to_list(None)
    # The timer fires as if its day had come; what is judged goes by the later of the two clocks.
    due = timer["due"]
    await context.db["timers"].update_one({"_id": timer["_id"]}, {"$set": {"due": NOON - timedelta(days=1)}})
    original = context.clock.offset
    context.clock.offset = due - context.clock.now() + timedelta(hours=1)
    try:
        await Timers(handlers, context.transactions).tick()
    finally:
        context.clock.offset = original
    assert (await state(context)).eligibility[0].standing == "listed"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"country": "QQ"}, "country"),
        ({"country": "Finland"}, "country"),
        ({"languages": ["zzz"]}, "languages.0"),
        ({"categories": ["crafts", "crafts"]}, "categories"),
        ({"rates": [{"deliverable": "story", "amount": 1, "currency": "XQX"}]}, "rates.0.currency"),
        ({"rates": [{"deliverable": "story", "amount": 1, "currency": "EUR"}] * 2}, "rates.1"),
        ({"rates": [{"deliverable": "story", "amount": -1, "currency": "EUR"}]}, "rates.0.amount"),
        ({"birth_date": "2999-01-01"}, "birth_date"),
        ({"birth_date": "1850-01-01"}, "birth_date"),
        ({"handle": "a b"}, "handle"),
    ],
)
async def test_what_can_not_be_is_422_and_names_the_field(app, context, changes, field):
    async with a_creator(app) as creator:
        answer = await creator.put("/v1/me/profiles", json=a_body(**changes))
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert await context.db["registrations"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("bio", "proven"), [("x cm-ab12 y", True), ("CM-AB12", True), ("cm-ab123", False), ("xcm-ab12", False), ("", False)]
)
def test_a_code_is_a_word_of_its_own(bio, proven):
    assert is_proven_by("cm-ab12", bio) is proven
