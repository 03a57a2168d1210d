"""JSON logs, one line each, on standard output; never payloads, never addresses."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import structlog

from chassis import tracing

SELDOM_SECONDS = 10.0


def _trace_id(_logger: Any, _name: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    trace_id = tracing.current_trace_id()
    if trace_id:
        event.setdefault("trace_id", trace_id)
    return event


def told(error: BaseException) -> str:
    """An error in one line. Validators and stores put what they refused into their texts; those are left out."""
    if hasattr(error, "errors") and hasattr(error, "error_count"):  # pydantic's
        places = [".".join(map(str, e["loc"])) + ": " + e["type"] for e in error.errors(include_input=False)[:5]]
        return f"{type(error).__name__}({'; '.join(places)})"
    if hasattr(error, "details") and hasattr(error, "code"):  # the database's
        details = error.details or {}
        codes = {row.get("code") for row in details.get("writeErrors", ())} or {error.code}
        return f"{type(error).__name__}(code {', '.join(map(str, codes))}{_index(details)})"
    return f"{type(error).__name__}({str(error)[:300]})"


def _index(details: Any) -> str:
    """Which index refused, without the value that it refused."""
    row = next(iter(details.get("writeErrors", ())), details)
    pattern = row.get("keyPattern")
    return f", unique {', '.join(pattern)}" if pattern else ""


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error after what it came from."""
    if error is not None:
        yield from _chain(error.__cause__ or (None if error.__suppress_context__ else error.__context__))
        yield error


def _exception(_logger: Any, _name: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    """Where it was raised, line by line, and `told` for each error of the chain: never a value that was refused."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()[1]
    if isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["exception"] = "\n".join(
            "".join(traceback.format_tb(error.__traceback__)) + told(error) for error in _chain(found)
        )
    return event


class Seldom(logging.Filter):
    """One of each kind of aiokafka's messages every 10 s: without a broker it says a hundred a second."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, object], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is said."""
        if not record.name.startswith("aiokafka"):
            return True
        kind = (record.name, record.msg)
        if record.created < self._said.get(kind, 0.0) + SELDOM_SECONDS:
            return False
        self._said[kind] = record.created
        return True


def configure(service: str, role: str, level: str = "INFO") -> None:
    """Set this process's logging up: structlog and the standard library end in the same JSON lines."""
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _trace_id,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder(), structlog.stdlib.add_logger_name],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _exception,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    handler.addFilter(Seldom())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("aiokafka", "uvicorn", "uvicorn.access", "httpx", "httpcore", "pymongo", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Ten times a second while a topic is missing; `consumer.not_joined` says it every 2 s.
    logging.getLogger("aiokafka.cluster").setLevel(logging.CRITICAL)
    logging.getLogger("faststream").setLevel(logging.ERROR)  # it warns at each start that it makes no topics
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service, role=role)


log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("chassis")
