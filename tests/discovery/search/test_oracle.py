"""Random creators, random queries: the index finds whom looking at every creator finds, in the same order."""

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from discovery.search.finding import Finder
from discovery.search.index import Change, CreatorIndex, Position
from tests.discovery.search import oracle
from tests.discovery.search.strategies import creators, queries

SLOW = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def found(finder: Finder, filters, sort, currency, limit: int) -> tuple[str, ...]:
    """Page by page, to the end."""
    seen, place = [], None
    while page := finder.page(filters, sort, place, limit, currency):
        assert len(page) <= limit
        seen += page
        place = page[-1]
    assert len({one.id for one in seen}) == len(seen)
    return tuple(one.id for one in seen)


@SLOW
@given(
    waves=st.lists(st.lists(creators(), max_size=10), min_size=1, max_size=2),
    asked=st.lists(queries(), min_size=1, max_size=6),
    limit=st.integers(1, 7),
)
def test_the_index_finds_whom_a_look_at_every_creator_finds(waves, asked, limit):
    folder = Path(tempfile.mkdtemp())
    try:
        index = CreatorIndex.create(folder)
        truth = {}
        revision = 0
        for wave in waves:
            changes = []
            for creator in wave:
                revision += 1
                changes.append(Change(creator.id, revision, creator))
                truth[creator.id] = creator
            index.take(changes)
            index.commit(Position({0: revision}))
        finder = Finder(index.searcher())
        for filters, sort, currency in asked:
            wanted = oracle.answer(truth.values(), filters, sort, currency)
            assert found(finder, filters, sort, currency, limit) == wanted.ids, (filters, sort, currency)
            counts = finder.counts(filters)
            assert counts.total == finder.total(filters) == len(wanted.ids)
            assert (counts.countries, counts.categories) == (wanted.countries, wanted.categories)
            assert (counts.languages, counts.tiers) == (wanted.languages, wanted.tiers)
        index.close()
    finally:
        shutil.rmtree(folder)
