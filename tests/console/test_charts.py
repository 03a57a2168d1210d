"""The geometry of charts: everything inside the drawing, in order, honest about what was not counted."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.pages import charts
from console.pages.charts import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Series, bar_chart, line_chart, nice, thinned
from tests.console.sample_people import NOON

COUNTS = st.integers(0, 10**12)


def a_series(values, name="Followers"):
    return Series(name, tuple((NOON + timedelta(days=number), value) for number, value in enumerate(values)))


def day(at):
    return at.date().isoformat()


@given(st.lists(st.none() | COUNTS, max_size=200))
def test_a_line_stays_inside_its_axes_and_goes_from_left_to_right(values):
    chart = line_chart([a_series(values)], str, day)
    known = [value for value in values if value is not None]
    if len(known) < 2:
        assert chart is None
        return
    if chart is None:  # what was left after the thinning was one day
        assert len(values) > charts.MOST_POINTS
        return
    xs = [dot.x for dot in chart.lines[0].dots]
    assert xs == sorted(xs)
    for dot in chart.lines[0].dots:
        assert LEFT <= dot.x <= WIDTH - RIGHT
        assert TOP <= dot.y <= HEIGHT - BOTTOM
    assert len(chart.lines[0].dots) <= charts.MOST_POINTS


@given(st.lists(COUNTS, min_size=2, max_size=60))
def test_a_larger_value_is_never_drawn_lower(values):
    chart = line_chart([a_series(values)], str, day)
    dots = list(zip(values, chart.lines[0].dots, strict=True))
    for (one, first), (other, second) in pairwise(dots):
        if one < other:
            assert first.y >= second.y


@given(COUNTS, COUNTS)
def test_marks_hold_both_ends_and_are_evenly_spaced(one, other):
    low, high = min(one, other), max(one, other)
    marks = nice(low, high)
    assert marks[0] <= low
    assert marks[-1] >= high
    assert len({after - before for before, after in pairwise(marks)}) == 1
    assert 2 <= len(marks) <= 6


def test_a_line_is_broken_where_nothing_was_counted():
    chart = line_chart([a_series([1, 2, None, 3, 4])], str, day)
    assert chart.lines[0].path.count("M") == 2
    assert len(chart.lines[0].dots) == 4


@pytest.mark.parametrize("values", [[], [5], [None, None], [None, 5, None]], ids=["none", "one", "unknown", "one told"])
def test_one_value_is_no_line(values):
    assert line_chart([a_series(values)], str, day) is None


def test_a_series_with_one_value_is_left_out_and_the_other_drawn():
    chart = line_chart([a_series([1, 2], "Median"), a_series([7], "Average")], str, day)
    assert [line.name for line in chart.lines] == ["Median"]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=500))
def test_thinning_keeps_both_ends_and_the_order(values):
    series = a_series(values)
    kept = thinned(series).points
    assert kept[0] == series.points[0]
    assert kept[-1] == series.points[-1]
    assert len(kept) == min(len(values), charts.MOST_POINTS)
    assert list(kept) == sorted(kept, key=lambda point: point[0])


@given(st.lists(st.tuples(st.just("a video"), st.none() | COUNTS), min_size=1, max_size=30), st.none() | COUNTS)
def test_bars_stand_on_the_axis_beside_one_another(values, level):
    chart = bar_chart(values, str, first="a", last="b", level=level)
    known = [value for _, value in values if value is not None]
    if not known:
        assert chart is None
        return
    assert len(chart.bars) == len(known)
    for bar in chart.bars:
        assert bar.y + bar.height == pytest.approx(HEIGHT - BOTTOM, abs=0.2)
        assert bar.y >= TOP - 0.1
    for left, right in pairwise(chart.bars):
        assert left.x + left.width <= right.x + 0.1
    if level is not None:
        assert TOP - 0.1 <= chart.level.at <= HEIGHT - BOTTOM


def test_a_bar_of_nothing_has_no_height_and_an_unknown_one_is_no_bar():
    chart = bar_chart([("one", 0), ("two", None), ("three", 4)], str, first="a", last="b")
    assert [bar.words for bar in chart.bars] == ["one: 0", "three: 4"]
    assert chart.bars[0].height == 0
