"""The short seeded run that belongs to every test run, and that the plan and the reckoning are what they say."""

import pytest

from tests.chaos.plan import SERVERS, SERVICES, How, a_plan
from tests.chaos.run import run


@pytest.mark.chaos
@pytest.mark.timeout(900)
def test_nothing_is_lost_and_nothing_happens_twice_under_three_blows():
    assert run(a_plan(11, kills=3, orders=400, clicks=900)) == []


def test_the_same_seed_is_the_same_plan():
    assert a_plan(5) == a_plan(5)
    assert a_plan(5) != a_plan(6)


def test_a_full_run_strikes_every_process_and_server_and_has_one_zombie():
    blows = a_plan(1).blows
    assert len(blows) == 20
    assert {blow.target for blow in blows} == {*SERVICES, *SERVERS}
    assert sum(blow.how is How.ZOMBIE for blow in blows) == 1
    assert all(blow.away > 6 for blow in blows if blow.how is How.ZOMBIE), "a zombie outlives its session's 6 s"
