"""Runs one redirect as a process of its own: `python process.py '<settings as JSON>'`."""

import gc
import signal
import sys
from datetime import date
from typing import Any

import uvicorn

from attribution.redirect.app import build
from attribution.redirect.settings import RedirectSettings


async def some_key(_day: date) -> bytes:
    """Hands over one key for any day."""
    return bytes(range(32))


def serve_app(app: Any, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT, as `chassis.serving.serve` is set. A failed start ends with status 3."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as services do
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            lifespan="on",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=10,
        )
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)  # uvicorn raises it again after its graceful stop: that is no failure
    server.run()
    if not server.started:
        raise SystemExit(3)


if __name__ == "__main__":
    settings = RedirectSettings.model_validate_json(sys.argv[1])
    serve_app(build(settings, ask=some_key), settings.host, settings.port)
