"""Campaigns by API: drafts, changes, publishing, lists."""

import asyncio

import pytest

from campaigns.store import BrandView
from chassis.http import paging
from contracts.campaigns import CampaignStatus
from tests.campaigns.builders import FAR, a_brand, a_draft
from tests.campaigns.kit import Campaigns, fields, found, problem

TIER = {"volume": {"amount": 100_000, "currency": "EUR"}, "basis_points": 1500}
DRAFTED = "campaign-drafted"
PUBLISHED = "campaign-published"


async def test_a_draft_is_told_as_it_was_given(service: Campaigns):
    made = await service.drafted(ends_at=FAR)
    assert made["brand"] == "b-1"
    assert (made["status"], made["revision"], made["published_at"]) == ("draft", 1, None)
    assert made["goal"]["target"] == 300
    assert made["terms"] == {
        "fee": {"amount": 15_000, "currency": "EUR"},
        "commission": 1250,
        "per_unit": None,
        "window_hours": 720,
        "hold_days": 30,
        "discount": 2000,
        "products": None,
        "rates": [],
        "deliverables": [],
        "revision_limit": 2,
        "cancellation": "both",
        "may_advertise": False,
        "tiers": [],
        "cap": None,
    }
    answer = await service.brand("GET", f"/v1/campaigns/{made['id']}")
    assert found(answer) == made
    assert answer.headers["etag"] == '"1"'
    assert await service.facts(made["id"]) == [(1, DRAFTED)]


async def test_a_long_route_is_warned_of_and_no_reason_to_refuse(service: Campaigns):
    made = await service.drafted(goal={"bought_directly": False})
    assert ["long route" in warning for warning in made["warnings"]] == [True]


async def test_a_brand_that_is_not_known_yet_is_told_to_try_again(service: Campaigns):
    answer = await service.brand("POST", "/v1/campaigns", a_draft(), brand="b-new")
    assert problem(answer, 409)["code"] == "not-known-yet"
    assert answer.headers["retry-after"] == "1"
    await service.hear(a_brand("b-new"))
    assert (await service.drafted("b-new"))["brand"] == "b-new"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        pytest.param({"landing_url": "https://evil.example/"}, "landing_url", id="a foreign page"),
        pytest.param({"landing_url": "javascript:alert(1)"}, "landing_url", id="no page"),
        pytest.param({"goal": {"deadline": "2020-01-01T00:00:00Z"}}, "goal.deadline", id="a deadline of the past"),
        pytest.param({"goal": {"deadline": "2030-01-01T00:00:00"}}, "goal.deadline", id="a deadline without a zone"),
        pytest.param({"goal": {"deadline": None}}, "goal.deadline", id="no date"),
        pytest.param({"goal": {"target": None}}, "goal.target", id="no number"),
        pytest.param({"goal": {"target": 0}}, "goal.target", id="nothing to reach"),
        pytest.param({"goal": {"measured_by": None}}, "goal.measured_by", id="no measure"),
        pytest.param({"goal": {"metric": "happiness"}}, "goal.metric", id="another metric"),
        pytest.param({"ends_at": "2020-01-01T00:00:00Z"}, "ends_at", id="an end of the past"),
        pytest.param({"terms": {"fee": {"amount": 1, "currency": "USD"}}}, "terms.fee.currency", id="their currency"),
        pytest.param({"terms": {"fee": {"amount": 1, "currency": "eur"}}}, "terms.fee.currency", id="no currency"),
        pytest.param({"terms": {"cap": {"amount": 1, "currency": "USD"}}}, "terms.cap.currency", id="another cap"),
        pytest.param({"terms": {"cap": {"amount": -1, "currency": "EUR"}}}, "terms", id="a cap below zero"),
        pytest.param({"terms": {"tiers": [TIER, TIER]}}, "terms", id="tiers that do not rise"),
        pytest.param(
            {"terms": {"tiers": [TIER | {"volume": {"amount": 1, "currency": "USD"}}]}}, "terms", id="dollars"
        ),
        pytest.param({"brief": {"category": "lamps"}}, "brief.category", id="another category"),
        pytest.param({"budget": {"amount": {"amount": 1, "currency": "USD"}}}, "budget.amount.currency", id="a budget"),
        pytest.param(
            {"program": {"accepts_until": "2020-01-01T00:00:00Z"}},
            "program.accepts_until",
            id="applications of the past",
        ),
        pytest.param({"terms": {"commission": None}}, "terms", id="no commission at all"),
        pytest.param({"terms": {"per_unit": {"amount": 1, "currency": "EUR"}}}, "terms", id="two commissions"),
        pytest.param({"terms": {"commission": 10_001}}, "terms.commission", id="more than everything"),
        pytest.param({"terms": {"window_hours": 23}}, "terms.window_hours", id="a window under a day"),
        pytest.param({"terms": {"discount": -1}}, "terms.discount", id="a discount below zero"),
    ],
)
async def test_what_can_not_be_meant_is_refused_by_its_name(service: Campaigns, changes, field):
    assert fields(await service.brand("POST", "/v1/campaigns", a_draft(**changes))) == [field]
    assert await service.events() == []


async def test_a_goal_needs_number_measure_and_date(service: Campaigns):
    answer = await service.brand("POST", "/v1/campaigns", a_draft() | {"goal": {}})
    assert set(fields(answer)) == {"goal.metric", "goal.target", "goal.measured_by", "goal.deadline"}


