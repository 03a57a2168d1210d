"""What a search must find, by looking at every creator: slow, plain, and written without a look at the index."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from zlib import crc32

from contracts.discovery import DEFAULT_MARKET, AgeBand, Gender
from discovery.domain.fit import Figures, Question, fit
from discovery.domain.search_documents import SearchDocument
from discovery.domain.searches import AmountRange, Filters, Range, Sort
from discovery.domain.words import words_of

SPACELESS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF), (0xAC00, 0xD7AF))


@dataclass(frozen=True)
class Answer:
    """Ids in order, and the counts."""

    ids: tuple[str, ...]
    countries: dict[str, int]
    categories: dict[str, int]
    languages: dict[str, int]
    tiers: dict[str, int]


def answer(creators: Iterable[SearchDocument], filters: Filters, sort: Sort, currency: AmountRange | None) -> Answer:
    found = [one for one in creators if lets_through(filters, one)]
    return Answer(
        ids=tuple(one.id for one in sorted(found, key=lambda one: place(one, filters, sort, currency))),
        countries=dict(Counter(one.country for one in found if one.country)),
        categories=dict(Counter(each for one in found for each in set(one.categories))),
        languages=dict(Counter(each for one in found for each in set(one.languages))),
        tiers=dict(Counter(tier(one.followers) for one in found if one.followers is not None)),
    )


def place(one: SearchDocument, filters: Filters, sort: Sort, currency: AmountRange | None) -> tuple:
    match = grade(filters.text, one) if sort is Sort.RELEVANCE and filters.text.strip() else 0
    figure = figure_of(one, sort, currency)
    shuffle = crc32(one.id.encode()) % 2**20
    if figure is None:
        return (-match, 1, 0, -shuffle, one.id)
    sign = 1 if sort is Sort.PRICE else -1
    return (-match, 0, sign * figure, sign * shuffle, one.id)


def figure_of(one: SearchDocument, sort: Sort, currency: AmountRange | None) -> int | None:
    if sort is Sort.PRICE:
        assert currency is not None
        return min(one.prices_in(currency.currency, currency.deliverable), default=None)
    if sort is Sort.GPM:
        assert currency is not None
        return dict(one.gpm).get(currency.currency)
    name = "followers" if sort is Sort.RELEVANCE else sort.value
    return getattr(one, name)


def by_fit(
    creators: Iterable[SearchDocument], filters: Filters, question: Question, by_hand: Mapping[str, int]
) -> list:
    """Ids by what `fit` says of each, to the thousandth, highest first; then unjudged ones, then who is left out."""

    def place(one: SearchDocument) -> tuple:
        judged = fit(replace(question, relevance=by_hand.get(one.id)), figures_read(one))
        shuffle, is_left_out, score = crc32(one.id.encode()) % 2**20, bool(judged.left_out), judged.score
        return (is_left_out, score is None, -round((score or 0) * 1000), -shuffle, one.id)

    return [one.id for one in sorted((one for one in creators if lets_through(filters, one)), key=place)]


def figures_read(one: SearchDocument) -> Figures:
    rates: dict = {}
    for price in one.prices:
        rates.setdefault((price.deliverable, price.currency), []).append(price.amount)
    return Figures(
        followers=one.followers,
        median_views_7d=one.median_views_7d,
        median_views=one.median_views,
        average_views=one.average_views,
        categories=frozenset(one.categories),
        influencer_type=one.influencer_type,
        rates={of: min(amounts) for of, amounts in rates.items()},
        ages={AgeBand(each.value): each.share for each in one.audience if each.kind == "age"},
        genders={Gender(each.value): each.share for each in one.audience if each.kind == "gender"},
        countries={each.value: each.share for each in one.audience if each.kind == "country"},
        handle=one.handle,
        display_name=one.display_name,
        bio=one.bio,
        country=one.country,
    )


def tier(followers: int) -> str:
    for name, end in (("nano", 10_000), ("micro", 100_000), ("mid", 500_000), ("macro", 1_000_000)):
        if followers < end:
            return name
    return "mega"


def within(figure: int | None, limits: Range) -> bool:
    if figure is None:
        return False
    return (limits.least is None or figure >= limits.least) and (limits.most is None or figure <= limits.most)


def lets_through(filters: Filters, one: SearchDocument) -> bool:
    standings = dict(one.standings)
    standing = standings.get(filters.market) or standings[DEFAULT_MARKET]
    shares = {(each.kind, each.value): each.share for each in one.audience}
    return all(
        (
            not filters.text.strip() or grade(filters.text, one) > 0,
            not filters.networks or one.network in filters.networks,
            not filters.countries or one.country in filters.countries,
            not filters.city.strip() or words_of(one.city) == words_of(filters.city) != (),
            not filters.categories or set(filters.categories) & set(one.categories),
            not filters.languages or set(filters.languages) & set(one.languages),
            not filters.influencer_types or one.influencer_type in filters.influencer_types,
            not filters.availability or one.availability in filters.availability,
            not filters.standings or standing in filters.standings,
            filters.claimed is None or one.is_claimed is filters.claimed,
            all(within(getattr(one, figure), limits) for figure, limits in filters.figures.items()),
            filters.price is None or _priced(filters.price, one),
            filters.gpm is None or within(dict(one.gpm).get(filters.gpm.currency), filters.gpm.amounts),
            all(shares.get((each.kind, each.value), -1) >= each.least for each in filters.audience),
            all(one.id in ids for ids in filters.only),
            not any(one.id in ids for ids in filters.without),
        )
    )


def _priced(wanted: AmountRange, one: SearchDocument) -> bool:
    """The lowest price of some kind of deliverable is in the range."""
    kinds = {each.deliverable for each in one.prices if wanted.deliverable in (None, each.deliverable)}
    lowest = (min(one.prices_in(wanted.currency, kind), default=None) for kind in kinds)
    return any(within(price, wanted.amounts) for price in lowest)


def grade(text: str, one: SearchDocument) -> int:
    """5: the whole name; 4: whole words; 3: beginnings of words; 2: words with a typo; 1: in the bio."""
    words = words_of(text)
    whole = "".join(words)[:64]
    if not words:
        return 0
    if whole in {"".join(words_of(name))[:64] for name in (one.handle, one.display_name)}:
        return 5
    names = [*words_of(one.handle), "".join(words_of(one.handle))[:64], *words_of(one.display_name)]
    bio = words_of(one.bio)
    parts = [part for word in words for part in runs(word)]
    together = 0 if any(spaceless(part) for part in parts) else _in_names(whole, names)
    return max(min(max(_in_names(part, names), _in(part, bio)) for part in parts), together)


def _in_names(part: str, names: Sequence[str]) -> int:
    known = [run for name in names if name for run in runs(name)]
    if spaceless(part):
        return 4 if all(any(pair in run for run in known) for pair in pairs(part)) else 0
    if part in known:
        return 4
    known = [run for run in known if not spaceless(run)]
    if any(run.startswith(part) for run in known):
        return 3
    may_be_wrong = len(part) >= 4 and not any(letter.isdigit() for letter in part)
    return 2 if may_be_wrong and any(one_typo(part, run) for run in known) else 0


def _in(part: str, bio: Sequence[str]) -> int:
    known = [run for word in bio for run in runs(word)]
    if spaceless(part):
        return int(all(any(pair in run for run in known) for pair in pairs(part)))
    return int(part in known)


def spaceless(text: str) -> bool:
    return any(first <= ord(text[0]) <= last for first, last in SPACELESS)


def pairs(run: str) -> list[str]:
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def runs(word: str) -> list[str]:
    found = [word[:1]]
    for before, letter in pairwise(word):
        if spaceless(before) == spaceless(letter):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def one_typo(a: str, b: str) -> bool:
    """One letter more, less, other, or two next to each other swapped."""
    if a == b:
        return True
    if len(a) == len(b):
        wrong = [at for at in range(len(a)) if a[at] != b[at]]
        if len(wrong) != 2:
            return len(wrong) == 1
        first, second = wrong
        return second == first + 1 and (a[first], a[second]) == (b[second], b[first])
    short, long = sorted((a, b), key=len)
    return len(long) == len(short) + 1 and any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
