"""The order by fit, from the index's columns (D8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from tantivy import DocAddress, Searcher

from discovery.domain.fit import Question
from discovery.domain.fit_order import Column, Columns, Shares, scores
from discovery.domain.search_documents import AudienceKind, Figure
from discovery.domain.searches import SHUFFLE_BITS
from discovery.search import fields

PLAIN: Final = (fields.MEDIAN_VIEWS_7D, fields.MEDIAN_VIEWS, fields.CATEGORIES, fields.TYPE)


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a brand asks of creators; `by_hand` are the relevances that it set itself, by creator."""

    question: Question
    by_hand: Mapping[str, int] = field(default_factory=dict)

    def scores(
        self, searcher: Searcher, addresses: Sequence[DocAddress], by_hand: Sequence[str] = ()
    ) -> list[int | None]:
        """What these creators are sorted by; `by_hand` are their ids, where each has a relevance set by hand."""
        if not addresses:
            return []
        columns = _columns(searcher, list(addresses), self.question)
        return scores(self.question, replace(columns, by_hand=[self.by_hand[creator] for creator in by_hand]))


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
        audience=tuple(shares(kind, sorted(values)) for kind, values in wanted if values),
    )
