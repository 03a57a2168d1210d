"""A creator is to be forgotten: links and codes end, the page goes, and not a cent of the books moves (D12)."""

from typing import Any

import pytest

from attribution.store.verify import Counts, verify
from chassis.http import Kind
from chassis.testing import calling
from contracts.attribution import CouponEnded, ForgottenByAttribution, LinkChanged
from contracts.campaigns import CollaborationStatus, CouponTerms, Decline
from tests.attribution.builders import DAY, NOON, STORE, a_click_recorded, an_order_observed, some_terms
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
    assert {one.what.value for one in answer.kept} == {"ledger", "links", "collaborations"}
    assert [found async for found in verify(earned.db, Counts(), earned.now())] == []


async def test_a_code_that_no_order_carried_goes_and_it_is_said_so(earned: Attribution):
    await earned.hear(an_erasure("creator-1"))
    row = only(await earned.all_of("coupons"))
    assert ("krista" in str(row).lower(), row["status"]) == (False, "ended")
    newest = (await earned.said(CouponEnded))[-1]
    assert (newest.state.code, newest.revision) == (row["code"], row["revision"])
    assert "krista" not in newest.body().decode().lower()


async def test_a_code_that_an_order_carried_stays_with_its_decision_and_that_is_told(earned: Attribution):
    await earned.hear(an_order_observed(id="event-2", order=f"{STORE}:2", codes=("krista20",)))
    await earned.none_left("looks")
    before = await earned.ledger()
    await earned.hear(an_erasure("creator-1"))
    await earned.none_left("looks")
    row = only(await earned.all_of("coupons"))
    assert (row["code"], row["status"]) == ("KRISTA20", "ended")
    assert await earned.ledger() == before
    answer = only(await earned.said(ForgottenByAttribution))
    assert {one.what.value for one in answer.kept} == {"ledger", "links", "coupons", "collaborations"}
    await earned.hear(an_erasure("creator-1", asked=2))
    again = (await earned.said(ForgottenByAttribution))[-1]
    assert (again.went, again.kept) == ((), answer.kept)


async def a_chosen_link(service: Attribution, creator: str = "creator-1") -> Any:
    chosen = {
        "collaboration": "collaboration-1",
        "placement": "bio",
        "code": "Krista-Makes",
        "destination": "https://eu.shop.example/for/krista",
        "utm": {"content": "krista-bio", "term": "lindqvist"},
    }
    async with service.creator(creator) as http:
        return await http.post("/v1/links", json=chosen)


async def test_a_link_loses_the_code_page_and_words_that_were_chosen_for_it(earned: Attribution):
    made = await a_chosen_link(earned)
    assert made.status_code == 201, made.text

    await earned.hear(an_erasure("creator-1"))

    row = only(await earned.all_of("links", {"_id": made.json()["id"]}))
    assert (row["status"], row["destination"], row["target"], row["utm"]) == (
        "ended",
        "https://eu.shop.example/lamp",
        "https://eu.shop.example/lamp",
        {},
    )
    newest = [event for event in await earned.said(LinkChanged) if event.entity == row["_id"]][-1]
    assert (newest.state.code, newest.revision) == (row["code"], row["revision"])
    for words in (str(await earned.all_of("links")), newest.body().decode(), str(await earned.all_of("retired_codes"))):
        assert [word for word in ("krista", "lindqvist") if word in words.lower()] == []


async def test_the_code_of_an_erased_creators_link_is_nobody_elses(earned: Attribution):
    assert (await a_chosen_link(earned)).status_code == 201
    await earned.hear(an_erasure("creator-1"))
    other = an_agreement(
        id="collaboration-1", creator="creator-2", landing_url="https://eu.shop.example/lamp", revision=9
    )
    await earned.hear(other)
    refused = await a_chosen_link(earned, "creator-2")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/code-taken")


async def test_the_words_of_an_invitation_go_and_those_of_one_that_somebody_accepted_do_not(earned: Attribution):
    words = {"status": CollaborationStatus.DECLINED, "profile": None, "declined": Decline(note="no lamps")}
    await earned.hear(an_agreement(id="collaboration-2", creator=None, **words))
    await earned.hear(an_erasure(invitations=("collaboration-1", "collaboration-2")))
    rows = {row["_id"]: str(row) for row in await earned.all_of("collaborations")}
    assert ("so long" in rows["collaboration-1"], "no lamps" in rows["collaboration-2"]) == (True, False)


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
