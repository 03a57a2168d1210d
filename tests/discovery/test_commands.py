# ruff: noqa: RUF001 - a letter of each script
"""`python -m discovery import` and `sample`, as processes: what they print, and how they end."""

import asyncio
import csv
import os
import pty
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from chassis import mongo as store
from discovery.sample import DIRT_EVERY, sample
from local.stack import Addressed
from tests.discovery.builders import read

NOBODY = "mongodb://127.0.0.1:9/?replicaSet=rs0"
MIXED = 'handle,Fans,Fans\nanna,1.3M,1304221\nbert,abc,abc\n"open,1,1\ncarl,N/A,\n'


def command(*arguments: object, address: str = NOBODY, database: str = "none") -> tuple[list[str], dict[str, str]]:
    words = [sys.executable, "-m", "discovery", *map(str, arguments)]
    settings = {"ENVIRONMENT": "development", "MONGO_URL": address, "MONGO_DATABASE": database, "COLUMNS": "200"}
    return words, {**os.environ, **settings}


def run(*arguments: object, **where: str) -> "subprocess.CompletedProcess[str]":
    words, env = command(*arguments, **where)
    return subprocess.run(words, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "creators.csv"
    made.write_text(MIXED, "utf-8")
    return made


@pytest.fixture(scope="session")
async def cli_database(mongo: Addressed) -> AsyncIterator[store.Database]:
    """The commands make their collections themselves."""
    client = store.connect(mongo.address)
    db = store.database(client, f"test-cli-{uuid.uuid4().hex[:8]}")
    yield db
    await client.drop_database(db.name)
    client.close()


@pytest.fixture
def where(mongo: Addressed, cli_database: store.Database) -> dict[str, str]:
    return {"address": mongo.address, "database": cli_database.name}


async def handles(db: store.Database) -> set[str]:
    return {row["handle"] async for row in db["profiles"].find({}, {"handle": 1})}


async def test_an_import_tells_each_bad_row_and_a_summary(file, where, cli_database):
    ended = await asyncio.to_thread(run, "import", file, "--network", "YouTube", **where)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        'line 3: followers: "abc" is not a number',
        "line 4: row: has a quotation mark that is opened and not closed",
        "creators.csv: 4 rows: 2 new, 0 changed, 0 unchanged, 2 refused",
        'read as utf-8: handle from "handle", followers from "Fans"',
    ]
    assert ended.stderr.splitlines()[-1] == "creators.csv: 100 %, 4 rows, 2 refused"
    assert await handles(cli_database) >= {"anna", "carl"}
    again = await asyncio.to_thread(run, "import", file, "--network", "youtube", "--map", "followers=#3", **where)
    assert "0 new, 0 changed, 2 unchanged" in again.stdout
    assert "remembered" not in again.stdout  # the header of column 3 stands twice
    assert await cli_database["outbox"].count_documents({"value": {"$exists": True}}) == 2


async def test_what_is_remembered_is_told_and_can_be_forgotten(tmp_path, where):
    file = tmp_path / "list.csv"
    file.write_text("handle,Reach\nremembered,7\n", "utf-8")
    mine = (file, "--source", "agency")
    first = await asyncio.to_thread(run, "import", *mine, "--map", "followers=#2", **where)
    last = first.stdout.splitlines()[-1]
    assert last == 'remembered for --source agency: followers from "Reach"; --forget-mapping forgets it'
    second = await asyncio.to_thread(run, "import", *mine, **where)
    assert 'followers from "Reach" as remembered' in second.stdout.splitlines()[-1]
    third = await asyncio.to_thread(run, "import", *mine, "--forget-mapping", **where)
    assert third.stdout.splitlines()[1:] == ['read as utf-8: handle from "handle"', 'not used: "Reach"']


