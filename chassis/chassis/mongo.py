"""The only door to the MongoDB driver besides the services' stores: connections, collections, indexes, validators."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

from bson import BSON, CodecOptions
from bson.raw_bson import RawBSONDocument
from motor.motor_asyncio import (
    AsyncIOMotorClient,
    AsyncIOMotorClientSession,
    AsyncIOMotorCollection,
    AsyncIOMotorDatabase,
)
from pymongo import ASCENDING, DESCENDING, DeleteOne, IndexModel, InsertOne, ReplaceOne, UpdateMany, UpdateOne
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    CollectionInvalid,
    ConnectionFailure,
    DuplicateKeyError,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    ServerSelectionTimeoutError,
    WTimeoutError,
)
from pymongo.read_concern import ReadConcern
from pymongo.read_preferences import ReadPreference
from pymongo.write_concern import WriteConcern

__all__ = [
    "ASCENDING",
    "BSON",
    "DESCENDING",
    "Client",
    "Collection",
    "CollectionSpec",
    "Database",
    "DeleteOne",
    "Document",
    "DuplicateKeyError",
    "IndexModel",
    "InsertOne",
    "RawBSONDocument",
    "ReplaceOne",
    "Session",
    "UpdateMany",
    "UpdateOne",
    "connect",
    "database",
    "ensure",
    "is_duplicate",
    "is_there",
    "is_transient",
    "is_unknown_commit",
    "server_time",
    "transaction",
    "unjournaled",
]

Document = dict[str, Any]
if TYPE_CHECKING:
    Client = AsyncIOMotorClient[Document]
    Database = AsyncIOMotorDatabase[Document]
    Collection = AsyncIOMotorCollection[Document]
else:
    Client = AsyncIOMotorClient
    Database = AsyncIOMotorDatabase
    Collection = AsyncIOMotorCollection
Session = AsyncIOMotorClientSession

DUPLICATE_KEY = 11000
NAMESPACE_EXISTS = 48
INDEX_OPTIONS_CONFLICT = (85, 86)
TRANSIENT_CODES = frozenset(
    {
        6,  # HostUnreachable
        7,  # HostNotFound
        24,  # LockTimeout
        50,  # MaxTimeMSExpired
        64,  # WriteConcernFailed
        89,  # NetworkTimeout
        91,  # ShutdownInProgress
        112,  # WriteConflict
        133,  # FailedToSatisfyReadPreference
        134,  # ReadConcernMajorityNotAvailableYet
        189,  # PrimarySteppedDown
        225,  # TransactionTooOld
        244,  # TransactionAborted
        251,  # NoSuchTransaction
        262,  # ExceededTimeLimit
        388,  # the collection changed under the transaction (STACK, ARCHITECTURE 5)
        10107,  # NotWritablePrimary
        11600,  # InterruptedAtShutdown
        11602,  # InterruptedDueToReplStateChange
        13435,  # NotPrimaryNoSecondaryOk
        13436,  # NotPrimaryOrSecondary
    }
)


@dataclass(frozen=True)
class CollectionSpec:
    """One collection: its name, its indexes and, where it holds money or due times, the validator that guards it."""

    name: str
    indexes: Sequence[IndexModel] = ()
    validator: Mapping[str, Any] | None = None


def connect(url: str, *, timeout_ms: int = 5000, app: str = "") -> Client:
    """A client whose writes are majority-acknowledged and journaled; times come back aware, in UTC.

    `timeout_ms` bounds the search for a server, so that an outage shows as a transient error instead of a hang.
    """
    return AsyncIOMotorClient(
        url,
        appname=app or None,
        tz_aware=True,
        tzinfo=UTC,
        w="majority",
        journal=True,
        serverSelectionTimeoutMS=timeout_ms,
        connectTimeoutMS=timeout_ms,
        socketTimeoutMS=30_000,
        retryWrites=True,
        retryReads=True,
    )


def database(client: Client, name: str) -> Database:
    """The service's own database: majority reads and writes, aware UTC times."""
    return client.get_database(
        name,
        codec_options=CodecOptions(tz_aware=True, tzinfo=UTC),
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern(w="majority", j=True),
        read_preference=ReadPreference.PRIMARY,
    )


