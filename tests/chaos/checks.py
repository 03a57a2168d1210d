"""I1 to I10 from the outside: the topics and the stores against what the generator was answered."""

import asyncio
import json
import os
import subprocess
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from pymongo import MongoClient

from contracts.topics import CLICKS
from tests.chaos.flow import Told
from tests.chaos.plan import pause
from tests.chaos.scene import WORKERS, Scene
from tests.support.lag import lag

SETTLE_SECONDS = 180.0
MEMORY_GROWTH_MB = 200
Violations = list[str]


def settle(scene: Scene) -> Violations:
    """I10: lag returns to 0, outbox and looks run empty, no mail waits; what does not is named after three minutes."""
    client: MongoClient[dict[str, Any]] = MongoClient(scene.stack.mongo.address)
    deadline = time.monotonic() + SETTLE_SECONDS
    try:
        while True:
            left = asyncio.run(_left(scene, client))
            if not left:
                return []
            if time.monotonic() > deadline:
                return [f"I10: {text}" for text in left]
            pause(1)
    finally:
        client.close()


async def _left(scene: Scene, client: MongoClient[dict[str, Any]]) -> list[str]:
    left = []
    for service in ("attribution", "campaigns", "notifications", "discovery"):
        for name in ("outbox", "looks"):
            count = client[service][name].count_documents({})
            if count:
                left.append(f"{count} rows in {service}'s {name}")
    waiting = client.notifications.mails.count_documents({"status": "open"})
    if waiting:
        left.append(f"{waiting} mails wait to be sent")
    for group, topic in (("attribution.orders", "stores.orders.v1"), ("attribution.clicks", CLICKS.name)):
        behind = await lag(scene.stack.kafka.address, group, topic)
        if behind:
            left.append(f"{group} is {behind} records behind")
    return left


