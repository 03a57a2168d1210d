"""Offers of both sides: one is on the table, and that one is agreed, by both, once (C5)."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from chassis.tx import TIMERS
from tests.campaigns.builders import a_work
from tests.campaigns.kit import Campaigns, fields, found, problem

EUR = "EUR"


def eur(amount: int) -> dict[str, Any]:
    return {"amount": amount, "currency": EUR}


@pytest.fixture
async def sent(service: Campaigns) -> str:
    """By mail, with two deliverables for 150 EUR."""
    asked = {"profile": "p-1", "address": "krista@creators.example", "deliverables": [a_work(number=2)]}
    return str((await service.invited(await service.published(), **asked))["id"])


async def creator(service: Campaigns, id_: str, way: str, body: Any = None, account: str = "a-1", **more: Any) -> Any:
    return await service.creator(account, "POST", f"/v1/collaborations/{id_}/{way}", body, proves=id_, **more)


async def brand(service: Campaigns, id_: str, way: str, body: Any = None, **more: Any) -> Any:
    return await service.brand("POST", f"/v1/collaborations/{id_}/{way}", body, **more)


async def test_what_both_offered_last_is_agreed_and_nobody_types_it_again(service: Campaigns, sent: str):
    asked = {"on": 1, "fee": eur(20_001), "commission": 1500, "deadline": "2029-02-05T11:00:00Z", "note": "More time"}
    countered = found(await creator(service, sent, "offers", asked))
    assert (countered["status"], countered["offer"], countered["creator"]) == ("countered", 2, None)
    assert countered["can"] == ["decline", "offer"]
    again = found(await brand(service, sent, "offers", {"on": 2, "fee": eur(18_001)}))
    assert (again["status"], again["offer"], again["can"]) == ("invited", 3, ["offer", "cancel"])
    agreed = found(await creator(service, sent, "accept", {"offer": 3}))

    (terms,) = agreed["terms"]
    assert (terms["number"], terms["fee"], terms["rates"][0]["basis_points"]) == (1, eur(18_001), 1500)
    assert [one["fee"]["amount"] for one in agreed["deliverables"]] == [9_001, 9_000]
    assert {one["publication_due"] for one in agreed["deliverables"]} == {"2029-02-05T11:00:00Z"}
    assert {one["concept_due"] for one in agreed["deliverables"]} == {"2029-01-22T11:00:00Z"}
    assert [(one["by"], one["fee"]["amount"]) for one in agreed["offers"]] == [
        ("brand", 15_000),
        ("creator", 20_001),
        ("brand", 18_001),
    ]
    assert (agreed["status"], agreed["creator"], agreed["stage"]) == ("agreed", "a-1", "concept")
    assert [fact for _, fact in await service.facts(sent)] == [
        "creator-invited",
        "offer-made",
        "offer-made",
        "invitation-accepted",
    ]


async def test_the_brand_accepts_the_creator_s_offer_and_the_creator_is_who_made_it(service: Campaigns, sent: str):
    found(await creator(service, sent, "offers", {"fee": eur(20_000)}))
    agreed = found(await brand(service, sent, "accept", {"offer": 2}))
    assert (agreed["status"], agreed["creator"]) == ("agreed", "a-1")
    assert (await service.facts(sent))[-1] == (3, "offer-accepted")
    own = found(await service.creator("a-1", "GET", f"/v1/collaborations/{sent}"))
    assert own["deliverables"] == agreed["deliverables"]


async def test_who_made_an_offer_answers_from_then_on_and_nobody_else_with_the_same_proof(
    service: Campaigns, sent: str
):
    found(await creator(service, sent, "offers", {"fee": eur(20_000)}))
    found(await brand(service, sent, "offers", {"on": 2, "fee": eur(18_000)}))
    assert (await creator(service, sent, "accept", {"offer": 3}, account="a-2")).status_code == 404
    assert (await service.creator("a-2", "GET", f"/v1/collaborations/{sent}", proves=sent)).status_code == 404
    mine = found(await service.creator("a-1", "GET", "/v1/collaborations"))
    assert [one["id"] for one in mine["items"]] == [sent]
    found(await service.creator("a-1", "POST", f"/v1/collaborations/{sent}/accept", {"offer": 3}))


async def test_an_answer_to_an_offer_that_is_gone_is_told_what_is_on_the_table(service: Campaigns, sent: str):
    found(await brand(service, sent, "offers", {"on": 1, "fee": eur(9_000)}))
    for way, body in (("accept", None), ("accept", {"offer": 1}), ("offers", {"on": 1, "fee": eur(1)})):
        refused = problem(await creator(service, sent, way, body), 409)
        assert refused["code"] == "offer-changed"
        table = refused["on_the_table"]
        assert (table["number"], table["fee"], table["by"]) == (2, eur(9_000), "brand")
    assert (await service.collaboration(sent))["status"] == "invited"


async def test_of_accept_and_counter_at_once_one_wins_and_the_other_is_told(service: Campaigns):
    campaign = await service.published()
    for number in range(4):
        id_ = (await service.invited(campaign, address=f"c{number}@creators.example"))["id"]
        yes, other = await asyncio.gather(
            creator(service, id_, "accept", {"offer": 1}), brand(service, id_, "offers", {"on": 1, "fee": eur(1)})
        )
        assert sorted((yes.status_code, other.status_code)) == [200, 409]
        told = await service.collaboration(id_)
        if yes.status_code == 200:
            assert (told["status"], told["terms"][0]["fee"]) == ("agreed", eur(15_000))
            assert problem(other, 409)["code"] == "not-now"
        else:
            assert (told["status"], told["terms"][0]["fee"]) == ("invited", eur(1))
            assert problem(yes, 409)["on_the_table"]["number"] == 2


async def test_of_two_counter_offers_at_once_one_is_on_the_table(service: Campaigns, sent: str):
    first, second = await asyncio.gather(
        creator(service, sent, "offers", {"on": 1, "fee": eur(20_000)}),
        brand(service, sent, "offers", {"on": 1, "fee": eur(16_000)}),
    )
    assert sorted((first.status_code, second.status_code)) == [200, 409]
    lost = first if first.status_code == 409 else second
    told = await service.collaboration(sent)
    assert problem(lost, 409)["on_the_table"]["fee"] == told["terms"][0]["fee"]
    assert len(told["offers"]) == 2


async def test_of_two_that_agree_at_once_one_does(service: Campaigns, sent: str):
    answers = await asyncio.gather(*(creator(service, sent, "accept", {"offer": 1}) for _ in range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    assert [fact for _, fact in await service.facts(sent)] == ["creator-invited", "invitation-accepted"]


async def test_each_offer_is_open_for_seven_days_of_its_own(service: Campaigns, sent: str):
    service.later(timedelta(days=6))
    found(await creator(service, sent, "offers", {"fee": eur(20_000)}))
    service.later(timedelta(days=6))
    assert await service.fire_timers() == 0
    service.later(timedelta(days=1))
    assert problem(await brand(service, sent, "accept", {"offer": 2}), 409)["possible"] == []
    assert await service.fire_timers(workers=3) == 1
    assert (await service.collaboration(sent))["status"] == "expired"
    assert (await service.facts(sent))[-1] == (3, "invitation-expired")
    assert await service.db[TIMERS].count_documents({}) == 0


@pytest.mark.parametrize(("who", "ends"), [("brand", "declined"), ("creator", "declined")])
async def test_either_side_ends_a_negotiation_freely(service: Campaigns, sent: str, who, ends):
    found(await creator(service, sent, "offers", {"fee": eur(20_000)}))
    asked = {"reason": "fee", "note": "sorry"}
    over = found(await (brand if who == "brand" else creator)(service, sent, "decline", asked))
    assert (over["status"], over["declined"]["reason"], over["can"]) == (ends, "fee", [])
    found(await service.invite(over["campaign"], {"profile": "p-1", "address": "x@creators.example"}), 201)


async def test_the_brand_takes_its_invitation_back_and_the_code_is_free_again(service: Campaigns, sent: str):
    over = found(await brand(service, sent, "cancel", {"note": "out of stock"}))
    assert (over["status"], over["cancelled"]["by"], over["cancelled"]["reason"]) == (
        "cancelled",
        "brand",
        "out of stock",
    )
    assert problem(await creator(service, sent, "accept"), 409)["possible"] == []
    again = found(await service.invite(over["campaign"], {"profile": "p-1", "address": "x@creators.example"}), 201)
    assert again["terms"][0]["coupon"]["code"] == "KRISTA20"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        pytest.param({"fee": {"amount": -1, "currency": EUR}}, "body", id="negative"),
        pytest.param({"fee": {"amount": 10**12 + 1, "currency": EUR}}, "body", id="absurd"),
        pytest.param({"fee": {"amount": 1, "currency": "USD"}}, "fee.currency", id="another currency"),
        pytest.param({"per_unit": {"amount": 1, "currency": "USD"}}, "per_unit.currency", id="its commission's"),
        pytest.param({"commission": 10_001}, "commission", id="more than all"),
        pytest.param({"commission": 1, "per_unit": eur(1)}, "body", id="two plans"),
        pytest.param({"deadline": "2020-01-01T00:00:00Z"}, "deadline", id="a date in the past"),
        pytest.param({"deadline": "2029-01-10"}, "deadline", id="a date without a time"),
        pytest.param({"deadline": "9999-12-31T23:59:59Z"}, "deadline", id="the end of all calendars"),
        pytest.param({}, "body", id="nothing"),
        pytest.param({"fee": eur(15_000)}, "body", id="what is there already"),
        pytest.param({"fee": eur(1), "note": "x" * 2001}, "note", id="a novel"),
        pytest.param({"fee": eur(1), "discount": 5}, "discount", id="what can't be offered"),
    ],
)
async def test_an_offer_that_nobody_can_mean_is_refused_by_its_field(service: Campaigns, sent: str, body, field):
    answer = await creator(service, sent, "offers", body)
    assert fields(answer) == [field]
    assert (await service.collaboration(sent))["offer"] == 1


async def test_a_key_makes_one_offer_of_two_clicks(service: Campaigns, sent: str):
    body = {"on": 1, "fee": eur(20_000), "note": "مرحبا <b>לא</b> 🦄"}
    first = await creator(service, sent, "offers", body, key="k-1")
    second = await creator(service, sent, "offers", body, key="k-1")
    assert found(first) == found(second)
    assert second.headers["idempotency-replayed"] == "true"
    told = await service.collaboration(sent)
    assert len(told["offers"]) == 2
    assert told["offers"][-1]["note"] == body["note"]


async def test_who_read_an_older_state_is_refused_by_if_match(service: Campaigns, sent: str):
    found(await brand(service, sent, "offers", {"on": 1, "fee": eur(16_000)}))
    answer = await creator(service, sent, "accept", {"offer": 2}, if_match='"1"')
    assert problem(answer, 412)["code"] == "changed-meanwhile"
    found(await creator(service, sent, "accept", {"offer": 2}, if_match='"2"'))