def unjournaled(collection: Collection) -> Collection:
    """The same collection with deletes that don't wait for the journal (RELIABILITY: fact rows after an ack)."""
    return collection.with_options(write_concern=WriteConcern(w=1, j=False))


async def ensure(db: Database, specs: Sequence[CollectionSpec]) -> None:
    """Make the collections, indexes and validators that `specs` name; idempotent. Transactions need them beforehand."""
    existing = set(await db.list_collection_names())
    for spec in specs:
        validator = dict(spec.validator) if spec.validator else {}
        if spec.name not in existing:
            try:
                await db.create_collection(spec.name, validator=validator)
            except CollectionInvalid:
                pass  # another process made it at the same moment; its validator is set below
            except OperationFailure as error:
                if error.code != NAMESPACE_EXISTS:
                    raise
        await db.command("collMod", spec.name, validator=validator)
        if spec.indexes:
            await db[spec.name].create_indexes(list(spec.indexes))


@asynccontextmanager
async def transaction(client: Client) -> AsyncIterator[Session]:
    """One transaction with snapshot reads and a journaled majority commit; an unknown outcome is the caller's."""
    async with await client.start_session() as session:
        session.start_transaction(
            read_concern=ReadConcern("snapshot"),
            write_concern=WriteConcern(w="majority", j=True),
            read_preference=ReadPreference.PRIMARY,
            max_commit_time_ms=10_000,
        )
        try:
            yield session
        except BaseException:
            if _is_open(session):
                await _abort(session)
            raise
        if _is_open(session):
            await _commit(session)


def _is_open(session: Session) -> bool:
    return bool(cast("Any", session).in_transaction)


async def _commit(session: Session, attempts: int = 3) -> None:
    """Commit; an unknown outcome is asked for again, which the server answers without doing anything twice."""
    for attempt in range(attempts):
        try:
            await session.commit_transaction()
        except PyMongoError as error:
            if not is_unknown_commit(error) or attempt == attempts - 1:
                raise
        else:
            return


async def _abort(session: Session) -> None:
    try:
        await session.abort_transaction()
    except PyMongoError:
        return  # the server gives an open transaction up by itself; the first error is the one to tell


def is_transient(error: BaseException) -> bool:
    """Whether trying the whole transaction again may help: network, elections, conflicts with other writers."""
    if isinstance(error, BulkWriteError):
        codes = {e.get("code") for e in error.details.get("writeErrors", [])}
        return bool(codes) and codes <= (TRANSIENT_CODES | {DUPLICATE_KEY})
    if isinstance(error, DuplicateKeyError):
        # Two upserts of one new key inside transactions: the loser sees it here and finds the row when it tries again.
        return True
    if isinstance(
        error,
        (
            AutoReconnect,
            ConnectionFailure,
            NetworkTimeout,
            ServerSelectionTimeoutError,
            ExecutionTimeout,
            WTimeoutError,
        ),
    ):
        return True
    if isinstance(error, PyMongoError) and (
        error.has_error_label("TransientTransactionError") or error.has_error_label("UnknownTransactionCommitResult")
    ):
        return True
    return isinstance(error, OperationFailure) and error.code in TRANSIENT_CODES


def is_duplicate(error: BaseException) -> bool:
    """Whether a unique index refused the write."""
    if isinstance(error, BulkWriteError):
        return any(e.get("code") == DUPLICATE_KEY for e in error.details.get("writeErrors", []))
    return isinstance(error, DuplicateKeyError)


def is_unknown_commit(error: BaseException) -> bool:
    """Whether the commit may have happened although it did not answer."""
    return isinstance(error, PyMongoError) and error.has_error_label("UnknownTransactionCommitResult")


async def server_time(db: Database) -> datetime:
    """The database's own time, UTC, to the millisecond."""
    hello = await db.command("hello", codec_options=db.codec_options)
    time: datetime = hello["localTime"]
    return time


async def is_there(db: Database) -> bool:
    """Whether the database answers as a writable primary."""
    hello = await db.command("hello")
    return bool(hello.get("isWritablePrimary"))
