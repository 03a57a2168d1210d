"""Finding creators: the page after a position, the exact total, and the facets, all of one view of the index."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from heapq import nlargest
from typing import Any, Final

from tantivy import DocAddress, Order, Query, Searcher

from contracts.discovery import DEFAULT_MARKET
from discovery.domain.search_documents import Figure, Tier
from discovery.domain.searches import SHUFFLE_BITS, AmountRange, Filters, Match, Sort
from discovery.search import fields
from discovery.search.fitting import Fitting, divided
from discovery.search.index import torn_unless_whole
from discovery.search.queries import Queries, all_of

MOST_BUCKETS: Final = 10_000
"""So many values of a facet's column are counted: categories in pairs are 465, sets of many languages may be more."""
MOST_SCORED: Final = 100_000
"""So many creators are put in order by fit; beyond, a search must be narrower."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a creator stands in an order: how well the text matches, whether the figure is known, key and id.

    In an order by fit, first of all whether they are left out of the first round.
    """

    match: int
    is_known: bool
    key: int
    id: str
    is_left_out: bool = False


@dataclass(frozen=True)
class Counts:
    """How many are found, and how many of them have each value; a creator counts for each category and language."""

    total: int
    countries: Mapping[str, int]
    categories: Mapping[str, int]
    languages: Mapping[str, int]
    tiers: Mapping[str, int]


class TooManyToScore(Exception):
    """More creators are found than are put in order by fit at once."""

    def __init__(self, found: int) -> None:
        super().__init__(f"{found:,} creators are more than {MOST_SCORED:,}")
        self.found = found


_IN_ORDER: Final = ((False, True), (False, False), (True, True), (True, False))
"""The parts of an order by fit: who is not left out and whose score is known, whose is not; then who is left out."""
_Judged = tuple[int, DocAddress]
"""The key that a creator is ordered by, and where in the index they are."""


