"""The geometry of charts that templates draw as SVG: lines over time, and bars. Positions are in the drawing's units.

The drawing is as wide as a phone's page, so that its words stay readable there; two stand side by side on a desk.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

WIDTH: Final = 340
HEIGHT: Final = 172
LEFT: Final = 46
RIGHT: Final = 10
TOP: Final = 10
BOTTOM: Final = 24
MOST_POINTS: Final = 60
"""More than that can't be told apart at this width: of neighbours the last one is drawn."""
TICKS: Final = 3
STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)
LEAST_POINTS: Final = 2
GAP: Final = 0.28
"""The part of a bar's place that stays empty."""

Words = Callable[[int], str]


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    words: str


@dataclass(frozen=True)
class Dot:
    """One value: where it is, and what it says when it is pointed at."""

    x: float
    y: float
    words: str


@dataclass(frozen=True)
class Line:
    """One series. Its path is broken where nothing was counted."""

    name: str
    path: str
    dots: tuple[Dot, ...]


@dataclass(frozen=True)
class Bar:
    """One bar from the axis upwards."""

    x: float
    y: float
    width: float
    height: float
    words: str


@dataclass(frozen=True)
class Chart:
    """A drawing with its axes; it has lines or bars. `level` is one value drawn across, such as a median."""

    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    level: Tick | None = None


@dataclass(frozen=True)
class Series:
    """What was counted when; None where nothing was."""

    name: str
    points: tuple[tuple[datetime, int | None], ...]


def line_chart(series: Sequence[Series], number: Words, day: Callable[[datetime], str]) -> Chart | None:
    """Lines over time; None where no series has two values: one alone is no line."""
    drawn = [thinned(one) for one in series]
    drawn = [one for one in drawn if sum(value is not None for _, value in one.points) >= LEAST_POINTS]
    known = [(at, value) for one in drawn for at, value in one.points if value is not None]
    if not known:
        return None
    first, last = min(at for at, _ in known), max(at for at, _ in known)
    if first == last:
        return None
    ticks = nice(min(value for _, value in known), max(value for _, value in known))
    low, high = ticks[0], ticks[-1]

    def x(at: datetime) -> float:
        return _round(LEFT + (WIDTH - LEFT - RIGHT) * ((at - first) / (last - first)))

    def y(value: float) -> float:
        return _y(value, low, high)

    lines = tuple(
        Line(
            one.name,
            _path([(x(at), None if value is None else y(value)) for at, value in one.points]),
            tuple(Dot(x(at), y(value), f"{day(at)}: {number(value)}") for at, value in one.points if value is not None),
        )
        for one in drawn
    )
    middle = first + (last - first) / 2
    across = tuple(Tick(x(at), day(at)) for at in (first, middle, last))
    return Chart(across=across, up=tuple(Tick(y(tick), number(tick)) for tick in ticks), lines=lines)


def bar_chart(
    values: Sequence[tuple[str, int | None]], number: Words, *, first: str, last: str, level: int | None = None
) -> Chart | None:
    """Bars from zero, one for each value, with a level across; None where nothing is known."""
    known = [value for _, value in values if value is not None]
    if not known:
        return None
    ticks = nice(0, max([*known, level or 0, 1]))
    high = ticks[-1]
    place = (WIDTH - LEFT - RIGHT) / len(values)
    bars = []
    for number_, (words, value) in enumerate(values):
        if value is None:
            continue
        top = _y(value, 0, high)
        bars.append(
            Bar(
                x=_round(LEFT + place * (number_ + GAP / 2)),
                y=top,
                width=_round(place * (1 - GAP)),
                height=_round(HEIGHT - BOTTOM - top),
                words=f"{words}: {number(value)}",
            )
        )
    return Chart(
        across=(Tick(LEFT, first), Tick(WIDTH - RIGHT, last)) if len(values) > 1 else (Tick(LEFT, first),),
        up=tuple(Tick(_y(tick, 0, high), number(tick)) for tick in ticks),
        bars=tuple(bars),
        level=None if level is None else Tick(_y(level, 0, high), number(level)),
    )


def nice(low: int, high: int, count: int = TICKS) -> tuple[int, ...]:
    """Round marks that hold everything from `low` to `high`, evenly spaced."""
    span = max(high - low, abs(high) // 10, 1)
    raw = span / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = max(1, math.ceil(next(one for one in STEPS if one * power >= raw) * power))
    start = low // step * step
    marks = [start]
    while marks[-1] < high or len(marks) < LEAST_POINTS:
        marks.append(marks[-1] + step)
    return tuple(marks)


def thinned(series: Series, most: int = MOST_POINTS) -> Series:
    """No more points than can be told apart: the last of each group of neighbours, the first and the last kept."""
    points = series.points
    if len(points) <= most:
        return series
    size = (len(points) - 1) / (most - 1)
    kept = [points[round(number * size)] for number in range(most)]
    return Series(series.name, tuple(kept))


def _path(points: Sequence[tuple[float, float | None]]) -> str:
    found, is_down = [], False
    for x, y in points:
        if y is None:
            is_down = False
            continue
        found.append(f"{'L' if is_down else 'M'}{x:g} {y:g}")
        is_down = True
    return "".join(found)


def _y(value: float, low: float, high: float) -> float:
    return _round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * ((value - low) / (high - low)))


def _round(value: float) -> float:
    return round(value, 1)
