"""Who guesses codes is sent away, and nobody else (RELIABILITY, coupon and code guessing)."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.redirect.app import build
from attribution.redirect.misses import MOST_CLIENTS, Misses
from tests.attribution.redirect.builders import NOON, a_link_event, some_settings
from tests.attribution.redirect.test_app import Answer, FakeClicks, ask

BUDGET = 5


def some_misses(budget: int = BUDGET) -> Misses:
    return Misses(budget=budget, seconds=60)


def test_a_client_is_refused_once_its_budget_is_used_up_and_answered_again_later() -> None:
    misses = some_misses()
    for _ in range(BUDGET):
        assert misses.wait_of("192.0.2.1", 0) == 0
        misses.count("192.0.2.1", 0)
    assert misses.wait_of("192.0.2.1", 0) == 12
    assert misses.wait_of("192.0.2.1", 11.5) == 1
    assert misses.wait_of("192.0.2.1", 12) == 0
    assert (misses.counted, misses.refused) == (BUDGET, 2)


def test_others_are_answered_meanwhile() -> None:
    misses = some_misses(1)
    misses.count("192.0.2.1", 0)
    assert misses.wait_of("192.0.2.2", 0) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8::1", "2001:db8:0:0:ffff::1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("not:an:address", "not:another", False),
    ],
)
def test_one_household_of_ipv6_has_one_budget(one: str, other: str, *, same: bool) -> None:
    misses = some_misses(1)
    misses.count(one, 0)
    assert (misses.wait_of(other, 0) > 0) is same


def test_however_many_clients_guess_memory_stays_bounded_and_the_latest_are_known() -> None:
    misses = some_misses(1)
    for n in range(MOST_CLIENTS + 1_000):
        misses.count(f"client {n}", 0)
    assert len(misses) == MOST_CLIENTS
    assert misses.wait_of(f"client {MOST_CLIENTS + 999}", 0) > 0
    assert misses.wait_of("client 0", 0) == 0


def test_clients_that_guess_no_more_are_forgotten() -> None:
    misses = some_misses()
    misses.count("192.0.2.1", 0)
    misses.forget(11)
    assert len(misses) == 1
    misses.forget(12)
    assert len(misses) == 0


def test_no_address_is_kept() -> None:
    misses = some_misses()
    misses.count("192.0.2.1", 0)
    assert "192.0.2.1" not in repr(vars(misses))


@given(waits=st.lists(st.floats(0, 30), max_size=60))
def test_nobody_guesses_faster_than_the_budget_allows(waits: list[float]) -> None:
    misses, now, answered = some_misses(), 0.0, 0
    for wait in waits:
        now += wait
        if misses.wait_of("192.0.2.1", now) == 0:
            misses.count("192.0.2.1", now)
            answered += 1
    assert answered <= BUDGET + now * BUDGET / 60 + 1e-6


@pytest.fixture
def app(tmp_path: Path) -> Any:
    app: Any = build(some_settings(tmp_path, miss_budget=BUDGET), now=lambda: NOON)
    app._clicks = FakeClicks()
    app._follower.caught_up = True
    app._producer._there.set()
    app.table.apply(a_link_event())
    return app


async def guess(app: Any, n: int) -> Answer:
    return await ask(app, f"/r/guess{n}", user_agent="Firefox")


async def test_brute_force_is_told_to_wait_also_when_a_guess_would_hit(app: Any) -> None:
    assert [(await guess(app, n)).status for n in range(BUDGET + 3)] == [404] * BUDGET + [429] * 3
    hit = await ask(app, "/r/KRISTA20", user_agent="Firefox")
    assert (hit.status, int(hit.headers["retry-after"])) == (429, 12)
    assert "location" not in hit.headers
    assert app._clicks.recorded == []
    shown = (await ask(app, "/metrics")).body.decode()
    assert (app._misses.counted, app._misses.refused) == (BUDGET, 4)
    assert 'redirect_requests_total{outcome="too-many-misses"} 4.0' in shown


async def test_wrong_codes_before_the_table_is_whole_are_nobodys_fault(app: Any) -> None:
    app._follower.caught_up = False
    assert [(await guess(app, n)).status for n in range(BUDGET + 3)] == [503] * (BUDGET + 3)
    app._follower.caught_up = True
    assert (await guess(app, 0)).status == 404


async def test_an_unknown_code_and_a_refused_target_are_told_apart_by_nobody(app: Any) -> None:
    app.table.apply(a_link_event(code="REFUSED", target="https://a@b.example"))
    assert await ask(app, "/r/REFUSED") == await ask(app, "/r/NOBODY")
