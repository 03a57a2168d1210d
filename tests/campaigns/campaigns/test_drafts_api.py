"""Drafts by API: written part by part, seen by their brand alone, told to others once they are whole."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from campaigns.domain import drafts
from tests.campaigns.builders import FAR, a_draft, a_work
from tests.campaigns.kit import A_PNG, Campaigns, fields, found, problem

GOAL, BRIEF, TERMS = (a_draft()[name] for name in ("goal", "brief", "terms"))
PAGE = "https://shop.example/lamps"


async def begun(service: Campaigns, **parts: Any) -> dict[str, Any]:
    return found(await service.brand("POST", "/v1/drafts", {"name": "Autumn lamps"} | parts), 201)


async def write(service: Campaigns, draft: str, parts: dict[str, Any], **more: str) -> Any:
    return await service.brand("PATCH", f"/v1/drafts/{draft}", parts, **more)


async def test_an_unfinished_draft_is_kept_told_to_nobody_and_says_what_it_lacks(service: Campaigns):
    made = await begun(service)
    assert made["is_campaign"] is False
    assert [one["field"] for one in made["missing"]] == ["landing_url", "goal", "brief", "terms"]
    answer = await service.brand("GET", f"/v1/drafts/{made['id']}")
    assert (found(answer), answer.headers["etag"]) == (made, '"1"')
    assert found(await service.brand("GET", "/v1/drafts"))["items"] == [made]
    assert found(await service.brand("GET", "/v1/campaigns"))["items"] == []
    problem(await service.brand("GET", f"/v1/campaigns/{made['id']}"), 404)
    assert await service.events() == []


async def test_part_by_part_it_becomes_the_campaign_of_the_same_id(service: Campaigns):
    made = (await begun(service))["id"]
    for parts in ({"landing_url": PAGE}, {"goal": GOAL}, {"channels": ["tiktok"], "needs": ["detailed"]}):
        assert found(await write(service, made, parts))["is_campaign"] is False
    found(await write(service, made, {"terms": TERMS}))
    whole = found(await write(service, made, {"brief": BRIEF}))
    assert (whole["is_campaign"], whole["missing"], whole["revision"]) == (True, [], 6)
    assert len(whole["warnings"]) == 1
    campaign = found(await service.brand("GET", f"/v1/campaigns/{made}"))
    assert (campaign["status"], campaign["revision"]) == ("draft", 6)
    assert campaign["brief"]["channels"] == ["tiktok"]
    for told in ("warnings", "goal_warnings", "against"):
        assert campaign[told] == whole[told]
    assert [each["channel"] for each in campaign["against"]] == ["tiktok"]
    assert found(await service.brand("GET", "/v1/drafts"))["items"] == []
    assert found(await service.brand("GET", f"/v1/drafts/{made}")) == whole
    assert await service.facts(made) == [(6, "campaign-drafted")]
    found(await write(service, made, {"name": "Winter lamps"}))
    found(await service.brand("POST", f"/v1/campaigns/{made}/publish"))
    assert await service.facts(made) == [(6, "campaign-drafted"), (7, "campaign-drafted"), (8, "campaign-published")]


async def test_a_draft_with_all_its_parts_is_a_campaign_at_once(service: Campaigns):
    made = await begun(service, landing_url=PAGE, goal=GOAL, brief=BRIEF, terms=TERMS)
    assert (made["is_campaign"], made["revision"]) == (True, 1)
    assert await service.facts(made["id"]) == [(1, "campaign-drafted")]


async def test_a_campaign_drafted_whole_is_written_on_part_by_part(service: Campaigns):
    made = (await service.drafted())["id"]
    changed = found(await write(service, made, {"category": "home", "ends_at": FAR}))
    assert (changed["is_campaign"], changed["revision"]) == (True, 2)
    campaign = found(await service.brand("GET", f"/v1/campaigns/{made}"))
    assert (campaign["brief"]["category"], campaign["brief"]["key_messages"]) == ("home", "Warm light.")


async def test_publishing_refuses_with_all_that_is_missing_and_publishes_nothing_half(service: Campaigns):
    made = (await begun(service, goal=GOAL))["id"]
    answer = await service.brand("POST", f"/v1/campaigns/{made}/publish")
    assert fields(answer) == ["landing_url", "brief", "terms"]
    assert await service.events() == []
    assert found(await service.brand("GET", f"/v1/drafts/{made}"))["revision"] == 1


async def test_publishing_refuses_with_all_that_has_become_wrong(service: Campaigns):
    work = a_work(concept_due=None, submission_due="2028-01-15T11:00:00Z", publication_due="2028-01-22T11:00:00Z")
    goal, terms = GOAL | {"deadline": "2028-01-01T00:00:00Z"}, TERMS | {"deliverables": [work]}
    made = await begun(service, landing_url=PAGE, goal=goal, brief=BRIEF, terms=terms)
    service.later(timedelta(days=3 * 365))
    path = f"/v1/campaigns/{made['id']}/publish"
    assert fields(await service.brand("POST", path)) == ["goal.deadline", "terms.deliverables.0.submission_due"]
    told = found(await service.brand("GET", f"/v1/drafts/{made['id']}"))
    assert [one["field"] for one in told["missing"]] == ["goal.deadline", "terms.deliverables.0.submission_due"]
    found(await write(service, made["id"], {"name": "What is not touched keeps nothing from being saved"}))
    assert fields(await write(service, made["id"], {"goal": goal})) == ["goal.deadline"]


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        pytest.param({"goal": {"metric": "orders"}}, "goal.target", id="a goal without a number"),
        pytest.param({"goal": GOAL | {"deadline": "2020-01-01T00:00:00Z"}}, "goal.deadline", id="a day of the past"),
        pytest.param({"landing_url": "https://other.example/"}, "landing_url", id="another brand's page"),
        pytest.param({"name": "x" * 10_000}, "name", id="a name of 10,000 letters"),
        pytest.param({"terms": TERMS | {"fee": {"amount": -1, "currency": "EUR"}}}, "terms", id="a fee below zero"),
        pytest.param({"terms": TERMS | {"fee": {"amount": 10**15, "currency": "EUR"}}}, "terms", id="an absurd fee"),
        pytest.param({"products": ["17"]}, "products", id="a product of no catalogue"),
        pytest.param({"title": "x"}, "title", id="a misspelled part"),
    ],
)
async def test_what_is_wrong_is_not_saved(service: Campaigns, parts, field):
    made = (await begun(service))["id"]
    assert field in fields(await write(service, made, parts))
    assert field in fields(await service.brand("POST", "/v1/drafts", parts))
    assert found(await service.brand("GET", f"/v1/drafts/{made}"))["revision"] == 1


async def test_of_two_who_write_at_once_on_what_they_saw_one_is_told(service: Campaigns):
    made = (await begun(service))["id"]
    found(await write(service, made, {"goal": GOAL}, if_match='"1"'))
    assert problem(await write(service, made, {"goal": GOAL}, if_match='"1"'), 412)["code"] == "changed-meanwhile"
    answers = await asyncio.gather(*(write(service, made, {"name": f"N {n}"}, if_match='"2"') for n in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


async def test_two_who_make_it_whole_at_once_make_one_campaign(service: Campaigns):
    made = (await begun(service, landing_url=PAGE, goal=GOAL))["id"]
    answers = await asyncio.gather(write(service, made, {"brief": BRIEF}), write(service, made, {"terms": TERMS}))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert found(await service.brand("GET", f"/v1/drafts/{made}"))["is_campaign"] is True
    assert await service.facts(made) == [(3, "campaign-drafted")]


async def test_a_dropped_draft_is_gone_with_its_files_and_nobody_had_heard_of_it(service: Campaigns):
    made = (await begun(service))["id"]
    asset = found(await service.upload(made, A_PNG), 201)["id"]
    assert len(found(await service.brand("GET", f"/v1/campaigns/{made}/assets"))["items"]) == 1
    problem(await service.upload(made, A_PNG, brand="b-2"), 404)
    assert (await service.brand("DELETE", f"/v1/drafts/{made}")).status_code == 204
    problem(await service.brand("GET", f"/v1/drafts/{made}"), 404)
    problem(await service.brand("GET", f"/v1/assets/{asset}"), 404)
    assert await service.events() == []
    whole = (await service.drafted())["id"]
    assert (await service.brand("DELETE", f"/v1/drafts/{whole}")).status_code == 204
    assert await service.facts(whole) == [(1, "campaign-drafted"), (2, "campaign-erased")]


async def test_what_is_published_is_no_draft_any_more(service: Campaigns):
    campaign = await service.published()
    problem(await service.brand("GET", f"/v1/drafts/{campaign}"), 404)
    refused = problem(await write(service, campaign, {"name": "Too late"}), 409)
    assert (refused["code"], refused["possible"]) == ("not-now", ["invite", "pause", "end"])
    problem(await service.brand("DELETE", f"/v1/drafts/{campaign}"), 409)


async def test_a_brand_has_a_hundred_unfinished_drafts_and_no_more(service: Campaigns):
    await asyncio.gather(*(begun(service) for _ in range(drafts.MOST)))
    answer = await service.brand("POST", "/v1/drafts", {"name": "One more"})
    assert problem(answer, 409)["code"] == "too-many-drafts"


async def test_a_draft_sent_twice_with_one_key_is_one(service: Campaigns):
    for _ in range(2):
        found(await service.brand("POST", "/v1/drafts", {"name": "Once"}, key="k-1"), 201)
    assert len(found(await service.brand("GET", "/v1/drafts"))["items"]) == 1


async def test_a_goal_is_judged_before_there_is_a_campaign(service: Campaigns):
    goal = GOAL | {"bought_directly": False}
    told = found(await service.brand("POST", "/v1/goals/advice", {"goal": goal, "category": "home"}))
    assert ["long route" in one for one in told["warnings"]] == [True]
    assert told["goal_warnings"] == ["long-route"]
    assert told["realism"]["verdict"] == "not-enough-data"
