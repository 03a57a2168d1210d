"""A creator's influencer type: suggested with reasons, set by an operator (D9)."""

import json
import re

import pytest

from console.pages import creator_labels
from contracts.http.discovery import TypeOut, TypeReason
from tests.console.kit import sent
from tests.console.test_creator_page import ANA
from tests.console.test_explore import text_of


async def test_a_type_is_shown_with_its_reasons_and_who_set_it(signed_in):
    words = text_of((await signed_in["brand"].get(ANA)).text)
    assert "Aspirational Suggested" in words
    assert "1,240,000 followers" in words
    assert "Emotional appeal high" in words
    words = text_of((await signed_in["brand"].get("/creators/profile-aino")).text)
    assert "Authoritative Set by a person" in words
    assert "The figures suggest: Peer" in words


async def test_the_reasons_for_a_type_are_in_the_readers_language_on_both_pages(signed_in):
    for role, place in (("brand", "/creators/profile-aino"), ("operator", "/profiles/profile-aino")):
        signed_in[role].headers["accept-language"] = "it"
        words = text_of((await signed_in[role].get(place)).text)
        assert "57.150 follower Nessuna categoria da esperti" in words
        assert "expert's category" not in words


@pytest.mark.parametrize(
    ("because", "said"),
    [
        ({"code": "expert", "categories": ("beauty", "finance")}, "Makes videos about: Beauty, Finance"),
        ({"code": "followers", "followers": 1_240_000}, "1,240,000 followers"),
        ({"code": "no-expert"}, "No category of experts"),
    ],
)
def test_each_reason_for_a_type_has_its_words_and_an_older_answer_its_own(because, said):
    def say(words):
        if isinstance(words, str):
            return words
        return words.words % {name: f"{v:,}" if isinstance(v, int) else v for name, v in words.values.items()}

    told = TypeOut(profile="p-1", reasons=("as it was said",), because=(TypeReason(**because),))
    assert creator_labels.type_reasons(told, say) == [said]
    older = TypeOut(profile="p-1", reasons=("as it was said",))
    assert list(creator_labels.type_reasons(older, say)) == ["as it was said"]


async def test_an_operator_sets_a_type_and_lets_the_suggestion_count_again(console, signed_in):
    browser = signed_in["operator"]
    page = (await browser.get("/profiles?text=aino")).text
    assert 'href="/profiles/profile-aino"' in page
    page = (await browser.get("/profiles/profile-aino")).text
    assert re.search(r'value="authoritative" checked', page)
    assert "57,150 followers" in page
    answer = await browser.post("/profiles/profile-aino/type", data={"influencer_type": "peer"})
    assert answer.headers["location"] == "/profiles/profile-aino?done=type-set"
    asked = sent(console, "PUT", "/v1/creators/profile-aino/influencer-type")
    assert json.loads(asked.content) == {"influencer_type": "peer"}
    assert (await browser.post("/profiles/profile-aino/type", data={"influencer_type": "hero"})).status_code == 422
    await browser.post("/profiles/profile-aino/type", data={"suggested": "yes"})
    sent(console, "DELETE", "/v1/creators/profile-aino/influencer-type")
