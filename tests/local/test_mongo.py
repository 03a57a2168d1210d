import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from motor.motor_asyncio import AsyncIOMotorClient

from local.errors import MissingError, PortInUseError
from local.mongo import Mongo, executable, mongod_program
from local.ports import free_port
from local.stack import Addressed
from tests.local.test_processes import an_http_server
from tests.support.servers import OwnServer


@asynccontextmanager
async def a_client(address: str) -> AsyncIterator[AsyncIOMotorClient[dict[str, Any]]]:
    client: AsyncIOMotorClient[dict[str, Any]] = AsyncIOMotorClient(address)
    try:
        yield client
    finally:
        client.close()


async def test_a_transaction_is_all_or_nothing(mongo: Addressed, database: str) -> None:
    async with a_client(mongo.address) as client:
        orders = client[database].orders
        async with await client.start_session() as session:
            async with session.start_transaction():
                await orders.insert_one({"_id": 1}, session=session)
            session.start_transaction()
            await orders.insert_one({"_id": 2}, session=session)
            await session.abort_transaction()
        assert [order["_id"] async for order in orders.find()] == [1]


names: list[str] = []


@pytest.mark.parametrize("turn", [1, 2])
async def test_each_test_has_a_database_of_its_own_that_is_gone_afterwards(
    mongo: Addressed, database: str, turn: int
) -> None:
    names.append(database)
    async with a_client(mongo.address) as client:
        await client[database].things.insert_one({"turn": turn})
        there = set(await client.list_database_names())
    assert there.intersection(names) == {database}
    assert len(set(names)) == turn


async def test_a_mongod_that_is_killed_comes_back_on_its_port_with_its_data(own_mongo: OwnServer) -> None:
    server = await asyncio.to_thread(own_mongo)
    async with a_client(server.address) as client:
        orders = client.shop.orders
        await orders.insert_many([{"_id": n} for n in range(1_000)])
        server.kill()
        await asyncio.to_thread(server.start)
        assert await orders.count_documents({}) == 1_000
        async with await client.start_session() as session, session.start_transaction():
            await orders.insert_one({"_id": -1}, session=session)


async def test_a_paused_mongod_answers_once_it_is_resumed(own_mongo: OwnServer) -> None:
    server = await asyncio.to_thread(own_mongo)
    async with a_client(server.address) as client:
        await client.admin.command("ping")
        server.pause()
        asked = asyncio.ensure_future(client.admin.command("ping"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(asked), timeout=0.5)
        server.resume()
        assert (await asked)["ok"] == 1


async def test_data_can_be_served_from_another_port(tmp_path: Path) -> None:
    first = Mongo(tmp_path).start()
    async with a_client(first.address) as client:
        await client.shop.orders.insert_one({"_id": 1})
    first.stop()

    second = Mongo(tmp_path, port=free_port())
    try:
        second.start()
        async with a_client(second.address) as client:
            await client.shop.orders.insert_one({"_id": 2})
            assert await client.shop.orders.count_documents({}) == 2
    finally:
        second.kill()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    other = an_http_server(tmp_path).start()
    port = int(other.argv[-1])
    with pytest.raises(PortInUseError, match=f"port {port} on 127.0.0.1 is in use, so MongoDB cannot start"):
        Mongo(tmp_path / "mongo", port=port).start()
    other.stop()


def test_a_missing_mongod_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("local.mongo.mongod_program", lambda: None)
    with pytest.raises(MissingError, match=r"^mongod is needed: install requirements.lock"):
        Mongo(tmp_path).start()


def test_a_program_that_cannot_be_made_executable_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "mongod"
    program.write_text("#!/bin/sh\n")
    monkeypatch.setattr(Path, "chmod", refuse_for(program, Path.chmod))
    copy = executable(program, copies=tmp_path / "copies")
    assert copy == tmp_path / "copies" / "mongod"
    assert copy.stat().st_mode & 0o111 == 0o111


def refuse_for(refused: Path, chmod):
    def change(path: Path, mode: int) -> None:
        if path == refused:
            raise PermissionError
        chmod(path, mode)

    return change


def test_the_program_comes_from_the_wheel() -> None:
    program = mongod_program()
    assert program is not None
    assert program.parts[-4:] == ("fiftyone", "db", "bin", "mongod")
