"""Logs: one JSON line each, with the trace, and never a value that somebody refused."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from pydantic import BaseModel, ValidationError
from pymongo.errors import BulkWriteError, DuplicateKeyError

from chassis import logs, tracing
from chassis.logs import log, told

SECRET = "ada@example.com"


class Contact(BaseModel):
    age: int


def a_refusal() -> ValidationError:
    try:
        Contact.model_validate({"age": SECRET})
    except ValidationError as error:
        return error
    raise AssertionError


DUPLICATE = DuplicateKeyError(
    f"E11000 dup key: {{ address: '{SECRET}' }}", 11000, {"keyPattern": {"address": 1}, "keyValue": {"address": SECRET}}
)
BULK = BulkWriteError({"writeErrors": [{"code": 11000, "keyPattern": {"address": 1}, "op": {"address": SECRET}}]})


QUIETER = ("aiokafka", "aiokafka.cluster", "faststream", "pymongo", "PIL")


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What a configured process writes; the test run's own logging is put back afterwards."""
    root, text = logging.getLogger(), io.StringIO()
    before = (root.handlers, root.level)
    levels = {name: logging.getLogger(name).level for name in QUIETER}
    configuration = structlog.get_config()
    logs.configure("toys", "worker")
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(text)
    yield text
    root.handlers, level = before
    root.setLevel(level)
    for name, was in levels.items():
        logging.getLogger(name).setLevel(was)
    structlog.contextvars.clear_contextvars()
    structlog.configure(**configuration)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fail_because_of(error: Exception) -> None:
    raise RuntimeError("the handler failed") from error


@pytest.mark.parametrize("error", [pytest.param(e, id=type(e).__name__) for e in (a_refusal(), DUPLICATE, BULK)])
def test_an_error_is_told_without_the_value_that_was_refused(error: Exception, out: io.StringIO) -> None:
    assert SECRET not in told(error)
    assert type(error).__name__ in told(error)
    try:
        fail_because_of(error)
    except RuntimeError as outer:
        log.error("loop.handler_failed", exc_info=outer)

    assert SECRET not in out.getvalue()
    (line,) = lines(out)
    assert type(error).__name__ in line["exception"]
    assert "RuntimeError(the handler failed)" in line["exception"]
    assert "test_logs.py" in line["exception"]


def test_a_line_says_service_role_time_level_and_trace(out: io.StringIO) -> None:
    tracing.start("toys", "worker", "")
    with tracing.span("work"):
        log.info("order.decided", order="o-1")
        trace = tracing.current_trace_id()

    (line,) = lines(out)
    assert line["message"] == "order.decided"
    assert (line["service"], line["role"], line["level"], line["order"]) == ("toys", "worker", "info", "o-1")
    assert line["trace_id"] == trace
    assert line["timestamp"].endswith("Z")


def test_a_librarys_line_looks_the_same(out: io.StringIO) -> None:
    logging.getLogger("some.library").warning("it is %s", "late")

    (line,) = lines(out)
    assert (line["message"], line["logger"], line["service"]) == ("it is late", "some.library", "toys")


@pytest.mark.parametrize("name", ["PIL.TiffImagePlugin", "pymongo.command"])
@pytest.mark.usefixtures("out")
def test_libraries_that_tell_what_they_handle_are_quiet_at_every_level(name: str) -> None:
    """Pillow's line of a photo says where it was taken, pymongo's the whole command."""
    logs.configure("toys", "worker", "DEBUG")
    assert logging.getLogger("some.library").isEnabledFor(logging.DEBUG)
    assert not logging.getLogger(name).isEnabledFor(logging.INFO)


def test_without_a_broker_aiokafka_says_each_thing_once_in_10_seconds(out: io.StringIO) -> None:
    for number in range(200):
        logging.getLogger("aiokafka").error("Unable connect to node with id %s", number)
    logging.getLogger("aiokafka").error("Something else")

    assert [line["message"] for line in lines(out)] == ["Unable connect to node with id 0", "Something else"]


def test_a_locals_value_is_in_no_traceback(out: io.StringIO) -> None:
    def fails() -> None:
        address = SECRET
        raise KeyError(len(address))

    try:
        fails()
    except KeyError:
        log.exception("job.failed")
    assert SECRET not in out.getvalue()
    assert "KeyError" in out.getvalue()
