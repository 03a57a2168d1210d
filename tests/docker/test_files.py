"""What docker-compose.yml and the Dockerfile promise, read without an engine."""

import importlib
import re
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import ServiceSettings, load
from local.containers import KAFKA_IMAGE, MONGO_IMAGE
from local.system import SERVICES, Ports, settings_for
from tests.docker.compose import ROOT, composed, ours, variables_of_secrets

SETUPS = {f"setup-{service}" for service in SERVICES}
PLACES = {
    "console": Ports().console,
    "discovery": Ports().discovery,
    "campaigns": Ports().campaigns,
    "notifications": Ports().notifications,
    "attribution-api": Ports().attribution,
    "attribution-redirect": Ports().redirect,
}
LEFT_TO_THE_CONTAINER = {"REDIRECT_PORT", "REDIRECT_DIR", "SEARCH_DIR"}
NEW = "a-secret-of-somebody's-own-which-is-long-enough"


def settings_of(name: str, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> ServiceSettings:
    module = importlib.import_module(f"{name}.settings")
    kind: Any = next(thing for label, thing in vars(module).items() if label.lower() == f"{name}settings")
    for key, value in environment.items():
        monkeypatch.setenv(key, value)
    settings: ServiceSettings = load(kind)
    return settings


def seconds(text: str) -> float:
    assert text.endswith("s"), text
    return float(text[:-1])


def test_every_port_is_published_on_this_machine_alone_and_is_the_one_of_make_up() -> None:
    published = {}
    for name, container in composed()["services"].items():
        for port in container.get("ports", []):
            address, outside, _inside = port.split(":")
            assert address == "127.0.0.1", f"{name} is open to the network: {port}"
            published[name] = int(outside)
    assert {name: published.get(name) for name in PLACES} == PLACES
    assert published["mail"] == 8025
    assert not set(published) - set(PLACES) - {"mail", "kafka"}


def test_a_port_that_is_moved_moves_in_the_addresses_too() -> None:
    moved = ours({"CONSOLE_PORT": "9000", "REDIRECT_PORT": "9010", "ATTRIBUTION_PORT": "9003"})
    assert moved["console"]["ports"] == ["127.0.0.1:9000:8000"]
    for container in moved.values():
        assert container["environment"]["CONSOLE_PUBLIC_URL"] == "http://127.0.0.1:9000"
        assert container["environment"]["LINK_PUBLIC_URL"] == "http://127.0.0.1:9010"
        assert container["environment"]["ATTRIBUTION_PUBLIC_URL"] == "http://127.0.0.1:9003"


def test_a_moved_clock_is_moved_for_every_container_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for env, offset in (({}, timedelta()), ({"CLOCK_OFFSET": "P7DT1H"}, timedelta(days=7, hours=1))):
        for name, container in ours(env).items():
            service = container["image"].removeprefix("marketplace/").removesuffix(":local")
            assert settings_of(service, container["environment"], monkeypatch).clock_offset == offset, name


def test_the_servers_are_those_of_the_local_stack() -> None:
    services = composed()["services"]
    assert services["kafka"]["image"] == KAFKA_IMAGE
    assert services["mongo"]["image"] == MONGO_IMAGE


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_takes_the_environment_that_its_containers_get(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    containers = {name: it for name, it in ours().items() if it["image"] == f"marketplace/{service}:local"}
    assert f"setup-{service}" in containers
    for container in containers.values():
        settings = settings_of(service, container["environment"], monkeypatch)
        assert settings.client_id == service
        assert settings.kafka_bootstrap == "kafka:9092"


def test_containers_get_every_setting_that_make_up_gives(tmp_path: Path) -> None:
    local = settings_for(tmp_path, kafka="k:1", mongo="mongodb://m:1", smtp_port=1025, ports=Ports(**asdict(Ports())))
    given = set().union(*(container["environment"] for container in ours().values()))
    assert set(local) - given <= LEFT_TO_THE_CONTAINER


def test_the_console_knows_the_secret_that_each_service_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    for env in ({}, {name: f"{NEW}-{name}" for name in variables_of_secrets()}):
        containers = ours(env)
        clients = dict(
            entry.split(":", 1) for entry in containers["console"]["environment"]["SERVICE_CLIENTS"].split(",")
        )
        assert set(clients) == set(SERVICES)
        for container in containers.values():
            shown = container["environment"]
            assert shown["CLIENT_SECRET"] == clients[shown["CLIENT_ID"]]
        settings_of("console", containers["console"]["environment"], monkeypatch)


def test_each_secret_says_that_it_is_for_development_and_can_be_replaced() -> None:
    replaced = ours(dict.fromkeys(variables_of_secrets(), NEW))
    for name, container in ours().items():
        for key, value in container["environment"].items():
            if "SECRET" in key:
                assert value.startswith("development-only-")
                assert replaced[name]["environment"][key] == NEW


def test_a_stop_waits_longer_than_a_service_takes_for_it() -> None:
    for name, container in ours().items():
        if name not in SETUPS:
            grace = float(container["environment"]["GRACE_SECONDS"])
            assert seconds(container["stop_grace_period"]) > grace, name


def test_nobody_listens_before_all_topics_are_there() -> None:
    for name, container in ours().items():
        if name in SETUPS:
            assert set(container["depends_on"]) == {"kafka", "mongo"}
        else:
            assert set(container["depends_on"]) == SETUPS, name


def test_two_containers_of_one_service_are_two_members_of_its_group() -> None:
    slots = [it["environment"]["PROCESS_SLOT"] for name, it in ours().items() if name not in SETUPS]
    assert len(set(slots)) == len(slots) == 7


def test_images_are_named_without_a_registry() -> None:
    names = [container["image"] for container in composed()["services"].values()]
    names += re.findall(r"^FROM (\S+)", (ROOT / "deploy/docker/Dockerfile").read_text(), re.MULTILINE)
    for name in names:
        assert not re.search(r"[.:]", name.split("/")[0]) or "/" not in name, name
