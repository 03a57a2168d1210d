"""docker-compose.yml as Python reads it, for tests that need no engine."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
VARIABLE = re.compile(r"\$\{(\w+)(?::-([^${}]*))?\}")


def composed(env: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The file with its variables filled in, from `env` or by their defaults, the innermost first."""
    text, given = COMPOSE_FILE.read_text(), env or {}
    while VARIABLE.search(text):
        text = VARIABLE.sub(lambda found: given.get(found[1]) or found[2] or "", text)
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def ours(env: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """The containers that run our own images."""
    return {name: it for name, it in composed(env)["services"].items() if it["image"].startswith("marketplace/")}


def variables_of_secrets() -> set[str]:
    """The variables by which secrets are given."""
    return {found[1] for found in VARIABLE.finditer(COMPOSE_FILE.read_text()) if found[1].endswith("SECRET")}
