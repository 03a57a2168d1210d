"""What comes too late waits for a person, what is held for a release; both on a real store (MONEY 5, 11)."""

import asyncio
from typing import Any

import httpx
import pytest

from attribution.store.verify import Counts, verify
from chassis.http import Kind
from chassis.testing import calling
from contracts.http.attribution import ReleaseOut, ReviewOut
from contracts.stores import OrderState
from tests.attribution.builders import (
    DAY,
    HOUR,
    MINUTE,
    NOON,
    ORDER,
    SECOND,
    a_click_recorded,
    a_line,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_order_observed,
    percent,
    some_terms,
)
from tests.attribution.service.kit import Attribution, a_brand_registered, an_agreement, only
from tests.support.erasures import an_erasure

FROZEN = NOON + SECOND + 30 * DAY
BOTH = ("click-1", "click-2")
BY_CLICK = {"id": "collaboration-2", "creator": "creator-2", "campaign": "campaign-2"}
OWNER, OPERATOR = (Kind.BRAND, "brand-1"), (Kind.OPERATOR, "operator-1")


def annas_click():
    """Later than the usual one: under last click it takes the order."""
    return a_click_recorded(
        id="click-2", at=NOON - MINUTE, collaboration="collaboration-2", creator="creator-2", campaign="campaign-2"
    )


@pytest.fixture
async def sold(known: Attribution) -> Attribution:
    """An order with two clicks of which one was recorded."""
    await known.hear(an_agreement(), an_agreement(**BY_CLICK, terms=(some_terms(rates=(percent(2000),)),)))
    await known.hear(a_click_recorded())
    await known.hear(an_order_observed(click_ids=BOTH, refunds=None))
    return known


@pytest.fixture
async def reviewed(sold: Attribution) -> Attribution:
    """The other click came a day after the order froze."""
    sold.at(FROZEN + DAY)
    await sold.hear(annas_click())
    return sold


async def earned(service: Attribution) -> tuple[int, int]:
    return await service.balance("creator-1"), await service.balance("creator-2")


async def nothing_differs(service: Attribution) -> None:
    assert [one async for one in verify(service.db, Counts(), service.now())] == []


async def listed(service: Attribution, who=OWNER, query: str = "") -> list[ReviewOut]:
    async with calling(service.app, service.token(*who)) as http:
        answer = await http.get(f"/v1/reviews{query}")
    assert answer.status_code == 200, answer.text
    return [ReviewOut.model_validate(item) for item in answer.json()["items"]]


async def post(service: Attribution, path: str, who=OWNER, note: str = "", **headers: str) -> httpx.Response:
    async with calling(service.app, service.token(*who)) as http:
        return await http.post(path, json={"note": note}, headers=headers)


async def resolve(service: Attribution, how: str, who=OWNER, **more: Any) -> httpx.Response:
    review = (await listed(service))[0]
    return await post(service, f"/v1/reviews/{review.id}/{how}", who, **more)


async def test_a_click_that_comes_before_the_freeze_decides_again(sold: Attribution):
    """MONEY 11."""
    sold.at(FROZEN - HOUR)
    await sold.hear(annas_click())
    assert await earned(sold) == (0, 2_000)
    assert await listed(sold) == []
    await nothing_differs(sold)


async def test_a_click_that_comes_after_it_opens_a_review_and_posts_nothing(reviewed: Attribution):
    """MONEY 11."""
    assert await earned(reviewed) == (1_000, 0)
    review = only(await listed(reviewed))
    assert (review.order, review.status, review.currency, review.frozen_at) == (ORDER, "open", "EUR", FROZEN)
    assert [(one.creator, one.commission, one.would_be) for one in review.changes] == [
        ("creator-1", 1_000, 0),
        ("creator-2", 0, 2_000),
    ]
    assert review.late[0] == "click:click-2#1"
    assert await listed(reviewed, OPERATOR) == [review]
    assert len(await reviewed.all_of("decisions")) == 1
    await nothing_differs(reviewed)


async def test_a_click_that_was_written_in_time_and_looked_at_late_counts(sold: Attribution):
    """MONEY, reading 11: judged by its commit; the process died before the look, and woke up after the freeze."""
    sold.at(FROZEN - HOUR)
    sold.without_looks()
    await sold.hear(annas_click())
    assert await earned(sold) == (1_000, 0)
    sold.at(FROZEN + DAY)
    await sold.sweep()
    assert await earned(sold) == (0, 2_000)
    assert await listed(sold) == []
    await nothing_differs(sold)


