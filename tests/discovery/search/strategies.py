"""Random creators and queries from a small world, so that they meet often."""

from hypothesis import strategies as st

from contracts.discovery import (
    DEFAULT_MARKET,
    AgeBand,
    Availability,
    Category,
    DeliverableKind,
    Gender,
    InfluencerType,
    Standing,
)
from discovery.domain.fit import Question
from discovery.domain.ranges import Range as Between
from discovery.domain.search_documents import AudienceKind, Figure, Price, SearchDocument, Share
from discovery.domain.searches import AmountRange, AudienceFilter, Filters, Range, Sort

WORDS = (
    *("khaby", "Khabý", "lame", "lamé", "kahby", "khab", "k", "makes", "makse", "maker", "Мария", "марья", "Ł.odz"),
    *(
        "平成フラミンゴ",
        "平成",
        "フラ",
        "ミンゴ",
        "ฟ้าใส",
        "하늬",
        "محمد",
        "مُحَمَّد",
        "على",
        "علي",
        "שָׁלוֹם",
        "שלום",
        "nico平成",
    ),
    *("khaby7", "khaby8", "AND", "OR", "*", "a*", "[x TO y]", "id:1", '"', "(", "", "😀", "x" * 70),
)
COUNTRIES = ("FI", "IT", "US")
CURRENCIES = ("EUR", "USD")
LANGUAGES = ("fi", "it", "en", "de")
CITIES = ("", "São Paulo", "sao paulo", "Helsinki")
MARKETS = (DEFAULT_MARKET, "FI", "IT")
CATEGORIES = (Category.ART, Category.BEAUTY, Category.COMEDY, Category.DANCE)
SHARES = (
    (AudienceKind.AGE, AgeBand.FROM_18),
    (AudienceKind.AGE, AgeBand.FROM_55),
    (AudienceKind.GENDER, Gender.FEMALE),
    (AudienceKind.GENDER, Gender.MALE),
    (AudienceKind.COUNTRY, "FI"),
    (AudienceKind.COUNTRY, "IT"),
)

PARTS = (0, 1, 2, 3, 4, 3_333, 5_000)
GROUPS = ("18-24", "55+", "Female", "male", "FI", "IT", "ZZ", "fi", "art", "Beauty", "@art", "@khaby7", "comedy dance")

texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
handles = st.lists(st.sampled_from(WORDS), min_size=1, max_size=2).map(".".join)
figures = st.none() | st.sampled_from((0, 1, 499, 500, 9_999, 10_000, 500_000, 1_000_000, 2**43 - 1))
signed = st.none() | st.integers(-3, 3)
amounts = st.integers(0, 4)
ids = st.integers(0, 30).map("creator-{}".format)


def some(values, most=3):
    return st.lists(st.sampled_from(tuple(values)), max_size=most).map(tuple)


def maybe(values):
    return st.none() | st.sampled_from(tuple(values))


@st.composite
def creators(draw) -> SearchDocument:
    shares = draw(st.lists(st.sampled_from(SHARES), unique=True, max_size=6))
    standings = {DEFAULT_MARKET: draw(st.sampled_from(Standing))}
    standings |= draw(st.dictionaries(st.sampled_from(MARKETS), st.sampled_from(Standing), max_size=2))
    return SearchDocument(
        id=draw(ids),
        network=draw(st.sampled_from(("tiktok", "instagram"))),
        handle=draw(handles),
        display_name=draw(texts),
        bio=draw(texts),
        country=draw(maybe(COUNTRIES)),
        city=draw(st.sampled_from(CITIES)),
        languages=draw(some(LANGUAGES, 4)),
        categories=draw(some(CATEGORIES, 5)),
        followers=draw(figures),
        average_views=draw(figures),
        median_views=draw(figures),
        median_views_7d=draw(figures),
        engagement=draw(figures),
        reach=draw(figures),
        growth=draw(signed),
        videos_per_week=draw(figures),
        on_time=draw(figures),
        prices=draw(
            st.lists(
                st.builds(Price, st.sampled_from(DeliverableKind), st.sampled_from(CURRENCIES), amounts), max_size=4
            ).map(tuple)
        ),
        gpm=tuple(draw(st.dictionaries(st.sampled_from(CURRENCIES), amounts)).items()),
        audience=tuple(Share(kind, value, draw(st.sampled_from(PARTS))) for kind, value in shares),
        influencer_type=draw(maybe(InfluencerType)),
        availability=draw(maybe(Availability)),
        standings=tuple(standings.items()),
        is_claimed=draw(st.booleans()),
    )


