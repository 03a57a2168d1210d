"""The platform in containers, brought up once for this module; the story is told to it from outside."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.containers import engine_answers
from local.ports import free_port
from local.system import SERVICES
from tests.docker.compose import ROOT, composed, ours

pytestmark = [pytest.mark.docker, pytest.mark.timeout(2400)]

PORTS = ("CONSOLE", "DISCOVERY", "CAMPAIGNS", "ATTRIBUTION", "NOTIFICATIONS", "REDIRECT", "MAIL", "KAFKA")
UP_WITHIN = 1800.0
TOLD_WITHIN = 900.0


@dataclass(frozen=True)
class Compose:
    """One project of `docker compose`: containers, volumes and ports of its own."""

    project: str
    ports: dict[str, int]

    def __call__(self, *arguments: str, within: float = 300) -> str:
        """What the command printed; its errors are in the failure."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )
        assert done.returncode == 0, (
            f"docker compose {' '.join(arguments)}:\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
        )
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        """As it is typed."""
        return ["docker", "compose", "--project-name", self.project, *arguments]

    @property
    def env(self) -> dict[str, str]:
        """The environment that moves the ports."""
        return dict(os.environ) | {f"{name}_PORT": str(port) for name, port in self.ports.items()}

    def url(self, name: str) -> str:
        """Where this machine reaches it."""
        return f"http://127.0.0.1:{self.ports[name]}"

    def containers(self) -> dict[str, dict[str, Any]]:
        """Each container as the engine describes it, by the name of its service."""
        ids = self("ps", "--all", "--quiet").split()
        described = subprocess.run(["docker", "inspect", *ids], capture_output=True, text=True, timeout=60, check=True)
        return {it["Config"]["Labels"]["com.docker.compose.service"]: it for it in json.loads(described.stdout)}


def has_compose() -> bool:
    answer = subprocess.run(["docker", "compose", "version"], capture_output=True, timeout=60, check=False)
    return answer.returncode == 0


@pytest.fixture(scope="module")
def up() -> Iterator[Compose]:
    if not engine_answers():
        pytest.skip("no Docker engine answers")
    if not has_compose():
        pytest.skip("the engine answers, but there is no `docker compose`")
    compose = Compose(f"marketplace-test-{os.getpid()}", {name: free_port() for name in PORTS})
    try:
        compose("up", "--build", "--wait", within=UP_WITHIN)
        yield compose
    finally:
        compose("down", "--volumes", "--timeout", "10")


def test_all_come_up_healthy_and_the_setups_have_ended_well(up: Compose) -> None:
    states = {name: it["State"] for name, it in up.containers().items()}
    assert set(states) == set(composed()["services"])
    for name, state in states.items():
        if name.startswith("setup-"):
            assert (state["Status"], state["ExitCode"]) == ("exited", 0), name
        else:
            assert (state["Status"], state["Health"]["Status"]) == ("running", "healthy"), name


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_holds_its_service_alone_and_runs_it_as_nobody_in_particular(up: Compose, service: str) -> None:
    name = "attribution-api" if service == "attribution" else service
    look = (
        "import importlib.util as u, json, os, sys;"
        "print(json.dumps([os.getuid(), [m for m in sys.argv[1:] if u.find_spec(m)]]))"
    )
    others = [*SERVICES, "contracts", "chassis", "pytest", "mypy", "hatchling", "uv"]
    user, found = json.loads(up("exec", "-T", name, "/opt/app/bin/python", "-c", look, *others))
    assert user == 10001
    assert sorted(found) == sorted([service, "contracts", "chassis"])


def test_a_service_can_write_nowhere_but_where_it_must(up: Compose) -> None:
    tried = 'for place in /opt/app /data /tmp; do touch "$place/x" 2>/dev/null && echo "$place"; done; true'
    allowed = {
        "notifications": ["/tmp"],  # noqa: S108 - a tmpfs of the container, here and below
        "campaigns": ["/data", "/tmp"],  # noqa: S108
        "discovery": ["/data", "/tmp"],  # noqa: S108
        "attribution-redirect": ["/data", "/tmp"],  # noqa: S108
    }
    assert {name: up("exec", "-T", name, "sh", "-c", tried).split() for name in allowed} == allowed


def test_the_story_is_told_to_the_containers(up: Compose) -> None:
    worker = "attribution-worker"
    kill = " && ".join(
        shlex.join(up.command(*arguments))
        for arguments in (("kill", "--signal", "KILL", worker), ("up", "--detach", "--no-deps", "--no-build", worker))
    )
    addresses = {
        "CONSOLE_URL": up.url("CONSOLE"),
        "DISCOVERY_URL": up.url("DISCOVERY"),
        "CAMPAIGNS_URL": up.url("CAMPAIGNS"),
        "ATTRIBUTION_URL": up.url("ATTRIBUTION"),
        "LINK_URL": up.url("REDIRECT"),
        "MAIL_URL": up.url("MAIL"),
        "KAFKA_BOOTSTRAP": f"127.0.0.1:{up.ports['KAFKA']}",
        "OPERATOR_EMAIL": ours()["console"]["environment"]["OPERATOR_EMAIL"],
        "KILL_WORKER": shlex.join(["sh", "-c", kill]),
        "MOVE_CLOCK": shlex.join(up.command("up", "--detach", "--wait", "--no-build")),
        "PYTHONPATH": str(Path(ROOT, "deploy")),
    }
    told = subprocess.run(
        [sys.executable, "-m", "story"],
        cwd=ROOT,
        env=up.env | addresses,
        capture_output=True,
        text=True,
        timeout=TOLD_WITHIN,
        check=False,
    )
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-4000:]
    assert "Killed with -9 and started again: all 500 orders are decided" in told.stdout
    assert "Her invitation has expired, once" in told.stdout


def test_a_stop_ends_every_service_in_good_order(up: Compose) -> None:
    """Last: nothing runs after it. A process that outlives its grace is killed, which would be 137."""
    up("stop")
    states = {name: it["State"] for name, it in up.containers().items()}
    assert {name: states[name]["ExitCode"] for name in ours()} == dict.fromkeys(ours(), 0)
