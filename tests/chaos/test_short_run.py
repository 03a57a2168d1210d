"""The short seeded run that belongs to every test run, and that the plan and the reckoning are what they say."""

import os
import subprocess
import sys
import time

import pytest

from tests.chaos.plan import SERVERS, SERVICES, SKEWED, How, a_plan
from tests.chaos.run import run
from tests.chaos.skew import library, skewed


@pytest.mark.chaos
@pytest.mark.long
@pytest.mark.timeout(900)
def test_nothing_is_lost_and_nothing_happens_twice_or_early_under_four_blows():
    assert run(a_plan(11, kills=4, orders=400, clicks=900, deadlines=40, endings=1)) == []


@pytest.mark.skipif(library() is None, reason="needs libfaketime")
def test_a_skewed_process_reads_another_time_and_waits_as_long_as_others():
    code = "import time; a = time.monotonic(); time.sleep(0.2); print(time.time(), time.monotonic() - a)"
    env = os.environ | skewed("-1h")
    told = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True).stdout
    host, waited = map(float, told.split())
    assert host == pytest.approx(time.time() - 3600, abs=30)
    assert 0.2 <= waited < 30


def test_a_short_run_strikes_campaigns_api_and_a_worker_whose_clock_is_wrong():
    targets = {blow.target for blow in a_plan(11, kills=4).blows}
    assert {"campaigns"} < targets
    assert targets & set(SKEWED)


def test_the_same_seed_is_the_same_plan():
    assert a_plan(5) == a_plan(5)
    assert a_plan(5) != a_plan(6)


def test_a_full_run_strikes_every_process_and_server_and_has_one_zombie():
    blows = a_plan(1).blows
    assert len(blows) == 20
    assert {blow.target for blow in blows} == {*SERVICES, *SERVERS}
    assert sum(blow.how is How.ZOMBIE for blow in blows) == 1
    assert all(blow.away > 6 for blow in blows if blow.how is How.ZOMBIE), "a zombie outlives its session's 6 s"
