import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.errors import DiedError, StackError
from local.group import Group
from local.processes import Process
from tests.local.test_processes import DEAF, DEPLOY, a_line_from, eventually, is_alive


class Recorded:
    """A server that says what is done to it."""

    def __init__(self, name: str, told: list[str], failure: Exception | None = None) -> None:
        self.name = name
        self.running = False
        self._told = told
        self._failure = failure

    def start(self) -> None:
        if self._failure:
            raise self._failure
        self.running = True
        self._told.append(f"start {self.name}")

    def stop(self) -> None:
        if self.running:
            self._told.append(f"stop {self.name}")
        self.running = False

    def kill(self) -> None:
        self.stop()

    def pause(self) -> None: ...

    def resume(self) -> None: ...

    def restart(self) -> None: ...


class NeverStops(Recorded):
    def stop(self) -> None:
        raise RuntimeError(f"{self.name} does not stop")


def test_layers_are_stopped_in_the_reverse_order() -> None:
    told: list[str] = []
    with Group() as group:
        group.start(Recorded("kafka", told))
        group.start(Recorded("service", told))
    assert told == ["start kafka", "start service", "stop service", "stop kafka"]


def test_the_newest_layer_is_started_again_and_still_stopped_first() -> None:
    told: list[str] = []
    with Group() as group:
        group.start(Recorded("kafka", told))
        group.start(Recorded("service", told))
        group.restart()
    assert told == ["start kafka", "start service", "stop service", "start service", "stop service", "stop kafka"]


def test_a_layer_that_does_not_stop_is_not_started_again() -> None:
    told: list[str] = []

    def restart_what_never_stops() -> None:
        with Group() as group:
            group.start(Recorded("kafka", told))
            group.start(NeverStops("service", told))
            group.restart()

    with pytest.raises(ExceptionGroup):
        restart_what_never_stops()
    assert told == ["start kafka", "start service", "stop kafka"]


def test_an_exception_stops_everything() -> None:
    told: list[str] = []

    def fail_in_the_block() -> None:
        with Group() as group:
            group.start(Recorded("kafka", told))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_block()
    assert told == ["start kafka", "stop kafka"]


def test_one_that_does_not_start_takes_its_layer_along_and_the_reason_is_told() -> None:
    told: list[str] = []
    with Group() as group:
        group.start(Recorded("mail", told))
        with pytest.raises(StackError, match="no disk"):
            group.start(Recorded("kafka", told), Recorded("mongo", told, StackError("no disk")))
    assert sorted(told) == ["start kafka", "start mail", "stop kafka", "stop mail"]


def test_a_failed_start_does_not_wait_for_a_slow_one(tmp_path: Path) -> None:
    slow = Process("slow", [sys.executable, "-c", DEAF], ready_url="http://127.0.0.1:9/", ready_within=250)
    with Group() as group, pytest.raises(StackError, match="no disk"):
        group.start(slow, Recorded("mongo", [], StackError("no disk")))
    assert not slow.running


def test_one_that_does_not_stop_keeps_no_other_running() -> None:
    told: list[str] = []
    group = Group()
    group.start(Recorded("kafka", told))
    group.start(NeverStops("service", told))
    with pytest.raises(ExceptionGroup, match="did not stop in good order"):
        group.stop()
    assert told[-1] == "stop kafka"


def test_the_end_of_a_watched_server_is_told() -> None:
    told: list[str] = []
    with Group() as group:
        server = Recorded("kafka", told)
        group.start(server)
        server.running = False
        with pytest.raises(DiedError, match="kafka has ended by itself"):
            group.watch()


SLOW = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: print("heard", flush=True))
print("here", flush=True)
while True:
    time.sleep(600)
"""
SUPERVISOR = f"""
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests in its background ignores it
sys.path.insert(0, {str(DEPLOY)!r})
from local.group import Group
from local.processes import Process
with Group() as group:
    slow = Process("slow", [sys.executable, "-c", {SLOW!r}], log_path=Path(sys.argv[1]), grace=float(sys.argv[2]))
    group.start(slow)
    print(slow.pid, flush=True)
    time.sleep(600)
"""


def a_supervisor(log: Path, grace: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SUPERVISOR, str(log), str(grace)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, -signal.SIGINT)]
)
def test_a_signal_ends_the_block_and_all_that_it_started(tmp_path: Path, number: signal.Signals, status: int) -> None:
    log = tmp_path / "slow.log"
    with a_supervisor(log, grace=3) as supervisor:
        child = int(a_line_from(supervisor))
        eventually(lambda: "here" in log.read_text())
        supervisor.send_signal(number)
        assert supervisor.wait(timeout=120) == status
        assert not is_alive(child)
        assert "heard" in log.read_text()


def test_a_second_signal_kills_what_takes_its_time(tmp_path: Path) -> None:
    log = tmp_path / "slow.log"
    with a_supervisor(log, grace=600) as supervisor:
        child = int(a_line_from(supervisor))
        eventually(lambda: "here" in log.read_text())
        supervisor.send_signal(signal.SIGTERM)
        eventually(lambda: "heard" in log.read_text())
        assert is_alive(child)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(timeout=120) == 143
        assert not is_alive(child)