async def _known(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    await consumer._client.force_metadata_update()
    return set(consumer.partitions_for_topic(topic) or set(range(12)))


async def records(bootstrap: str, topic: str) -> list[Any]:
    """Everything on a topic."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, p) for p in await _known(consumer, topic)]
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[Any] = []
        for partition in partitions:
            await consumer.seek_to_beginning(partition)
        while any([await consumer.position(p) < ends[p] for p in partitions]):
            for batch in (await consumer.getmany(timeout_ms=500, max_records=5000)).values():
                found += batch
        return found
    finally:
        await consumer.stop()


def check(scene: Scene, told: Told) -> Violations:
    """Every invariant but I7, which is in `timing`; each broken one as a sentence."""
    client: MongoClient[dict[str, Any]] = MongoClient(scene.stack.mongo.address, tz_aware=True)
    try:
        db = client.attribution
        found: Violations = []
        for one in (_clicks, _orders, _ledger, _dead_letters):
            found += list(one(scene, told, db))
        return found + list(_mails(scene)) + list(_memory(scene))
    finally:
        client.close()


def _clicks(scene: Scene, told: Told, db: Any) -> Iterator[str]:
    said = asyncio.run(records(scene.stack.kafka.address, CLICKS.name))
    on_topic = {json.loads(r.value)["id"] for r in said if r.key and not r.key.startswith(b"poison")}
    lost = told.clicks - on_topic
    allowed = _lost_clicks(scene)
    if len(lost) > allowed:
        yield f"I1: {len(lost)} answered clicks are not on the topic, {allowed} were counted as lost"
    kept = {row["_id"] for row in db.clicks.find({}, {"_id": 1})}
    if kept != on_topic:
        yield f"I1: {len(on_topic - kept)} clicks on the topic are not kept, {len(kept - on_topic)} others are"
    counted = next(
        iter(
            db.click_counts.aggregate([{"$match": {"recount": 0}}, {"$group": {"_id": None, "raw": {"$sum": "$raw"}}}])
        ),
        {"raw": 0},
    )
    if counted["raw"] != len(on_topic):
        yield f"I1: {len(on_topic)} clicks are counted as {counted['raw']}"


def _lost_clicks(scene: Scene) -> int:
    import httpx

    text = httpx.get(f"{scene.cast.where.link_url}/metrics", timeout=10).text
    return sum(
        int(float(line.split()[-1])) for line in text.splitlines() if line.startswith("redirect_clicks_lost_total")
    )


def _orders(_scene: Scene, told: Told, db: Any) -> Iterator[str]:
    rows = {row["_id"]: row for row in db.orders.find({}, {"refs": 0})}
    missing = [order for order in told.expected if "outcome" not in rows.get(order, {})]
    if missing:
        yield f"I2: {len(missing)} accepted orders have no outcome, such as {missing[:3]}"
    wrong = []
    for order, expected in told.expected.items():
        row = rows.get(order)
        if row is None or "outcome" not in row:
            continue
        shares = {share["creator"]: share["commission"] for share in row["shares"]}
        if shares != ({} if expected is None else {expected[0]: expected[1]}):
            wrong.append((order, row["outcome"], row["reason"], shares, expected))
    if wrong:
        yield f"I3: {len(wrong)} orders are not credited as the history says, such as {wrong[:3]}"


def _ledger(_scene: Scene, told: Told, db: Any) -> Iterator[str]:  # noqa: C901 - one pass over the ledger for three
    balances: defaultdict[str, int] = defaultdict(int)
    left: defaultdict[tuple[str, str], int] = defaultdict(int)
    numbers: defaultdict[str, list[int]] = defaultdict(list)
    for row in db.ledger.find({}).sort([("order", 1), ("number", 1)]):
        sums: Counter[str] = Counter()
        numbers[row["order"]].append(row["number"])
        for leg in row["legs"]:
            sums[leg["currency"]] += leg["amount"]
            if leg.get("creator"):
                balances[leg["creator"]] += leg["amount"]
                left[row["order"], leg["creator"]] += leg["amount"]
        if any(sums.values()):
            yield f"I4: the legs of {row['_id']} add up to {dict(sums)}"
        if any(amount < 0 for (order, _), amount in left.items() if order == row["order"]):
            yield f"I6: more was taken back than given in {row['order']}"
    for order, found in numbers.items():
        if found != list(range(1, len(found) + 1)):
            yield f"I4: the transactions of {order} are numbered {found}"
    due: defaultdict[str, int] = defaultdict(int)
    for expected in told.expected.values():
        if expected is not None:
            due[expected[0]] += expected[1]
    if dict(balances) != dict(due):
        yield f"I4: the balances are {dict(balances)}, the history says {dict(due)}"
    for row in db.orders.aggregate([{"$match": {"shares.1": {"$exists": True}}}, {"$limit": 3}]):
        yield f"I5: last click gave {row['_id']} to {len(row['shares'])} creators"


def verified(scene: Scene) -> Violations:
    """I3, I4: `python -m attribution verify` decides all anew from the stored facts and finds no difference."""
    api = scene.system.processes["attribution-api"]
    command = [*api.argv[:-1], "verify"]
    done = subprocess.run(command, env=os.environ | api.env, capture_output=True, text=True, timeout=300, check=False)
    print(
        f"  verify: {done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-500:]}", flush=True
    )
    return [] if done.returncode == 0 else [f"I3: verify ends with {done.returncode}: {done.stdout[-2000:]}"]


def _dead_letters(_scene: Scene, told: Told, db: Any) -> Iterator[str]:
    parked = Counter(bytes(row["key"]).decode() for row in db.dead_letters.find({}, {"key": 1}))
    if set(parked) != told.poison:
        others = set(parked) - told.poison
        yield f"I9: {len(told.poison - set(parked))} poison records are not parked, {len(others)} others are"


def _mails(scene: Scene) -> Iterator[str]:
    ids = Counter(mail["MessageID"] for mail in scene.cast.mailbox.everything())
    twice = [id_ for id_, count in ids.items() if count > 1]
    if twice:
        yield f"I8: {len(twice)} mails came twice although notifications was never killed"
    for name in ("ada", "bea"):
        subjects = Counter(mail["Subject"] for mail in scene.cast.mailbox.to(scene.cast.people[name].address))
        if len(subjects) != 4 or sum(subjects.values()) != 4:
            yield f"I8: {name} has the mails {dict(subjects)}"


def _memory(scene: Scene) -> Iterator[str]:
    for name in WORKERS:
        resident = _resident_mb(scene.system.processes[name].pid)
        if resident > MEMORY_GROWTH_MB + 150:
            yield f"I10: {name} holds {resident} MB"


def _resident_mb(pid: int) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:  # noqa: PTH123 - not a file on a disk
        line = next(line for line in status if line.startswith("VmRSS"))
    return int(line.split()[1]) // 1024