def ranges(values):
    pair = st.tuples(st.none() | values, st.none() | values)
    return pair.map(lambda ends: Range(*ends) if None in ends else Range(min(ends), max(ends)))


@st.composite
def queries(draw) -> tuple[Filters, Sort, AmountRange | None]:
    """Each filter is there one time in five: all at once would find nobody."""

    def rarely(strategy, otherwise):
        return draw(strategy) if draw(st.integers(0, 4)) == 0 else otherwise

    known = figures.filter(lambda figure: figure is not None)
    amount_ranges = st.builds(AmountRange, st.sampled_from(CURRENCIES), ranges(amounts), maybe(DeliverableKind))
    filters = Filters(
        text=rarely(texts, ""),
        networks=rarely(some(("tiktok", "instagram", "myspace")), ()),
        countries=rarely(some(COUNTRIES), ()),
        city=rarely(st.sampled_from((*CITIES, "Atlantis", "...")), ""),
        categories=rarely(some(CATEGORIES), ()),
        languages=rarely(some(LANGUAGES), ()),
        figures=rarely(st.dictionaries(st.sampled_from(Figure), ranges(known | st.integers(-3, 3)), max_size=2), {}),
        price=rarely(amount_ranges, None),
        gpm=rarely(st.builds(AmountRange, st.sampled_from(CURRENCIES), ranges(amounts)), None),
        audience=rarely(
            st.lists(st.builds(lambda one, least: AudienceFilter(*one, least), st.sampled_from(SHARES), amounts)).map(
                tuple
            ),
            (),
        ),
        influencer_types=rarely(some(InfluencerType), ()),
        availability=rarely(some(Availability), ()),
        standings=rarely(some(Standing), ()),
        market=draw(st.sampled_from(MARKETS)),
        claimed=rarely(st.booleans(), None),
        only=rarely(st.lists(st.frozensets(ids), max_size=2).map(tuple), ()),
        without=rarely(st.lists(st.frozensets(ids, max_size=5), max_size=2).map(tuple), ()),
    )
    sort = draw(st.sampled_from([sort for sort in Sort if sort is not Sort.FIT]))
    return filters, sort, draw(amount_ranges) if sort in (Sort.PRICE, Sort.GPM) else None


@st.composite
def fit_questions(draw) -> Question:
    """What a brand may ask, each part of it or not."""
    sales = draw(st.none() | st.tuples(st.sampled_from((0.0, 0.5, 3.7)), st.sampled_from((3.7, 11.3))))
    return Question(
        ages=draw(st.frozensets(st.sampled_from(AgeBand), max_size=2)),
        genders=draw(st.frozensets(st.sampled_from(Gender), max_size=2)),
        countries=draw(st.frozensets(st.sampled_from((*COUNTRIES, "SE")), max_size=2)),
        categories=draw(st.frozensets(st.sampled_from(CATEGORIES), max_size=2)),
        influencer_type=draw(maybe(InfluencerType)),
        deliverable=draw(st.sampled_from(DeliverableKind)),
        currency=draw(st.sampled_from(CURRENCIES)),
        budget=draw(st.none() | amounts),
        fee=draw(st.none() | amounts),
        product_cost=draw(amounts),
        sales_per_viewer=None if sales is None else Between(*sales),
        cares=draw(some((*WORDS, "art", "comedy dance", "art maker"))),
        professional=draw(st.none() | st.booleans()),
        named=draw(some((*WORDS, *(f"@{word}" for word in WORDS)))),
        leave_out=draw(some((*WORDS, *GROUPS))),
    )
