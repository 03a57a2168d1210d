import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from local.errors import DiedError, DiskFullError, MissingError, NotReadyError, PortInUseError
from local.ports import HIGHEST, free_port, is_free, must_be_free
from local.processes import Process, answers_ok

DEPLOY = Path(__file__).parents[2] / "deploy"

HTTP_SERVER = """
import sys
from http.server import HTTPServer, SimpleHTTPRequestHandler
HTTPServer(("127.0.0.1", int(sys.argv[1])), SimpleHTTPRequestHandler).serve_forever()
"""
DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
BUSY = """
import hashlib, threading
def work():
    while True:
        hashlib.sha256(bytes(1 << 20)).digest()
for _ in range(8):
    threading.Thread(target=work).start()
print("busy", flush=True)
"""
PARENT = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]).pid, flush=True)
time.sleep(600)
"""


def a_program(source: str, folder: Path, *arguments: object, **settings: Any) -> Process:
    argv = [sys.executable, "-c", source, *map(str, arguments)]
    return Process("the program", argv, log_path=folder / "program.log", **settings)


def an_http_server(folder: Path) -> Process:
    port = free_port()
    return a_program(HTTP_SERVER, folder, port, ready_url=f"http://127.0.0.1:{port}/", cwd=folder)


def has_said(word: str, log: Path) -> bool:
    return word in log.read_text()


def url_of(server: Process) -> str:
    assert server.ready_url is not None
    return server.ready_url


def a_line_from(program: "subprocess.Popen[str]") -> str:
    assert program.stdout is not None
    return program.stdout.readline()


def eventually(true: Callable[[], object], within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    """A zombie is dead: only nobody has asked for its status yet."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def test_a_started_process_answers_and_a_stopped_one_is_gone(tmp_path: Path) -> None:
    server = an_http_server(tmp_path).start()
    assert answers_ok(url_of(server))
    pid = server.pid

    server.stop()

    assert not is_alive(pid)
    assert not server.running
    assert server.exit_status == -signal.SIGTERM


def test_a_killed_process_starts_again_on_its_port(tmp_path: Path) -> None:
    server = an_http_server(tmp_path).start()
    before = server.pid
    server.kill()
    assert server.exit_status == -signal.SIGKILL

    server.start()

    assert server.pid != before
    assert answers_ok(url_of(server))
    server.restart()
    assert answers_ok(url_of(server))
    server.stop()


def test_a_paused_process_answers_nobody_until_it_is_resumed(tmp_path: Path) -> None:
    server = an_http_server(tmp_path).start()
    server.pause()
    assert not answers_ok(url_of(server), timeout=0.3)
    assert server.running

    server.resume()

    server.wait_ready(url_of(server), within=60)
    server.stop()


def test_a_paused_process_stands_with_all_its_threads_when_the_call_returns(tmp_path: Path) -> None:
    busy = a_program(BUSY, tmp_path).start()
    eventually(lambda: "busy" in busy.log_tail())
    try:
        for _ in range(50):
            busy.pause()
            tasks = Path(f"/proc/{busy.pid}/task").iterdir()
            assert {(task / "stat").read_text().rpartition(")")[2].split()[0] for task in tasks} == {"T"}
            busy.resume()
    finally:
        busy.kill()


def test_a_paused_process_can_be_stopped_in_good_order(tmp_path: Path) -> None:
    server = an_http_server(tmp_path).start()
    server.pause()
    server.stop()
    assert server.exit_status == -signal.SIGTERM


def test_one_that_does_not_listen_to_sigterm_is_killed_after_its_grace(tmp_path: Path) -> None:
    deaf = a_program(DEAF, tmp_path, grace=0.2).start()
    eventually(lambda: "deaf" in deaf.log_tail())
    deaf.stop()
    assert deaf.exit_status == -signal.SIGKILL


@pytest.mark.parametrize("end", ["stop", "kill", "wait"])
def test_what_a_process_started_goes_with_it(tmp_path: Path, end: str) -> None:
    parent = a_program(PARENT, tmp_path).start()
    eventually(parent.log_tail)
    grandchild = int(parent.log_tail())
    if end == "wait":
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait(within=60)
    else:
        getattr(parent, end)()
    eventually(lambda: not is_alive(grandchild))


