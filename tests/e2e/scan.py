"""Where words are found: in every collection, on every topic, in files. Bytes are searched, whatever is in them."""

import asyncio
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import bson
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from pymongo import MongoClient
from tantivy import Index, Query

from contracts import topics

Found = dict[str, set[str]]
"""Place -> the words that are in it."""


def words_in(content: bytes, words: Iterable[bytes]) -> set[str]:
    """Those of the words that stand in the bytes, in either case."""
    low = content.lower()
    return {word.decode(errors="replace") for word in words if word.lower() in low}


def in_databases(address: str, words: Iterable[bytes]) -> Found:
    """By database and collection, keys and values alike."""
    found: Found = {}
    with MongoClient[dict[str, Any]](address) as client:
        for name in sorted(set(client.list_database_names()) - {"admin", "config", "local"}):
            for collection in sorted(client[name].list_collection_names()):
                for row in client[name][collection].find():
                    found.setdefault(f"{name}.{collection}", set()).update(words_in(bson.encode(row), words))
    return {place: seen for place, seen in found.items() if seen}


def count(address: str, database: str, collection: str) -> int:
    """How many documents there are."""
    with MongoClient[dict[str, Any]](address) as client:
        return client[database][collection].count_documents({})


def waiting(address: str) -> int:
    """Rows that no relay has published yet, in all services together."""
    with MongoClient[dict[str, Any]](address) as client:
        return sum(client[name]["outbox"].count_documents({}) for name in client.list_database_names())


def on_topics(bootstrap: str, words: Iterable[bytes], *, newest_of_entities: bool) -> Found:
    """By topic. Of entity topics only the newest record of each key, which is what compaction leaves, if so asked."""
    records = asyncio.run(_all_records(bootstrap))
    found: Found = {}
    for topic in topics.ALL:
        of_topic: Iterable[tuple[bytes, bytes]] = records.get(topic.name, [])
        if topic.is_entity and newest_of_entities:
            of_topic = dict(of_topic).items()
        for key, value in of_topic:
            found.setdefault(topic.name, set()).update(words_in(key + b"\x00" + value, words))
    return {place: seen for place, seen in found.items() if seen}


def put_on_topic(bootstrap: str, topic: str, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> None:
    """One record, as somebody's program might write it."""

    async def put() -> None:
        async with AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
            await producer.send_and_wait(topic, value, key, headers=headers)

    asyncio.run(put())


async def _all_records(bootstrap: str) -> Mapping[str, list[tuple[bytes, bytes]]]:
    """Key and whole record (headers, value) of everything on our topics, in the order of each partition."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        everywhere = [TopicPartition(topic.name, number) for topic in topics.ALL for number in range(topic.partitions)]
        consumer.assign(everywhere)
        ends = await consumer.end_offsets(everywhere)
        await consumer.seek_to_beginning()
        found: dict[str, list[tuple[bytes, bytes]]] = {}
        async with asyncio.timeout(60):
            while any([await consumer.position(partition) < end for partition, end in ends.items()]):
                for partition, records in (await consumer.getmany(timeout_ms=200)).items():
                    for one in records:
                        headers = b"\x00".join(value or b"" for _, value in one.headers)
                        found.setdefault(partition.topic, []).append((one.key or b"", headers + (one.value or b"")))
        return found
    finally:
        await consumer.stop()


def in_files(folder: Path, words: Iterable[bytes], *, but: str = r"$^") -> Found:
    """By file below a folder, without those whose names match `but`."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and not re.search(but, path.name)]
    found = {str(path.relative_to(folder)): words_in(path.read_bytes(), words) for path in files}
    return {place: seen for place, seen in found.items() if seen}


def in_indexes(folder: Path, words: Iterable[bytes]) -> Found:
    """By index below a folder and its field: words of the creators that it holds now, and what is stored of them.

    Bytes of its files say nothing: terms stand compressed there, and those of the removed stay until segments merge.
    """
    found: Found = {}
    for meta in sorted(folder.rglob("meta.json")):
        searcher = Index.open(str(meta.parent)).searcher()
        texts = [field["name"] for field in json.loads(meta.read_text())["schema"] if field["type"] == "text"]
        for name in texts:
            terms = searcher.terms_with_prefix(name, "", filter_query=Query.all_query())
            content = "\n".join(term for term, count in terms if count)
            found[f"{meta.parent.name}.{name}"] = words_in(content.encode(), words)
        for _, address in searcher.search(Query.all_query(), limit=max(1, searcher.num_docs)).hits:
            stored = str(searcher.doc(address).to_dict()).encode()
            found.setdefault(f"{meta.parent.name} stored", set()).update(words_in(stored, words))
    return {place: seen for place, seen in found.items() if seen}
