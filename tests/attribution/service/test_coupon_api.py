"""Coupons by the API: made, imported, entered in the store, confirmed, ended (A3)."""

import csv
import io

import pytest

from contracts.attribution import CouponConfirmed, CouponCreated, CouponEnded
from contracts.campaigns import CollaborationStatus, CouponTerms
from contracts.stores import OrderState
from tests.attribution.builders import MINUTE, an_order_observed, some_terms
from tests.attribution.service.kit import Attribution, an_agreement, only

ANNA = {"id": "collaboration-2", "creator": "creator-2", "profile": "profile-2"}
NEW = {"collaboration": "collaboration-1", "code": "LAMP15", "percent_off": 1500}


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    """Krista has a code to be entered; Anna has none."""
    terms = (some_terms(coupon=CouponTerms(code="KRISTA20", percent_off=2000)),)
    await known.hear(an_agreement(terms=terms), an_agreement(**ANNA))
    return known


async def post(client, path: str, **arguments):
    async with client as http:
        return await http.post(path, **arguments)


async def imported(service: Attribution, text: str, client=None):
    return await post(
        client or service.brand(), "/v1/coupons/import", content=text, headers={"Content-Type": "text/csv"}
    )


async def codes(client, query: str = "") -> list[str]:
    async with client as http:
        return sorted(item["code"] for item in (await http.get(f"/v1/coupons{query}")).json()["items"])


def with_code(n: int, code: str, at, **changes):
    observed = {"placed_at": at, "received_at": at, "version": at, "paid_at": at}
    return an_order_observed(id=f"event-{n}", order=f"store-1:{n}", codes=(code,), click_ids=(), **observed | changes)


async def test_a_brand_makes_several_codes_of_one_collaboration(ready: Attribution):
    answer = await post(ready.brand(), "/v1/coupons", json=NEW)
    assert answer.status_code == 201, answer.text
    assert (answer.json()["status"], answer.json()["creator"]) == ("to-enter", "creator-1")
    five = NEW | {"code": "FIVE", "percent_off": None, "amount_off": {"amount": 500, "currency": "EUR"}}
    assert (await post(ready.brand(), "/v1/coupons", json=five)).status_code == 201
    assert await codes(ready.brand()) == ["FIVE", "KRISTA20", "LAMP15"]
    assert await codes(ready.creator("creator-1")) == [], "a creator sees a code only once the store knows it"
    assert [event.state.code for event in await ready.said(CouponCreated)][1:] == ["LAMP15", "FIVE"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"code": " krista20"}, 409, id="the same code, spelled otherwise"),
        pytest.param(
            {"code": "\uff2b\uff32\uff29\uff33\uff34\uff21\uff12\uff10"}, 409, id="the same code in wide letters"
        ),
        pytest.param({"code": "A B"}, 422, id="a blank inside"),
        pytest.param({"percent_off": None}, 422, id="no discount"),
        pytest.param({"percent_off": 0}, 422, id="nothing off"),
        pytest.param({"amount_off": {"amount": 5, "currency": "EUR"}}, 422, id="two discounts"),
        pytest.param({"collaboration": "collaboration-77"}, 409, id="a collaboration not heard of"),
    ],
)
async def test_codes_that_can_not_be_are_refused(ready: Attribution, changes: dict, status: int):
    assert (await post(ready.brand(), "/v1/coupons", json=NEW | changes)).status_code == status
    assert len(await ready.all_of("coupons")) == 1


async def test_only_the_brand_makes_codes_and_only_of_its_own(ready: Attribution):
    assert (await post(ready.creator("creator-1"), "/v1/coupons", json=NEW)).status_code == 403
    assert (await post(ready.brand("brand-2"), "/v1/coupons", json=NEW)).status_code == 404


async def test_nobody_gets_a_code_of_a_collaboration_that_is_over(ready: Attribution):
    await ready.hear(an_agreement(revision=9, status=CollaborationStatus.CANCELLED))
    assert (await post(ready.brand(), "/v1/coupons", json=NEW)).status_code == 409


FILE = "code,collaboration,creator,discount\nLAMP15,collaboration-1,,15%\nANNA5,,creator-2,5.00 EUR\n"


async def test_codes_that_the_store_has_are_taken_over_confirmed(ready: Attribution):
    answer = await imported(ready, FILE)
    assert (answer.status_code, answer.json()) == (200, {"created": 2, "confirmed": 0, "unchanged": 0})
    assert await codes(ready.creator("creator-2")) == ["ANNA5"]
    anna = only([row for row in await ready.all_of("coupons") if row["code"] == "ANNA5"])
    assert (anna["collaboration"], anna["amount_off"]) == ("collaboration-2", {"amount": 500, "currency": "EUR"})


async def test_a_file_that_is_taken_twice_counts_once(ready: Attribution):
    await imported(ready, FILE)
    said = len(await ready.said())
    assert (await imported(ready, FILE)).json() == {"created": 0, "confirmed": 0, "unchanged": 2}
    assert len(await ready.said()) == said
    assert len(await ready.all_of("coupons")) == 3


async def test_a_code_that_was_to_be_entered_is_confirmed_by_the_file(ready: Attribution):
    answer = await imported(ready, "code;creator;discount\nkrista20;creator-1;20%\n")
    assert answer.json() == {"created": 0, "confirmed": 1, "unchanged": 0}
    assert only(await ready.said(CouponConfirmed)).state.code == "KRISTA20"
    assert await codes(ready.creator("creator-1")) == ["KRISTA20"]