async def test_one_review_is_open_per_order_and_follows_what_would_change(reviewed: Attribution):
    """MONEY, reading 11."""
    await reviewed.hear(an_agreement(3, **BY_CLICK, terms=(some_terms(rates=(percent(3000),)),)))
    await reviewed.hear(annas_click())
    review = only(await listed(reviewed))
    assert [one.would_be for one in review.changes] == [0, 3_000]
    assert review.status == "open"


async def test_accepting_posts_the_difference_once_and_says_who_it_was(reviewed: Attribution):
    """MONEY 11: idempotent by its key; a second answer is 409."""
    first = await resolve(reviewed, "accept", note="seen the mail", **{"Idempotency-Key": "k-1"})
    assert first.status_code == 200, first.text
    review = ReviewOut.model_validate(first.json())
    assert (review.status, review.note) == ("accepted", "seen the mail")
    assert review.resolved_by is not None
    assert (review.resolved_by.kind, review.resolved_by.account) == ("brand", "brand-1")
    assert await earned(reviewed) == (0, 2_000)
    again = await resolve(reviewed, "accept", note="seen the mail", **{"Idempotency-Key": "k-1"})
    assert (again.status_code, again.content) == (200, first.content)
    for how in ("accept", "reject"):
        answer = await resolve(reviewed, how, OPERATOR)
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/already-resolved")
    assert await earned(reviewed) == (0, 2_000)
    assert len(await reviewed.ledger()) == 2
    await nothing_differs(reviewed)


async def test_what_comes_after_an_accepted_review_is_late_again(reviewed: Attribution):
    """MONEY 11."""
    await resolve(reviewed, "accept", OPERATOR)
    await nothing_differs(reviewed)
    reviewed.later(DAY)
    await reviewed.hear(an_agreement(3, **BY_CLICK, terms=(some_terms(rates=(percent(3000),)),)))
    assert await earned(reviewed) == (0, 2_000)
    assert [review.status for review in await listed(reviewed)] == ["open", "accepted"]
    await nothing_differs(reviewed)


async def test_a_rejected_review_does_not_come_back_for_the_same_facts(reviewed: Attribution):
    """MONEY 11: but for others it does."""
    assert (await resolve(reviewed, "reject")).status_code == 200
    await reviewed.hear(annas_click())
    refund = a_refund_observed(
        a_refund(a_refund_line(2_500, quantity=1)), id="refund", received_at=FROZEN + 2 * DAY
    ).observed
    await reviewed.hear(refund)
    assert await earned(reviewed) == (750, 0)
    assert [review.status for review in await listed(reviewed)] == ["rejected"]
    await reviewed.hear(an_agreement(3, **BY_CLICK, terms=(some_terms(rates=(percent(3000),)),)))
    assert [review.status for review in await listed(reviewed)] == ["open", "rejected"]
    await nothing_differs(reviewed)


async def test_a_cancellation_posts_and_lapses_what_nobody_needs_to_decide(reviewed: Attribution):
    """MONEY 11."""
    await reviewed.hear(
        an_order_observed(
            id="event-2",
            version=NOON + 31 * DAY,
            state=OrderState.CANCELLED,
            received_at=FROZEN + DAY,
            click_ids=BOTH,
            refunds=None,
        )
    )
    assert await earned(reviewed) == (0, 0)
    assert only(await listed(reviewed)).status == "lapsed"
    assert (await resolve(reviewed, "accept")).status_code == 409
    await nothing_differs(reviewed)


async def test_a_line_that_is_added_late_posts_nothing_and_opens_a_review(sold: Attribution):
    """MONEY, reading 11."""
    sold.at(FROZEN + DAY)
    added = an_order_observed(
        id="event-2",
        version=NOON + 31 * DAY,
        lines=(a_line(), a_line(5_000, line="line-2")),
        received_at=FROZEN + DAY,
        click_ids=BOTH,
        refunds=None,
    )
    await sold.hear(added)
    assert await earned(sold) == (1_000, 0)
    assert only(await listed(sold)).late == ("line:line-2",)
    await resolve(sold, "accept")
    assert await earned(sold) == (1_500, 0)
    await nothing_differs(sold)


