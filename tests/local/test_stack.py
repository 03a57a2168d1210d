import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.errors import BusyError, MissingError, NotOursError, StackError
from local.kafka.server import brokers_at
from local.lock import demo_pid, only_demo
from local.mongo import takes_writes
from local.processes import answers_ok
from local.stack import Given, Source, Stack, find_source
from tests.local.test_processes import DEPLOY, a_line_from, an_http_server, eventually, is_alive

LOCAL_TOO = {"STACK": "local"}


@contextmanager
def stack_command(*arguments: object, **env: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "local", *map(str, arguments)]
    settings = {**os.environ, "PYTHONPATH": str(DEPLOY), "KAFKA_BOOTSTRAP": "", "MONGO_URL": "", **env}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=settings) as process:
        try:
            yield process
        finally:
            process.kill()


def addresses_from(process: "subprocess.Popen[str]") -> Mapping[str, str]:
    told: dict[str, str] = {}
    while "MAIL_URL" not in told:
        line = a_line_from(process)
        assert line, process.communicate()
        name, found, value = line.strip().partition("=")
        if found:
            told[name] = value
    return told


def port_of(address: str) -> int:
    return int(address.partition("//")[2].partition("/")[0].rpartition(":")[2] or address.rpartition(":")[2])


def children_of(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def test_the_stack_comes_up_in_one_call_and_goes_with_its_block(tmp_path: Path) -> None:
    with Stack.start(tmp_path, env=LOCAL_TOO) as stack:
        kafka, mongo = stack.kafka, stack.mongo
        assert brokers_at(port_of(kafka.address)) == 1
        assert takes_writes(port_of(mongo.address))
        assert (tmp_path / "kafka" / "kafka.log").is_file()
        assert (tmp_path / "mongo" / "mongod.log").is_file()
    assert not kafka.running
    assert not mongo.running


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_up_says_where_things_are_and_leaves_nothing_running(tmp_path: Path, number: signal.Signals) -> None:
    with stack_command("up", "--dir", tmp_path) as up:
        told = addresses_from(up)
        assert list(told) == ["KAFKA_BOOTSTRAP", "MONGO_URL", "SMTP_PORT", "MAIL_URL"]
        assert brokers_at(port_of(told["KAFKA_BOOTSTRAP"])) == 1
        assert takes_writes(port_of(told["MONGO_URL"]))
        assert answers_ok(f"{told['MAIL_URL']}/api/v1/messages")
        children = children_of(up.pid)
        assert len(children) == 3

        with stack_command("up", "--dir", tmp_path) as second:
            _, complaint = second.communicate(timeout=120)
        assert second.returncode == 1
        assert complaint.startswith(f"this checkout's stack is already up (process {up.pid}): use that one, or stop it")
        assert len(complaint.splitlines()) == 1
        assert demo_pid(tmp_path / "lock") == up.pid

        up.send_signal(number)
        assert up.wait(timeout=120) == (-number if number == signal.SIGKILL else 0)
    eventually(lambda: not any(map(is_alive, children)))
    assert demo_pid(tmp_path / "lock") is None


def test_a_signal_amid_the_start_ends_it_at_once(tmp_path: Path) -> None:
    with stack_command("up", "--dir", tmp_path) as up:
        eventually(lambda: len(children_of(up.pid)) == 3, within=120)
        children = children_of(up.pid)
        up.send_signal(signal.SIGTERM)
        assert up.wait(timeout=120) == 0
        assert up.communicate()[0].count("KAFKA_BOOTSTRAP") == 0
    eventually(lambda: not any(map(is_alive, children)))


def test_a_port_in_use_ends_up_with_one_sentence_and_nothing_left(tmp_path: Path) -> None:
    other = an_http_server(tmp_path).start()
    with stack_command("up", "--dir", tmp_path / "stack", "--mongo-port", other.argv[-1]) as up:
        _, complaint = up.communicate(timeout=120)
    other.stop()
    assert up.returncode == 1
    assert complaint.startswith(f"port {other.argv[-1]} on 127.0.0.1 is in use, so MongoDB cannot start: ")
    assert len(complaint.splitlines()) == 1


def test_without_java_and_docker_one_sentence_says_what_to_install(tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path), "DOCKER_HOST": f"unix://{tmp_path}/docker.sock"}
    with stack_command("up", "--dir", tmp_path / "stack", **nothing) as up:
        _, complaint = up.communicate(timeout=120)
    assert up.returncode == 2
    assert complaint == (
        "Kafka and MongoDB cannot be started here: install maven: `apt install maven` brings Java along;"
        " or start a Docker engine\n"
    )


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with stack_command("up", "--dir", tmp_path / "file" / "stack") as up:
        _, complaint = up.communicate(timeout=120)
    assert up.returncode == 1
    assert complaint == f"the stack cannot keep its files in {tmp_path}/file/stack: Not a directory\n"


