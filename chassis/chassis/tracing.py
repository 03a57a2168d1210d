"""Traces across Kafka hops: W3C `traceparent` in and out; exported by OTLP where an address is set."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import Link, NonRecordingSpan, SpanContext, SpanKind, TraceFlags

_TRACEPARENT = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")
_provider: TracerProvider | None = None


def start(service: str, role: str, endpoint: str) -> None:
    """Make this process's tracer; without `endpoint` spans are made for their ids and go nowhere."""
    global _provider  # noqa: PLW0603 - OpenTelemetry itself keeps one provider per process
    if _provider is not None:
        return
    _provider = TracerProvider(resource=Resource.create({"service.name": service, "service.instance.role": role}))
    if endpoint:
        # Only where it is wanted: it brings requests and protobuf, 2 MB in each process and a twentieth of its imports.
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

        _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")))
    trace.set_tracer_provider(_provider)


def stop() -> None:
    """Send what is left."""
    if _provider is not None:
        _provider.shutdown()


def parse(traceparent: str) -> SpanContext | None:
    """A W3C traceparent's context; None for anything else, for outsiders write headers, too."""
    match = _TRACEPARENT.match(traceparent)
    if match is None:
        return None
    context = SpanContext(
        trace_id=int(match[1], 16), span_id=int(match[2], 16), is_remote=True, trace_flags=TraceFlags(int(match[3], 16))
    )
    return context if context.is_valid else None


def current_traceparent() -> str:
    """The running span as a W3C traceparent; empty without one."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return ""
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{int(context.trace_flags):02x}"


def current_trace_id() -> str:
    """The running trace's id in hexadecimal; empty without one."""
    context = trace.get_current_span().get_span_context()
    return f"{context.trace_id:032x}" if context.is_valid else ""


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL, parents: tuple[str, ...] = ()) -> Iterator[trace.Span]:
    """A span around a block: the child of its one parent, or linked to its many (a batch has many causes)."""
    contexts = [context for context in map(parse, parents) if context is not None]
    parent = trace.set_span_in_context(NonRecordingSpan(contexts[0])) if len(contexts) == 1 else None
    links = [Link(context) for context in contexts] if len(contexts) > 1 else []
    tracer = trace.get_tracer("chassis")
    with tracer.start_as_current_span(name, context=parent, kind=kind, links=links) as current:
        yield current
