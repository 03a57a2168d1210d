"""Every metric of the redirect, each with the question that it answers."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.core import CounterMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from contracts.attribution import ClickRecorded

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class RedirectMetrics:
    """One registry per app, so that several can live in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        # What became of the requests (sent, spooled, lost: redirected; unknown, paused, ended, expired, ...)?
        self.requests = Counter("redirect_requests", "Requests by outcome", ["outcome"], registry=self.registry)
        self._by_outcome: dict[str, Counter] = {}
        # How long did people wait for their redirect?
        self.seconds = Histogram("redirect_seconds", "Seconds to a 302", buckets=_SECONDS, registry=self.registry)
        # How many of the clicks are bots', from data centres, of people who object, and uncounted for want of a key?
        self.bots = Counter("redirect_bot_clicks", "Clicks that the bot rule marked", registry=self.registry)
        self.data_centres = Counter("redirect_data_centre_clicks", "Clicks from data centres", registry=self.registry)
        self.objected = Counter(
            "redirect_objected_clicks", "Clicks of people who asked not to be followed", registry=self.registry
        )
        self.without_key = Counter(
            "redirect_clicks_without_key", "Clicks that can't be unique: no key of the day", registry=self.registry
        )
        # How many records on the links' topic were no links?
        self.invalid = Counter("redirect_invalid_link_records", "Records that are no link", registry=self.registry)

    def count(self, outcome: str) -> None:
        """One more request that ended so; the outcomes are a closed set of ours."""
        counter = self._by_outcome.get(outcome)
        if counter is None:
            counter = self._by_outcome[outcome] = self.requests.labels(outcome)
        counter.inc()

    def count_marks(self, click: ClickRecorded, *, objected: bool) -> None:
        """Count how a click is marked; one of nobody who objected has no visitor for want of a key."""
        if click.bot:
            self.bots.inc()
        if click.data_centre:
            self.data_centres.inc()
        if objected:
            self.objected.inc()
        elif click.visitor is None:
            self.without_key.inc()

    def show(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A value that is read when it is asked for."""
        Gauge(name, about, registry=self.registry).set_function(read)

    def show_total(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A counter that is kept elsewhere; `name` without `_total`."""
        self.registry.register(_Total(name, about, read))


class _Total(Collector):
    def __init__(self, name: str, about: str, read: Callable[[], float]) -> None:
        self._name = name
        self._about = about
        self._read = read

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(self._name, self._about, value=self._read())
