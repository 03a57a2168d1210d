"""Every field of a registration arrives as it was said, and its private part nowhere but with its owner (D1)."""

from typing import Any

import pytest

from chassis.http import Kind
from chassis.http.idempotency import KEYS
from chassis.http.routes import routes_of
from chassis.testing import a_token, calling
from chassis.tx import TIMERS
from contracts.discovery import Profile
from contracts.http.discovery import DataScope, RegistrationIn
from tests.discovery.test_registrations import KRISTA, SECRETS, a_body, a_creator, state
from tests.discovery.test_snapshots import a_look, an_observation, observe

PRIVATE = {"birth_date", "phone", "shipping"}
TIDIED = {"network": "tiktok", "handle": "Krista.Makes", "display_name": "Krista Lindqvist"}
"""What is kept otherwise than it was typed."""
KEY = {"Idempotency-Key": "one-write"}


async def test_every_field_arrives_in_the_own_answer_and_the_public_ones_in_what_is_announced(app, context):
    said = a_body()
    assert set(said) == set(RegistrationIn.model_fields), "a field that the test does not fill"
    async with a_creator(app) as creator:
        own = (await creator.put("/v1/me/profiles", json=said)).json()
    announced = (await state(context)).model_dump(mode="json")
    for name in RegistrationIn.model_fields:
        expected = {**said, **TIDIED}[name]
        assert own[name] == expected, name
        if name in PRIVATE:
            assert name not in Profile.model_fields
        else:
            assert announced[name] == expected, name


@pytest.mark.parametrize("categories", [[], ["crafts", "home", "beauty", "fashion", "food", "travel"]])
async def test_a_profile_has_one_to_five_categories(app, categories):
    async with a_creator(app) as creator:
        answer = await creator.put("/v1/me/profiles", json=a_body(categories=categories))
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "categories")


async def test_no_get_route_tells_anything_private_to_anybody_but_the_owner(app, context):
    """Every route and every kind of caller, with the ids of the person; the owner shows that there is something."""
    await observe(context, an_observation(a_look(followers=200_000, videos_30d=5, views_30d=90_000)))
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body(), headers=KEY)
        own = (await creator.get("/v1/me/profiles")).text
    assert [secret for secret in SECRETS if secret not in own] == []
    ids = {"creator": KRISTA, "profile": KRISTA, "account": "a-1", "who": "a-1"}
    asked, leaks = set(), []
    for kind in Kind:
        scopes = {"scope": " ".join(DataScope)} if kind is Kind.THIRD_PARTY else {}
        async with calling(app, a_token(kind, "other", audience="discovery", **scopes)) as other:
            for route in routes_of(app):
                if route.method != "GET":
                    continue
                answer = await other.get(route.url(fill=KRISTA, **ids))
                if answer.status_code == 200:
                    asked.add((kind, route.path))
                leaks += [(kind, route.path, secret) for secret in SECRETS if secret in answer.text]
    assert leaks == []
    assert {
        (Kind.BRAND, "/v1/creators/{creator}"),
        (Kind.OPERATOR, "/v1/creators/{creator}"),
        (Kind.CREATOR, "/v1/me/profiles"),
        (Kind.THIRD_PARTY, "/v1/data/creators/{creator}/stats"),
    } <= asked


async def test_a_kept_key_has_nothing_of_the_answer_and_a_repetition_reads_it_anew(app, context):
    async with a_creator(app, "a-7") as creator:
        first = await creator.put("/v1/me/profiles", json=a_body(), headers=KEY)
        kept = await context.db[KEYS].find({"account": "a-7"}).to_list(None)
        again = await creator.put("/v1/me/profiles", json=a_body(), headers=KEY)
        assert len(kept) == 1
        assert [secret for secret in SECRETS if secret in str(kept)] == []
        assert (again.status_code, again.json()) == (200, first.json())
        assert again.headers["idempotency-replayed"] == "true"

        await creator.put("/v1/me/profiles", json=a_body(phone="+358 50 1"))
        late = await creator.put("/v1/me/profiles", json=a_body(), headers=KEY)
    assert late.json()["phone"] == "+358 50 1", "a repetition brings nothing back that was corrected"


async def test_of_a_minor_only_the_day_of_coming_of_age_stands_outside_of_the_registration(app, context):
    """In `timers`, which no route reads (decision 21); the birth date itself stands in no other collection."""
    now = context.clock.now()
    born = f"{now.year - 16}-01-02"
    async with a_creator(app) as creator:
        await creator.put("/v1/me/profiles", json=a_body(birth_date=born))
    (timer,) = await context.db[TIMERS].find({"purpose": "birthday"}).to_list(None)
    assert timer["due"].date().isoformat() == f"{now.year + 2}-01-02"
    rest: dict[str, Any] = {}
    for name in await context.db.list_collection_names():
        if name != "registrations":
            rest[name] = str(await context.db[name].find().to_list(None))
    day = f"datetime.datetime({now.year - 16}, 1, 2,"
    assert [name for name, text in rest.items() if born in text or day in text] == []
