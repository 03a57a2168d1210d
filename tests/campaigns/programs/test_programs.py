"""Programs and applications on a real database (C4)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from tests.campaigns.builders import a_profile
from tests.campaigns.kit import Campaigns, fields, found, problem

WHY = {"id": "why", "text": "Why does it suit your followers?"}
ANSWER = {"question": "why", "text": "They ask me for lamps."}


async def a_program(service: Campaigns, brand: str = "b-1", *, program: dict[str, Any] | None = None, **more) -> str:
    page = "https://shop.example/lamps" if brand == "b-1" else "https://other.example/"
    given = {"eligibility": {}, "questions": [WHY]} if program is None else program
    return await service.published(brand, landing_url=page, program=given, **more)


async def apply(service: Campaigns, campaign: str, who: str = "a-1", **body: Any) -> Any:
    return await service.creator(who, "POST", f"/v1/programs/{campaign}/applications", {"answers": [ANSWER]} | body)


async def answer(service: Campaigns, application: str, verb: str, body: Any = None, brand: str = "b-1") -> Any:
    return await service.brand("POST", f"/v1/applications/{application}/{verb}", body, brand=brand)


async def listed(service: Campaigns, query: str = "", who: str = "a-1") -> list[str]:
    return [item["campaign"] for item in found(await service.creator(who, "GET", f"/v1/programs?{query}"))["items"]]


async def test_the_directory_has_open_programs_and_nothing_else(service: Campaigns):
    await service.published()
    await service.drafted(program={"eligibility": {}})
    paused, ended, closed, shown = [await a_program(service) for _ in range(4)]
    found(await service.brand("POST", f"/v1/campaigns/{paused}/pause"))
    found(await service.brand("POST", f"/v1/campaigns/{ended}/end"))
    found(await service.brand("PUT", f"/v1/campaigns/{closed}/program", {"program": None}))
    soon = (service.now() + timedelta(days=1)).isoformat()
    late = await a_program(service, program={"eligibility": {}, "accepts_until": soon})
    assert await listed(service) == [late, shown]
    service.later(timedelta(days=1))
    assert await listed(service) == [shown]
    assert problem(await service.creator("a-1", "GET", f"/v1/programs/{late}"), 404)
    assert problem(await apply(service, late, answers=[]), 409)["code"] == "not-now"
    found(await service.brand("POST", f"/v1/campaigns/{paused}/resume"))
    assert await listed(service) == [shown, paused]


async def test_the_directory_is_filtered_with_an_exact_total_over_pages(service: Campaigns):
    rules = {"eligibility": {"min_followers": 5_000, "countries": ["US"]}}
    lamps = [await a_program(service, brief={"category": "home"}, terms={"commission": 500 + n}) for n in range(5)]
    strict = await a_program(service, "b-2", program=rules, brief={"category": "beauty"}, terms={"commission": 3_000})
    for query, expected in {
        "category=home": lamps[::-1],
        "category=beauty": [strict],
        "category=music": [],
        "min_commission=503": [strict, lamps[4], lamps[3]],
        "country=US": [strict, *lamps[::-1]],
        "country=FI": lamps[::-1],
        "min_followers_at_most=4999": lamps[::-1],
        "min_followers_at_most=5000": [strict, *lamps[::-1]],
        "category=home&min_commission=504": [lamps[4]],
    }.items():
        assert await listed(service, query) == expected, query
    first = found(await service.creator("a-1", "GET", "/v1/programs?limit=4"))
    rest = found(await service.creator("a-1", "GET", f"/v1/programs?limit=4&cursor={first['next_cursor']}"))
    assert (first["total"], rest["total"], rest["next_cursor"]) == (6, 6, None)
    assert [item["campaign"] for item in first["items"] + rest["items"]] == [strict, *lamps[::-1]]


async def test_the_programs_for_me_leave_out_what_refuses_me_and_keep_what_is_unknown(service: Campaigns):
    await service.hear(a_profile("p-1", claimed_by=("a-1",), followers=4_000), revision=2)
    open_, strict = (
        await a_program(service),
        await a_program(service, program={"eligibility": {"min_followers": 5_000}}),
    )
    assert await listed(service, "for_me=true") == [open_]
    assert await listed(service, "for_me=true", who="a-unknown") == [strict, open_]
    told = found(await service.creator("a-1", "GET", f"/v1/programs/{strict}"))
    assert told["standing"] == "failed"
    assert told["findings"] == [
        {"rule": "followers", "standing": "failed", "needs": "5000", "has": "4000", "gap": 1_000}
    ]
    assert found(await service.creator("a-unknown", "GET", f"/v1/programs/{strict}"))["standing"] == "unknown"


@pytest.mark.parametrize("query", ["country=usa", "min_commission=-1", "min_commission=x", "cursor=x", "limit=0"])
async def test_a_filter_that_can_not_be_meant_is_422(service: Campaigns, query):
    assert fields(await service.creator("a-1", "GET", f"/v1/programs?{query}")) == [query.partition("=")[0]]


async def test_an_approved_application_is_agreed_by_what_was_proposed(service: Campaigns):
    campaign = await a_program(service)
    made = found(await apply(service, campaign, idea="A week", fee={"amount": 9_000, "currency": "EUR"}), 201)
    assert (made["status"], made["can"], made["standing"]) == ("received", ["withdraw"], "passed")
    told = found(await answer(service, made["id"], "approve"))
    collaboration = told["collaboration"]
    assert told["application"]["collaboration"] == collaboration["id"] == made["id"]
    assert (collaboration["status"], collaboration["creator"], collaboration["kind"]) == (
        "agreed",
        "a-1",
        "application",
    )
    (terms,) = collaboration["terms"]
    assert (terms["fee"]["amount"], terms["rates"][0]["basis_points"]) == (9_000, 1_250)
    assert collaboration["agreed_at"] is not None
    assert [fact for _, fact in await service.facts(made["id"]) if fact.startswith("application")] == [
        "application-received",
        "application-approved",
    ]
    mine = found(await service.creator("a-1", "GET", f"/v1/collaborations/{made['id']}"))
    assert mine["status"] == "agreed"


async def test_a_counter_offer_is_an_open_invitation_that_the_creator_answers(service: Campaigns):
    campaign = await a_program(service)
    made = found(await apply(service, campaign, fee={"amount": 90_000, "currency": "EUR"}), 201)
    offer = {"fee": {"amount": 20_000, "currency": "EUR"}, "message": "That is what we have."}
    told = found(await answer(service, made["id"], "approve", offer))
    assert (told["application"]["status"], told["collaboration"]["status"]) == ("countered", "invited")
    assert told["collaboration"]["terms"][0]["fee"]["amount"] == 20_000
    agreed = found(await service.creator("a-1", "POST", f"/v1/collaborations/{made['id']}/accept"))
    assert (agreed["status"], agreed["terms"][-1]["fee"]["amount"]) == ("agreed", 20_000)


async def test_a_decline_says_why_and_is_final(service: Campaigns):
    campaign = await a_program(service)
    made = found(await apply(service, campaign), 201)
    told = found(await answer(service, made["id"], "decline", {"reason": "full", "note": "Next year!"}))
    assert (told["status"], told["reason"], told["note"], told["can"]) == ("declined", "full", "Next year!", [])
    for verb, body in (("approve", None), ("decline", {"reason": "fit"})):
        assert problem(await answer(service, made["id"], verb, body), 409)["code"] == "not-now"
    withdraw = await service.creator("a-1", "POST", f"/v1/applications/{made['id']}/withdraw")
    assert problem(withdraw, 409)["code"] == "not-now"
    assert problem(await apply(service, campaign), 409)["code"] == "already-applied"


async def test_who_withdraws_may_apply_again(service: Campaigns):
    campaign = await a_program(service)
    made = found(await apply(service, campaign), 201)
    found(await service.creator("a-1", "POST", f"/v1/applications/{made['id']}/withdraw"))
    again = found(await apply(service, campaign), 201)
    assert again["id"] != made["id"]
    mine = found(await service.creator("a-1", "GET", "/v1/applications"))
    assert ([item["status"] for item in mine["items"]], mine["total"]) == (["received", "withdrawn"], 2)
    received = found(await service.brand("GET", f"/v1/campaigns/{campaign}/applications?status=received"))
    assert [item["id"] for item in received["items"]] == [again["id"]]


async def test_a_rule_that_fails_refuses_and_says_by_how_much(service: Campaigns):
    await service.hear(a_profile("p-1", claimed_by=("a-1",), followers=4_000), revision=2)
    campaign = await a_program(service, program={"eligibility": {"min_followers": 5_000, "min_age": 18}})
    refused = problem(await apply(service, campaign, answers=[]), 409)
    assert refused["code"] == "not-eligible"
    assert [(each["rule"], each["gap"]) for each in refused["failed"]] == [("followers", 1_000)]
    made = found(await apply(service, campaign, "a-unknown", answers=[]), 201)
    seen = found(await service.brand("GET", f"/v1/applications/{made['id']}"))
    assert (seen["standing"], [each["standing"] for each in seen["findings"]]) == ("unknown", ["unknown"] * 2)


async def test_of_applications_at_the_same_moment_one_is_made(service: Campaigns):
    campaign = await a_program(service)
    answers = await asyncio.gather(*(apply(service, campaign) for _ in range(4)))
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


async def test_of_an_approval_and_a_withdrawal_at_once_one_wins(service: Campaigns):
    for _ in range(4):
        campaign = await a_program(service, terms={"discount": None})
        made = found(await apply(service, campaign), 201)
        path = f"/v1/applications/{made['id']}/withdraw"
        approved, withdrawn = await asyncio.gather(
            answer(service, made["id"], "approve"), service.creator("a-1", "POST", path)
        )
        assert min(approved.status_code, withdrawn.status_code) == 200
        assert {approved.status_code, withdrawn.status_code} <= {200, 409, 412}
        state = found(await service.brand("GET", f"/v1/applications/{made['id']}"))["status"]
        count = await service.db["collaborations"].count_documents({"_id": made["id"]})
        assert (state, count) in {("approved", 1), ("withdrawn", 0)}


async def test_the_budget_refuses_an_approval_like_any_agreement(service: Campaigns):
    campaign = await a_program(service, budget={"amount": {"amount": 14_999, "currency": "EUR"}})
    made = found(await apply(service, campaign), 201)
    refused = problem(await answer(service, made["id"], "approve"), 409)
    assert (refused["code"], refused["needs"], refused["left"]) == ("budget-exceeded", 15_000, 14_999)
    assert found(await service.brand("GET", f"/v1/applications/{made['id']}"))["status"] == "received"


async def test_who_is_invited_already_does_not_apply_besides(service: Campaigns):
    campaign = await a_program(service)
    await service.invited(campaign, profile="p-claimed")
    assert problem(await apply(service, campaign, "a-7"), 409)["code"] == "already-invited"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"answers": []}, "answers", id="a required question"),
        pytest.param({"answers": [{"question": "why", "text": "  "}]}, "answers", id="an empty answer"),
        pytest.param({"answers": [ANSWER, ANSWER]}, "answers", id="answered twice"),
        pytest.param({"answers": [ANSWER, {"question": "who", "text": "x"}]}, "answers", id="no such question"),
        pytest.param({"fee": {"amount": 1, "currency": "USD"}}, "fee.currency", id="another currency"),
        pytest.param({"fee": {"amount": -1, "currency": "EUR"}}, "fee.amount", id="a fee below zero"),
        pytest.param({"commission": 10_001}, "commission", id="more than everything"),
        pytest.param({"profile": "p-1"}, "profile", id="somebody else's profile"),
        pytest.param({"profile": {"$ne": None}}, "profile", id="an operator"),
        pytest.param({"idea": "x" * 5_001}, "idea", id="too long"),
        pytest.param({"idea": {"$gt": ""}}, "idea", id="no text"),
    ],
)
async def test_what_is_no_application_is_refused_by_its_field(service: Campaigns, body, field):
    campaign = await a_program(service)
    assert fields(await apply(service, campaign, **body)) == [field]
    assert await service.db["applications"].count_documents({}) == 0


@pytest.mark.parametrize(
    ("program", "field"),
    [
        pytest.param({"eligibility": {"min_followers": 0}}, "program.eligibility.min_followers", id="no followers"),
        pytest.param({"eligibility": {"min_age": 12}}, "program.eligibility.min_age", id="children"),
        pytest.param({"eligibility": {"countries": ["usa"]}}, "program.eligibility.countries.0", id="no country"),
        pytest.param({"questions": [WHY, WHY]}, "program", id="two questions of one id"),
        pytest.param({"questions": [{"id": "Why!", "text": "x"}]}, "program.questions.0.id", id="no id"),
        pytest.param({"questions": [{"id": "why", "text": " "}]}, "program.questions.0.text", id="no question"),
        pytest.param({"accepts_until": "2030-01-01"}, "program.accepts_until", id="no time"),
    ],
)
async def test_what_is_no_program_is_refused_by_its_field(service: Campaigns, program, field):
    campaign = await service.published()
    answer_ = await service.brand("PUT", f"/v1/campaigns/{campaign}/program", {"program": program})
    assert fields(answer_) == [field]


async def test_a_text_from_right_to_left_with_markup_comes_back_as_it_was(service: Campaigns):
    campaign = await a_program(service)
    idea = "<script>alert(1)</script> \u202e\u0645\u0631\u062d\u0628\u0627 🦄"
    made = found(await apply(service, campaign, idea=idea), 201)
    assert found(await service.brand("GET", f"/v1/applications/{made['id']}"))["idea"] == idea
