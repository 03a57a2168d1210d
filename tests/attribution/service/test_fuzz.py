"""A short run of `make fuzz`: damaged webhooks, well signed; the API by its OpenAPI."""

from collections.abc import AsyncIterator

import pytest

from local.stack import Addressed
from tests.attribution.service.kit import Attribution, an_attribution
from tests.fuzz.apis import fuzz_api
from tests.fuzz.mutations import cases
from tests.fuzz.webhooks import fuzz_webhooks
from tests.support.emptying import empty_collections


@pytest.fixture
async def unlimited(mongo: Addressed, used_again: str) -> AsyncIterator[Attribution]:
    """Without a budget for webhooks, for there is one store."""
    async with an_attribution(mongo.address, used_again, webhooks_per_minute=10**9, raw_delivery_days=3650) as running:
        await empty_collections(running.db)
        yield running


async def test_damaged_webhooks_are_kept_or_refused_and_nothing_is_paid_by_mistake(unlimited: Attribution):
    found = await fuzz_webhooks(unlimited, seed=7, count=300)
    assert found.violations == []
    assert found.cases == 300
    assert found.paid >= 10, "else nothing could have been paid by mistake"
    assert {"observed", "kept-raw"} <= set(found.outcomes)
    assert 400 in found.answers


def test_one_seed_makes_the_same_cases_and_another_makes_others():
    assert list(cases(3, 50)) == list(cases(3, 50))
    assert list(cases(3, 50)) != list(cases(4, 50))


async def test_whatever_the_api_is_asked_it_answers_as_documented(mongo: Addressed):
    asked = await fuzz_api("attribution", mongo.address, number=7, examples=2)
    assert asked.violations == []
    assert asked.operations >= 30
    assert {200, 404, 422} <= set(asked.answers)
