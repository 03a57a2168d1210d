"""A profile's event on its way into the index: every figure that fit and filters read arrives."""

import pytest

from contracts.discovery import ProfileImported
from discovery.domain.fit import Question, figures_of, fit
from discovery.domain.search_documents import Figure
from discovery.domain.searches import SHUFFLE_BITS, Filters, Range, Sort
from discovery.search.finding import Finder
from discovery.search.fitting import Fitting
from discovery.search.index import CreatorIndex, Position
from discovery.search.reading import changes_of
from tests.discovery.builders import NOON
from tests.discovery.search.asking import ANNA, BEPPE, CLAUDE

SEEN = {
    "views after seven days": {"median_views": 900, "median_views_7d": 700},
    "views at any age": {"median_views": 900},
    "no median": {},
}


@pytest.fixture
def found(tmp_path):
    """The finder of an index of profiles as their events say them."""
    index = CreatorIndex.create(tmp_path)

    def made(*profiles):
        events = [ProfileImported.of(one, id=f"e-{one.id}", time=NOON, revision=1).body() for one in profiles]
        index.take(changes_of(events))
        index.commit(Position({0: len(events)}))
        return Finder(index.searcher())

    yield made
    index.close()


@pytest.mark.parametrize("views", SEEN.values(), ids=SEEN)
def test_the_order_by_fit_goes_by_what_fit_says_of_the_profile(found, views):
    anna = ANNA.model_copy(update={"stats": ANNA.stats.model_copy(update=views)})
    everybody = {one.id: one for one in (anna, BEPPE, CLAUDE)}
    question = Question(countries=frozenset({"IT"}), categories=frozenset(anna.categories), budget=40_000)
    places = found(*everybody.values()).fitting(Filters(), Fitting(question), None, 10)
    keys = {place.id: place.key >> SHUFFLE_BITS if place.is_known else None for place in places}
    scores = {name: fit(question, figures_of(one)).score for name, one in everybody.items()}
    assert keys == {name: None if score is None else round(score * 1000) for name, score in scores.items()}


def test_every_figure_arrives(found):
    finder = found(ANNA, BEPPE, CLAUDE)
    told = {
        Figure.FOLLOWERS: 60_000,
        Figure.AVERAGE_VIEWS: 20_000,
        Figure.ENGAGEMENT: 900,
        Figure.REACH: 3_333,
        Figure.GROWTH: -50,
        Figure.VIDEOS_PER_WEEK: 350,
        Figure.ON_TIME: 9_000,
    }
    assert set(told) == set(Figure)
    for figure, value in told.items():
        page = finder.page(Filters(figures={figure: Range(value, value)}), Sort.FOLLOWERS, None, 10)
        assert [place.id for place in page] == ["anna.bakes"], figure