async def test_a_draft_is_changed_by_field(service: Campaigns):
    made = await service.drafted(ends_at=FAR)
    path = f"/v1/campaigns/{made['id']}"
    changed = found(await service.brand("PATCH", path, {"name": "Winter", "ends_at": None}))
    assert changed == made | {"name": "Winter", "ends_at": None, "revision": 2}
    assert found(await service.brand("GET", path)) == changed
    assert await service.facts(made["id"]) == [(1, DRAFTED), (2, DRAFTED)]


async def test_a_change_is_checked_like_a_draft(service: Campaigns):
    made = await service.drafted()
    path = f"/v1/campaigns/{made['id']}"
    assert fields(await service.brand("PATCH", path, {"landing_url": "https://evil.example/"})) == ["landing_url"]
    assert found(await service.brand("GET", path)) == made


async def test_a_change_of_what_somebody_else_changed_meanwhile_is_412(service: Campaigns):
    made = await service.drafted()
    path = f"/v1/campaigns/{made['id']}"
    found(await service.brand("PATCH", path, {"name": "First"}, if_match='"1"'))
    refused = await service.brand("PATCH", path, {"name": "Second"}, if_match='"1"')
    assert problem(refused, 412)["code"] == "changed-meanwhile"
    assert refused.headers["etag"] == '"2"'
    assert found(await service.brand("GET", path))["name"] == "First"
    found(await service.brand("PATCH", path, {"name": "Second"}, if_match=refused.headers["etag"]))


async def test_of_two_changes_of_one_revision_one_wins(service: Campaigns):
    made = await service.drafted()
    path = f"/v1/campaigns/{made['id']}"
    answers = await asyncio.gather(
        *(service.brand("PATCH", path, {"name": f"Name {n}"}, if_match='"1"') for n in range(4))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    assert await service.facts(made["id"]) == [(1, DRAFTED), (2, DRAFTED)]


async def test_changes_without_if_match_all_count(service: Campaigns):
    made = await service.drafted()
    path = f"/v1/campaigns/{made['id']}"
    answers = await asyncio.gather(*(service.brand("PATCH", path, {"name": f"Name {n}"}) for n in range(4)))
    assert sorted(found(answer)["revision"] for answer in answers) == [2, 3, 4, 5]


async def test_what_is_published_stays_as_it_is(service: Campaigns):
    campaign = await service.published()
    path = f"/v1/campaigns/{campaign}"
    before = found(await service.brand("GET", path))
    assert before["status"] == "published"
    assert before["published_at"] is not None
    for answer in (
        await service.brand("PATCH", path, {"name": "Other"}),
        await service.brand("POST", f"{path}/publish"),
    ):
        refused = problem(answer, 409)
        assert (refused["code"], refused["possible"]) == ("not-now", ["invite", "pause", "end"])
    assert found(await service.brand("GET", path)) == before
    assert await service.facts(campaign) == [(1, DRAFTED), (2, PUBLISHED)]


async def test_a_draft_whose_brand_changed_meanwhile_is_not_published_as_it_was(service: Campaigns):
    made = await service.drafted()
    await service.hear(a_brand(domains=("elsewhere.example",)), revision=2)
    path = f"/v1/campaigns/{made['id']}"
    assert fields(await service.brand("POST", f"{path}/publish")) == ["landing_url"]
    found(await service.brand("PATCH", path, {"landing_url": "https://elsewhere.example/"}))
    assert found(await service.brand("POST", f"{path}/publish"))["status"] == "published"


async def test_of_many_who_publish_at_once_one_does(service: Campaigns):
    made = await service.drafted()
    path = f"/v1/campaigns/{made['id']}/publish"
    answers = await asyncio.gather(*(service.brand("POST", path) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert await service.facts(made["id"]) == [(1, DRAFTED), (2, PUBLISHED)]


async def test_pages_of_campaigns_follow_one_another_newest_first(service: Campaigns):
    made = [(await service.drafted(name=f"Campaign {n}"))["id"] for n in range(5)]
    await service.drafted("b-2", landing_url="https://other.example/")
    seen: list[str] = []
    cursor = ""
    while True:
        page = found(await service.brand("GET", f"/v1/campaigns?limit=2{cursor}"))
        seen += [item["id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == made[::-1]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x", 'cursor={"$ne":null}'])
async def test_a_page_that_can_not_be_meant_is_422(service: Campaigns, query):
    for path in ("/v1/campaigns", "/v1/collaborations"):
        assert fields(await service.brand("GET", f"{path}?{query}")) == [query.partition("=")[0]]


async def test_a_cursor_holds_a_position_and_no_query(service: Campaigns):
    await service.drafted()
    for values in ((1,), ("a", "b"), ()):
        answer = await service.brand("GET", f"/v1/campaigns?cursor={paging.encode_cursor(values)}")
        assert fields(answer) == ["cursor"]


async def test_the_store_keeps_every_microsecond_that_was_said(service: Campaigns):
    campaign = await service.published(ends_at="2029-05-04T03:02:01.123456Z")
    kept = await BrandView(service.db, "b-1").campaign(campaign)
    assert kept is not None
    assert kept.status is CampaignStatus.PUBLISHED
    assert kept.state() == (await service.events(campaign))[-1].state
