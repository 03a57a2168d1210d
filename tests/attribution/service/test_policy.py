"""A brand's policy: versions, in force later, and no order that is decided already is affected (MONEY 3)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from attribution.store.policies import NOTICE
from attribution.store.verify import Counts, verify
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


@pytest.mark.parametrize("body", [{"precedence": "dice"}, {"model": "dice"}, {"model": 1}])
async def test_an_unknown_precedence_or_model_is_refused(known: Attribution, body: dict[str, Any]):
    assert (await change(known, body)).status_code == 422
    assert await known.all_of("policies") == []


async def test_what_a_change_does_not_name_stays_as_it_is(known: Attribution):
    """MONEY 3, 8: model and precedence are one versioned policy."""
    await change(known, {"model": "linear"})
    await change(known, {"precedence": "click-first"}, tag='"2"')
    await change_share(known, 250, tag='"3"')
    await change(known, {"model": "position-based"}, tag='"4"')
    assert (await change(known, {}, tag='"5"')).status_code == 200
    policy, _ = await read(known)
    assert [(one.version, one.model, one.precedence, one.operator_share) for one in policy.versions] == [
        (5, "position-based", "click-first", 250),
        (4, "linear", "click-first", 250),
        (3, "linear", "click-first", 0),
        (2, "linear", "coupon-first", 0),
        (1, "last-click", "coupon-first", 0),
    ]


async def change_share(
    service: Attribution, basis_points: int, tag: str | None = '"1"', brand: str = "brand-1", client: Any = None
) -> httpx.Response:
    async with client or service.operator() as http:
        return await http.put(
            f"/v1/brands/{brand}/operator-share",
            json={"operator_share": basis_points},
            headers={"If-Match": tag} if tag else {},
        )


async def test_only_operators_change_the_operator_s_share(known: Attribution):
    """A8."""
    for client in (known.brand(), known.creator("creator-1"), known.console()):
        assert (await change_share(known, 100, client=client)).status_code == 403
    assert (await change_share(known, 10_001)).status_code == 422
    assert (await change_share(known, 100, tag=None)).status_code == 428
    assert (await change_share(known, 100, tag='"9"')).status_code == 412
    assert (await change_share(known, 100, brand="brand-9")).status_code == 404
    assert await known.all_of("policies") == []
    assert (await change_share(known, 0)).status_code == 200
    assert await known.all_of("policies") == []
    assert (await change_share(known, 100)).status_code == 200
    async with known.operator() as http:
        told = await http.get("/v1/brands/brand-1/policy")
        assert (await http.get("/v1/brands/brand-9/policy")).status_code == 404
    assert told.headers["etag"] == '"2"'
    policy = PolicyOut.model_validate_json(told.content)
    assert (policy.coming and policy.coming.operator_share, policy.current.operator_share) == (100, 0)
    assert policy == (await read(known))[0]


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


async def test_each_order_is_shared_by_the_model_of_its_own_time(known: Attribution):
    """MONEY 3, 7, 8, A8: last click before, position-based after, with the operator's share on top; and verified."""
    creators = {n: {"id": f"collaboration-{n}", "creator": f"creator-{n}"} for n in (1, 2, 3)}
    await known.hear(*(an_agreement(**of) for of in creators.values()))
    await known.hear(
        *(
            a_click_recorded(
                id=f"click-{n}", collaboration=of["id"], creator=of["creator"], at=NOON - timedelta(hours=9 - n)
            )
            for n, of in creators.items()
        )
    )
    await change(known, {"model": "position-based"})
    await change_share(known, 500, tag='"2"')
    since = (await read(known))[0].versions[0].in_force_at
    assert since is not None
    known.at(since + timedelta(hours=1))
    ids = ("click-2", "click-3", "click-1")
    await known.hear(
        an_order_at(since - SECOND - NOTICE, 1, click_ids=ids), an_order_at(since + SECOND, 2, click_ids=ids)
    )
    before = await known.record("store-1:1", known.brand())
    after = await known.record("store-1:2", known.brand())
    assert [(line.creator, line.weight, line.commission) for line in before.lines] == [("creator-3", "1", 1_000)]
    assert [(line.creator, line.touch, line.weight, line.commission) for line in after.lines] == [
        ("creator-1", "click-1", "2/5", 400),
        ("creator-2", "click-2", "1/5", 200),
        ("creator-3", "click-3", "2/5", 400),
    ]
    assert (before.operator_share, after.operator_share) == (0, 50)
    assert "2/5" in after.candidates[1].reason
    assert {one.reason_code for one in before.candidates} == {"won", "later-click-won", "code-not-ours"}
    seen = await known.record("store-1:2", known.creator("creator-2"))
    assert [(line.creator, line.touch, line.weight, line.commission) for line in seen.lines] == [
        ("another creator", "another creator", "2/5", 0),
        ("creator-2", "click-2", "1/5", 200),
        ("another creator", "another creator", "2/5", 0),
    ]
    assert (seen.commission, seen.operator_share) == (200, 0)
    assert [await known.balance(f"creator-{n}") for n in (1, 2, 3)] == [400, 200, 1_400]
    counts = Counts()
    assert [one async for one in verify(known.db, counts, known.now())] == []
    assert counts.balances["operator:brand:brand-1:share", "EUR"] == 50
