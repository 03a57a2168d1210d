"""Pages while creators come, change and go in between: nobody who stays as they are is missed, or seen twice."""

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery.domain.search_documents import SearchDocument
from discovery.domain.searches import Filters
from discovery.search.finding import Finder, Place
from discovery.search.fitting import Fitting
from discovery.search.index import Change, CreatorIndex, Position
from tests.discovery.search import oracle
from tests.discovery.search.strategies import creators, fit_questions, ids, queries

SLOW = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
Wave = list[SearchDocument | str]
"""Creators as they are from now on; a name is somebody who is erased."""
WAVES = st.lists(st.lists(creators() | ids, max_size=5), min_size=1, max_size=4)
Pages = Callable[[Finder], Callable[..., list[Place]]]


def read_meanwhile(first: Sequence[SearchDocument], waves: Sequence[Wave], pages: Pages, limit: int) -> list[str]:
    """Page by page to the end; after each page one wave of changes arrives, and the one after reads the newest."""
    with tempfile.TemporaryDirectory() as folder:
        index = CreatorIndex.create(Path(folder))
        revision = 0

        def take(wave: Sequence[SearchDocument | str]) -> None:
            nonlocal revision
            changes = []
            for one in wave:
                revision += 1
                gone = isinstance(one, str)
                changes.append(Change.of(one if gone else one.id, revision, None if gone else one))
            index.take(changes)
            index.commit(Position({0: revision}))

        take(first)
        seen: list[str] = []
        place, coming = None, iter(waves)
        while page := pages(Finder(index.searcher()))(after=place, limit=limit):
            seen += [one.id for one in page]
            place = page[-1]
            take(next(coming, []))
        index.close()
        return seen


def unmoved(order: Sequence[str], waves: Sequence[Wave]) -> list[str]:
    """Those of the first order whom no wave touched."""
    touched = {one if isinstance(one, str) else one.id for wave in waves for one in wave}
    return [id_ for id_ in order if id_ not in touched]


def newest(first: Sequence[SearchDocument]) -> list[SearchDocument]:
    return list({one.id: one for one in first}.values())


FIRST = st.lists(creators(), min_size=4, max_size=14)


@SLOW
@given(first=FIRST, waves=WAVES, query=queries(), limit=st.integers(1, 4))
def test_in_every_order_whoever_stays_as_they_are_is_seen_once_and_in_order(first, waves, query, limit):
    filters, sort, currency = query
    seen = read_meanwhile(first, waves, lambda finder: partial(finder.page, filters, sort, currency=currency), limit)
    wanted = unmoved(oracle.answer(newest(first), filters, sort, currency).ids, waves)
    assert [id_ for id_ in seen if id_ in set(wanted)] == wanted


@SLOW
@given(first=FIRST, waves=WAVES, question=fit_questions(), limit=st.integers(1, 4))
def test_by_fit_whoever_stays_as_they_are_is_seen_once_and_in_order(first, waves, question, limit):
    fitting = Fitting(question, {})
    seen = read_meanwhile(first, waves, lambda finder: partial(finder.fitting, Filters(), fitting), limit)
    wanted = unmoved(tuple(oracle.by_fit(newest(first), Filters(), question, {})), waves)
    assert [id_ for id_ in seen if id_ in set(wanted)] == wanted
