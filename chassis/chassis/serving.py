"""Serving an ASGI application inside the service's own event loop, until the service decides to stop."""

import asyncio
import contextlib
from typing import Any, Literal

import uvicorn


async def serve(
    app: Any, host: str, port: int, stop: asyncio.Event, grace_seconds: float, *, lifespan: Literal["on", "off"] = "off"
) -> None:
    """Serve an ASGI application until `stop`, then finish what was asked. Sets `stop` when it can't serve at all."""
    server = _Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan=lifespan,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=max(1, int(grace_seconds * 0.5)),
        )
    )
    serving = asyncio.create_task(server.serve())
    waiting = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([serving, waiting], return_when=asyncio.FIRST_COMPLETED)
        server.should_exit = True
        await serving
    except SystemExit as error:
        raise CannotServe(f"nothing can be served on {host}:{port}: is the port in use?") from error
    finally:
        stop.set()
        waiting.cancel()


class CannotServe(Exception):
    """The address can't be listened on, or the application did not start."""


class _Server(uvicorn.Server):
    """uvicorn without its own signal handlers: the service decides when to stop."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave the signals alone."""
        yield
