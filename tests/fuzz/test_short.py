"""A short run of the fuzzer, so that `make fuzz` is known to work on the tree that it is asked of."""

import asyncio

import pytest

from tests.fuzz.apis import SERVICES, fuzz_api
from tests.support.servers import Addressed


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_an_api_is_asked_it_answers_as_documented(service: str, mongo: Addressed) -> None:
    asked = asyncio.run(fuzz_api(service, mongo.address, number=1, examples=1))
    assert asked.violations == []
    assert sum(asked.answers.values()) > asked.operations / 2, "most operations have a question that can be sent"