async def test_two_people_at_once_resolve_a_review_once(reviewed: Attribution):
    """MONEY 11."""
    answers = await asyncio.gather(resolve(reviewed, "accept"), resolve(reviewed, "reject", OPERATOR))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    status = only(await listed(reviewed)).status
    assert await earned(reviewed) == ((0, 2_000) if status == "accepted" else (1_000, 0))
    await nothing_differs(reviewed)


async def test_reviews_are_their_brands_and_the_operators(reviewed: Attribution):
    """Another brand's is 404, whatever one does with it; creators have no part in it."""
    await reviewed.hear(a_brand_registered("brand-2", revision=1))
    review = only(await listed(reviewed))
    other = (Kind.BRAND, "brand-2")
    assert await listed(reviewed, other) == []
    assert await listed(reviewed, OWNER, "?status=accepted") == []
    for how in ("accept", "reject"):
        assert (await post(reviewed, f"/v1/reviews/{review.id}/{how}", other)).status_code == 404
        assert (await post(reviewed, f"/v1/reviews/{review.id}/{how}", (Kind.CREATOR, "creator-1"))).status_code == 403
    assert (await post(reviewed, f"/v1/orders/{ORDER}/release", other)).status_code == 404
    assert only(await listed(reviewed)).status == "open"


@pytest.fixture
async def held(known: Attribution) -> Attribution:
    """Placed eight days before its webhook came."""
    await known.hear(an_agreement(), a_click_recorded())
    known.at(NOON + 8 * DAY)
    await known.hear(an_order_observed(received_at=NOON + 8 * DAY))
    return known


async def test_a_held_order_is_payable_only_once_a_person_released_it(held: Attribution):
    """MONEY 5: never frozen, never payable; then at once."""
    held.at(FROZEN + 10 * DAY)
    assert only(await held.all_of("orders"))["freezes_at"] is None
    async with held.creator("creator-1") as http:
        assert only((await http.get("/v1/earnings")).json()["balances"])["payable"] == 0
    answer = await post(held, f"/v1/orders/{ORDER}/release", note="asked the shop")
    assert answer.status_code == 200, answer.text
    released = ReleaseOut.model_validate(answer.json())
    assert (released.order, released.held, released.note, released.released_by.account) == (
        ORDER,
        (),
        "asked the shop",
        "brand-1",
    )
    assert only(await held.all_of("orders"))["freezes_at"] == released.released_at
    async with held.creator("creator-1") as http:
        assert only((await http.get("/v1/earnings")).json()["balances"])["payable"] == 1_000
    assert (await held.decided())[-1].held == ()
    await nothing_differs(held)


async def test_a_release_needs_something_that_is_held(held: Attribution):
    """MONEY 5: a second release is 409; the audit keeps each."""
    assert (await post(held, f"/v1/orders/{ORDER}/release", OPERATOR)).status_code == 200
    again = await post(held, f"/v1/orders/{ORDER}/release", OPERATOR)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/not-held")
    assert (await post(held, "/v1/orders/store-1:77/release", OPERATOR)).status_code == 404
    [audit] = only(await held.all_of("orders"))["releases"]
    assert (audit["by"], audit["held"]) == (
        {"kind": "operator", "account": "operator-1"},
        ["placed-long-before-receipt"],
    )


async def test_what_was_noted_of_an_erased_creators_orders_is_forgotten(reviewed: Attribution):
    """D12: of the reviews too that would have given them the order."""
    assert (await resolve(reviewed, "reject", note="Anna cheats")).status_code == 200
    await reviewed.hear(an_erasure("creator-3"))
    assert (await reviewed.all_of("reviews"))[0]["note"] == "Anna cheats"
    await reviewed.hear(an_erasure("creator-2", erasure="erasure-2"))
    assert [(row["status"], row["note"]) for row in await reviewed.all_of("reviews")] == [("rejected", "")]
    await nothing_differs(reviewed)


async def test_what_was_noted_at_a_release_of_an_erased_creators_order_is_forgotten(held: Attribution):
    """D12: who released it stays."""
    assert (await post(held, f"/v1/orders/{ORDER}/release", note="Krista called us")).status_code == 200
    await held.hear(an_erasure("creator-1"))
    (audit,) = only(await held.all_of("orders"))["releases"]
    assert (audit["note"], audit["by"]["account"]) == ("", "brand-1")
    await nothing_differs(held)
