"""Files of a brief: in the object store, for the brand and those it works with, erased with their draft (C2)."""

import asyncio
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from campaigns import jobs
from campaigns.objects import Objects, ObjectsAway, objects_of
from campaigns.settings import CampaignsSettings
from chassis.http import Kind
from chassis.settings import Environment
from tests.campaigns.kit import A_PNG, Campaigns, fields, found, problem


def on_disk(service: Campaigns) -> list[str]:
    return sorted(path.name for path in Path(service.context.settings.objects_dir).rglob("*") if path.is_file())


@pytest.fixture
def clean(service: Campaigns) -> Iterator[Campaigns]:
    for path in Path(service.context.settings.objects_dir).rglob("*"):
        path.unlink()
    yield service
    service.app.state.context = service.context


def with_settings(service: Campaigns, **changed: int) -> None:
    """The API by other settings, until the test ends."""
    settings = service.context.settings.model_copy(update=changed)
    service.app.state.context = replace(service.context, settings=settings)


async def erase(service: Campaigns) -> int:
    return await jobs.erase_some(service.context, objects_of(service.context.settings))


async def test_a_file_comes_back_as_it_was_with_headers_that_keep_it_a_file(clean: Campaigns):
    campaign = (await clean.drafted())["id"]
    told = found(await clean.upload(campaign, A_PNG, 'Lámp"a\r\n.png'), 201)
    assert (told["name"], told["type"], told["size"]) == ("Lámpa.png", "image/png", len(A_PNG))
    answer = await clean.brand("GET", f"/v1/assets/{told['id']}")
    assert (answer.status_code, answer.content) == (200, A_PNG)
    headers = answer.headers
    assert headers["content-type"] == "image/png"
    assert headers["content-disposition"] == "attachment; filename=\"L_mpa.png\"; filename*=UTF-8''L%C3%A1mpa.png"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert on_disk(clean) == [told["id"]], "no part of a given name is in the store"


async def test_the_same_bytes_are_kept_once(clean: Campaigns):
    campaign = (await clean.drafted())["id"]
    first = found(await clean.upload(campaign, A_PNG), 201)
    assert found(await clean.upload(campaign, A_PNG, "again.png"), 201) == first
    assert len(on_disk(clean)) == 1


async def test_only_the_brand_and_whom_it_works_with_may_read(clean: Campaigns):
    campaign = await clean.published(terms={"discount": None})
    told = found(await clean.upload(campaign, A_PNG), 201)
    sent = await clean.invited(campaign)
    direct = await clean.invited(campaign, profile="p-claimed")
    path, listing = f"/v1/assets/{told['id']}", f"/v1/campaigns/{campaign}/assets"

    async def may(who: str, proves: str | None = None) -> bool:
        answers = [await clean.creator(who, "GET", one, proves=proves) for one in (path, listing)]
        statuses = {answer.status_code for answer in answers}
        assert statuses in ({200}, {404})
        return statuses == {200}

    assert not await may("a-1")
    assert await may("a-1", sent["id"])
    assert await may("a-7")
    assert not await may("a-9")
    assert not await may("b-1")
    assert problem(await clean.brand("GET", path, brand="b-2"), 404)
    found(await clean.accept(sent["id"]))
    assert await may("a-1")
    found(await clean.decline(direct["id"], account="a-7"))
    assert not await may("a-7"), "who said no works with nobody here"


async def test_a_dropped_draft_takes_its_files_along(clean: Campaigns):
    draft, other = (await clean.drafted())["id"], (await clean.drafted())["id"]
    told = found(await clean.upload(draft, A_PNG), 201)
    kept = found(await clean.upload(other, A_PNG), 201)
    assert (await clean.brand("DELETE", f"/v1/campaigns/{draft}")).status_code == 204
    assert problem(await clean.brand("GET", f"/v1/assets/{told['id']}"), 404)
    assert await erase(clean) == 1
    assert on_disk(clean) == [kept["id"]]
    assert await clean.db["assets"].count_documents({}) == 1
    assert await erase(clean) == 0


async def test_a_file_is_taken_away_by_its_brand(clean: Campaigns):
    campaign = await clean.published()
    told = found(await clean.upload(campaign, A_PNG), 201)
    assert (await clean.brand("DELETE", f"/v1/assets/{told['id']}")).status_code == 204
    assert problem(await clean.brand("DELETE", f"/v1/assets/{told['id']}"), 404)
    assert found(await clean.brand("GET", f"/v1/campaigns/{campaign}/assets"))["items"] == []
    await erase(clean)
    assert on_disk(clean) == []


async def test_an_upload_whose_process_died_is_erased_an_hour_later(clean: Campaigns):
    campaign = (await clean.drafted())["id"]
    objects = objects_of(clean.context.settings)
    with (Path(clean.context.settings.objects_dir) / "half").open("wb") as half:
        half.write(b"half a fi")
    await clean.context.transactions.run(lambda tx: tx.begin_asset("half", "b-1", campaign))
    assert await jobs.erase_some(clean.context, objects) == 0
    assert found(await clean.brand("GET", f"/v1/campaigns/{campaign}/assets"))["items"] == []
    clean.later(timedelta(hours=1, seconds=1))
    assert await jobs.erase_some(clean.context, objects) == 1
    assert on_disk(clean) == []


