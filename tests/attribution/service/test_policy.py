"""A brand's policy: versions, in force later, and no order that is decided already is affected (MONEY 3)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from attribution.store.policies import NOTICE
from contracts.campaigns import CouponTerms
from contracts.http.attribution import PolicyOut
from tests.attribution.builders import NOON, SECOND, a_click_recorded, an_order_observed, percent, some_terms
from tests.attribution.service.kit import START, Attribution, an_agreement, only

CLICK_FIRST = {"precedence": "click-first"}


async def change(
    service: Attribution, body: Any = CLICK_FIRST, tag: str | None = '"1"', **headers: str
) -> httpx.Response:
    async with service.brand() as http:
        return await http.put("/v1/policy", json=body, headers={**headers, **({"If-Match": tag} if tag else {})})


async def read(service: Attribution, brand: str = "brand-1") -> tuple[PolicyOut, str]:
    async with service.brand(brand) as http:
        answer = await http.get("/v1/policy")
    assert answer.status_code == 200
    return PolicyOut.model_validate_json(answer.content), answer.headers["etag"]


async def test_a_brand_begins_with_the_defaults(known: Attribution):
    policy, tag = await read(known)
    assert (policy.current.version, policy.current.precedence, policy.coming, tag) == (1, "coupon-first", None, '"1"')
    assert len(policy.versions) == 1


async def test_a_change_is_a_version_that_comes_into_force_later(known: Attribution):
    answer = await change(known)
    assert answer.status_code == 200
    policy, tag = await read(known)
    assert PolicyOut.model_validate_json(answer.content) == policy
    assert tag == '"2"'
    assert (policy.current.version, policy.coming and policy.coming.version) == (1, 2)
    since = policy.coming and policy.coming.in_force_at
    assert since is not None
    assert START + NOTICE <= since <= known.now() + NOTICE + SECOND
    assert since.microsecond == 0
    known.at(since)
    policy, _ = await read(known)
    assert (policy.current.version, policy.coming) == (2, None)
    assert [version.version for version in policy.versions] == [2, 1]


async def test_the_same_again_is_no_version(known: Attribution):
    await change(known)
    assert (await change(known, tag='"2"')).status_code == 200
    assert (await change(known, {"precedence": "coupon-first"}, tag='"2"')).status_code == 200
    policy, _ = await read(known)
    assert [version.precedence for version in policy.versions] == ["coupon-first", "click-first", "coupon-first"]


@pytest.mark.parametrize(("tag", "status"), [(None, 428), ('"7"', 412)])
async def test_a_change_names_what_it_changes(known: Attribution, tag: str | None, status: int):
    assert (await change(known, tag=tag)).status_code == status
    assert await known.all_of("policies") == []


async def test_a_change_that_is_sent_twice_happens_once(known: Attribution):
    first = await change(known, **{"Idempotency-Key": "k-1"})
    again = await change(known, **{"Idempotency-Key": "k-1"})
    assert (first.status_code, first.content) == (again.status_code, again.content) == (200, first.content)
    assert len(await known.all_of("policies")) == 1


async def test_an_unknown_precedence_is_refused(known: Attribution):
    assert (await change(known, {"precedence": "dice"})).status_code == 422


async def test_each_brand_has_its_own(known: Attribution):
    await change(known)
    policy, tag = await read(known, "brand-2")
    assert (len(policy.versions), tag) == (1, '"1"')


@pytest.fixture
async def contested(known: Attribution) -> Attribution:
    """Krista's click and Anna's code are on every order."""
    coupon = CouponTerms(code="ANNA10", percent_off=1000)
    annas = {
        "id": "collaboration-2",
        "creator": "creator-2",
        "terms": (some_terms(rates=(percent(2000),), coupon=coupon),),
    }
    await known.hear(an_agreement(), an_agreement(**annas))
    await known.hear(a_click_recorded())
    return known


def an_order_at(at, n: int, **changes):
    return an_order_observed(
        id=f"event-{n}",
        order=f"store-1:{n}",
        placed_at=at,
        codes=("ANNA10",),
        received_at=at + SECOND,
        version=at + SECOND,
        **changes,
    )


async def winner(service: Attribution, n: int) -> tuple[str, int]:
    record = await service.record(f"store-1:{n}", service.brand())
    return only([candidate.creator for candidate in record.candidates if candidate.won]), record.policy_version


async def test_an_order_is_decided_by_the_policy_in_force_at_its_own_time(contested: Attribution):
    await change(contested)
    since = (await read(contested))[0].versions[0].in_force_at
    assert since is not None
    contested.at(since + timedelta(hours=1))
    await contested.hear(
        an_order_at(since - SECOND, 1),
        an_order_at(since, 2),
        an_order_at(since - timedelta(microseconds=1), 3),
    )
    assert [await winner(contested, n) for n in (1, 2, 3)] == [("creator-2", 1), ("creator-1", 2), ("creator-2", 1)]


async def test_an_order_that_was_decided_before_a_change_stays_decided(contested: Attribution):
    """Its store's clock is 5 minutes ahead, which no hold catches; then it is decided again after the change."""
    ahead = contested.now() + timedelta(minutes=4, seconds=59)
    await contested.hear(an_order_at(ahead, 1))
    assert await winner(contested, 1) == ("creator-2", 1)
    await change(contested)
    contested.later(timedelta(days=1))
    await contested.hear(a_click_recorded(id="late", at=NOON))
    await contested.hear(an_order_at(ahead, 1, click_ids=("click-1", "late")))
    assert len(await contested.all_of("decisions")) == 2
    assert await winner(contested, 1) == ("creator-2", 1)
