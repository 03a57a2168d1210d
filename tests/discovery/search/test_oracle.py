"""Random creators, random queries: the index finds whom looking at every creator finds, in the same order."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.http.discovery.search import USUAL_STANDINGS
from discovery.domain.searches import Filters, Sort
from discovery.search import finding
from discovery.search.finding import Finder, Place
from discovery.search.fitting import Fitting
from discovery.search.index import Change, CreatorIndex, Position
from tests.discovery.search import oracle
from tests.discovery.search.strategies import MARKETS, creators, fit_questions, ids, queries

SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def found(pages: Callable[..., list[Place]], limit: int) -> tuple[str, ...]:
    """Page by page, to the end."""
    seen, place = [], None
    while page := pages(after=place, limit=limit):
        assert len(page) <= limit
        seen += page
        place = page[-1]
    assert len({one.id for one in seen}) == len(seen)
    return tuple(one.id for one in seen)


@contextmanager
def indexed(waves):
    """Waves of changes in an index; the finder of it, and who is there in the end."""
    folder = Path(tempfile.mkdtemp())
    try:
        index = CreatorIndex.create(folder)
        truth = {}
        revision = 0
        for wave in waves:
            changes = []
            for creator in wave:
                revision += 1
                changes.append(Change.of(creator.id, revision, creator))
                truth[creator.id] = creator
            index.take(changes)
            index.commit(Position({0: revision}))
        yield Finder(index.searcher()), truth.values()
        index.close()
    finally:
        shutil.rmtree(folder)


USUAL = (Filters(), *(Filters(standings=USUAL_STANDINGS, market=market) for market in MARKETS))
WAVES = st.lists(st.lists(creators(), min_size=3, max_size=12), min_size=1, max_size=2)


@SLOW
@given(waves=WAVES, asked=st.lists(queries(), min_size=1, max_size=6), limit=st.integers(1, 7))
def test_the_index_finds_whom_a_look_at_every_creator_finds(waves, asked, limit):
    with indexed(waves) as (finder, everybody):
        for filters, sort, currency in [*asked, *((usual, Sort.FOLLOWERS, None) for usual in USUAL)]:
            wanted = oracle.answer(everybody, filters, sort, currency)
            pages = partial(finder.page, filters, sort, currency=currency)
            assert found(pages, limit) == wanted.ids, (filters, sort, currency)
            counts = finder.counts(filters)
            assert counts.total == finder.total(filters) == len(wanted.ids)
            assert (counts.countries, counts.categories) == (wanted.countries, wanted.categories)
            assert (counts.languages, counts.tiers) == (wanted.languages, wanted.tiers)


@settings(SLOW, max_examples=15)
@given(waves=WAVES, asked=st.lists(queries(), min_size=1, max_size=6))
def test_facets_are_exact_though_a_column_has_more_values_than_are_counted(waves, asked):
    with indexed(waves) as (finder, everybody), pytest.MonkeyPatch.context() as patch:
        patch.setattr(finding, "MOST_BUCKETS", 1)
        for filters, *_ in asked:
            wanted, counts = oracle.answer(everybody, filters, Sort.FOLLOWERS, None), finder.counts(filters)
            assert counts.total == len(wanted.ids)
            assert (counts.countries, counts.categories) == (wanted.countries, wanted.categories)
            assert (counts.languages, counts.tiers) == (wanted.languages, wanted.tiers)


@SLOW
@given(
    waves=WAVES,
    asked=st.lists(
        st.tuples(
            st.just(Filters()) | queries().map(lambda query: query[0]),
            fit_questions(),
            st.dictionaries(ids, st.sampled_from((0, 50, 9_000)), max_size=9),
        ),
        min_size=2,
        max_size=8,
    ),
    limit=st.integers(1, 7),
)
def test_in_the_order_of_fit_everybody_stands_where_their_own_fit_puts_them(waves, asked, limit):
    with indexed(waves) as (finder, everybody):
        for filters, question, by_hand in asked:
            pages = partial(finder.fitting, filters, Fitting(question, by_hand))
            assert found(pages, limit) == tuple(oracle.by_fit(everybody, filters, question, by_hand)), question