async def test_a_store_that_is_away_is_503_and_leaves_nothing(clean: Campaigns, monkeypatch):
    campaign = (await clean.drafted())["id"]

    async def away(self, key, file):
        raise ObjectsAway("no route")

    with monkeypatch.context() as patched:
        patched.setattr(Objects, "put", away)
        refused = problem(await clean.upload(campaign, A_PNG), 503)
    assert refused["code"] == "files-unavailable"
    assert await erase(clean) == 1
    assert await clean.db["assets"].count_documents({}) == 0
    found(await clean.upload(campaign, A_PNG), 201)


@pytest.mark.parametrize(
    ("body", "name", "type_"),
    [
        pytest.param(b"", "x.png", "image/png", id="empty"),
        pytest.param(b"<html>", "x.png", "image/png", id="a page that says it is a picture"),
        pytest.param(A_PNG, "x.exe", "image/png", id="a picture that says it is a program"),
        pytest.param(A_PNG, "x.png", "text/html", id="a picture that says it is a page"),
        pytest.param(b"MZ\x90", "x.exe", "application/octet-stream", id="a program"),
    ],
)
async def test_files_that_are_not_taken_leave_nothing(clean: Campaigns, body, name, type_):
    campaign = (await clean.drafted())["id"]
    assert fields(await clean.upload(campaign, body, name, type_)) == ["file"]
    assert (on_disk(clean), await clean.db["assets"].count_documents({})) == ([], 0)


async def test_a_file_that_is_too_large_is_refused_while_it_comes(clean: Campaigns):
    campaign = (await clean.drafted())["id"]
    with_settings(clean, asset_max_bytes=100_000)
    read = 0

    async def endless():
        nonlocal read
        yield A_PNG
        while read < 50_000_000:
            read += 65_536
            yield b"\x00" * 65_536

    from chassis.testing import calling

    async with calling(clean.app, clean.token(Kind.BRAND, "m-1", brand="b-1")) as client:
        path = f"/v1/campaigns/{campaign}/assets?name=x.png"
        answer = await client.post(path, content=endless(), headers={"content-type": "image/png"})
    assert problem(answer, 413)["code"] == "too-large"
    assert on_disk(clean) == []


async def test_a_campaign_has_so_many_files_and_no_more(clean: Campaigns):
    campaign = (await clean.drafted())["id"]
    with_settings(clean, assets_per_campaign=2)
    answers = [await clean.upload(campaign, A_PNG + bytes([number])) for number in range(3)]
    assert [answer.status_code for answer in answers] == [201, 201, 409]
    assert problem(answers[2], 409)["code"] == "too-many-files"


async def test_an_ended_campaign_takes_no_files(clean: Campaigns):
    campaign = await clean.published()
    found(await clean.brand("POST", f"/v1/campaigns/{campaign}/end"))
    assert problem(await clean.upload(campaign, A_PNG), 409)["code"] == "not-now"


async def test_many_uploads_at_once_are_all_there(clean: Campaigns):
    campaign = (await clean.drafted())["id"]
    answers = await asyncio.gather(*(clean.upload(campaign, A_PNG + bytes([n])) for n in range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len(found(await clean.brand("GET", f"/v1/campaigns/{campaign}/assets"))["items"]) == 6
    assert len(on_disk(clean)) == 6


def test_another_kind_of_store_is_a_matter_of_one_setting(tmp_path):
    settings = CampaignsSettings(environment=Environment.DEVELOPMENT, objects_url=f"file://{tmp_path}/there")
    (tmp_path / "there").mkdir()
    assert "LocalStore" in repr(objects_of(settings)._store)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ThreadedMotoServer, CampaignsSettings]]:
    """An S3-compatible server with an empty bucket, and the settings that lead there, as an operator gives them."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    for name, value in {
        "AWS_ENDPOINT": address,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "an-id",
        "AWS_SECRET_ACCESS_KEY": "a-secret",
        "AWS_ALLOW_HTTP": "true",
    }.items():
        monkeypatch.setenv(name, value)
    try:
        assert httpx.put(f"{address}/files").is_success
        yield server, CampaignsSettings(environment=Environment.DEVELOPMENT, objects_url="s3://files/of-campaigns")
    finally:
        server.stop()


@pytest.mark.parametrize("size", [0, 10, 12_000_000], ids=["empty", "small", "in several parts"])
async def test_files_lie_in_an_s3_compatible_store_as_they_do_in_a_folder(bucket, size):
    server, settings = bucket
    objects, content = objects_of(settings), random.Random(size).randbytes(size)
    await objects.put("asset-1", BytesIO(content))
    listed = await asyncio.to_thread(httpx.get, "http://{}:{}/files".format(*server.get_host_and_port()))
    assert "<Key>of-campaigns/asset-1</Key>" in listed.text
    found_ = await objects.get("asset-1")
    assert found_ is not None
    assert b"".join([part async for part in found_]) == content
    await objects.delete("asset-1")
    assert await objects.get("asset-1") is None
    await objects.delete("asset-1")


async def test_an_s3_store_that_is_away_is_said_to_be_so_before_anybody_gives_up_waiting(bucket):
    server, settings = bucket
    objects = objects_of(settings)
    server.stop()
    async with asyncio.timeout(20):
        with pytest.raises(ObjectsAway):
            await objects.put("asset-1", BytesIO(b"x"))
        with pytest.raises(ObjectsAway):
            await objects.get("asset-1")
        with pytest.raises(ObjectsAway):
            await objects.delete("asset-1")
