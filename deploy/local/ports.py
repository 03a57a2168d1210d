"""Ports on 127.0.0.1 that stay ours across restarts of the server behind them."""

import os
import random
import socket

from local.errors import PortInUseError

LOWEST, HIGHEST = 15_000, 32_000
"""Below the range from which Linux takes the ports of outgoing connections (32768 and up). A client that dials a dead
server's port in that range can end up connected to itself and hold the port, and then the server cannot come back."""

_reservations: dict[int, int] = {}


def free_port() -> int:
    """A port that nothing listens on, kept for this process: no other run of this code gets it while this one lives."""
    while True:
        port = random.randint(LOWEST, HIGHEST)  # noqa: S311 - spread, not secrecy
        if port not in _reservations and _reserve(port):
            if is_free(port):
                return port
            _release(port)


def is_free(port: int) -> bool:
    """Whether a server could listen there now. Connections of a former server that still fade out do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def must_be_free(port: int, wanted_by: str) -> None:
    """Raise PortInUseError with one sentence that names the port and who wanted it."""
    if not is_free(port):
        raise PortInUseError(
            f"port {port} on 127.0.0.1 is in use, so {wanted_by} cannot start:"
            " stop what listens there, or choose another port"
        )


def _reserve(port: int) -> bool:
    """An abstract socket's name is taken by one process in the whole network namespace, and free again when it dies."""
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0local-stack-port-{port}")
    except OSError:
        mark.close()
        return False
    _reservations[port] = mark.detach()
    return True


def _release(port: int) -> None:
    os.close(_reservations.pop(port))
