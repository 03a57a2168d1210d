"""The same join in Quix Streams with durable state; runs in a virtual environment of its own, so it imports no other.

    python quix.py <bootstrap> <clicks topic> <orders topic> <state folder> <how many orders> <seconds> <answers file>

State is kept by click id: the click, the orders that came before it, and which orders were credited, so that doubles
change nothing. What is credited goes to a topic. Prints one line of JSON: seconds and processor time from the first
record to the last credited order.
"""

import json
import sys
import threading
import time
from pathlib import Path
from typing import Any

from quixstreams import Application

Json = dict[str, Any]


def read(value: bytes) -> Json | None:
    """The event in a record, None if it can't be read."""
    try:
        event = json.loads(value)
    except ValueError:
        return None
    if "snapshot" not in event:
        return {"click": event["id"], "creator": event["creator"]}
    lines = event["snapshot"]["lines"]
    base = sum(line["unit_price"] * line["quantity"] for line in lines)
    return {"click": event["snapshot"]["click_ids"][0], "order": event["order"], "base": base}


def join(event: Json, state: Any) -> list[Json]:
    """What the event lets us credit now."""
    if "order" not in event:
        if state.get("creator") is not None:
            return []
        state.set("creator", event["creator"])
        return [_credited(order, event["creator"]) for order in state.get("waiting", [])]
    known = state.get("orders", [])
    if event["order"] in known:
        return []
    state.set("orders", [*known, event["order"]])
    creator = state.get("creator")
    if creator is None:
        state.set("waiting", [*state.get("waiting", []), event])
        return []
    return [_credited(event, creator)]


def _credited(order: Json, creator: str) -> Json:
    whole, rest = divmod(order["base"], 10)
    return {
        "order": order["order"],
        "creator": creator,
        "commission": whole + (rest > 5 or (rest == 5 and whole % 2 == 1)),  # half-even
    }


def main() -> None:
    bootstrap, clicks_name, orders_name, state, count, seconds, answers = sys.argv[1:]
    app = Application(
        broker_address=bootstrap,
        consumer_group="bench-quix",
        auto_offset_reset="earliest",
        state_dir=state,
        loglevel="ERROR",
        use_changelog_topics=True,
    )
    clicks = app.topic(clicks_name, key_deserializer="str", value_deserializer="bytes")
    orders = app.topic(orders_name, key_deserializer="str", value_deserializer="bytes")
    out = app.topic("bench-quix-credited", key_serializer="str", value_serializer="json")
    found: dict[str, tuple[str, int]] = {}
    marks: dict[str, float] = {}

    def begin(_: Any) -> None:
        if not marks:
            marks.update(began=time.perf_counter(), cpu=time.process_time())

    def note(credited: Json) -> None:
        found[credited["order"]] = (credited["creator"], credited["commission"])
        marks.update(ended=time.perf_counter(), cpu_ended=time.process_time())

    def wanted(value: Json | None) -> bool:
        return value is not None

    by_click = app.dataframe(clicks).update(begin).apply(read).filter(wanted)
    by_order = (
        app.dataframe(orders)
        .update(begin)
        .apply(read)
        .filter(wanted)
        .group_by("click", name="by-click", key_serializer="str", key_deserializer="str")
    )
    joined = by_click.concat(by_order).apply(join, stateful=True, expand=True).update(note)
    joined.to_topic(out, key=lambda credited: credited["order"])

    def until_done() -> None:
        """Stop once everything is credited; two more commits make it durable."""
        deadline = time.monotonic() + float(seconds)
        while len(found) < int(count) and time.monotonic() < deadline:
            time.sleep(0.05)
        app.stop()

    threading.Thread(target=until_done, daemon=True).start()
    app.run()
    Path(answers).write_text(json.dumps(found))
    print(
        json.dumps(
            {
                "seconds": marks["ended"] - marks["began"],
                "cpu": marks["cpu_ended"] - marks["cpu"],
            }
        )
    )


if __name__ == "__main__":
    main()
