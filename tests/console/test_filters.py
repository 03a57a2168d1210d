"""What is asked of Explore: an address says exactly what its form said, in people's units."""

from itertools import pairwise
from types import SimpleNamespace

import pytest
from babel import Locale
from hypothesis import example, given
from hypothesis import strategies as st

from console.domain.words import Say
from console.pages import places
from console.pages.creators import filters
from console.pages.creators.facets import TIERS
from console.pages.creators.filters import Known, Unit
from console.pages.formats import Formats
from console.pages.forms import Form
from contracts.discovery import AgeBand, Availability, Category, DeliverableKind, Gender, InfluencerType, Standing
from contracts.http.discovery import CreatorQuery, CreatorSort
from contracts.http.discovery.search import MOST, WHOLE
from tests.console.sample_people import NOON

KNOWN = Known(campaigns={"c-1": "Spring"}, shortlists={"s-1": "Friends"}, personas={"p-1": "Runners"})
SOME = {"unique": True, "max_size": 3}


def a_view(language="en", currency="EUR"):
    locale = Locale(language)
    return SimpleNamespace(
        locale=locale,
        formats=Formats(locale, "Europe/Rome", NOON),
        who=SimpleNamespace(role=SimpleNamespace(currency=currency)),
        say=lambda words: words.words % words.values if isinstance(words, Say) else words,
    )


def read(pairs, language="en", currency="EUR"):
    form = Form.of(pairs)
    return filters.read(form, a_view(language, currency), KNOWN), form


@st.composite
def some_values(draw):
    """What `read` answers for forms without errors: any of the filters, in the API's units."""
    found = {}
    for name, unit in filters.UNITS.items():
        least = -WHOLE if name.endswith("growth") else 0
        most = WHOLE if name == "min_on_time" else 2**40 if unit is Unit.MONEY else MOST
        value = draw(st.none() | st.integers(least, most))
        lower = name.replace("max_", "min_").replace("_high", "_low")
        below = found.get(lower) if lower != name else None
        if value is not None:
            found[name] = value if below is None else max(value, below)
    for name, allowed in filters.CLOSED.items():
        found[name] = tuple(draw(st.lists(st.sampled_from(sorted(allowed)), **SOME)))
    found["country"] = tuple(draw(st.lists(st.sampled_from(sorted(places.countries("en"))), **SOME)))
    found["language"] = tuple(draw(st.lists(st.sampled_from(sorted(places.languages("en"))), **SOME)))
    shares = {f"gender:{one}" for one in Gender} | {f"age:{one}" for one in AgeBand} | {"country:FI"}
    found["audience"] = tuple(
        f"{one}:{draw(st.integers(0, WHOLE))}" for one in draw(st.lists(st.sampled_from(sorted(shares)), **SOME))
    )
    found["worked_with_us"] = draw(st.none() | st.booleans())
    found["deliverable"] = draw(st.sampled_from(["", *DeliverableKind]))
    found["shortlist"] = draw(st.sampled_from(["", "s-1"]))
    found["fit_persona"] = draw(st.sampled_from(["", "p-1"]))
    found["sort"] = draw(st.sampled_from(["", *(one for one in CreatorSort if one != CreatorSort.FIT)]))
    money = any(found.get(name) is not None for name, unit in filters.UNITS.items() if unit is Unit.MONEY)
    if money or found["sort"] in filters.MONEY_SORTS or found["fit_persona"] or found["fit_category"]:
        found["currency"] = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    return {name: value for name, value in found.items() if value not in (None, "", ())}


@given(some_values(), st.sampled_from(["en", "it", "fi"]))
@example({"max_gpm": 1001, "currency": "KWD"}, "it")
def test_an_address_says_what_its_form_said_in_every_language(values, language):
    told, form = read(filters.pairs(values, "EUR"), language)
    assert form.errors == {}
    assert told == values


@given(some_values())
def test_an_address_is_its_own_best_address(values):
    pairs = filters.pairs(values, "EUR")
    again, _ = read(pairs)
    assert sorted(filters.pairs(again, "EUR")) == sorted(pairs)


@given(some_values())
def test_what_a_form_says_discovery_takes(values):
    asked = filters.query_of(Form(), values, "")
    assert isinstance(asked, CreatorQuery)
    told = asked.model_dump(mode="json", exclude_defaults=True)
    assert {name: told[name] for name in values if name in told} == {
        name: list(value) if isinstance(value, tuple) else value for name, value in values.items() if name in told
    }


