"""What people and programs send by mistake or on purpose."""

from typing import Any

import pytest

from tests.campaigns.builders import a_draft
from tests.campaigns.kit import Campaigns, fields, found, problem

MOST = 2**63 - 1
MOST_MONEY = 10**12
OPERATORS: list[Any] = [{"$ne": None}, {"$gt": ""}, {"$regex": ".*"}, ["$where"], {"$expr": 1}]


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("name", ["profile", "address", "language", "message", "code"])
async def test_no_operator_gets_into_a_query_by_an_invitation(service: Campaigns, name, operator):
    campaign = await service.published()
    body = {"address": "x@creators.example"} | {name: operator}
    assert fields(await service.invite(campaign, body)) == [name]
    assert await service.db["collaborations"].count_documents({}) == 0


@pytest.mark.parametrize("operator", OPERATORS)
@pytest.mark.parametrize("name", ["name", "landing_url", "goal", "brief", "terms", "ends_at"])
async def test_no_operator_gets_into_a_campaign(service: Campaigns, name, operator):
    path = f"/v1/campaigns/{(await service.drafted())['id']}"
    for answer in (
        await service.brand("POST", "/v1/campaigns", a_draft() | {name: operator}),
        await service.brand("PATCH", path, {name: operator}),
    ):
        assert all(field.split(".")[0] == name for field in fields(answer))
    assert len(await service.events()) == 1


@pytest.mark.parametrize("text", ['{"$ne": null}', "[$ne]", "$where", "%00", "..%2f..", "x" * 5000, "🦄", "%E2%80%AE"])
async def test_an_operator_in_a_path_is_only_text(service: Campaigns, text):
    await service.invited(await service.published())
    for path in (f"/v1/campaigns/{text}", f"/v1/campaigns/{text}/collaborations"):
        assert (await service.brand("GET", path)).status_code == 404
    assert (await service.brand("POST", f"/v1/campaigns/{text}/publish")).status_code == 404
    assert (await service.invite(text, {"address": "x@creators.example"})).status_code == 404
    assert (await service.creator("a-1", "GET", f"/v1/collaborations/{text}")).status_code == 404
    assert (await service.creator("a-1", "POST", f"/v1/collaborations/{text}/decline")).status_code == 404


@pytest.mark.parametrize(
    ("amount", "is_taken"),
    [
        (0, True),
        (MOST_MONEY, True),
        (MOST_MONEY + 1, False),
        (-1, False),
        (2**63 - 1, False),
        (10**40, False),
        (1.5, False),
        (15_000.0, False),
        ("15000", False),
        (True, False),
        (None, False),
        ([], False),
    ],
)
async def test_money_is_whole_minor_units_that_somebody_is_paid(service: Campaigns, amount, is_taken):
    fee = {"amount": amount, "currency": "EUR"}
    answer = await service.brand("POST", "/v1/campaigns", a_draft(terms={"fee": fee}))
    if is_taken:
        made = found(answer, 201)
        assert made["terms"]["fee"] == fee
        assert found(await service.brand("GET", f"/v1/campaigns/{made['id']}"))["terms"]["fee"] == fee
        found(await service.brand("POST", f"/v1/campaigns/{made['id']}/publish"))
        sent = await service.invited(made["id"])
        assert sent["terms"][0]["fee"] == fee
    else:
        assert answer.status_code in (400, 422), answer.text
        assert await service.events() == []


