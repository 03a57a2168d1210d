"""Up to five creators side by side, the best figure of each line said in words (D6)."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from console.clients import Campaigns, Discovery
from console.domain.words import Say, mark
from console.pages import creator_labels, groups
from console.pages.creators import fitting
from console.pages.creators.figures import Card, card_of
from console.pages.forms import Form
from console.pages.parts import if_there
from console.pages.site import Page
from console.pages.view import View
from contracts.http.console import RoleKind
from contracts.http.discovery import CreatorPage, FitOut
from contracts.money import Money

MOST: Final = 5
LEAST: Final = 2


@dataclass(frozen=True)
class One:
    """A creator in the comparison."""

    page: CreatorPage
    card: Card
    fit: FitOut | None
    without: str
    left_out: str


@dataclass(frozen=True)
class Cell:
    """One figure; `words` empty where nobody knows it."""

    words: str
    is_best: bool = False


@dataclass(frozen=True)
class Line:
    """One figure of everybody."""

    words: str
    hint: str
    cells: tuple[Cell, ...]


async def show(view: View) -> Response:
    """The figures of those whose ids are in the address; a sixth and later ones are left out, and it is said."""
    given = [id_ for id_ in view.request.query_params.getlist("id") if id_][:100]
    ids = list(dict.fromkeys(given))
    judged = {name: view.query(name) for name in ("persona", "campaign") if view.query(name)}
    wanted = [*(("id", id_) for id_ in ids[:MOST]), *judged.items()]
    discovery = Discovery(view.service("discovery"))
    pages, personas, ours = await asyncio.gather(
        asyncio.gather(*(if_there(discovery.page(id_)) for id_ in ids[:MOST])),
        if_there(discovery.personas()),
        if_there(Campaigns(view.service("campaigns")).all(limit=100)),
    )
    known = {one.id: one.name for one in personas or ()}
    campaigns = {one.id: one.name for one in (ours.items if ours is not None else ())}
    form = Form(judged)
    question = fitting.read(form, view, known, campaigns)
    found = [page for page in pages if page is not None]
    fits = (
        [None] * len(found)
        if question is None
        else await asyncio.gather(*(if_there(discovery.fit(page.creator.id, question)) for page in found))
    )
    people = [
        One(
            page,
            card_of(view, page.creator, worked_with_us=bool(page.campaigns)),
            fit,
            _without(wanted, page.creator.id),
            "" if fit is None else groups.left_out(fit.left_out, view),
        )
        for page, fit in zip(found, fits, strict=True)
    ]
    return view.render(
        "compare.html",
        422 if form.errors else 200,
        people=people,
        lines=lines_of(people, view),
        left_out=len(ids) - MOST,
        gone=len(ids[:MOST]) - len(found),
        least=LEAST,
        personas=list(known.items()),
        campaigns=list(campaigns.items()),
        form=form,
        labels=creator_labels,
    )


def lines_of(people: Sequence[One], view: View) -> list[Line]:
    """Every line in which somebody has a figure; where nobody has, it says so, too."""
    f, own = view.formats, view.who.role.currency
    profiles = [one.page.creator for one in people]
    stats = [profile.stats for profile in profiles]

    def line(
        words: str, values: Iterable[int | None], say_it: Callable[[int], str], hint: str = "", best: int = 1
    ) -> Line:
        told = list(values)
        return Line(view.say(words), view.say(hint), _cells(told, say_it, best))

    def money(words: str, values: Iterable[Money | None], hint: str, best: int) -> Line:
        told = list(values)
        same = [None if one is None or one.currency != own else one.amount for one in told]
        marked = _cells(same, lambda amount: f.minor(amount, own), best)
        cells = tuple(
            cell if one is None or one.currency == own else Cell(f.money(one))
            for cell, one in zip(marked, told, strict=True)
        )
        return Line(view.say(words), view.say(hint), cells)

    found = [
        line(mark("Followers"), [one.followers for one in profiles], f.number),
        line(mark("Median views"), [one.median_views for one in stats], f.number, mark("Of the last 30 videos.")),
        line(mark("Average views"), [one.average_views for one in profiles], f.number),
        line(
            mark("Engagement"),
            [one.engagement_per_view for one in stats],
            f.rate,
            mark("Likes, comments and shares by views."),
        ),
        line(mark("Views by followers"), [one.engagement_per_follower for one in stats], f.rate),
        line(mark("Growth in 30 days"), [one.growth_30d for one in stats], f.change),
        line(mark("Videos a week"), [one.videos_per_week for one in stats], f.typed_rate, best=0),
        money(
            mark("Sales by 1,000 views"),
            [one.card.gpm for one in people],
            mark("Through links and codes here, before discounts and returns."),
            1,
        ),
        money(mark("Price from"), [one.card.price for one in people], mark("The lowest of their own rates."), -1),
        line(mark("Published on time"), [one.record.on_time for one in profiles], f.rate),
        line(
            mark("Answers to invitations"),
            [_answered(one.page) for one in people],
            f.rate,
            mark("Of those whose time is over."),
        ),
        line(
            mark("Answers within"),
            [one.page.responsiveness.median_seconds for one in people],
            f.span,
            mark("At the median."),
            -1,
        ),
        line(
            mark("Other brands now"),
            [one.page.other_brands_now for one in people],
            f.number,
            mark("With whom they work at the moment."),
            0,
        ),
    ]
    if any(one.fit is not None for one in people):
        found += _fit_lines(people, view)
    return found


def _fit_lines(people: Sequence[One], view: View) -> list[Line]:
    """Factor by factor; ranges are compared by their lower ends: what is sure."""
    viewers = [None if one.fit is None or one.fit.viewers is None else one.fit for one in people]
    sure = [None if fit is None or fit.viewers is None else round(fit.viewers.low) for fit in viewers]
    most = max((value for value in sure if value), default=None)
    answers = [None if one.fit is None else fitting.answer_of(one.fit, view) for one in people]
    is_told = sum(value is not None for value in sure) > 1
    return [
        *_factors(answers, view),
        Line(
            view.say(mark("Relevant viewers")),
            view.say(mark("Reach, engagement and relevance multiplied. The best has the most for sure.")),
            tuple(
                Cell(
                    "" if answer is None or value is None else answer.viewers,
                    is_told and value == most and value is not None,
                )
                for answer, value in zip(answers, sure, strict=True)
            ),
        ),
        Line(
            view.say(mark("Cost by 1,000 of them")),
            "",
            tuple(Cell("" if answer is None else answer.cost_per_thousand) for answer in answers),
        ),
        Line(
            view.say(mark("Outcome")),
            view.say(mark("With what your completed collaborations sold by viewer, less the cost.")),
            tuple(Cell("" if answer is None else answer.outcome) for answer in answers),
        ),
    ]


def _factors(answers: Sequence[fitting.Answer | None], view: View) -> list[Line]:
    """What the viewers are made of; a relevance set by hand says so."""
    rows = [{} if answer is None else {row.words: row for row in (*answer.rows, *answer.parts)} for answer in answers]
    names = dict.fromkeys(words for of_one in rows for words in of_one)
    by_hand = view.say(mark("Set by hand"))

    def told(row: fitting.Row | None) -> str:
        if row is None:
            return ""
        return f"{row.value} ({by_hand})" if row.by_hand else row.value

    return [
        Line(
            view.say(Say(mark("Fit: %(factor)s"), {"factor": words})),
            "",
            tuple(Cell(told(of_one.get(words))) for of_one in rows),
        )
        for words in names
    ]


def _cells(values: Sequence[int | None], say_it: Callable[[int], str], best: int) -> tuple[Cell, ...]:
    """`best` is 1 where more is better, -1 where less is, 0 where neither; nobody is best alone or among equals."""
    known = [value for value in values if value is not None]
    winner = None
    if best and len(set(known)) > 1:
        winner = max(known) if best > 0 else min(known)
    return tuple(
        Cell("") if value is None else Cell(say_it(value), is_best=value == winner and winner is not None)
        for value in values
    )


def _answered(page: CreatorPage) -> int | None:
    """The share of invitations that were answered, in hundredths of a percent."""
    told = page.responsiveness
    return round(told.answered * 10_000 / told.invitations) if told.invitations else None


def _without(pairs: Sequence[tuple[str, str]], id_: str) -> str:
    return "/creators/compare?" + urlencode([pair for pair in pairs if pair != ("id", id_)])


PAGES = (Page("/creators/compare", show, RoleKind.BRAND),)
