"""Every metric, each with the question that it answers."""

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)

# How many records were taken in, and what became of them (handled, duplicate, unknown, parked)?
RECORDS = Counter("records_total", "Records by outcome", ["topic", "outcome"])
# How long does a batch take, from its records in hand to its commit?
BATCH_SECONDS = Histogram("batch_seconds", "Seconds per committed batch", ["group"], buckets=_SECONDS)
# How large are the batches?
BATCH_RECORDS = Histogram("batch_records", "Records per batch", ["group"], buckets=(1, 5, 20, 50, 100, 200, 500))
# How often was a batch tried again, and why (transient, halved)?
BATCH_RETRIES = Counter("batch_retries_total", "Batches tried again", ["group", "why"])
# How far behind is each partition, in records?
LAG = Gauge("consumer_lag_records", "Records behind the end of the partition", ["group", "topic", "partition"])
# When did the consumer's loop last turn (Unix seconds)?
LOOP_TURNED = Gauge("consumer_loop_turned_timestamp_seconds", "Last turn of the loop", ["group"])
# Has the consumer stopped itself after too many unexpected errors (1) or not (0)?
CONSUMER_STOPPED = Gauge("consumer_stopped", "1 after too many handler errors in a row", ["group"])
# How many records were parked?
DEAD_LETTERS = Counter("dead_letters_total", "Records parked", ["topic", "reason"])
# How many rows were published out of the outbox?
OUTBOX_SENT = Counter("outbox_sent_total", "Outbox rows published", ["kind"])
# How old is the oldest row of the outbox, in seconds?
OUTBOX_AGE = Gauge("outbox_oldest_seconds", "Age of the oldest outbox row")
# How many times was a producer thrown away?
PRODUCER_RENEWED = Counter("producer_renewed_total", "Producers built again after a fatal error")
# How many looks after a commit were taken, at once or swept?
LOOKS = Counter("looks_total", "Looks after a commit", ["kind", "way"])
# How many timers fired, by purpose?
TIMERS_FIRED = Counter("timers_fired_total", "Timers fired", ["purpose"])
# How late did timers fire, in seconds?
TIMER_LATENESS = Histogram("timer_lateness_seconds", "Seconds between due and fired", buckets=_SECONDS)
# How long do answers take?
HTTP_SECONDS = Histogram("http_request_seconds", "Seconds per request", ["method", "route", "status"], buckets=_SECONDS)
# How many requests were refused because somebody asked too often (whose budget: account, tenant, store)?
REFUSED_BY_RATE = Counter("http_refused_by_rate_total", "Requests over a budget", ["whose"])
# What became of the mails (sent, bounced, skipped)?
MAILS_SETTLED = Counter("mails_settled_total", "Mails by outcome", ["template", "outcome"])


def exposition(registry: CollectorRegistry = REGISTRY) -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(registry)
