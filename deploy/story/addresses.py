"""Where the platform is: given, never guessed, so that the story can be told against any installation."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self


class AddressMissing(Exception):
    """An address that the story needs is not in the environment; the message names it."""


@dataclass(frozen=True)
class Addresses:
    """URLs without a path, and Kafka's bootstrap server; each is an environment variable of its name in capitals."""

    console_url: str
    discovery_url: str
    campaigns_url: str
    attribution_url: str
    link_url: str
    mail_url: str
    kafka_bootstrap: str
    operator_email: str

    @classmethod
    def from_environment(cls, env: Mapping[str, str] = os.environ) -> Self:
        """Raises `AddressMissing`."""
        missing = [field.name.upper() for field in fields(cls) if not env.get(field.name.upper())]
        if missing:
            raise AddressMissing(f"the story needs to know where the platform is: set {', '.join(missing)}")
        return cls(**{field.name: env[field.name.upper()].rstrip("/") for field in fields(cls)})


@dataclass(frozen=True)
class Wishes:
    """How the story is told: which creators are imported, how many orders are on the topic when the worker dies."""

    creators: Path | None = None
    orders: int = 500