async def test_one_wrong_line_and_none_is_taken_each_named_by_its_number(ready: Attribution):
    await ready.hear(an_agreement(id="collaboration-3", creator="creator-2", profile="profile-2"))
    answer = await imported(
        ready,
        FILE.replace("creator-2", "creator-77")
        + "KRISTA20,collaboration-2,,20%\nkrista20 ,collaboration-2,,20%\nTWO,,creator-2,5%\nX1,collaboration-77,,5%\n",
    )
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    told = {(error["line"], error["field"]): error["message"] for error in answer.json()["errors"]}
    assert told == {
        (3, "creator"): "This creator has no collaboration with you.",
        (4, "code"): "This code belongs to another collaboration.",
        (6, "creator"): "This creator has 2 collaborations with you: name one.",
        (7, "collaboration"): "You have no such collaboration.",
    }
    assert len(await ready.all_of("coupons")) == 1


async def test_a_file_with_another_discount_changes_no_code(ready: Attribution):
    answer = await imported(ready, "code,creator,discount\nKRISTA20,creator-1,50%\n")
    assert answer.json()["errors"][0]["message"] == "This code is known with another discount."


async def test_another_brands_collaboration_is_none(ready: Attribution):
    answer = await imported(ready, FILE, ready.brand("brand-2"))
    assert [error["line"] for error in answer.json()["errors"]] == [2, 3]


async def test_codes_to_enter_come_as_a_file_until_they_are_confirmed(ready: Attribution):
    async with ready.brand() as http:
        answer = await http.get("/v1/coupons/to-enter.csv", params={"store": "woocommerce"})
    assert answer.headers["content-type"].startswith("text/csv")
    assert "discount-codes-woocommerce.csv" in answer.headers["content-disposition"]
    row = only(list(csv.DictReader(io.StringIO(answer.text))))
    assert (row["post_title"], row["discount_type"], row["coupon_amount"]) == ("KRISTA20", "percent", "20")
    coupon = only(await ready.all_of("coupons"))["_id"]
    await post(ready.brand(), f"/v1/coupons/{coupon}/confirm")
    async with ready.brand() as http:
        answer = await http.get("/v1/coupons/to-enter.csv", params={"store": "shopify"})
    assert answer.text == "Title,Command,Code,Discount Value Type,Discount Value\r\n"
    assert await codes(ready.brand(), "?status=to-enter") == []
    assert await codes(ready.brand(), "?status=confirmed") == ["KRISTA20"]


async def test_the_brand_confirms_once_and_decides_nothing_again(ready: Attribution):
    coupon = only(await ready.all_of("coupons"))["_id"]
    await ready.hear(with_code(1, "KRISTA20", ready.now(), state=OrderState.PENDING, paid_at=None))
    for _ in range(2):
        answer = await post(ready.brand(), f"/v1/coupons/{coupon}/confirm")
        assert (answer.status_code, answer.json()["status"], answer.json()["revision"]) == (200, "confirmed", 2)
    assert len(await ready.said(CouponConfirmed)) == 1
    assert len(await ready.all_of("decisions")) == 1
    assert await codes(ready.creator("creator-1")) == ["KRISTA20"]


@pytest.mark.parametrize("verb", ["confirm", "end"])
async def test_a_code_of_another_brand_is_404(ready: Attribution, verb: str):
    coupon = only(await ready.all_of("coupons"))["_id"]
    assert (await post(ready.brand("brand-2"), f"/v1/coupons/{coupon}/{verb}")).status_code == 404
    assert (await post(ready.creator("creator-1"), f"/v1/coupons/{coupon}/{verb}")).status_code == 403


async def test_a_code_that_ended_earns_nothing_from_then_on_and_all_before(ready: Attribution):
    """MONEY 9: valid = ours, and not ended at the order's time. One order is decided before, one told of later."""
    coupon = only(await ready.all_of("coupons"))["_id"]
    before = ready.now()
    await ready.hear(with_code(1, "KRISTA20", before))
    ready.later(MINUTE)
    for _ in range(2):
        answer = await post(ready.brand(), f"/v1/coupons/{coupon}/end")
        assert (answer.status_code, answer.json()["status"]) == (200, "ended")
    event = only(await ready.said(CouponEnded))
    assert event.state.ended_at == event.time
    ready.later(MINUTE)
    await ready.hear(with_code(2, "krista20", ready.now()), with_code(3, "KRISTA20", before))
    assert (await ready.record("store-1:1", ready.brand())).commission == 1_000
    assert (await ready.record("store-1:3", ready.brand())).commission == 1_000, "placed before it ended"
    late = await ready.record("store-1:2", ready.brand())
    assert (late.commission, late.candidates[0].reason_code) == (0, "code-ended")
    assert (await post(ready.brand(), f"/v1/coupons/{coupon}/confirm")).status_code == 409
    assert (await post(ready.brand(), "/v1/coupons", json=NEW | {"code": "KRISTA20"})).status_code == 409


async def test_an_order_from_after_the_end_is_decided_again_when_the_end_is_told_late(ready: Attribution):
    """The order is placed by the store's clock a little after the end, and decided before it: it loses the code."""
    coupon = only(await ready.all_of("coupons"))["_id"]
    await ready.hear(with_code(1, "KRISTA20", ready.now() + 2 * MINUTE))
    assert (await ready.record("store-1:1", ready.brand())).commission == 1_000
    ready.later(MINUTE)
    await post(ready.brand(), f"/v1/coupons/{coupon}/end")
    assert (await ready.record("store-1:1", ready.brand())).commission == 0
    assert await ready.balance("creator-1") == 0


async def test_a_code_that_becomes_ours_later_decides_its_orders_again(ready: Attribution):
    """MONEY 9's reading: a late code is a late fact."""
    await ready.hear(with_code(1, " lamp15", ready.now()))
    assert (await ready.record("store-1:1", ready.brand())).commission == 0
    await imported(ready, FILE)
    assert (await ready.record("store-1:1", ready.brand())).commission == 1_000
