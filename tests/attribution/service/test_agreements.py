"""An agreement brings one link and one coupon, announced once, whatever arrives how often."""

import pytest

from attribution.domain.links.codes import ALPHABET, LENGTH
from contracts.attribution import CouponCreated, LinkCreated
from contracts.campaigns import CollaborationStatus, CouponTerms
from tests.attribution.builders import some_terms
from tests.attribution.service.kit import Attribution, an_agreement, only

WITH_COUPON = (some_terms(coupon=CouponTerms(code="KRISTA20", percent_off=2000)),)


async def test_an_agreement_brings_one_link_and_one_coupon(known: Attribution):
    await known.hear(an_agreement(terms=WITH_COUPON, landing_url="https://shop.example/tents"))
    link = only(await known.said(LinkCreated)).state
    coupon = only(await known.said(CouponCreated)).state
    assert (link.collaboration, link.creator, link.target) == (
        "collaboration-1",
        "creator-1",
        "https://shop.example/tents?utm_source=creator&utm_medium=affiliate&utm_campaign=campaign-1&utm_content=bio",
    )
    assert (link.placement, link.destination) == ("bio", "https://shop.example/tents")
    assert (coupon.code, coupon.percent_off, coupon.status, coupon.creator) == (
        "KRISTA20",
        2000,
        "to-enter",
        "creator-1",
    )
    assert [row["_id"] for row in await known.all_of("links")] == [link.id]
    assert [row["_id"] for row in await known.all_of("coupons")] == [coupon.id]


@pytest.mark.parametrize("revision", [pytest.param(2, id="the same state"), pytest.param(7, id="a later revision")])
async def test_an_agreement_that_arrives_again_brings_nothing_more(known: Attribution, revision: int):
    await known.hear(an_agreement(terms=WITH_COUPON))
    await known.hear(an_agreement(terms=WITH_COUPON, revision=revision))
    assert len(await known.said(LinkCreated, CouponCreated)) == 2
    assert len(await known.all_of("links")) == len(await known.all_of("coupons")) == 1


async def test_an_invitation_brings_nothing(known: Attribution):
    await known.hear(an_agreement(status=CollaborationStatus.INVITED, creator=None, active=[], revision=1))
    assert await known.said() == []
    assert (await known.all_of("collaborations"))[0]["_id"] == "collaboration-1"


async def test_terms_without_a_coupon_bring_a_link_alone(known: Attribution):
    await known.hear(an_agreement())
    assert len(await known.all_of("links")) == 1
    assert await known.all_of("coupons") == []


async def test_the_first_agreement_with_a_code_keeps_it(known: Attribution):
    other = {"id": "collaboration-2", "creator": "creator-2", "profile": "profile-2"}
    spelled_otherwise = (some_terms(coupon=CouponTerms(code="krista20", percent_off=500)),)
    await known.hear(an_agreement(terms=WITH_COUPON), an_agreement(terms=spelled_otherwise, **other))
    assert only(await known.all_of("coupons"))["creator"] == "creator-1"
    assert len(await known.said(CouponCreated)) == 1
    assert {row["collaboration"] for row in await known.all_of("links")} == {"collaboration-1", "collaboration-2"}


async def test_another_brand_may_have_the_same_code(known: Attribution):
    await known.hear(
        an_agreement(terms=WITH_COUPON),
        an_agreement(terms=WITH_COUPON, id="collaboration-2", brand="brand-2", creator="creator-2"),
    )
    assert [row["brand"] for row in await known.all_of("coupons")] in (["brand-1", "brand-2"], ["brand-2", "brand-1"])


async def test_codes_of_links_have_no_letters_that_look_alike(known: Attribution):
    await known.hear(*(an_agreement(id=f"collaboration-{n}", creator=f"creator-{n}") for n in range(200)))
    codes = [row["code"] for row in await known.all_of("links")]
    assert len(set(codes)) == 200
    assert all(len(code) == LENGTH for code in codes)
    used = set("".join(codes))
    assert used <= set(ALPHABET)
    assert used.isdisjoint("0o1liO I")
    assert len(used) > 25


async def test_a_link_code_that_exists_is_drawn_again(known: Attribution, monkeypatch: pytest.MonkeyPatch):
    await known.hear(an_agreement())
    taken = only(await known.all_of("links"))["code"]
    drawn = iter([*taken, *("z" * LENGTH)])
    monkeypatch.setattr("attribution.domain.links.codes.secrets.choice", lambda _letters: next(drawn))
    await known.hear(an_agreement(id="collaboration-2", creator="creator-2"))
    assert {row["code"] for row in await known.all_of("links")} == {taken, "z" * LENGTH}
