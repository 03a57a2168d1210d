"""A coupon is confirmed by the first paid order that carries it, once; only then the creator sees it."""

import pytest

from contracts.attribution import CouponConfirmed, CouponStatus
from contracts.campaigns import CouponTerms
from contracts.stores import OrderState
from tests.attribution.builders import HOUR, NOON, an_order_observed, some_terms
from tests.attribution.service.kit import Attribution, an_agreement, only


@pytest.fixture
async def ready(known: Attribution) -> Attribution:
    await known.hear(an_agreement(terms=(some_terms(coupon=CouponTerms(code="KRISTA20", percent_off=2000)),)))
    return known


def with_code(n: int = 1, code: str = " krista20", **changes):
    return an_order_observed(
        id=f"event-{n}", order=f"store-1:{n}", **{"codes": (code,), "click_ids": (), "paid_at": None, **changes}
    )


async def codes_seen_by(client) -> list[str]:
    async with client as http:
        return [item["code"] for item in (await http.get("/v1/coupons")).json()["items"]]


async def test_the_first_paid_order_confirms_it_and_says_so_once(ready: Attribution):
    await ready.hear(with_code(1), with_code(2))
    await ready.hear(with_code(3))
    event = only(await ready.said(CouponConfirmed))
    assert (event.state.code, event.state.status, event.revision) == ("KRISTA20", CouponStatus.CONFIRMED, 2)
    assert only(await ready.all_of("coupons"))["revision"] == 2
    assert len(await ready.all_of("decisions")) == 3, "a confirmation decides nothing again"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"state": OrderState.PENDING}, id="not paid"),
        pytest.param({"test": True}, id="a test order"),
        pytest.param({"state": OrderState.CANCELLED}, id="cancelled"),
        pytest.param({"code": "SPRING"}, id="another code"),
    ],
)
async def test_what_proves_nothing_confirms_nothing(ready: Attribution, changes: dict):
    await ready.hear(with_code(1, **changes))
    assert await ready.said(CouponConfirmed) == []
    assert await codes_seen_by(ready.creator("creator-1")) == []


async def test_an_order_that_is_paid_later_confirms_it_then(ready: Attribution):
    await ready.hear(with_code(1, state=OrderState.PENDING))
    await ready.hear(with_code(1, state=OrderState.PAID, version=NOON + HOUR))
    assert len(await ready.said(CouponConfirmed)) == 1


async def test_the_creator_sees_a_code_only_once_the_store_knows_it(ready: Attribution):
    assert await codes_seen_by(ready.creator("creator-1")) == []
    assert await codes_seen_by(ready.brand()) == ["KRISTA20"]
    await ready.hear(with_code())
    assert await codes_seen_by(ready.creator("creator-1")) == ["KRISTA20"]
    assert await codes_seen_by(ready.creator("creator-2")) == []
    assert await codes_seen_by(ready.brand("brand-2")) == []


async def test_an_unconfirmed_code_earns_all_the_same(ready: Attribution):
    await ready.hear(with_code())
    assert await ready.balance("creator-1") == 1_000