async def test_a_list_of_another_day_is_imported_as_of_that_day(tmp_path, where, cli_database):
    file = tmp_path / "tiktok_2022-06.csv"
    file.write_text("handle,followers\nasof,7\n", "utf-8")
    later = await asyncio.to_thread(run, "import", file, "--as-of", "2999-01-01", **where)
    assert (later.returncode, later.stderr) == (2, f'{file}: "2999-01-01" is in the future\n')
    ended = await asyncio.to_thread(run, "import", file, "--as-of", "2022-06-30", **where)
    assert ended.returncode == 0, ended.stderr
    (row,) = await cli_database["profiles"].find({"handle": "asof"}).to_list(None)
    assert row["known"]["followers"][0] == datetime(2022, 6, 30, tzinfo=UTC)


async def test_a_dry_run_tells_how_a_file_would_be_read_and_writes_nothing(tmp_path, mongo):
    database = f"test-dry-{uuid.uuid4().hex[:8]}"
    file = tmp_path / "list.csv"
    bad = "".join(f"bad{n},many,x\n" for n in range(30))
    file.write_text(f"handle,Fans,City\nanna,1.3M,Oulu\nbert,5,Rome\nanna,1.3M,Oulu\n{bad}", "utf-8")
    there = {"address": mongo.address, "database": database}
    ended = await asyncio.to_thread(run, "import", file, "--dry-run", "--map", "display_name=city", **there)
    assert ended.returncode == 0, ended.stderr
    (
        *told,
        more,
        counts,
        columns,
    ) = ended.stdout.splitlines()
    assert told == [f'line {n}: followers: "many" is not a number' for n in range(5, 25)]
    assert more == "and more"
    assert counts == "list.csv: 33 rows, 3 good, 30 refused; nothing was written"
    assert columns == 'read as utf-8: handle from "handle", display_name from "City", followers from "Fans"'
    client = store.connect(mongo.address)
    assert await store.database(client, database).list_collection_names() == []
    client.close()
    unreadable = await asyncio.to_thread(run, "import", file, "--dry-run", "--map", "handle=x", **there)
    assert (unreadable.returncode, unreadable.stdout) == (2, "")


async def test_nothing_in_a_file_commands_the_operators_terminal(tmp_path, where):
    file = tmp_path / "list.csv"
    file.write_text("handle,\x1b]0;x\x07,Fans \x1b[2J\nanna,1,\x1b]0;x\x07\n\x1b[31mbert,1,5\n", "utf-8")
    ended = await asyncio.to_thread(run, "import", file, "--map", "followers=#3", "--source", "odd", **where)
    assert ended.stdout.splitlines() == [
        r'line 2: followers: "\x1b]0;x\x07" is not a number',
        r'line 3: handle: "\x1b[31mbert" is not a handle',
        "list.csv: 2 rows: 0 new, 0 changed, 0 unchanged, 2 refused",
        r'read as utf-8: handle from "handle", followers from "Fans \x1b[2J"',
        r'not used: "\x1b]0;x\x07"',
        r'remembered for --source odd: followers from "Fans \x1b[2J"; --forget-mapping forgets it',
    ]
    assert "\x1b" not in ended.stderr


def all_of(terminal: int) -> bytes:
    """What was written to a terminal until its other end was closed."""
    shown = b""
    while True:
        try:
            shown += os.read(terminal, 4096)
        except OSError:
            return shown


