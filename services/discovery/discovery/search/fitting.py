"""The order by fit, from the index's columns, and its words' lists for what a persona names (D8)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tantivy import DocAddress, Query, Searcher

from discovery.domain.fit import Question
from discovery.domain.fit_order import Column, Columns, Shares, as_named, scores
from discovery.domain.mentions import groups_of
from discovery.domain.search_documents import AudienceKind, Figure
from discovery.domain.searches import SHUFFLE_BITS
from discovery.search import fields
from discovery.search.queries import Queries, all_of

PLAIN: Final = (fields.MEDIAN_VIEWS_7D, fields.MEDIAN_VIEWS, fields.CATEGORIES, fields.TYPE)


@dataclass(frozen=True, slots=True)
class Kind:
    """What is so of all creators of one part: each part is found by a query, instead of a look at each of them."""

    is_left_out: bool = False
    is_by_hand: bool = False
    is_named: bool = False
    is_mentioning: bool = False


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a brand asks of creators; `by_hand` are the relevances that it set itself, by creator."""

    question: Question
    by_hand: Mapping[str, int] = field(default_factory=dict)

    def scores(
        self, searcher: Searcher, addresses: Sequence[DocAddress], kind: Kind, by_hand: Sequence[str] = ()
    ) -> list[int | None]:
        """What these creators of one kind are sorted by; `by_hand` are their ids, where a relevance was set by hand."""
        if not addresses:
            return []
        question = as_named(self.question) if kind.is_named else self.question
        if kind.is_mentioning:
            question = replace(question, cares=())
        columns = _columns(searcher, list(addresses), question)
        return scores(question, replace(columns, by_hand=[self.by_hand[creator] for creator in by_hand]))


def divided(query: Query, fitting: Fitting, queries: Queries) -> Iterator[tuple[Query, Kind]]:
    """Everybody whom the query finds in as many parts as the question makes differences, each creator in one."""
    asked = fitting.question
    parts = [(query, Kind())]

    def divide(within: Query, name: str) -> None:
        parts[:] = [
            part
            for of, kind in parts
            for part in ((all_of([of, within]), replace(kind, **{name: True})), (all_of([of], [within]), kind))
        ]

    if asked.leave_out:
        divide(queries.in_groups(groups_of(asked.leave_out)), "is_left_out")
    if fitting.by_hand:
        divide(queries.among(fitting.by_hand), "is_by_hand")
    if asked.named:
        divide(queries.named(asked.named), "is_named")
    if asked.cares:
        divide(queries.mentioning(asked.cares), "is_mentioning")
    yield from parts


def _columns(searcher: Searcher, addresses: list[DocAddress], question: Question) -> Columns:
    def plain(name: str) -> Column:
        values: list[int | None] = searcher.fast_field_values(name, addresses)  # type: ignore[assignment]  # integers
        return values

    def figures(name: str) -> Column:
        return [None if key is None else key >> SHUFFLE_BITS for key in plain(name)]

    def shares(kind: AudienceKind, values: Sequence[str]) -> Shares:
        return Shares([figures(fields.audience_field(kind, value)) for value in values], plain(fields.told_field(kind)))

    wanted = (
        (AudienceKind.AGE, question.ages),
        (AudienceKind.GENDER, question.genders),
        (AudienceKind.COUNTRY, question.countries),
    )
    seventh, median, categories, types = map(plain, PLAIN)
    return Columns(
        followers=figures(Figure.FOLLOWERS),
        median_views_7d=seventh,
        median_views=median,
        average_views=figures(Figure.AVERAGE_VIEWS),
        categories=categories,
        types=types,
        rates=figures(fields.price_field(question.currency, question.deliverable)),
        mentions=[None if told is None else 0 for told in plain(fields.BIO_TOLD)] if question.cares else (),
        audience=tuple(shares(kind, sorted(values)) for kind, values in wanted if values),
    )