async def test_the_largest_goal_is_kept_exactly(service: Campaigns):
    made = await service.drafted(goal={"target": MOST, "expected_traffic": MOST})
    told = found(await service.brand("GET", f"/v1/campaigns/{made['id']}"))
    assert (told["goal"]["target"], told["goal"]["expected_traffic"]) == (MOST, MOST)
    for name in ("target", "expected_traffic"):
        answer = await service.brand("POST", "/v1/campaigns", a_draft(goal={name: MOST + 1}))
        assert fields(answer) == [f"goal.{name}"]


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        (b'{"name": NaN}', 1, 10),
        (b'{\n "name": "x",\n "goal": nope}', 3, 10),
        (b'{"name": Infinity}', 1, 10),
        (b'{"name": "\\ud800"}', 1, None),
        (b'{"name": "\xff"}', 1, None),
        (b"{", 1, None),
    ],
)
async def test_broken_json_is_400_with_the_place(service: Campaigns, body, line, column):
    told = problem(await service.brand("POST", "/v1/campaigns", body), 400)
    assert told["code"] == "not-json"
    assert told["line"] == line
    assert column is None or told["column"] == column


async def test_a_body_over_the_limit_is_413(service: Campaigns):
    answer = await service.brand("POST", "/v1/campaigns", a_draft(name="x" * 300_000))
    assert problem(answer, 413)["code"] == "too-large"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("حملة الخريف 🍂 מבצע", id="right to left, with emoji"),
        pytest.param("秋のランプ" * 40, id="two hundred letters of three bytes"),
        pytest.param("👩‍👩‍👧‍👦" * 10, id="families"),
        pytest.param("Ünïcödé \u202eevil\u202c", id="turned around"),
        pytest.param("<script>alert(1)</script> {{ 7*7 }} %s ${x}", id="what others would run"),
        pytest.param("Robert'); DROP TABLE campaigns;--", id="what others would run, in SQL"),
        pytest.param("\U0001f984", id="one letter"),
    ],
)
async def test_names_are_kept_as_they_were_written(service: Campaigns, name):
    made = await service.drafted(name=name, brief={"product": name[:200], "hashtags": [name[:200]]})
    told = found(await service.brand("GET", f"/v1/campaigns/{made['id']}"))
    assert (told["name"], told["brief"]["product"], told["brief"]["hashtags"]) == (name, name[:200], [name[:200]])
    assert [event.state.name for event in await service.events(made["id"]) if event.state] == [name]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"name": "x" * 10_000}, "name", id="a name of 10,000 letters"),
        pytest.param({"name": "🦄" * 201}, "name", id="a name of 201 emoji"),
        pytest.param({"name": " \t\n "}, "name", id="a name of nothing"),
        pytest.param({"name": 7}, "name", id="a name that is a number"),
        pytest.param({"brief": {"product": "x" * 201}}, "brief.product", id="a long product"),
        pytest.param({"brief": {"dos": "x" * 5001}}, "brief.dos", id="a long text"),
        pytest.param({"brief": {"hashtags": "x"}}, "brief.hashtags", id="hashtags that are no list"),
        pytest.param({"brief": {"assets": ["ftp://x"]}}, "brief.assets.0", id="an asset that is no page"),
        pytest.param({"landing_url": "https://shop.example/" + "x" * 2000}, "landing_url", id="a long address"),
        pytest.param({"ends_at": "tomorrow"}, "ends_at", id="a day in words"),
        pytest.param({"ends_at": "0001-01-01T00:00:00+14:00"}, "ends_at", id="before all time"),
    ],
)
async def test_what_is_too_long_or_nothing_is_refused_by_its_name(service: Campaigns, changes, field):
    assert fields(await service.brand("POST", "/v1/campaigns", a_draft(**changes))) == [field]
    assert await service.events() == []


async def test_a_refusal_never_repeats_the_address_that_was_sent(service: Campaigns):
    campaign = await service.published()
    for body in ({"address": "anna@" + "x" * 300}, {"address": "anna@creators.example", "language": "??"}):
        answer = await service.invite(campaign, body)
        assert answer.status_code == 422
        assert "anna@" not in answer.text


async def test_unknown_fields_are_of_no_effect(service: Campaigns):
    made = found(
        await service.brand(
            "POST", "/v1/campaigns", a_draft() | {"brand": "b-2", "id": "mine", "status": "published", "revision": 9}
        ),
        201,
    )
    assert (made["brand"], made["status"], made["revision"]) == ("b-1", "draft", 1)
    assert made["id"] != "mine"
