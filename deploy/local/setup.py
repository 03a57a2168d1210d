"""Every service's `setup` in one process: five interpreters would take five times as long to start."""

import asyncio
import importlib
import sys
import time
from typing import Any

from aiokafka.errors import KafkaError

from chassis.service import setup
from chassis.settings import SettingsError, load
from local.system import SERVICES

PATIENCE = 60.0


async def everything() -> list[str]:
    """Set all services up, waiting for the servers to come up first; returns the topics that are new."""
    made = []
    for name in SERVICES:
        app = importlib.import_module(f"{name}.app")
        kind = next(
            thing
            for label, thing in vars(importlib.import_module(f"{name}.settings")).items()
            if label.lower() == f"{name}settings"
        )
        made.append(_patiently(app.create_app(load(kind))))
    return [topic for topics in await asyncio.gather(*made) for topic in topics]


async def _patiently(service: Any) -> list[str]:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return await setup(service)
        except (KafkaError, OSError) as error:
            if time.monotonic() > deadline:
                raise
            print(f"{service.name} waits for its servers: {error!r}", flush=True)
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    try:
        print(f"new topics: {', '.join(asyncio.run(everything())) or 'none'}")
    except SettingsError as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