class Finder:
    """Answers about one view of an index; what was counted by standing alone is kept, for everybody begins with it."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._queries = Queries(fields.schema())
        self._of_all: dict[tuple[str, frozenset[str]], Counts] = {}

    def total(self, filters: Filters) -> int:
        """How many creators the filters let through."""
        query = self._queries.creators(filters)
        with torn_unless_whole():
            return _counted(self._searcher.search(query, 1))

    def counts(self, filters: Filters) -> Counts:
        """How many the filters let through, in all and by facet."""
        if replace(filters, standings=(), market=DEFAULT_MARKET) != Filters():
            return self._counts(filters)
        begun = filters.market, frozenset(filters.standings)
        if begun not in self._of_all:
            self._of_all[begun] = self._by_terms(filters)
        return self._of_all[begun]

    def page(
        self, filters: Filters, sort: Sort, after: Place | None, limit: int, currency: AmountRange | None = None
    ) -> list[Place]:
        """Up to `limit` creators in order, beginning after a place; `currency` names what prices and GPM are in."""
        column, ascending = column_of(sort, currency)
        found: list[Place] = []
        parts = self._queries.by_match(filters) if sort is Sort.RELEVANCE else None
        for match, query in parts or ((Match.WHOLE, self._queries.creators(filters)),):
            for is_known in (True, False):
                if len(found) == limit:
                    return found
                if after is not None and (match, is_known) > (after.match, after.is_known):
                    continue  # a better part than the one that was read last: all of it was read
                begin = after if after is not None and (match, is_known) == (after.match, after.is_known) else None
                part = self._part(query, column, is_known=is_known, ascending=ascending)
                more = part.after(begin, limit - len(found))
                found += [Place(match, is_known, key, creator) for key, creator in more]
        return found

    def fitting(self, filters: Filters, fitting: Fitting, after: Place | None, limit: int) -> list[Place]:
        """The same by how well creators fit; who can't be judged comes last, and after them who is left out.

        Every creator found is judged, and so it is exact up to `MOST_SCORED`; raises `TooManyToScore` beyond.
        """
        query = self._queries.creators(filters)
        with torn_unless_whole():
            judged = self._judged(query, fitting)
            found: list[Place] = []
            for part in _IN_ORDER:
                is_left_out, is_known = part
                of_last = None if after is None else (after.is_left_out, after.is_known)
                if of_last is not None and _IN_ORDER.index(part) < _IN_ORDER.index(of_last):
                    continue
                begin = after if part == of_last else None
                more = _best(judged[part], begin, limit - len(found), self._id)
                found += [Place(Match.WHOLE, is_known, key, creator, is_left_out) for key, creator in more]
        return found

    def _judged(self, query: Query, fitting: Fitting) -> Mapping[tuple[bool, bool], list[_Judged]]:
        """All creators with the keys that they are ordered by, each part of `_IN_ORDER` by itself."""
        total = _counted(self._searcher.search(query, 1))
        if total > MOST_SCORED:
            raise TooManyToScore(total)
        judged: dict[tuple[bool, bool], list[_Judged]] = {part: [] for part in _IN_ORDER}
        for part, kind in divided(query, fitting, self._queries):
            hits = self._searcher.search(part, max(1, total), count=False, order_by_field=fields.SHUFFLE).hits
            addresses = [address for _, address in hits]
            ids = list(map(self._id, addresses)) if kind.is_by_hand else ()
            known, unknown = judged[kind.is_left_out, True], judged[kind.is_left_out, False]
            scores = fitting.scores(self._searcher, addresses, kind, ids)
            for (shuffle, address), score in zip(hits, scores, strict=True):
                if score is None:
                    unknown.append((shuffle, address))
                else:
                    known.append((score << SHUFFLE_BITS | shuffle, address))
        return judged

    def _id(self, address: DocAddress) -> str:
        found: str = self._searcher.doc(address)[fields.ID][0]
        return found

    def _part(self, query: Query, column: str, *, is_known: bool, ascending: bool) -> "_Part":
        if is_known:
            return _Part(self._searcher, self._queries, query, column, ascending=ascending)
        query = all_of([query], [self._queries.known(column)])
        return _Part(self._searcher, self._queries, query, fields.SHUFFLE, ascending=False)

    def _by_terms(self, filters: Filters) -> Counts:
        """The same from the lists of terms, however many values there are: of almost everybody, a fifth of the time.

        Who was deleted is not among the creators that the lists are compared with, and so not counted.
        """
        query = self._queries.creators(filters)
        with torn_unless_whole():
            places, categories, languages = (
                dict(self._searcher.terms_with_prefix(name, "", query))
                for name in (fields.PLACE, fields.CATEGORY, fields.LANGUAGE)
            )
        countries, tiers = _sides(places)
        return Counts(sum(places.values()), countries, categories, languages, tiers)

    def _counts(self, filters: Filters) -> Counts:
        query = self._queries.creators(filters)
        wanted: dict[str, Any] = {name: {"terms": {"field": name, "size": MOST_BUCKETS}} for name in fields.FACETS}
        with torn_unless_whole():
            counted = self._searcher.aggregate(query, wanted)
        if any(counted[name]["sum_other_doc_count"] for name in fields.FACETS):
            return self._by_terms(filters)
        places = _buckets(counted, fields.PLACE)
        countries, tiers = _sides(places)
        return Counts(
            total=sum(places.values()),
            countries=countries,
            categories=_taken_apart(counted, fields.SETS[fields.CATEGORY]),
            languages=_taken_apart(counted, fields.SETS[fields.LANGUAGE]),
            tiers=tiers,
        )


@dataclass(frozen=True)
class _Part:
    """Creators ordered by one column: by key, and equals by id. Those that don't have it are not in this part."""

    searcher: Searcher
    queries: Queries
    query: Query
    column: str
    ascending: bool

    def after(self, begin: Place | None, limit: int) -> list[tuple[int, str]]:
        """Up to `limit` keys and ids, beginning after a place of this part."""
        with torn_unless_whole():
            if begin is None:
                return self._first(self.query, limit)
            equals = [one for one in self._equal_to(begin.key) if one[1] > begin.id][:limit]
            low, high = (begin.key + 1, None) if self.ascending else (None, begin.key - 1)
            rest = all_of([self.query, self.queries.keys(self.column, low, high)])
            return equals + (self._first(rest, limit - len(equals)) if len(equals) < limit else [])

    def _first(self, query: Query, limit: int) -> list[tuple[int, str]]:
        """One more than wanted is read: whoever has the key of that one is read whole, to be put in order by id."""
        order = Order.Asc if self.ascending else Order.Desc
        result = self.searcher.search(query, limit + 1, count=False, order_by_field=self.column, order=order)
        hits = [(key, address) for key, address in result.hits if key is not None]
        if len(hits) <= limit:
            return self._in_order(self._named(hits))
        last = hits[limit][0]
        found = self._in_order(self._named([hit for hit in hits if hit[0] != last]))
        if len(found) < limit:
            found += self._equal_to(last)
        return found[:limit]

    def _equal_to(self, key: int) -> list[tuple[int, str]]:
        query = all_of([self.query, self.queries.keys(self.column, key, key)])
        number = _counted(self.searcher.search(query, 1))
        hits = self.searcher.search(query, max(1, number), count=False).hits
        return self._in_order(self._named([(key, address) for _, address in hits]))

    def _named(self, hits: Sequence[tuple[int, DocAddress]]) -> list[tuple[int, str]]:
        return [(key, self.searcher.doc(address)[fields.ID][0]) for key, address in hits]

    def _in_order(self, found: list[tuple[int, str]]) -> list[tuple[int, str]]:
        return sorted(found, key=lambda one: (one[0] if self.ascending else -one[0], one[1]))


