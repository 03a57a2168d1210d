"""The code that an invitation offers: given or made, and one creator's for one brand."""

import asyncio

import pytest

from tests.campaigns.builders import a_profile, wide
from tests.campaigns.kit import Campaigns, fields, found, problem


def code_of(collaboration) -> str | None:
    coupon = collaboration["terms"][-1]["coupon"]
    return None if coupon is None else coupon["code"]


async def by_mail(service: Campaigns, campaign: str, number: int = 0, **body):
    return await service.invite(campaign, {"address": f"c{number}@creators.example"} | body)


async def test_a_given_code_is_kept_as_it_was_written(service: Campaigns):
    campaign = await service.published()
    assert code_of(found(await by_mail(service, campaign, code="  Krista-Lights ✨ "), 201)) == "Krista-Lights ✨"


@pytest.mark.parametrize("again", ["LIGHTS20", " lights20 ", wide("LIGHTS20")])
async def test_a_code_is_one_creator_s_however_it_is_spelled(service: Campaigns, again):
    campaign, other = await service.published(), await service.published()
    found(await by_mail(service, campaign, code="LIGHTS20"), 201)
    for place in (campaign, other):
        assert problem(await by_mail(service, place, 1, code=again), 409)["code"] == "code-taken"
    assert len(service.contacts.put) == 1
    theirs = await service.published("b-2", landing_url="https://other.example/")
    assert code_of(await service.invited(theirs, "b-2", address="x@creators.example", code=again)) == again.strip()


async def test_of_invitations_with_one_code_at_once_one_wins(service: Campaigns):
    campaign = await service.published()
    answers = await asyncio.gather(*(by_mail(service, campaign, n, code="LIGHTS20") for n in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]
    assert {problem(answer, 409)["code"] for answer in answers if answer.status_code == 409} == {"code-taken"}
    assert await service.db["collaborations"].count_documents({}) == 1


async def test_codes_that_are_made_at_once_are_all_different(service: Campaigns):
    campaign = await service.published()
    answers = await asyncio.gather(*(by_mail(service, campaign, n) for n in range(5)))
    codes = [code_of(found(answer, 201)) for answer in answers]
    assert len(set(codes)) == 5
    assert "CREATOR20" in codes


async def test_namesakes_get_codes_that_are_easily_told_apart(service: Campaigns):
    campaign = await service.published()
    for number in range(3):
        await service.hear(a_profile(f"p-k{number}", display_name="", handle=f"krista{number}"))
    codes = [code_of(found(await by_mail(service, campaign, n, profile=f"p-k{n}"), 201)) for n in range(3)]
    assert codes == ["KRISTA20", "KRISTA20A", "KRISTA20C"]


async def test_there_is_a_code_for_every_creator_without_a_latin_name(service: Campaigns):
    campaign = await service.published()
    codes = {code_of(found(await by_mail(service, campaign, number), 201)) for number in range(30)}
    assert len(codes) == 30
    assert all(code.startswith("CREATOR20") and len(code) <= 14 for code in codes if code)


async def test_an_invitation_that_came_to_nothing_lets_its_code_go(service: Campaigns):
    campaign = await service.published()
    sent = found(await by_mail(service, campaign, code="LIGHTS20"), 201)
    found(await service.decline(sent["id"]))
    again = found(await by_mail(service, campaign, 1, code="LIGHTS20"), 201)
    found(await service.accept(again["id"]))
    assert problem(await by_mail(service, campaign, 2, code="LIGHTS20"), 409)["code"] == "code-taken"
    assert code_of(await service.collaboration(sent["id"])) == "LIGHTS20", "what was offered is remembered"


async def test_terms_without_a_discount_have_no_codes(service: Campaigns):
    campaign = await service.published(terms={"discount": None})
    assert fields(await by_mail(service, campaign, code="LIGHTS20")) == ["code"]
    assert service.contacts.put == {}
    assert code_of(found(await by_mail(service, campaign), 201)) is None
    assert code_of(found(await by_mail(service, campaign, 1), 201)) is None


@pytest.mark.parametrize("code", ["", "   ", "A\nB", "A\x00B", "x" * 101, 7, {"$ne": None}])
async def test_what_is_no_code_is_422(service: Campaigns, code):
    assert fields(await by_mail(service, await service.published(), code=code)) == ["code"]
