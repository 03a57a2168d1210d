"""Imports point one way: the tool's contracts hold, and each of them turns red on a planted violation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.house_rules import ROOT

SERVICES = ("discovery", "campaigns", "attribution", "notifications", "console")
BETWEEN = "contracts <- chassis <- each service, and services never import one another"
INSIDE = "Inside a service: app -> handlers, api, jobs -> store -> domain, settings at the bottom"
CONTRACTS = "contracts needs pydantic only"
DOMAIN = "A domain is free of I/O"
DRIVER = "Only chassis.mongo and the stores know the database driver"


def lint_imports(folder: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [program, "--config", "pyproject.toml", "--cache-dir", cache],
        cwd=folder,
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
    )


def test_every_import_of_the_tree_points_the_right_way(tmp_path):
    done = lint_imports(ROOT, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def a_tree(folder: Path, **files: str) -> Path:
    """The seven packages, empty but for the given modules (`campaigns__store` is campaigns/store.py)."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in ("contracts", "chassis", *SERVICES):
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    for service in SERVICES:
        for module in ("app", "handlers", "api", "jobs", "store", "domain", "settings"):
            (folder / service / f"{module}.py").touch()
    (folder / "chassis/mongo.py").touch()
    for name, source in files.items():
        (folder / name.replace("__", "/")).with_suffix(".py").write_text(source + "\n")
    return folder


@pytest.mark.parametrize(
    ("files", "broken"),
    [
        pytest.param({"campaigns__api": "import discovery.store"}, BETWEEN, id="a service imports another"),
        pytest.param({"chassis__loop": "import campaigns"}, BETWEEN, id="the chassis imports a service"),
        pytest.param({"contracts__envelope": "import chassis"}, BETWEEN, id="contracts import the chassis"),
        pytest.param({"campaigns__store": "import campaigns.handlers"}, INSIDE, id="a store imports handlers"),
        pytest.param({"campaigns__domain": "import campaigns.store"}, INSIDE, id="a domain imports its store"),
        pytest.param({"campaigns__settings": "import campaigns.domain"}, INSIDE, id="settings import the domain"),
        pytest.param({"campaigns__jobs": "import campaigns.app"}, INSIDE, id="a job imports the app"),
        pytest.param({"contracts__envelope": "import httpx"}, CONTRACTS, id="contracts call somebody"),
        pytest.param({"notifications__domain": "import aiosmtplib"}, DOMAIN, id="a domain sends mail"),
        pytest.param(
            {"attribution__domain": "import chassis.kafka", "chassis__kafka": "import aiokafka"},
            DOMAIN,
            id="a domain reaches Kafka through the chassis",
        ),
        pytest.param({"campaigns__handlers": "import pymongo"}, DRIVER, id="a handler imports the driver"),
        pytest.param({"chassis__loop": "from motor import core"}, DRIVER, id="the loop imports the driver"),
    ],
)
def test_an_import_that_points_the_wrong_way_is_seen(tmp_path, files, broken):
    tree = tmp_path / "tree"
    tree.mkdir()
    done = lint_imports(a_tree(tree, **files), tmp_path / "cache")
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{broken} BROKEN" in " ".join(done.stdout.split())


def test_a_tree_that_keeps_to_its_layers_passes(tmp_path):
    tree = tmp_path / "tree"
    tree.mkdir()
    a_tree(
        tree,
        chassis__mongo="import motor, pymongo",
        campaigns__store="import pymongo, chassis.mongo, campaigns.domain, campaigns.settings",
        campaigns__handlers="import campaigns.store, campaigns.domain, contracts",
        campaigns__app="import campaigns.handlers, campaigns.api, campaigns.jobs, chassis",
    )
    done = lint_imports(tree, tmp_path / "cache")
    assert done.returncode == 0, done.stdout + done.stderr
