"""How well a program suits a creator: by parts, by what is known, and in that order in the directory."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaigns.domain import fit
from campaigns.domain.eligibility import Figures, Standing
from campaigns.domain.fit import Asked, Known, Reason
from contracts.campaigns import Eligibility
from tests.campaigns.builders import a_profile
from tests.campaigns.kit import Campaigns, fields, found, problem
from tests.campaigns.programs.test_programs import a_program, apply

ANYBODY = Eligibility()
RULES = Eligibility(min_followers=5_000)
BIG = Known(Figures(followers=9_000), frozenset({"beauty"}), frozenset({"tiktok"}))
SMALL = Known(Figures(followers=900), frozenset({"beauty"}), frozenset({"tiktok"}))
UNKNOWN = Known(Figures())


@pytest.mark.parametrize(
    ("asked", "known", "standings"),
    [
        (Asked(RULES, "beauty", ("tiktok",)), BIG, "passed passed passed"),
        (Asked(RULES, "beauty", ("tiktok",)), SMALL, "failed passed passed"),
        (Asked(RULES, "home", ("youtube", "x")), BIG, "passed failed failed"),
        (Asked(RULES, "", ()), BIG, "passed unknown unknown"),
        (Asked(RULES, "beauty", ("tiktok",)), UNKNOWN, "unknown unknown unknown"),
        (Asked(ANYBODY, "beauty", ("youtube", "tiktok")), BIG, "passed passed passed"),
    ],
)
def test_each_part_says_how_it_stands_and_nothing_unknown_is_a_no(asked, known, standings):
    assert " ".join(part.standing for part in fit.parts(asked, known)) == standings


some_standings = st.tuples(*(st.sampled_from(list(Standing)) for _ in Reason))
RANK = [Standing.FAILED, Standing.UNKNOWN, Standing.PASSED]


def points(standings: tuple[Standing, ...]) -> int:
    return fit.points([fit.Part(reason, standing) for reason, standing in zip(Reason, standings, strict=True)])


@given(some_standings, some_standings)
def test_what_may_be_applied_to_comes_before_what_refuses_whatever_else_suits(one, other):
    if RANK.index(one[0]) > RANK.index(other[0]):
        assert points(one) > points(other)


@given(some_standings, st.integers(0, len(Reason) - 1))
def test_a_better_part_never_makes_it_worse(standings, at):
    better = (*standings[:at], Standing.PASSED, *standings[at + 1 :])
    assert points(better) >= points(standings)


async def directory(service: Campaigns, who: str, limit: int = 2) -> list[dict]:
    """All pages, by fit."""
    told: list[dict] = []
    cursor = ""
    while True:
        page = found(await service.creator(who, "GET", f"/v1/programs?sort=fit&limit={limit}{cursor}"))
        told += page["items"]
        if page["next_cursor"] is None:
            assert page["total"] == len(told)
            return told
        cursor = f"&cursor={page['next_cursor']}"


async def test_what_suits_a_creator_comes_first_with_the_reasons_and_then_the_newest(service: Campaigns):
    await service.hear(
        a_profile("p-claimed", claimed_by=("a-7",), followers=9_000, country="US", categories=["beauty"]), revision=2
    )
    strict = {"eligibility": {"min_followers": 50_000}}
    free: dict = {"eligibility": {}}
    refuses = await a_program(service, program=strict, brief={"category": "beauty", "channels": ["tiktok"]})
    older = await a_program(service, program=free, brief={"category": "home", "channels": ["youtube"]})
    suits = await a_program(service, program=free, brief={"category": "beauty", "channels": ["tiktok"]})
    newer = await a_program(service, program=free, brief={"category": "home", "channels": ["youtube"]})
    told = await directory(service, "a-7")
    assert [one["campaign"] for one in told] == [suits, newer, older, refuses]
    assert [(part["reason"], part["standing"], part["asks"]) for part in told[0]["fit"]] == [
        ("eligibility", "passed", []),
        ("category", "passed", ["beauty"]),
        ("channel", "passed", ["tiktok"]),
    ]
    assert told[3]["fit"][0]["standing"] == "failed"
    nobody = [one["campaign"] for one in await directory(service, "a-9", limit=3)]
    assert nobody == [newer, suits, older, refuses], "of whom nothing is known sees the newest, the unsure last"


async def test_an_order_that_does_not_exist_is_refused(service: Campaigns):
    assert fields(await service.creator("a-7", "GET", "/v1/programs?sort=best")) == ["sort"]
    page = await service.creator("a-7", "GET", "/v1/programs?sort=fit&cursor=WyJ4Il0")
    assert problem(page, 422)


async def test_a_program_is_read_without_a_token_and_cached_as_long_as_it_is_open(service: Campaigns):
    program = {"eligibility": {"min_followers": 5_000}, "questions": [{"id": "why", "text": "Why?"}]}
    campaign = await a_program(service, program=program, brief={"category": "home", "weaknesses": "It hums."})
    path = f"/v1/public/programs/{campaign}"
    answer = await service.send("", "GET", path)
    told = found(answer)
    assert (told["brand_name"], told["product"]) == ("Lumen", "Reading lamp")
    assert told["eligibility"]["min_followers"] == 5_000
    assert answer.headers["cache-control"] == "public, max-age=60"
    assert "It hums" not in answer.text
    again = await service.send("", "GET", path, If_None_Match=answer.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    found(await service.brand("POST", f"/v1/campaigns/{campaign}/pause"))
    assert problem(await service.send("", "GET", path), 404)
    assert problem(await service.send("", "GET", "/v1/public/programs/nowhere"), 404)
    draft = await service.drafted(program={"eligibility": {}})
    assert problem(await service.send("", "GET", f"/v1/public/programs/{draft['id']}"), 404)


async def test_several_are_declined_at_once_and_what_was_answered_meanwhile_stays(service: Campaigns):
    campaign = await a_program(service)
    ids = [found(await apply(service, campaign, f"a-{n}"), 201)["id"] for n in range(3)]
    found(await service.creator("a-2", "POST", f"/v1/applications/{ids[2]}/withdraw"))
    path = f"/v1/campaigns/{campaign}/applications/decline"
    body = {"applications": [*ids, ids[0]], "reason": "full", "note": "Next year again."}
    told = found(await service.brand("POST", path, body))
    assert (told["declined"], told["skipped"]) == (ids[:2], ids[2:])
    for id_, status in zip(ids, ("declined", "declined", "withdrawn"), strict=True):
        one = found(await service.brand("GET", f"/v1/applications/{id_}"))
        assert one["status"] == status
    assert one["questions"][0]["id"] == "why"
    assert one["offered"]["commission"] == 1250
    assert [fact for _, fact in await service.facts(ids[0])] == ["application-received", "application-declined"]
    assert found(await service.brand("POST", path, body))["declined"] == [], "again, there is nobody left"


async def test_with_one_that_is_somebody_else_s_nobody_is_declined(service: Campaigns):
    campaign, other = await a_program(service), await a_program(service, "b-2")
    mine = found(await apply(service, campaign), 201)["id"]
    theirs = found(await apply(service, other, "a-2"), 201)["id"]
    elsewhere = found(await apply(service, await a_program(service), "a-3"), 201)["id"]
    path = f"/v1/campaigns/{campaign}/applications/decline"
    for foreign in (theirs, elsewhere, "nowhere"):
        assert problem(await service.brand("POST", path, {"applications": [mine, foreign], "reason": "fit"}), 404)
    assert found(await service.brand("GET", f"/v1/applications/{mine}"))["status"] == "received"
    assert fields(await service.brand("POST", path, {"applications": [], "reason": "fit"})) == ["applications"]
    assert fields(await service.brand("POST", path, {"applications": ["x"] * 51, "reason": "fit"})) == ["applications"]
