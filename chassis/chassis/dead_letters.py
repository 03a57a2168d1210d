"""Dead letters: records that could not be handled, kept whole in the consumer's own store, and what became of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from chassis import mongo
from chassis.records import Record
from chassis.tx import Tx

DEAD_LETTERS = "dead_letters"
CONSUMERS = "consumers"

COLLECTIONS = (
    mongo.CollectionSpec(
        DEAD_LETTERS,
        indexes=(
            mongo.IndexModel([("at", -1), ("_id", -1)]),
            mongo.IndexModel([("topic", 1), ("at", -1), ("_id", -1)]),
            mongo.IndexModel([("expires_at", 1)], expireAfterSeconds=0),
        ),
    ),
    mongo.CollectionSpec(CONSUMERS),
)


class ReplayOutcome(StrEnum):
    """What became of a dead letter that an operator sent through the loop again."""

    HANDLED = "handled"
    PARKED_AGAIN = "parked-again"
    UNKNOWN_TYPE = "unknown-type"
    NOT_FOUND = "not-found"
    ALREADY_REPLAYED = "already-replayed"


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A dead letter's record as it was on its topic."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


def letter_id(group: str, record: Record) -> str:
    """One record has one dead letter per group, however often it was read."""
    return f"{group}:{record.topic}:{record.partition}:{record.offset}"


def stored_record(row: mongo.Document) -> StoredRecord:
    """The record that a dead letter keeps."""
    return StoredRecord(
        topic=row["topic"],
        partition=row["partition"],
        offset=row["offset"],
        key=row["key"],
        value=row["value"],
        headers=[(name, value) for name, value in row["headers"]],
    )


NOTHING_LESS: Mapping[str, Callable[[bytes], bytes]] = MappingProxyType({})


async def park(
    tx: Tx,
    group: str,
    parked: Sequence[tuple[Record, str, str]],
    keep: timedelta,
    parked_as: Mapping[str, Callable[[bytes], bytes]] = NOTHING_LESS,
) -> None:
    """Keep records with (reason, error) for the operator; a repeat counts an attempt and changes nothing else.

    `parked_as` says by topic what is kept of a record's value; an error is not kept with it, as it may quote the value.
    """
    if not parked:
        return
    await tx.db[DEAD_LETTERS].bulk_write(
        [
            mongo.UpdateOne(
                {"_id": letter_id(group, record)},
                {
                    "$setOnInsert": {
                        "group": group,
                        "topic": record.topic,
                        "partition": record.partition,
                        "offset": record.offset,
                        "key": record.key,
                        "value": _kept(record, parked_as),
                        "headers": [[name, value] for name, value in record.headers],
                        "at": tx.now,
                        "expires_at": tx.now + keep,
                    },
                    "$set": {"reason": reason, "error": "" if record.topic in parked_as else error[:2000]},
                    "$inc": {"attempts": 1},
                },
                upsert=True,
            )
            for record, reason, error in parked
        ],
        session=tx.session,
    )


def _kept(record: Record, parked_as: Mapping[str, Callable[[bytes], bytes]]) -> bytes | None:
    less = parked_as.get(record.topic)
    return record.value if less is None or record.value is None else less(record.value)
