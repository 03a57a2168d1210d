"""Filters as queries of the index. Nothing is ever parsed: a text's words are terms, whatever stands in them."""

from collections.abc import Iterable, Sequence
from typing import Final

from tantivy import FieldType, Occur, Query, Schema

from contracts.discovery import DEFAULT_MARKET, Category, DeliverableKind, Standing
from discovery.domain.mentions import MOSTLY, Group
from discovery.domain.search_documents import LONGEST_START, AudienceKind
from discovery.domain.searches import MOST, SHUFFLE_BITS, AmountRange, Filters, Match, Range, Wanted, wanted
from discovery.domain.words import joined, words_of
from discovery.search import fields

EVERY_SHUFFLE: Final = 2**SHUFFLE_BITS - 1
LOWEST: Final = -(2**63)
HIGHEST: Final = 2**63 - 1


class Queries:
    """Makes queries for one schema."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def creators(self, filters: Filters) -> Query:
        """Every creator that all filters let through."""
        musts = list(self._musts(filters))
        nots = [*self._refused(filters), *(self.among(ids) for ids in filters.without if ids)]
        if not musts:  # whatever is asked of a creator, no reserved document has; but their ids may be among these
            nots.append(self.term(fields.RESERVED, "yes"))
        musts += [self.among(ids) if ids else Query.empty_query() for ids in filters.only]
        return all_of(musts or [Query.all_query()], nots)

    def by_match(self, filters: Filters) -> Sequence[tuple[Match, Query]]:
        """The same in parts: those whom the text finds best first. One part if there is no text."""
        if not filters.text.strip():
            return ((Match.WHOLE, self.creators(filters)),)
        everyone = self.creators(filters)
        parts = []
        better: Query | None = None
        for match in reversed(Match):
            part = self._text(filters.text, match)
            parts.append((match, all_of([everyone, part], [] if better is None else [better])))
            better = part
        return parts

    def among(self, ids: Iterable[str]) -> Query:
        """Those creators."""
        return Query.term_set_query(self._schema, fields.ID, sorted(ids))

    def term(self, name: str, value: str) -> Query:
        """Those that have the value."""
        return Query.term_query(self._schema, name, value, "basic")

    def keys(self, name: str, least: int | None, most: int | None) -> Query:
        """Those whose sort key is between, both included, and so known."""
        low, high = LOWEST if least is None else least, HIGHEST if most is None else most
        return Query.range_query(self._schema, name, FieldType.Integer, low, high)

    def known(self, name: str) -> Query:
        """Those of whom the figure is known."""
        return Query.exists_query(name)

    def between(self, name: str, figures: Range) -> Query:
        """Those whose figure is known and between."""
        least = None if figures.least is None else _bounded(figures.least) << SHUFFLE_BITS
        most = None if figures.most is None else _bounded(figures.most) << SHUFFLE_BITS | EVERY_SHUFFLE
        if least is None and most is None:
            return self.known(name)
        return self.keys(name, least, most)

    def mentioning(self, texts: Iterable[str]) -> Query:
        """Those whose name, bio and categories have every word of one of these at least."""
        return self._any(
            all_of([self._mentioning(part) for part in parts]) for text in texts if (parts := wanted(text))
        )

    def named(self, names: Iterable[str]) -> Query:
        """Those whose whole handle or name is one of these."""
        return self._any(self.term(fields.WHOLE, word) for name in names if (word := joined(name)))

    def in_groups(self, groups: Iterable[Group]) -> Query:
        """Those who are in one of these groups at least."""
        return self._any(way for group in groups for way in self._in_group(group))

    def _in_group(self, group: Group) -> Iterable[Query]:
        if group.audience is not None:
            kind, value = group.audience
            yield self.between(fields.audience_field(kind, value), Range(least=MOSTLY))
            if kind is AudienceKind.COUNTRY:
                yield self.term(fields.COUNTRY, value)
        elif group.category is not None:
            yield self.term(fields.CATEGORY, group.category)
        else:
            yield self.named([group.line])
            if group.may_be_in_bio and (parts := wanted(group.line)):
                yield all_of([self._terms(fields.BIO, part) for part in parts])

    def _mentioning(self, part: Wanted) -> Query:
        about = [category for category in Category if {part.word} <= set(words_of(category)) and not part.pairs]
        ways = [self._terms(fields.NAMES, part), self._terms(fields.BIO, part)]
        return any_of([*ways, *(self.term(fields.CATEGORY, category) for category in about)])

    def _terms(self, name: str, part: Wanted) -> Query:
        return all_of([self.term(name, term) for term in part.pairs or (part.word,)])

    def _any(self, ways: Iterable[Query]) -> Query:
        found = list(ways)
        return any_of(found) if found else Query.empty_query()

    def _musts(self, filters: Filters) -> Iterable[Query]:
        if filters.text.strip():
            yield self._text(filters.text, min(Match))
        yield from self._choices(filters)
        yield from (self.between(figure, limits) for figure, limits in filters.figures.items())
        if filters.price is not None:
            yield self._price(filters.price)
        if filters.gpm is not None:
            yield self.between(fields.gpm_field(filters.gpm.currency), filters.gpm.amounts)
        for share in filters.audience:
            yield self.between(fields.audience_field(share.kind, share.value), Range(least=share.least))

    def _price(self, price: AmountRange) -> Query:
        """Some kind of deliverable has its lowest price in the range; up to a price, that is the lowest of all."""
        if price.deliverable is not None or price.amounts.least is None:
            return self.between(fields.price_field(price.currency, price.deliverable), price.amounts)
        names = [fields.price_field(price.currency, kind) for kind in DeliverableKind]
        return any_of([self.between(name, price.amounts) for name in names])

    def _choices(self, filters: Filters) -> Iterable[Query]:
        chosen = (
            (fields.NETWORK, filters.networks),
            (fields.COUNTRY, filters.countries),
            (fields.CATEGORY, filters.categories),
            (fields.LANGUAGE, filters.languages),
            (fields.KIND, filters.influencer_types),
            (fields.AVAILABILITY, filters.availability),
        )
        for name, values in chosen:
            if values:
                yield any_of([self.term(name, value) for value in dict.fromkeys(values)])
        if filters.city.strip():
            yield self.term(fields.CITY, " ".join(words_of(filters.city)))
        if len(set(filters.standings)) == 1:
            yield self._standing(filters.market, filters.standings[0])
        if filters.claimed is not None:
            yield self.term(fields.CLAIMED, "yes" if filters.claimed else "no")

    def _refused(self, filters: Filters) -> Iterable[Query]:
        """Whose standing is not among several: everybody has one, and one to leave out costs less than two to find."""
        if len(set(filters.standings)) > 1:
            for standing in Standing:
                if standing not in filters.standings:
                    yield self._standing(filters.market, standing)

    def _standing(self, market: str, standing: str) -> Query:
        """A market without a policy of its own goes by the default's."""
        by_default = self.term(fields.STANDING, f"{DEFAULT_MARKET}:{standing}")
        if market == DEFAULT_MARKET:
            return by_default
        own = self.term(fields.STANDING, f"{market}:{standing}")
        return any_of([own, all_of([by_default], [self.term(fields.STANDING, market)])])

    def _text(self, text: str, match: Match) -> Query:
        """Those whom the text finds at least so well."""
        parts, whole = wanted(text), joined(text)
        if not parts:
            return Query.empty_query()
        ways = [self.term(fields.WHOLE, whole)]
        if match < Match.WHOLE:
            ways.append(all_of([self._part(part, match) for part in parts]))
        if match < Match.WHOLE and len(parts) > 1 and not any(part.pairs for part in parts):
            ways.append(self._part(Wanted(whole), max(match, Match.TYPO)))  # "khaby lame" for the handle khabylame
        return any_of(ways)

    def _part(self, part: Wanted, match: Match) -> Query:
        """Those whom one part finds at least so well."""
        if part.pairs:
            ways = [self._terms(fields.NAMES, part)]
            if match <= Match.IN_BIO:
                ways.append(self._terms(fields.BIO, part))
            return any_of(ways)
        ways = [self.term(fields.NAMES, part.word)]
        if match <= Match.START:
            ways.append(self._start(part.word))
        if match <= Match.TYPO and part.may_have_a_typo:
            ways.append(Query.fuzzy_term_query(self._schema, fields.NAMES, part.word, 1))
        if match <= Match.IN_BIO:
            ways.append(self.term(fields.BIO, part.word))
        return any_of(ways)

    def _start(self, word: str) -> Query:
        if len(word) <= LONGEST_START:
            return self.term(fields.STARTS, word)
        return Query.fuzzy_term_query(self._schema, fields.NAMES, word, 0, prefix=True)


def all_of(musts: Sequence[Query], nots: Sequence[Query] = ()) -> Query:
    """Those that every one of `musts` finds and none of `nots`."""
    if len(musts) == 1 and not nots:
        return musts[0]
    return Query.boolean_query([*((Occur.Must, one) for one in musts), *((Occur.MustNot, one) for one in nots)])


def any_of(ways: Sequence[Query]) -> Query:
    """Those that at least one of `ways` finds."""
    return ways[0] if len(ways) == 1 else Query.boolean_query([(Occur.Should, one) for one in ways])


def _bounded(figure: int) -> int:
    return max(-MOST, min(MOST, figure))
