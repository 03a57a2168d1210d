"""A creator is to be forgotten: links and codes end, the page goes, and not a cent of the books moves (D12)."""

import pytest

from attribution.store.verify import Counts, verify
from chassis.http import Kind
from chassis.testing import calling
from contracts.attribution import CouponEnded, ForgottenByAttribution, LinkChanged
from contracts.campaigns import CollaborationStatus, CouponTerms, Decline
from tests.attribution.builders import DAY, NOON, a_click_recorded, an_order_observed, some_terms
from tests.attribution.service.kit import Attribution, an_agreement, only
from tests.support.erasures import an_erasure

WITH_COUPON = (some_terms(coupon=CouponTerms(code="KRISTA20", percent_off=2000)),)


@pytest.fixture
async def earned(known: Attribution) -> Attribution:
    """A creator with a link and a code, and one sale in the books."""
    await known.hear(
        an_agreement(terms=WITH_COUPON, landing_url="https://eu.shop.example/lamp", declined=Decline(note="so long")),
        a_click_recorded(at=NOON - DAY),
        an_order_observed(),
    )
    await known.none_left("looks")
    assert len(await known.ledger()) == 1
    return known


async def test_links_and_codes_end_the_page_is_gone_and_the_words_too(earned: Attribution):
    before = await earned.ledger()
    async with earned.store() as http:
        assert (await http.get("/v1/bio/creator-1")).status_code == 200

    await earned.hear(an_erasure("creator-1", "profile-1"))

    assert [row["status"] for row in await earned.all_of("links")] == ["ended"]
    assert [row["status"] for row in await earned.all_of("coupons")] == ["ended"]
    assert {type(one) for one in await earned.said(LinkChanged, CouponEnded)} == {LinkChanged, CouponEnded}
    async with earned.store() as http:
        assert (await http.get("/v1/bio/creator-1")).status_code == 404
    row = only(await earned.all_of("collaborations"))
    assert (row["profile"], "so long" in str(row), row["creator"]) == (None, False, "creator-1")
    assert await earned.ledger() == before
    answer = only(await earned.said(ForgottenByAttribution))
    assert {one.what: one.count for one in answer.went} == {"collaborations": 1, "links": 1, "coupons": 1}
    assert {one.what.value for one in answer.kept} == {"ledger", "coupons", "collaborations"}
    assert [found async for found in verify(earned.db, Counts(), earned.now())] == []


async def test_what_the_collaboration_does_later_does_not_bring_links_back(earned: Attribution):
    await earned.hear(an_erasure("creator-1"))
    later = an_agreement(
        terms=WITH_COUPON,
        landing_url="https://eu.shop.example/lamp",
        status=CollaborationStatus.COMPLETED,
        completed_at=NOON,
        declined=Decline(note="late words"),
        revision=7,
    )
    await earned.hear(later)
    assert [row["status"] for row in await earned.all_of("links")] == ["ended"]
    assert "late words" not in str(await earned.all_of("collaborations"))
    async with earned.brand() as http:
        made = await http.post("/v1/links", json={"collaboration": "collaboration-1", "placement": "bio"})
        assert made.status_code == 409
        coupon = await http.post(
            "/v1/coupons", json={"collaboration": "collaboration-1", "code": "AGAIN20", "percent_off": 1000}
        )
        assert coupon.status_code == 409


async def test_again_changes_nothing_and_is_answered_when_it_was_asked_again(earned: Attribution):
    await earned.hear(an_erasure("creator-1"))
    said = len(await earned.said(LinkChanged, CouponEnded))
    await earned.hear(an_erasure("creator-1"))
    assert len(await earned.said(ForgottenByAttribution)) == 1
    await earned.hear(an_erasure("creator-1", asked=2))
    answers = await earned.said(ForgottenByAttribution)
    assert [(one.asked, one.went) for one in answers][1:] == [(2, ())]
    assert len(await earned.said(LinkChanged, CouponEnded)) == said


async def test_the_erased_creators_token_is_refused_and_anothers_is_not(earned: Attribution):
    await earned.hear(an_erasure("creator-1"))
    for who, status in (("creator-1", 401), ("creator-2", 200)):
        async with calling(earned.app, earned.token(Kind.CREATOR, who)) as http:
            assert (await http.get("/v1/links")).status_code == status
