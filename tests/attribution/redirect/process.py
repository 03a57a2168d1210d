"""Runs one redirect as a process of its own, as the service does: `python process.py '<settings as JSON>'`."""

import asyncio
import signal
import sys

from attribution.redirect.app import build
from attribution.redirect.settings import RedirectSettings
from chassis.service import new_loop, serve


async def run(settings: RedirectSettings) -> None:
    """Serve until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await serve(build(settings), settings.host, settings.port, stop, 20, lifespan="on")


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(run(RedirectSettings.model_validate_json(sys.argv[1])))
