"""The part of MongoDB's query and update language that the store in memory speaks."""

import asyncio
from collections.abc import Callable, Mapping
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.clock import Clock

Document = dict[str, Any]

BEGIN = datetime(2026, 5, 4, 12, tzinfo=UTC)


class VirtualClock(Clock):
    """The database's time, which is the loop's."""

    def now(self) -> datetime:
        """The beginning and the virtual seconds since."""
        return BEGIN + timedelta(seconds=asyncio.get_running_loop().time())


def matches(row: Document, query: Mapping[str, Any]) -> bool:
    """Whether a document is asked for."""
    for name, asked in query.items():
        if name == "$expr":
            if not evaluated(row, asked):
                return False
        elif isinstance(asked, Mapping):
            if not all(_COMPARED[how](row.get(name), value) for how, value in asked.items()):
                return False
        elif row.get(name) != asked:
            return False
    return True


def updated(row: Document, update: Any, *, is_new: bool) -> Document:
    """The document after an update, by operators or by a pipeline."""
    after = deepcopy(row)
    if isinstance(update, list):
        for stage in update:
            if "$set" in stage:
                after |= {name: evaluated(row, value) for name, value in stage["$set"].items()}
            else:
                after = deepcopy(evaluated(row, stage["$replaceWith"]))
        return after
    for how, fields in update.items():
        for name, value in fields.items():
            if how == "$set" or (how == "$setOnInsert" and is_new):
                after[name] = deepcopy(value)
            elif how == "$inc":
                after[name] = after.get(name, 0) + value
            elif how == "$max":
                after[name] = max(after.get(name, value), value)
            elif how != "$setOnInsert":
                raise NotImplementedError(how)
    return after


def evaluated(row: Document, asked: Any) -> Any:
    """The value of an expression, of those that the chassis uses."""
    if isinstance(asked, str) and asked.startswith("$"):
        if asked == "$$NOW":
            return VirtualClock().now()
        return row if asked == "$$ROOT" else row.get(asked[1:])
    if not isinstance(asked, Mapping):
        return asked
    if not any(name.startswith("$") for name in asked):
        return {name: evaluated(row, value) for name, value in asked.items()}
    ((how, of),) = asked.items()
    if how == "$literal":
        return of
    values = [evaluated(row, one) for one in of]
    answers: Mapping[str, Callable[[], Any]] = {
        "$or": lambda: any(values),
        "$eq": lambda: values[0] == values[1],
        "$lte": lambda: values[0] <= values[1],
        "$gt": lambda: values[0] > values[1],
        "$cond": lambda: values[1] if values[0] else values[2],
        "$ifNull": lambda: values[1] if values[0] is None else values[0],
        "$add": lambda: values[0] + timedelta(milliseconds=values[1]),
    }
    return answers[how]()


_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {
    "$in": lambda value, asked: value in asked,
    "$lt": lambda value, asked: value is not None and value < asked,
    "$gte": lambda value, asked: value is not None and value >= asked,
}
