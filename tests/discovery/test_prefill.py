"""A persona made of a brand's own buyers, or of competitors': weighted, and open where nobody knows (D13)."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from chassis.http import Kind
from chassis.testing import a_token, calling
from contracts.campaigns import CollaborationStatus
from contracts.discovery import AgeBand, Category, Gender
from discovery.domain.fit import Figures
from discovery.domain.prefill import Source, prefilled
from discovery.domain.profiles import Observation, profile_id
from discovery.handlers import keep_collaboration, keep_sales
from tests.discovery.builders import a_collaboration
from tests.discovery.test_predictions import a_sale
from tests.discovery.test_snapshots import a_look, observe

PATH = "/v1/personas/prefilled"
YOUNG = {AgeBand.FROM_18: 7_000, AgeBand.FROM_25: 3_000}
OLD = {AgeBand.FROM_18: 1_000, AgeBand.FROM_55: 9_000}
WOMEN = {Gender.FEMALE: 8_000, Gender.MALE: 2_000}


def ages(*sources: Source) -> tuple[str, ...]:
    return tuple(map(str, prefilled(sources).ages))


def test_who_sold_more_says_more():
    young, old = Figures(ages=YOUNG), Figures(ages=OLD)
    assert ages(Source(young, 900), Source(old, 100)) == ("18-24",)
    assert ages(Source(young, 100), Source(old, 900)) == ("55+",)
    assert ages(Source(young, 0), Source(old, -5)) == ()
    refunded = prefilled([Source(young, 100), Source(Figures(ages=YOUNG, genders=WOMEN), -90), Source(old, 0)])
    assert (refunded.creators, refunded.weight, refunded.unknown["genders"]) == (1, 100, 1)


def test_as_few_groups_as_are_together_most_of_what_is_told():
    exactly = Figures(countries={"FI": 3_500, "SE": 2_500, "NO": 4_000})
    assert prefilled([Source(exactly)]).countries == ("NO", "FI")
    sixty = Figures(countries={"FI": 6_000, "SE": 4_000})
    assert prefilled([Source(sixty)]).countries == ("FI",)
    equals = Figures(countries={"SE": 500, "FI": 500})  # of what is told, and equals by their names
    assert prefilled([Source(equals)]).countries == ("FI", "SE")


def test_who_tells_nothing_of_a_part_is_no_zero_in_it_and_is_counted_as_unknown():
    told, silent = Figures(ages=YOUNG, genders=WOMEN), Figures(categories=frozenset({Category.ART}))
    found = prefilled([Source(told, 1), Source(silent, 1_000)])
    assert (found.ages, found.genders) == ((AgeBand.FROM_18,), (Gender.FEMALE,))
    assert (found.creators, found.weight) == (2, 1_001)
    assert found.unknown == {"ages": 1, "genders": 1, "countries": 2, "categories": 1}
    nobody = prefilled([])
    assert (nobody.ages, nobody.interests, nobody.creators) == ((), (), 0)


def test_interests_are_what_a_quarter_of_the_weight_makes_videos_about():
    def about(*categories: Category, weight: int) -> Source:
        return Source(Figures(categories=frozenset(categories)), weight)

    sources = [about(Category.BEAUTY, Category.ART, weight=75), about(Category.CRAFTS, weight=25)]
    assert prefilled(sources).interests == (Category.ART, Category.BEAUTY, Category.CRAFTS)
    assert prefilled([*sources, about(Category.ART, weight=1)]).interests == (Category.ART, Category.BEAUTY)
    assert prefilled([*sources, Source(Figures(), 1_000)]).interests == (Category.ART, Category.BEAUTY, Category.CRAFTS)


def a_brand(app: Any, brand: str = "b-1") -> Any:
    return calling(app, a_token(Kind.BRAND, "m-1", audience="discovery", brand=brand))


async def creator(context: Any, handle: str, network: str = "tiktok", **known: Any) -> str:
    look = replace(a_look(followers=known.pop("followers", 1_000)), handle=handle, **known)
    await observe(context, Observation(network, handle, look))
    return profile_id(network, handle)


async def sells(context: Any, profile: str | None, named: str, net: int, **changes: Any) -> None:
    one = a_collaboration(profile, changes.pop("creator", "a-1"), named=named, status=CollaborationStatus.COMPLETED)
    await context.transactions.run(partial(keep_collaboration, one.model_copy(update=changes)))
    await context.transactions.run(partial(keep_sales, [a_sale(named, f"o-{named}", net)]))


async def test_own_buyers_are_those_of_who_sold_for_the_brand_in_the_currency(app, context):
    anna = await creator(context, "anna", ages=YOUNG)
    beppe = await creator(context, "beppe", ages=OLD, genders=WOMEN)
    claude = await creator(context, "claude", ages=OLD)
    await sells(context, anna, "c-1", 600)
    await sells(context, anna, "c-2", 600)
    await sells(context, beppe, "c-3", 150)
    await sells(context, claude, "c-4", 9_000, brand="b-2")
    async with a_brand(app) as brand:
        found = (await brand.post(PATH, json={"made_from": "own-buyers"})).json()
        dollars = (await brand.post(PATH, json={"made_from": "own-buyers", "currency": "USD"})).json()
        assert (await brand.get("/v1/personas")).json() == {"personas": []}
    assert (found["ages"], found["genders"], found["countries"]) == (["18-24"], ["female"], [])
    assert (found["creators"], found["sales"]) == (2, {"amount": 1_350, "currency": "EUR"})
    assert found["unknown"] == {"ages": 0, "genders": 1, "countries": 2, "categories": 2}
    assert (dollars["creators"], dollars["sales"]) == (0, {"amount": 0, "currency": "USD"})
    async with a_brand(app, "b-2") as other:
        theirs = (await other.post(PATH, json={"made_from": "own-buyers"})).json()
    assert (theirs["ages"], theirs["sales"]["amount"]) == (["55+"], 9_000)


async def test_who_came_by_a_link_counts_by_the_account_s_profile_with_most_followers(app, context):
    small = await creator(context, "anna", ages=OLD, followers=10)
    large = await creator(context, "anna.too", ages=YOUNG, followers=9_000)
    for profile in (small, large):
        await context.transactions.run(lambda tx, profile=profile: tx.claim(profile, "a-1"))
    await sells(context, None, "c-1", 100)
    await sells(context, None, "c-2", 100, creator="a-unknown")
    async with a_brand(app) as brand:
        found = (await brand.post(PATH, json={"made_from": "own-buyers"})).json()
    assert (found["ages"], found["creators"], found["sales"]["amount"]) == (["18-24"], 1, 100)


async def test_competitors_creators_are_named_by_handle_address_or_id_and_count_alike(app, context):
    await creator(context, "anna", network="instagram", ages=YOUNG)
    await creator(context, "anna", network="youtube", ages=OLD, followers=5)
    await creator(context, "beppe", ages=YOUNG)
    claude = await creator(context, "claude", ages=YOUNG)
    named = ["@Anna", "https://www.tiktok.com/@beppe/video/7", claude, "claude"]
    async with a_brand(app) as brand:
        answer = await brand.post(PATH, json={"made_from": "competitor-buyers", "creators": named})
    found = answer.json()
    assert (found["ages"], found["creators"], found["sales"]) == (["18-24"], 3, None)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"made_from": "competitor-buyers"}, "creators"),
        ({"made_from": "competitor-buyers", "creators": ["anna", "nobody"]}, "creators.1"),
        ({"made_from": "own-buyers", "creators": ["anna"]}, "creators"),
        ({"made_from": "own-buyers", "currency": "ZZZ"}, "currency"),
        ({"made_from": "a survey"}, "made_from"),
    ],
)
async def test_what_no_persona_can_be_made_from_is_422_and_names_the_field(app, context, said, field):
    await creator(context, "anna", ages=YOUNG)
    async with a_brand(app) as brand:
        answer = await brand.post(PATH, json=said)
    assert (answer.status_code, [each["field"] for each in answer.json()["errors"]]) == (422, [field])


async def test_nobody_but_a_brand_has_buyers(app):
    async with calling(app, a_token(Kind.OPERATOR, "o-1", audience="discovery")) as operator:
        assert (await operator.post(PATH, json={"made_from": "own-buyers"})).status_code == 403
