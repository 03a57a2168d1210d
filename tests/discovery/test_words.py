# ruff: noqa: RUF001 - letters that look alike are what is tested
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from discovery.domain.profiles import normal_handle, profile_id
from discovery.domain.words import LONGEST_WORD, joined, normal, runs_of, terms_of, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Kháby Lame", ["khaby", "lame"]),
        ("@khaby.lame", ["khaby", "lame"]),
        ("___nicoichi___", ["nicoichi"]),
        ("Xóchitl Gómez", ["xochitl", "gomez"]),
        ("Đăng Khuê", ["dang", "khue"]),
        ("EMİL❤️", ["emil", "❤"]),
        ("Straße ŁÓDŹ Øre", ["strasse", "lodz", "ore"]),
        ("𝐍𝐠𝐮𝐲𝐞̂̃𝐧 𝐇𝐚̉𝐢", ["nguyen", "hai"]),
        ("ＦＵＬＬ ｗｉｄｔｈ", ["full", "width"]),
        ("Ανθούλα", ["ανθουλα"]),
        ("Зоряна Їжак", ["зоряна", "іжак"]),
        ("कमलेश्री", ["कमलेश्री"]),
        ("😈", ["😈"]),
        ('{"$ne": null}', ["ne", "null"]),
        (" .-_ ", []),
    ],
)
def test_a_text_is_its_words_without_case_and_accents(text, words):
    assert list(words_of(text)) == words


def test_a_handle_is_one_word_however_it_is_taken_apart():
    assert joined("@Khaby.Lame") == joined("khaby lame") == "khabylame"


def test_where_a_script_has_no_spaces_a_word_is_its_letters_and_pairs_of_letters():
    assert list(runs_of("nico平成フ")) == [("nico", False), ("平成フ", True)]
    assert sorted(terms_of("nico平成フ")) == sorted(["nico", "平", "成", "フ", "平成", "成フ"])


@pytest.mark.parametrize(
    ("one", "other"),
    [("مُحَمَّد", "محمد"), ("على", "علي"), ("سـارة", "ساره"), ("کیان", "كيان"), ("شָׁלום".replace("ش", "ש"), "שלום")],
)
def test_right_to_left_names_are_found_as_they_are_typed(one, other):
    assert words_of(one) == words_of(other)


@settings(deadline=None)
@given(st.text(max_size=300))
def test_words_are_bounded_and_normal(text):
    for word in words_of(text):
        assert 0 < len(word) <= LONGEST_WORD
        assert normal(word) == word or not word.isascii()


@pytest.mark.parametrize("other", ["@Khaby.Lame", " khaby.lame ", "KHABY.LAME", "ｋｈａｂｙ.lame"])
def test_a_handle_is_one_profile_however_it_is_written(other):
    assert profile_id("tiktok", other) == profile_id("tiktok", "khaby.lame")
    assert profile_id("instagram", other) != profile_id("tiktok", "khaby.lame")


@settings(deadline=None)
@given(st.text(max_size=50))
def test_a_normal_handle_stays_as_it_is(handle):
    assert normal_handle(normal_handle(handle)) == normal_handle(handle).removeprefix("@").strip()