def column_of(sort: Sort, currency: AmountRange | None) -> tuple[str, bool]:
    """The column that an order goes by, and whether the lowest comes first; raises `ValueError` without a currency."""
    if sort is Sort.FIT:
        raise ValueError("fit is no column: every creator is judged")
    if sort in (Sort.PRICE, Sort.GPM):
        if currency is None:
            raise ValueError(f"an order by {sort} is of one currency")
        if sort is Sort.PRICE:
            return fields.price_field(currency.currency, currency.deliverable), True
        return fields.gpm_field(currency.currency), False
    return (Figure.FOLLOWERS if sort is Sort.RELEVANCE else Figure(sort.value)), False


def _best(
    judged: Sequence[_Judged], begin: Place | None, limit: int, id_of: Callable[[DocAddress], str]
) -> list[tuple[int, str]]:
    """The first `limit` keys and ids, highest first and equals by id, that come after a place.

    Ids are read of those alone whose key may be among them: to read every creator's takes a second.
    """
    if limit <= 0:
        return []
    rest = judged if begin is None else [one for one in judged if one[0] <= begin.key]
    equal = 0 if begin is None else sum(one[0] == begin.key for one in rest)
    first = nlargest(limit + equal, (key for key, _ in rest))
    if not first:
        return []
    named = [(key, id_of(address)) for key, address in rest if key >= first[-1]]
    found = sorted(named, key=lambda one: (-one[0], one[1]))
    if begin is not None:
        found = [one for one in found if one[0] < begin.key or one[1] > begin.id]
    return found[:limit]


def _counted(result: Any) -> int:
    return int(result.count)


def _buckets(counted: Mapping[str, Any], name: str) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in counted[name]["buckets"]}


def _sides(places: Mapping[str, int]) -> tuple[dict[str, int], dict[str, int]]:
    """How many there are of each country, and of each tier, where they are known."""
    countries: Counter[str] = Counter()
    tiers: Counter[str] = Counter()
    for place, number in places.items():
        country, _, tier = place.partition(fields.JOINT)
        countries[country] += number
        tiers[tier] += number
    for sides in (countries, tiers):
        del sides[""]
    return dict(countries.most_common()), {tier: tiers[tier] for tier in Tier if tier in tiers}


def _taken_apart(counted: Mapping[str, Any], names: Sequence[str]) -> dict[str, int]:
    apart: Counter[str] = Counter()
    for name in names:
        for values, number in _buckets(counted, name).items():
            for value in values.split(fields.JOINT):
                apart[value] += number
    return dict(apart.most_common())