def test_an_early_death_is_told_with_the_last_lines_of_the_log(tmp_path: Path) -> None:
    program = a_program("print('the reason'); raise SystemExit(3)", tmp_path, ready_url="http://127.0.0.1:9/")
    with pytest.raises(DiedError, match=r"(?s)the program ended with status 3 .*the reason"):
        program.start()


def test_the_log_of_a_former_start_is_kept_and_not_told_again(tmp_path: Path) -> None:
    program = a_program("import os; print('from', os.getpid()); raise SystemExit(3)", tmp_path)
    program.ready_url = "http://127.0.0.1:9/"
    for _ in range(2):
        with pytest.raises(DiedError):
            program.start()
    assert program.log_tail() == f"from {program.pid}"
    assert len(program.log_path.read_text().splitlines()) == 2


def test_a_death_of_a_full_disk_is_told_as_one(tmp_path: Path) -> None:
    program = a_program("raise SystemExit('write: No space left on device')", tmp_path, ready_url="http://127.0.0.1:9/")
    with pytest.raises(DiskFullError, match="the disk is full: the program could not write"):
        program.start()


def test_one_that_never_answers_is_not_left_running(tmp_path: Path) -> None:
    silent = a_program(DEAF, tmp_path, ready_url="http://127.0.0.1:9/", ready_within=0.3)
    with pytest.raises(NotReadyError, match=r"the program gave no sign of being ready within 0.3 s"):
        silent.start()
    assert not silent.running


def test_a_program_that_is_not_installed_is_named() -> None:
    with pytest.raises(MissingError, match="no-such-program is needed for the service"):
        Process("the service", ["no-such-program"]).start()


def test_a_child_outlives_the_thread_that_asked_for_it(tmp_path: Path) -> None:
    server = an_http_server(tmp_path)
    asking = threading.Thread(target=server.start)
    asking.start()
    asking.join()
    asking_again = an_http_server(tmp_path).start()  # by now the kernel has told of the thread's end
    asking_again.stop()
    assert answers_ok(url_of(server))
    server.stop()


def test_children_die_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = f"""
import sys, time
from pathlib import Path
sys.path.insert(0, {str(DEPLOY)!r})
from local.processes import Process
for n in range(3):
    log = Path({str(tmp_path)!r}) / f"{{n}}.log"
    print(Process("child", [sys.executable, "-c", {DEAF!r}], log_path=log).start().pid, flush=True)
print("started", flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parent:
        children = [int(line) for line in iter(lambda: a_line_from(parent), "started\n")]
        assert len(children) == 3
        for log in tmp_path.glob("*.log"):
            eventually(partial(has_said, "deaf", log))
        assert all(map(is_alive, children))
        parent.kill()
        parent.wait()
    eventually(lambda: not any(map(is_alive, children)))


def test_a_program_gets_the_signals_as_any_shell_would_give_them(tmp_path: Path) -> None:
    """Python ignores SIGPIPE, and what is ignored is inherited: a program must not find it so."""
    program = Process("grep", ["grep", "^SigIgn", "/proc/self/status"], log_path=tmp_path / "grep.log").start()
    assert program.wait(within=60) == 0
    assert int(program.log_tail().split()[1], base=16) & (1 << (signal.SIGPIPE - 1)) == 0


def test_free_ports_are_told_once_and_lie_below_those_of_outgoing_connections() -> None:
    found = [free_port() for _ in range(50)]
    assert len(set(found)) == 50
    assert all(is_free(port) for port in found)
    lowest_outgoing = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(found) <= HIGHEST < lowest_outgoing


def test_another_process_is_not_given_a_port_that_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = free_port()
    script = f"""
import sys
sys.path.insert(0, {str(DEPLOY)!r})
import random
wishes = iter([{mine}, {mine}, *range(31999, 15000, -1)])
random.randint = lambda low, high: next(wishes)
from local.ports import free_port
print(free_port())
"""
    told = subprocess.run([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert int(told) != mine


def test_a_port_in_use_is_one_clear_sentence(tmp_path: Path) -> None:
    server = an_http_server(tmp_path).start()
    port = int(server.argv[-1])
    with pytest.raises(PortInUseError, match=rf"^port {port} on 127.0.0.1 is in use, so MongoDB cannot start: .*$"):
        must_be_free(port, "MongoDB")
    server.stop()
