"""JSON logs, one line each, on standard output; never payloads, never addresses."""

import logging
import sys
from typing import Any

import structlog

from chassis import tracing


def _trace_id(_logger: Any, _name: str, event: structlog.types.EventDict) -> structlog.types.EventDict:
    trace_id = tracing.current_trace_id()
    if trace_id:
        event.setdefault("trace_id", trace_id)
    return event


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
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for noisy in ("aiokafka", "faststream", "uvicorn", "uvicorn.access", "httpx", "httpcore", "pymongo"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service, role=role)


log: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger("chassis")