@pytest.mark.parametrize(
    ("name", "typed", "language", "kept"),
    [
        pytest.param("min_engagement", "2,5", "it", 250, id="percent with a comma, in Italian"),
        pytest.param("min_engagement", "2.5", "it", 250, id="percent with a point, as addresses have it"),
        pytest.param("min_growth", "-1.25", "en", -125, id="growth below zero"),
        pytest.param("min_growth", "\N{MINUS SIGN}1.25", "en", -125, id="with a real minus"),
        pytest.param("min_followers", "50,000", "en", 50_000, id="thousands set apart"),
        pytest.param("max_price", "1500", "en", 150_000, id="price in minor units"),
        pytest.param("min_videos_per_week", "3.5", "en", 350, id="hundredths of a video"),
    ],
)
def test_numbers_are_read_as_people_write_them(name, typed, language, kept):
    values, form = read([(name, typed)], language)
    assert form.errors == {}
    assert values[name] == kept


@pytest.mark.parametrize(
    ("pairs", "field"),
    [
        pytest.param([("min_followers", "many")], "min_followers", id="a word for a number"),
        pytest.param([("min_engagement", "1e999999")], "min_engagement", id="an exponent"),
        pytest.param([("min_engagement", "2.555")], "min_engagement", id="three decimals"),
        pytest.param([("min_engagement", "-1")], "min_engagement", id="engagement below zero"),
        pytest.param([("min_growth", "-101")], "min_growth", id="a fall by more than all"),
        pytest.param([("min_on_time", "101")], "min_on_time", id="more than all on time"),
        pytest.param([("country", "Italy, Atlantis")], "country", id="a country that is none"),
        pytest.param([("language", "Klingonese")], "language", id="a language that is none"),
        pytest.param([("category", "witchcraft")], "category", id="a category that is none"),
        pytest.param([("fit_category", "witchcraft")], "fit_category", id="a category to fit that is none"),
        pytest.param([("shortlist", "somebody-else's")], "shortlist", id="a foreign shortlist"),
        pytest.param([("min_price", "9"), ("max_price", "8.99")], "max_price", id="a range that is reversed"),
        pytest.param([("audience_gender", "female")], "audience_gender_share", id="whose share, but not how much"),
        pytest.param([("audience_age_share", "30")], "audience_age", id="how much, but not of whom"),
        pytest.param([("sort", "fit")], "fit_persona", id="fit for nobody"),
        pytest.param([("sort", "beauty")], "sort", id="an order that is none"),
        pytest.param([("text", "a" * 10_000)], "text", id="ten thousand letters"),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(pairs, field):
    _, form = read(pairs)
    assert field in form.errors


@pytest.mark.parametrize(
    ("typed", "language", "codes"),
    [
        ("Italy, finland", "en", ("IT", "FI")),
        ("Italia; FI\nfrancia", "it", ("IT", "FI", "FR")),
        ("Germany, Saksa", "fi", ("DE",)),
        ("Cote d'Ivoire", "en", None),
        ("côte d\N{RIGHT SINGLE QUOTATION MARK}ivoire", "en", ("CI",)),
        (" ,; ", "en", ()),
    ],
)
def test_countries_are_known_by_name_in_both_languages_and_by_code(typed, language, codes):
    values, form = read([("country", typed)], language)
    if codes is None:
        assert "country" in form.errors
    else:
        assert values.get("country", ()) == codes


def test_a_share_of_the_audience_that_is_named_again_replaces_the_first():
    values, _ = read(
        [("audience", "gender:female:3000"), ("audience_gender", "female"), ("audience_gender_share", "60")]
    )
    assert values["audience"] == ("gender:female:6000",)


def test_the_tiers_of_the_facet_meet_without_a_gap():
    ends = list(TIERS.values())
    for (_, most), (least, _) in pairwise(ends):
        assert most + 1 == least


def test_every_closed_filter_is_one_of_discovery_s():
    assert set(filters.CLOSED["category"]) == set(Category)
    assert set(filters.CLOSED["standing"]) == set(Standing)
    assert set(filters.CLOSED["availability"]) == set(Availability)
    assert set(filters.CLOSED["influencer_type"]) == set(InfluencerType)


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        pytest.param({"sort": "fit"}, {}, id="an order by fit of nobody"),
        pytest.param(
            {"sort": "fit", "fit_category": ("art",)},
            {"sort": "fit", "fit_category": ("art",)},
            id="an order by fit of a category",
        ),
        pytest.param({"sort": "fit", "fit_type": "peer"}, {"sort": "fit", "fit_type": "peer"}, id="fit as a type"),
        pytest.param({"market": "FI"}, {}, id="a market without a standing"),
        pytest.param(
            {"market": "FI", "standing": ("listed",)}, {"market": "FI", "standing": ("listed",)}, id="with one"
        ),
        pytest.param({"deliverable": "story", "city": "Torino"}, {"city": "Torino"}, id="a price for it, but no price"),
        pytest.param({"deliverable": "story", "max_price": 5}, {"deliverable": "story", "max_price": 5}, id="a price"),
    ],
)
def test_a_link_leaves_out_what_says_nothing_alone(values, kept):
    assert filters.coherent(values) == kept