async def test_in_a_terminal_there_is_a_progress_bar(file, where):
    words, env = command("import", file, "--network", "terminal", **where)
    ours, theirs = pty.openpty()
    process = await asyncio.create_subprocess_exec(
        *words, env=env | {"TERM": "xterm"}, stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    shown = await asyncio.to_thread(all_of, ours)
    said = (await process.communicate())[0].decode()
    os.close(ours)
    assert process.returncode == 0
    assert "━".encode() in shown
    assert b"4 rows, 2 refused" in shown
    assert said.startswith('line 3: followers: "abc" is not a number\n')


@pytest.mark.parametrize(
    ("content", "options", "says"),
    [
        pytest.param(b"PK\x03\x04", (), "this is a ZIP archive or an Excel workbook: save it as CSV", id="zip"),
        pytest.param(b"", (), "the file is empty", id="empty"),
        pytest.param(b"handle\nx\n", ("--map", "followers"), "--map followers: write field=Header", id="odd mapping"),
    ],
)
async def test_a_file_that_can_not_be_read_ends_with_one_sentence(tmp_path, where, content, options, says):
    file = tmp_path / "file.csv"
    file.write_bytes(content)
    ended = await asyncio.to_thread(run, "import", file, *options, **where)
    assert ended.returncode == 2
    assert says in ended.stderr.splitlines()[-1]
    assert "Traceback" not in ended.stderr + ended.stdout
    assert ended.stdout == ""


def test_a_file_that_is_not_there_and_a_folder_end_with_one_sentence(tmp_path):
    for path, says in ((tmp_path / "none.csv", "no such file or directory"), (tmp_path, "is a directory")):
        ended = run("import", path)
        assert (ended.returncode, ended.stderr) == (2, f"{path}: {says}\n")


def test_without_a_database_an_import_ends_with_one_sentence(file):
    ended = run("import", file, address=f"{NOBODY}&serverSelectionTimeoutMS=300")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "the database went away; what was read before is in, run it again\n"


async def test_an_import_that_is_killed_is_completed_by_the_next(tmp_path, where, cli_database):
    """kill -9 once the first rows are in, then the whole file again: every creator once, every revision 1."""
    file = tmp_path / "many.csv"
    file.write_text("handle,Followers\n" + "".join(f"killed{n},{n}\n" for n in range(6000)), "utf-8")
    mine = {"handle": {"$regex": "^killed"}}
    words, env = command("import", file, **where)
    nowhere = subprocess.DEVNULL
    process = await asyncio.create_subprocess_exec(*words, env=env, stdout=nowhere, stderr=nowhere)
    deadline = asyncio.get_running_loop().time() + 60
    while not await cli_database["profiles"].count_documents(mine, limit=1):
        assert process.returncode is None
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)
    process.kill()
    await process.wait()
    halfway = await cli_database["profiles"].count_documents(mine)
    assert 0 < halfway < 6000
    # A transaction that was open when its process died is given up by the server first, or waited for.
    ended = await asyncio.to_thread(run, "import", file, **where)
    assert ended.returncode == 0, ended.stderr
    assert "6,000 rows: 6,000 new, 0 changed, 0 unchanged, 0 refused, went on after row" in ended.stdout
    assert await cli_database["imports"].count_documents({}) == 0
    assert await cli_database["profiles"].count_documents(mine | {"revision": 1}) == 6000
    keys = [row["_id"] async for row in cli_database["profiles"].find(mine, {"_id": 1})]
    assert await cli_database["outbox"].count_documents({"key": {"$in": keys}}) == 6000


def test_the_sample_is_the_same_for_the_same_seed():
    ended = run("sample", 50)
    assert ended.returncode == 0
    assert ended.stdout.replace("\r\n", "\n") == "".join(sample(50)).replace("\r\n", "\n")
    assert "".join(sample(50)) == "".join(sample(50, seed=1)) != "".join(sample(50, seed=2))


def test_a_reader_that_has_enough_of_the_sample_is_no_error():
    words, env = command("sample", 100_000)
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        errors = process.stderr.read()
    assert (process.returncode, errors) == (0, "")


def test_the_sample_loads_but_for_the_rows_that_are_wrong_on_purpose():
    count = DIRT_EVERY * 8
    text = "".join(sample(count))
    good, bad, reading = read(text)
    assert len({row.profile for row in good}) >= count
    assert [reason.split(": ")[1] for reason in bad] == ["followers", "handle", "row", "followers"]
    assert set(reading.columns.told()) == {
        *("handle", "display_name", "followers"),
        *("average_views", "average_likes", "average_comments", "average_shares"),
    }
    names = [row[1] for row in csv.reader(StringIO(text)) if row[1]]
    scripts = {"Cyrillic": "З", "Greek": "Φ", "Arabic": "ر", "Hebrew": "נ", "Devanagari": "त", "Thai": "ฟ", "Han": "空"}
    assert [name for name, letter in scripts.items() if not any(letter in n for n in names)] == []