@pytest.mark.parametrize(
    ("env", "there", "source"),
    [
        pytest.param(
            {"KAFKA_BOOTSTRAP": "k:1", "MONGO_URL": "mongodb://m"}, {"java", "docker"}, Source.GIVEN, id="given"
        ),
        pytest.param({}, {"java", "docker"}, Source.LOCAL, id="local before Docker"),
        pytest.param({}, {"docker"}, Source.DOCKER, id="Docker without Java"),
        pytest.param({"STACK": "docker"}, {"java", "docker"}, Source.DOCKER, id="Docker first when asked for"),
        pytest.param({"STACK": "local"}, {"java"}, Source.LOCAL, id="local when asked for"),
    ],
)
def test_servers_are_given_else_local_else_in_docker(
    monkeypatch: pytest.MonkeyPatch, env: Mapping[str, str], there: set[str], source: Source
) -> None:
    monkeypatch.setattr("local.kafka.jars.java_is_there", lambda: "java" in there)
    monkeypatch.setattr("local.containers.engine_answers", lambda: "docker" in there)
    assert find_source(env) is source


@pytest.mark.parametrize(
    ("env", "error", "sentence"),
    [
        pytest.param({}, MissingError, "cannot be started here: install maven", id="nothing there"),
        pytest.param({"STACK": "docker"}, MissingError, "no engine answers", id="Docker asked for"),
        pytest.param({"STACK": "cloud"}, StackError, "STACK=cloud is unknown", id="unknown"),
        pytest.param({"MONGO_URL": "mongodb://m"}, StackError, "go together", id="one address of two"),
    ],
)
def test_what_cannot_be_found_is_said(
    monkeypatch: pytest.MonkeyPatch, env: Mapping[str, str], error: type[StackError], sentence: str
) -> None:
    monkeypatch.setattr("local.kafka.jars.java_is_there", lambda: False)
    monkeypatch.setattr("local.containers.engine_answers", lambda: False)
    with pytest.raises(error, match=sentence):
        find_source(env)


def test_somebody_elses_servers_are_used_and_never_stopped(tmp_path: Path) -> None:
    env = {"KAFKA_BOOTSTRAP": "kafka.test:9092", "MONGO_URL": "mongodb://mongo.test"}
    with Stack.start(tmp_path, env=env) as stack:
        assert (stack.kafka.address, stack.mongo.address) == tuple(env.values())
        assert isinstance(stack.kafka, Given)
        for control in (stack.kafka.kill, stack.kafka.pause, stack.kafka.resume, stack.kafka.restart):
            with pytest.raises(NotOursError, match=r"Kafka at kafka.test:9092 was given by its address"):
                control()


def test_a_second_holder_of_the_checkout_is_refused_until_the_first_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with only_demo(path):
        assert demo_pid(path) == os.getpid()
        with pytest.raises(BusyError, match=rf"already up \(process {os.getpid()}\)"), only_demo(path):
            pytest.fail("a second one got in")
    with only_demo(path):
        assert demo_pid(path) == os.getpid()
    assert demo_pid(path) is None
