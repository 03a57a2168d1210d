"""The API's description: what it shows as an example is what it takes."""

from typing import Any

import pytest
from pydantic import BaseModel

from contracts.http import campaigns as contracts
from tests.campaigns.kit import Campaigns

SHOWN: list[tuple[type[BaseModel], Any]] = [
    (model, example)
    for model in vars(contracts).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for example in (model.model_config.get("json_schema_extra") or {}).get("examples", [])  # type: ignore[union-attr]
]


@pytest.mark.parametrize(("model", "example"), SHOWN, ids=lambda each: getattr(each, "__name__", ""))
def test_each_example_is_one_of_its_kind(model, example):
    assert model.model_validate(example)


def test_there_are_examples_for_what_people_write_by_hand():
    shown = {model.__name__ for model, _ in SHOWN}
    wanted = {"CreateCampaign", "PutBudget", "PutProgram", "PutMatrix", "Apply", "ApproveApplication", "Write"}
    assert wanted <= shown


async def test_files_and_their_types_are_described(service: Campaigns):
    paths = service.app.openapi()["paths"]
    upload = paths["/v1/campaigns/{campaign}/assets"]["post"]
    assert "image/png" in upload["requestBody"]["content"]
    assert "video/mp4" in paths["/v1/assets/{asset}"]["get"]["responses"]["200"]["content"]
    assert "text/csv" in paths["/v1/products/import"]["post"]["requestBody"]["content"]
