"""Work that is handed in as a file: between two sides, of a true type, and never in the way of the brief's files."""

from dataclasses import replace
from typing import Any

import httpx

from chassis.http import Kind
from chassis.testing import calling
from tests.campaigns.builders import a_profile, a_work
from tests.campaigns.collaborations.test_work_api import Together, together
from tests.campaigns.kit import A_PNG, Campaigns, fields, found, problem
from tests.campaigns.test_erasure import forget


async def upload(both: Together, content: bytes = A_PNG, name: str = "cut.png", who: str = "a-7") -> httpx.Response:
    """By the creator, as a browser sends a file."""
    service = both.service
    async with calling(service.app, service.token(Kind.CREATOR, who)) as client:
        return await client.post(
            f"{both.path}/files", params={"name": name}, content=content, headers={"content-type": "image/png"}
        )


async def at_submission(service: Campaigns) -> Together:
    return await together(service, a_work(concept_asked=False, concept_due=None))


async def get(service: Campaigns, file: str, who: str | None = None, brand: str = "b-1") -> Any:
    path = f"/v1/assets/{file}"
    return await (service.brand("GET", path, brand=brand) if who is None else service.creator(who, "GET", path))


async def test_a_file_is_handed_in_and_the_brand_fetches_it(service: Campaigns):
    both = await at_submission(service)
    file = found(await upload(both, name="../first\r\ncut.png"), 201)
    assert (file["collaboration"], file["type"], file["size"]) == (both.id, "image/png", len(A_PNG))
    assert "/" not in file["name"]
    told = found(await both.work("creator", "submit", {"file": file["id"]}))
    assert (told["deliverables"][0]["submissions"][0]["file"], told["stage"]) == (file["id"], "submission-review")
    answer = await get(service, file["id"])
    assert answer.content == A_PNG
    assert answer.headers["content-disposition"].startswith("attachment")
    assert (await get(service, file["id"], "a-7")).content == A_PNG
    for listed in (
        await service.brand("GET", f"{both.path}/files"),
        await service.creator("a-7", "GET", f"{both.path}/files"),
    ):
        assert [one["id"] for one in found(listed)["items"]] == [file["id"]]
    assert (await service.events(both.id))[-1].state.deliverables[0].submissions[0].file == file["id"]


async def test_handed_in_work_is_for_its_two_sides_alone(service: Campaigns):
    both = await at_submission(service)
    file = found(await upload(both), 201)["id"]
    campaign = (await both.told())["campaign"]
    await service.hear(a_profile("p-9", claimed_by=("a-9",)))
    sent = await service.invited(campaign, profile="p-9")
    found(await service.creator("a-9", "POST", f"/v1/collaborations/{sent['id']}/accept"))
    assert problem(await get(service, file, "a-9"), 404), "another creator of the same campaign"
    assert problem(await get(service, file, brand="b-2"), 404)
    assert problem(await upload(both, who="a-9"), 404)
    assert problem(await service.creator("a-9", "GET", f"{both.path}/files"), 404)
    assert problem(await service.brand("DELETE", f"/v1/assets/{file}"), 404), "the work is no file of the brief"
    assert found(await service.brand("GET", f"/v1/campaigns/{campaign}/assets"))["items"] == []


async def test_only_a_whole_file_of_this_collaboration_can_be_handed_in(service: Campaigns):
    both = await at_submission(service)
    campaign = (await both.told())["campaign"]
    brief = found(await service.upload(campaign, A_PNG), 201)["id"]
    for file in ("nowhere", brief):
        assert fields(await both.work("creator", "submit", {"file": file})) == ["file"]
    other = await at_submission(service)
    elsewhere = found(await upload(other), 201)["id"]
    assert fields(await both.work("creator", "submit", {"file": elsewhere})) == ["file"]
    assert fields(await both.work("creator", "submit", {"text": "done"})) == ["url"]
    assert (await both.told())["deliverables"][0]["submissions"] == []


async def test_a_file_that_lies_or_is_too_large_or_too_many_or_too_late_is_refused(service: Campaigns):
    both = await at_submission(service)
    assert fields(await upload(both, b"#!/bin/sh\nrm -rf /\n")) == ["file"]
    context = service.context
    small = context.settings.model_copy(update={"asset_max_bytes": 10, "files_per_collaboration": 1})
    service.app.state.context = replace(context, settings=small)
    try:
        assert problem(await upload(both), 413)["code"] == "too-large"
        few = context.settings.model_copy(update={"files_per_collaboration": 1})
        service.app.state.context = replace(context, settings=few)
        found(await upload(both), 201)
        assert problem(await upload(both), 409)["code"] == "too-many-files"
    finally:
        service.app.state.context = context
    found(await both.ask("brand", "proposals", {"kind": "cancellation"}))
    found(await both.ask("creator", "proposals/1/agree"))
    assert problem(await upload(both), 409)["code"] == "not-now"


async def test_files_of_work_take_no_place_of_the_brief_s(service: Campaigns):
    both = await at_submission(service)
    campaign = (await both.told())["campaign"]
    found(await upload(both), 201)
    context = service.context
    one = context.settings.model_copy(update={"assets_per_campaign": 1})
    service.app.state.context = replace(context, settings=one)
    try:
        assert found(await service.upload(campaign, A_PNG), 201)["collaboration"] is None
    finally:
        service.app.state.context = context


async def test_a_creator_who_is_forgotten_takes_the_files_along(service: Campaigns):
    both = await at_submission(service)
    file = found(await upload(both), 201)["id"]
    found(await both.work("creator", "submit", {"file": file}))
    await forget(service, "p-claimed")
    assert problem(await get(service, file), 404)
    row = await service.db["assets"].find_one({"_id": file})
    assert row is not None
    assert row["status"] == "dropped", "its bytes go next"
    assert (await both.told())["deliverables"][0]["submissions"][0]["file"] is None
