"""A4: which count an answer is by, and which verdict a count has of a click."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.domain.recounts import (
    FIRST,
    Evidence,
    Part,
    Recount,
    current,
    following,
    judged,
    parts,
    under_way,
)
from tests.attribution.builders import DAY, NOON

KEPT = 400 * DAY
SEEN = Evidence(bot=False, bot_rule="rule/1", method="GET", user_agent="Curious/1", fetched_ahead=False)


class ARule:
    """Marks one word in agents."""

    def __init__(self, name: str, word: str) -> None:
        self.name = name
        self.word = word

    def marks(self, *, method: str, user_agent: str, fetched_ahead: bool) -> bool:
        return self.word in user_agent or method != "GET" or fetched_ahead


CURIOUS = ARule("rule/2", "Curious")


def a_recount(number: int = 1, rule: str = "rule/2", **changes: object) -> Recount:
    one = Recount(number, rule, number - 1, date(2025, 1, number), NOON + number * DAY, NOON + number * DAY)
    return replace(one, **changes)  # type: ignore[arg-type]


def test_the_newest_finished_recount_is_current_and_the_first_count_before_any():
    assert current(()) == FIRST
    assert current((a_recount(1, finished_at=None),)) == FIRST
    assert current((a_recount(1), a_recount(2), a_recount(3, finished_at=None))) == 2


def test_only_the_newest_recount_can_be_under_way():
    assert under_way(()) is None
    assert under_way((a_recount(1),)) is None
    given_up, running = a_recount(1, finished_at=None), a_recount(2, finished_at=None)
    assert under_way((given_up, running)) == running
    assert under_way((given_up, a_recount(2))) is None


def test_the_next_recount_rests_on_the_current_one_and_not_on_one_that_was_given_up():
    then = following((a_recount(1), a_recount(2, finished_at=None)), "rule/9", NOON, KEPT)
    assert (then.number, then.base, then.rule, then.finished_at) == (3, 1, "rule/9", None)


def test_days_whose_clicks_are_being_forgotten_are_left_to_the_count_before():
    assert following((), "rule/2", NOON, KEPT).from_day == (NOON - KEPT + 2 * DAY).date()


def test_each_count_answers_for_its_own_days():
    recounts = (a_recount(1), a_recount(2, finished_at=None), a_recount(3, base=1))
    assert parts(recounts, FIRST) == (Part(FIRST, None, None),)
    assert parts(recounts, 1) == (Part(1, date(2025, 1, 1), None), Part(FIRST, None, date(2025, 1, 1)))
    assert parts(recounts, 3) == (
        Part(3, date(2025, 1, 3), None),
        Part(1, date(2025, 1, 1), date(2025, 1, 3)),
        Part(FIRST, None, date(2025, 1, 1)),
    )


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=6), st.integers(0, 60))
def test_every_day_has_exactly_one_count_that_answers(made: list[tuple[int, bool]], day: int):
    recounts: list[Recount] = []
    for offset, done in made:
        began = NOON + timedelta(days=offset)
        one = following(recounts, f"rule/{len(recounts)}", began, 10 * DAY)
        recounts.append(replace(one, finished_at=began if done else None))
    asked = NOON.date() + timedelta(days=day - 20)
    speaking = [
        part
        for part in parts(recounts, current(recounts))
        if (part.start is None or part.start <= asked) and (part.end is None or asked < part.end)
    ]
    assert len(speaking) == 1


@pytest.mark.parametrize(
    ("evidence", "rule", "bot"),
    [
        pytest.param(SEEN, CURIOUS, True, id="another rule says so now"),
        pytest.param(replace(SEEN, user_agent="Firefox"), CURIOUS, False, id="neither says so"),
        pytest.param(replace(SEEN, bot=True, user_agent="Firefox"), CURIOUS, False, id="the rule before was wrong"),
        pytest.param(replace(SEEN, user_agent="Firefox", method="HEAD"), CURIOUS, True, id="the method is read, too"),
        pytest.param(replace(SEEN, user_agent="F", fetched_ahead=True), CURIOUS, True, id="and whether it was ahead"),
        pytest.param(replace(SEEN, bot_rule="rule/2"), CURIOUS, False, id="by the same rule already"),
        pytest.param(replace(SEEN, bot=True, user_agent=None), CURIOUS, True, id="of who objected, nothing was kept"),
        pytest.param(SEEN, ARule("rule/3", "Curious"), None, id="another rule is at hand"),
        pytest.param(replace(SEEN, bot_rule="rule/2"), ARule("rule/3", "C"), False, id="and need not be asked"),
    ],
)
def test_a_recount_judges_by_its_own_rule(evidence: Evidence, rule: ARule, *, bot: bool | None):
    assert judged(evidence, a_recount(), rule) is bot
