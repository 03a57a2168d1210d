"""Every metric of the redirect, each with the question that it answers."""

from bisect import bisect_left
from collections import Counter as Counts
from collections.abc import Callable, Iterator
from itertools import accumulate

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector
from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from attribution.redirect.written import Seen

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


class RedirectMetrics:
    """One registry per app, so that several can live in one process.

    What each answer counts is a plain number of the one thread that answers, read when somebody asks for it.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._outcomes: Counts[str] = Counts()
        self._within = [0] * (len(_SECONDS) + 1)
        self._seconds = 0.0
        self.registry.register(_Answers(self._requests, self._waits))
        self._bots = self._data_centres = self._objected = self._without_key = 0
        # How many of the clicks are bots', from data centres, of people who object, and uncounted for want of a key?
        self.show_total("redirect_bot_clicks", "Clicks that the bot rule marked", lambda: self._bots)
        self.show_total("redirect_data_centre_clicks", "Clicks from data centres", lambda: self._data_centres)
        self.show_total(
            "redirect_objected_clicks", "Clicks of people who asked not to be followed", lambda: self._objected
        )
        self.show_total(
            "redirect_clicks_without_key", "Clicks that can't be unique: no key of the day", lambda: self._without_key
        )
        # How many records on the links' topic were no links?
        self.invalid = Counter("redirect_invalid_link_records", "Records that are no link", registry=self.registry)

    def count(self, outcome: str) -> None:
        """One more request that ended so; the outcomes are a closed set of ours."""
        self._outcomes[outcome] += 1

    def waited(self, seconds: float) -> None:
        """So long somebody waited for a 302."""
        self._within[bisect_left(_SECONDS, seconds)] += 1
        self._seconds += seconds

    def count_marks(self, seen: Seen, *, objected: bool) -> None:
        """Count how a click is marked; one of nobody who objected has no visitor for want of a key."""
        if seen.bot:
            self._bots += 1
        if seen.data_centre:
            self._data_centres += 1
        if objected:
            self._objected += 1
        elif seen.visitor is None:
            self._without_key += 1

    def show(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A value that is read when it is asked for."""
        Gauge(name, about, registry=self.registry).set_function(read)

    def show_total(self, name: str, about: str, read: Callable[[], float]) -> None:
        """A counter that is kept elsewhere; `name` without `_total`."""
        self.registry.register(_Total(name, about, read))

    def _requests(self) -> CounterMetricFamily:
        # What became of the requests (sent, spooled, lost: redirected; unknown, paused, ended, expired, ...)?
        family = CounterMetricFamily("redirect_requests", "Requests by outcome", labels=["outcome"])
        for outcome, count in self._outcomes.items():
            family.add_metric([outcome], count)
        return family

    def _waits(self) -> HistogramMetricFamily:
        # How long did people wait for their redirect?
        bounds = [*map(str, _SECONDS), "+Inf"]
        buckets = list(zip(bounds, map(float, accumulate(self._within)), strict=True))
        return HistogramMetricFamily("redirect_seconds", "Seconds to a 302", buckets, self._seconds)


class _Answers(Collector):
    def __init__(self, *families: Callable[[], Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        for family in self._families:
            yield family()


class _Total(Collector):
    def __init__(self, name: str, about: str, read: Callable[[], float]) -> None:
        self._name = name
        self._about = about
        self._read = read

    def collect(self) -> Iterator[Metric]:
        yield CounterMetricFamily(self._name, self._about, value=self._read())
