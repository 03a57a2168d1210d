"""A creator's figures over time as charts whose titles say what they show (D6, W6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median_low

from babel.dates import format_skeleton

from console.domain.words import Say, mark
from console.pages import creator_labels as words
from console.pages.charts import Chart, Series, bar_chart, line_chart
from console.pages.view import View
from contracts.discovery import Audience
from contracts.http.discovery import CreatorPage, HistoryPoint, VideoOut

COUNTRIES = 6
"""How many countries of an audience are drawn; the others are summed up."""
WHOLE = 10_000


@dataclass(frozen=True)
class Charts:
    """Everything that is drawn of one creator; each with the sentence above it."""

    followers: Chart | None
    followers_title: str
    views: Chart | None
    views_title: str
    views_names: tuple[str, ...]
    engagement: Chart | None
    engagement_title: str
    videos: Chart | None
    videos_title: str
    median: int | None


@dataclass(frozen=True)
class Shares:
    """One distribution of the audience."""

    title: str
    first_words: str
    rows: tuple[tuple[str, int], ...]


def charts_of(page: CreatorPage, view: View) -> Charts:
    """Followers, views and engagement over time, and the last videos."""
    formats, history = view.formats, page.history

    def day(at: datetime) -> str:
        local = at.astimezone(formats.zone)
        return format_skeleton("yMMMd" if local.year != formats.now.year else "MMMd", local, locale=formats.locale)

    def drawn(number: object, *named: tuple[str, str]) -> Chart | None:
        series = [
            Series(
                view.say(said), tuple((one.at, getattr(one, name)) for one in history if getattr(one, name) is not None)
            )
            for name, said in named
        ]
        return line_chart(series, number, day)  # type: ignore[arg-type]

    views = [
        (name, said)
        for name, said in (("median_views", mark("Median views")), ("average_views", mark("Average views")))
        if sum(getattr(one, name) is not None for one in history) > 1
    ]
    videos = tuple(reversed(page.videos))
    known = [one.views for one in videos if one.views is not None]
    median = median_low(known) if known else None
    return Charts(
        followers=drawn(formats.compact, ("followers", mark("Followers"))),
        followers_title=_moved(history, "followers", mark("Followers"), view),
        views=drawn(formats.compact, *views) if views else None,
        views_title=_moved(history, views[0][0], views[0][1], view) if views else view.say(mark("Views of a video")),
        views_names=tuple(view.say(said) for _, said in views),
        engagement=drawn(formats.rate, ("engagement_per_view", mark("Engagement"))),
        engagement_title=_engaged(history, view),
        videos=bar_chart(
            [(day(one.published_at), one.views) for one in videos],
            formats.compact,
            first=day(videos[0].published_at) if videos else "",
            last=day(videos[-1].published_at) if videos else "",
            level=median,
        ),
        videos_title=_spread(videos, median, view),
        median=median,
    )


def _moved(history: Sequence[HistoryPoint], name: str, said: str, view: View) -> str:
    """From where to where a count went, or that it stayed."""
    told = [(one.at, getattr(one, name)) for one in history if getattr(one, name) is not None]
    if len(told) < 2 or not told[0][1]:  # noqa: PLR2004 - a change has two ends
        return view.say(said)
    (since, before), (_, now) = told[0], told[-1]
    values = {
        "name": view.say(said),
        "change": view.formats.rate(abs(round((now - before) / before * WHOLE / 10) * 10)),
        "day": view.formats.day(since),
        "now": view.formats.compact(now),
    }
    if now > before:
        return view.say(Say(mark("%(name)s grew by %(change)s since %(day)s, to %(now)s"), values))
    if now < before:
        return view.say(Say(mark("%(name)s fell by %(change)s since %(day)s, to %(now)s"), values))
    return view.say(Say(mark("%(name)s are where they were on %(day)s: %(now)s"), values))


def _engaged(history: Sequence[HistoryPoint], view: View) -> str:
    told = [one.engagement_per_view for one in history if one.engagement_per_view is not None]
    if not told:
        return view.say(mark("Engagement"))
    rate = view.formats.rate
    if len(told) == 1 or told[0] == told[-1]:
        return view.say(Say(mark("%(now)s of views bring a like, comment or share"), {"now": rate(told[-1])}))
    values = {"now": rate(told[-1]), "before": rate(told[0])}
    return view.say(Say(mark("%(now)s of views bring a like, comment or share, after %(before)s before"), values))


def _spread(videos: Sequence[VideoOut], median: int | None, view: View) -> str:
    known = [one.views for one in videos if one.views is not None]
    if median is None or not known:
        return view.say(mark("The last videos"))
    values = {"median": view.formats.compact(median), "best": view.formats.compact(max(known))}
    return view.say(Say(mark("Half of the last videos have %(median)s views or more, the best %(best)s"), values))


def audience_of(audience: Audience, view: View) -> list[Shares]:
    """Ages, genders and countries, the largest share in the title."""
    ages = [(words.AGE[one.band], one.share) for one in audience.ages]
    genders = [(view.say(words.GENDER[one.gender]), one.share) for one in audience.genders]
    countries = [(view.formats.country(one.country), one.share) for one in audience.countries]
    genders.sort(key=lambda row: -row[1])
    countries.sort(key=lambda row: -row[1])
    rest = sum(share for _, share in countries[COUNTRIES:])
    shown = [*countries[:COUNTRIES], *([(view.say(mark("Other countries")), rest)] if rest else [])]
    return [
        Shares(_largest(ages, mark("%(share)s are aged %(name)s"), mark("Age"), view), mark("Age"), tuple(ages)),
        Shares(_largest(genders, mark("%(name)s are %(share)s"), mark("Gender"), view), mark("Gender"), tuple(genders)),
        Shares(
            _largest(countries, mark("%(share)s are in %(name)s"), mark("Country"), view), mark("Country"), tuple(shown)
        ),
    ]


def _largest(rows: Sequence[tuple[str, int]], sentence: str, without: str, view: View) -> str:
    if not rows:
        return view.say(without)
    name, share = max(rows, key=lambda row: row[1])
    return view.say(Say(sentence, {"share": view.formats.rate(share), "name": name}))
