"""What a persona says of jobs, people and groups, as fit uses it: in words that are found, or in a range (D8, D13)."""

from dataclasses import replace
from typing import Any

import pytest

from contracts.discovery import AgeBand, Category, Gender, InfluencerType
from discovery.domain.fit import OTHER_INTERESTS, Figures, Question, fit, left_out
from discovery.domain.ranges import Range
from tests.discovery.test_fit import factor

KRISTA = Figures(
    followers=200_000,
    median_views_7d=50_000,
    categories=frozenset({Category.CRAFTS}),
    influencer_type=InfluencerType.ASPIRATIONAL,
    ages={AgeBand.FROM_18: 5_000, AgeBand.FROM_25: 4_999},
    genders={Gender.FEMALE: 7_500, Gender.MALE: 2_500},
    countries={"FI": 4_999, "SE": 5_001},
    handle="krista.makes",
    display_name="Kristá Mäkelä",
    bio="Nurse by day, knits by night. Ylöjärvi",
    country="FI",
)


@pytest.mark.parametrize(
    ("text", "is_found"),
    [
        pytest.param("NURSE", True, id="whatever the case"),
        pytest.param("ylojarvi", True, id="without accents"),
        pytest.param("night nurse", True, id="all words, in any order"),
        pytest.param("nurses", False, id="no beginnings and no typos"),
        pytest.param("vet nurse", False, id="one word is not there"),
        pytest.param("crafts nurse", True, id="some in a category, some in the bio"),
        pytest.param("makela", True, id="in the name"),
        pytest.param("makes", True, id="in the handle"),
        pytest.param("...", False, id="no word at all"),
    ],
)
def test_what_the_persona_cares_for_is_looked_for_word_by_word(text: str, is_found: Any):
    found = factor(fit(Question(cares=("opera", text)), KRISTA), "interests")
    assert found.inputs == {"wanted": ["opera", text], "found": [text] if is_found else []}
    assert found.value == Range.of(1 if is_found else OTHER_INTERESTS)
    assert found.missing == ()


def test_in_a_script_without_spaces_the_words_are_found_inside_of_others():
    creator = replace(KRISTA, bio="東京の看護師です")
    assert factor(fit(Question(cares=("看護師",)), creator), "interests").inputs["found"] == ["看護師"]
    assert factor(fit(Question(cares=("看護学",)), creator), "interests").inputs["found"] == []


@pytest.mark.parametrize(("categories", "missing"), [({Category.ART}, ("bio",)), ((), ("bio", "categories"))])
def test_a_bio_that_nobody_knows_is_a_range_and_never_zero(categories: Any, missing: tuple[str, ...]):
    creator = replace(KRISTA, bio="...", categories=frozenset(categories))
    found = factor(fit(Question(cares=("opera",)), creator), "interests")
    assert (found.value, found.missing) == (Range(OTHER_INTERESTS, 1), missing)


def test_an_interest_counts_once_as_an_interest():
    answer = fit(Question(cares=("animals",)), KRISTA)
    assert factor(answer, "category").value == Range.of(1)
    assert factor(answer, "relevance").value == Range.of(OTHER_INTERESTS)


@pytest.mark.parametrize(
    ("professional", "type_"), [(True, InfluencerType.AUTHORITATIVE), (False, InfluencerType.PEER), (None, None)]
)
def test_professionals_go_by_who_knows_more_and_hobbyists_by_their_like(professional: Any, type_: Any):
    found = factor(fit(Question(professional=professional), KRISTA), "type")
    assert found.inputs.get("wanted") == type_
    assert found.inputs.get("persona") == {True: "professional", False: "hobbyist", None: None}[professional]
    said = Question(professional=professional, influencer_type=InfluencerType.ASPIRATIONAL)
    assert factor(fit(said, KRISTA), "type").inputs == {"wanted": "aspirational", "has": "aspirational"}


@pytest.mark.parametrize("line", ["@krista.makes", "Krista Makes", "krista makela", "@KristaMakela"])
def test_whom_the_persona_names_is_relevant_whatever_type_category_and_bio_say(line: str):
    asks = Question(
        categories=frozenset({Category.ART}), cares=("opera",), influencer_type=InfluencerType.PEER, budget=1
    )
    answer = fit(replace(asks, named=("somebody", line)), KRISTA)
    for name in ("category", "interests", "type"):
        assert factor(answer, name).value == Range.of(1)
        assert factor(answer, name).inputs["named"] == line
    assert "named" not in factor(answer, "price").inputs
    alone = fit(replace(asks, named=("krista",)), KRISTA)  # a part of a name names nobody
    assert [factor(alone, name).value.high for name in ("category", "interests", "type")] == [0.5, OTHER_INTERESTS, 0.7]


@pytest.mark.parametrize(
    ("line", "is_out"),
    [
        pytest.param("18-24", True, id="half of the audience has this age"),
        pytest.param("25-34", False, id="less than half has"),
        pytest.param("Female", True, id="a gender"),
        pytest.param("male", False, id="not the most of the audience"),
        pytest.param("SE", True, id="a country of the audience"),
        pytest.param("FI", True, id="where they live"),
        pytest.param("NO", False, id="another country"),
        pytest.param("no", False, id="a small one is a word"),
        pytest.param("crafts", True, id="a category"),
        pytest.param("@crafts", False, id="nobody's handle"),
        pytest.param("@krista.makes", True, id="a handle"),
        pytest.param("Krista Mäkelä", True, id="a name"),
        pytest.param("krista", False, id="a part of a name"),
        pytest.param("knits", True, id="a word of the bio"),
        pytest.param("@knits", False, id="a handle is no word of a bio"),
        pytest.param("knits opera", False, id="a word that is not there"),
        pytest.param("", False, id="nothing"),
    ],
)
def test_whoever_is_in_a_group_is_left_out_of_the_first_round(line: str, is_out: Any):
    assert left_out(("opera", line), KRISTA) == ((line,) if is_out else ())
    answer = fit(Question(leave_out=("opera", line)), KRISTA)
    assert answer.left_out == ((line,) if is_out else ())
    assert answer.score == fit(Question(), KRISTA).score  # what they are worth is another matter
