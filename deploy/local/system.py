"""The whole platform as processes of this machine: who runs, on which port, with which settings."""

import secrets
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from local.group import Group
from local.places import make_folder
from local.ports import must_be_free
from local.processes import Process

SERVICES = ("discovery", "campaigns", "attribution", "notifications", "console")


@dataclass(frozen=True)
class Ports:
    """Where each process listens on 127.0.0.1; the addresses that people see come first."""

    console: int = 8000
    redirect: int = 8010
    attribution: int = 8003
    discovery: int = 8001
    campaigns: int = 8002
    notifications: int = 8004
    worker: int = 8013


class Service(Process):
    """One process of the platform; its port must be free."""

    port: int = 0

    def prepare(self) -> None:
        """One clear sentence if somebody else listens there."""
        must_be_free(self.port, self.name)


@dataclass(frozen=True)
class System:
    """All processes of one installation on one machine, and the addresses at which they are reached."""

    settings: Mapping[str, str]
    ports: Ports
    processes: Mapping[str, Service]

    @property
    def addresses(self) -> dict[str, str]:
        """As `python -m story` takes them from the environment."""
        return {
            name: self.settings[name]
            for name in ("CONSOLE_URL", "DISCOVERY_URL", "CAMPAIGNS_URL", "ATTRIBUTION_URL", "KAFKA_BOOTSTRAP")
        } | {"LINK_URL": self.settings["LINK_PUBLIC_URL"], "OPERATOR_EMAIL": self.settings["OPERATOR_EMAIL"]}

    def move_clock(self, group: Group, offset: str) -> None:
        """Start every process again with its clock moved by an ISO 8601 duration; they are the group's newest layer."""
        for process in self.processes.values():
            process.env["CLOCK_OFFSET"] = offset
        group.restart()


def settings_for(
    directory: Path,
    *,
    kafka: str,
    mongo: str,
    smtp_port: int,
    ports: Ports,
    extra: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The environment that all processes share; secrets are made once per directory and kept there, for us alone."""
    keep = Secrets(directory / "secrets.env")
    clients = {name: keep.get(f"{name.upper()}_CLIENT_SECRET") for name in SERVICES}

    def url(port: int) -> str:
        return f"http://127.0.0.1:{port}"

    return {
        "ENVIRONMENT": "development",
        "KAFKA_BOOTSTRAP": kafka,
        "MONGO_URL": mongo,
        "SMTP_HOST": "127.0.0.1",
        "SMTP_PORT": str(smtp_port),
        "CONSOLE_SECRET": keep.get("CONSOLE_SECRET"),
        "SERVICE_CLIENTS": ",".join(f"{name}:{secret}" for name, secret in clients.items()),
        "CONSOLE_URL": url(ports.console),
        "CONSOLE_PUBLIC_URL": url(ports.console),
        "DISCOVERY_URL": url(ports.discovery),
        "CAMPAIGNS_URL": url(ports.campaigns),
        "ATTRIBUTION_URL": url(ports.attribution),
        "ATTRIBUTION_PUBLIC_URL": url(ports.attribution),
        "NOTIFICATIONS_URL": url(ports.notifications),
        "LINK_PUBLIC_URL": url(ports.redirect),
        "REDIRECT_PORT": str(ports.redirect),
        "REDIRECT_DIR": str(directory / "redirect"),
        "OBJECTS_DIR": str(directory / "files"),
        "SEARCH_DIR": str(directory / "search"),
        "OPERATOR_EMAIL": "operator@marketplace.example",
        "CODES_PER_CLIENT": "1000",
        **(extra or {}),
    }


def the_system(directory: Path, settings: Mapping[str, str], ports: Ports) -> System:
    """The processes, not started: one for each service, and three for attribution, as a cluster has them."""
    keep = Secrets(directory / "secrets.env")

    def process(name: str, service: str, role: str, port: int) -> Service:
        env = dict(settings) | {
            "HTTP_PORT": str(port),
            "CLIENT_ID": service,
            "CLIENT_SECRET": keep.get(f"{service.upper()}_CLIENT_SECRET"),
            "PROCESS_SLOT": name,
        }
        made = Service(
            name,
            [sys.executable, "-m", service, role],
            env,
            directory / "logs" / f"{name}.log",
            ready_url=f"http://127.0.0.1:{port}/health/ready",
            ready_within=180,
        )
        made.port = port
        return made

    return System(
        settings,
        ports,
        {
            "console": process("console", "console", "all", ports.console),
            "notifications": process("notifications", "notifications", "all", ports.notifications),
            "discovery": process("discovery", "discovery", "all", ports.discovery),
            "campaigns": process("campaigns", "campaigns", "all", ports.campaigns),
            "attribution-api": process("attribution-api", "attribution", "api", ports.attribution),
            "attribution-worker": process("attribution-worker", "attribution", "worker", ports.worker),
            "attribution-redirect": process("attribution-redirect", "attribution", "redirect", ports.redirect),
        },
    )


def the_setup(directory: Path, settings: Mapping[str, str]) -> Process:
    """One process that does every service's `setup`: topics, collections, indexes, validators."""
    keep = Secrets(directory / "secrets.env")
    env = dict(settings) | {"CLIENT_ID": "console", "CLIENT_SECRET": keep.get("CONSOLE_CLIENT_SECRET")}
    return Process(
        "setup",
        [sys.executable, "-m", "local.setup"],
        env | {"PYTHONPATH": str(Path(__file__).parents[1])},
        directory / "logs" / "setup.log",
    )


class Secrets:
    """Secrets of one installation, made when first asked for and kept in a file that only we may read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> str:
        """The secret of that name."""
        known = self._read()
        if name not in known:
            known[name] = secrets.token_urlsafe(32)
            make_folder(self._path.parent, "the installation's secrets")
            self._path.touch(mode=0o600)
            self._path.write_text("".join(f"{key}={value}\n" for key, value in sorted(known.items())))
        return known[name]

    def _read(self) -> dict[str, str]:
        if not self._path.is_file():
            return {}
        return dict(line.split("=", 1) for line in self._path.read_text().splitlines() if line)
