"""Two counts of the same clicks beside each other, for operators: what a newer rule changed, and for whom (A4)."""

from datetime import date

import pytest

from chassis.mongo import Document
from contracts.http.attribution import BrandRecount, Clicks, RecountComparison
from tests.attribution.builders import DAY
from tests.attribution.service.kit import Attribution, a_brand_registered
from tests.attribution.service.test_recounts import PROGRAM, RULE, TODAY, clicks_on, link, recount_all

__all__ = ["link"]

PATH = "/v1/click-recounts/comparison"


async def compared(service: Attribution, query: str = "") -> RecountComparison:
    async with service.operator() as http:
        answer = await http.get(PATH + query)
    assert answer.status_code == 200, answer.text
    return RecountComparison.model_validate_json(answer.content)


@pytest.fixture
async def recounted(known: Attribution, link: Document) -> Attribution:
    """Brand 1 had a person and a program that the old rule took for one, brand 2 a person; counted anew a day later."""
    await known.hear(a_brand_registered("brand-2", name="Nordlys"))
    await known.hear(
        *clicks_on(
            link,
            {"visitor": "jo", "user_agent": PROGRAM},
            {"visitor": "ann"},
            {"visitor": "bo", "brand": "brand-2", "link": "link-2"},
        )
    )
    known.at(TODAY + DAY)
    await recount_all(known)
    return known


async def test_the_old_and_the_new_answer_stand_side_by_side_in_all_and_by_brand(recounted: Attribution):
    found = await compared(recounted)
    assert found.older == Clicks(raw=3, human=3, unique=3)
    assert found.newer == Clicks(raw=3, human=2, unique=2, recount=1, rule=RULE.name)
    assert found.brands == (
        BrandRecount(
            brand="brand-1",
            brand_name="Bergfein",
            older=Clicks(raw=2, human=2, unique=2),
            newer=Clicks(raw=2, human=1, unique=1, recount=1, rule=RULE.name),
        ),
        BrandRecount(
            brand="brand-2",
            brand_name="Nordlys",
            older=Clicks(raw=1, human=1, unique=1),
            newer=Clicks(raw=1, human=1, unique=1, recount=1, rule=RULE.name),
        ),
    ), "who differs most comes first"


async def test_days_that_only_one_of_them_saw_whole_are_left_out(recounted: Attribution, link: Document):
    """A count that is over hears of no click: else every new click would look like a difference."""
    await recounted.hear(*clicks_on(link, {"visitor": "late", "at": TODAY + DAY}, first=10))
    found = await compared(recounted)
    assert (found.older.raw, found.newer.raw) == (3, 3)
    assert found.until == date(2031, 3, 3)
    assert (await compared(recounted, "?days=1")).since == found.until


@pytest.mark.parametrize("query", ["?newer=2", "?newer=1&older=1", "?newer=1&older=7"])
async def test_counts_that_are_not_there_are_404(recounted: Attribution, query: str):
    async with recounted.operator() as http:
        assert (await http.get(PATH + query)).status_code == 404
        for wrong in ("?newer=0", "?days=0", "?days=93", "?newer=one"):
            assert (await http.get(PATH + wrong)).status_code == 422


async def test_without_a_recount_there_is_nothing_to_compare(known: Attribution):
    async with known.operator() as http:
        assert (await http.get(PATH)).status_code == 404


async def test_it_is_for_operators_only(recounted: Attribution):
    """X4: it names all brands."""
    for client in (recounted.brand(), recounted.creator("creator-1"), recounted.console()):
        async with client as http:
            assert (await http.get(PATH)).status_code == 403
