"""The bounds for the redirect: an ASGI app that sends one record, waits for its ack, and answers 302. Nothing else.

    python -m tests.bench.bare PORT BOOTSTRAP send|batches

Served as the redirect is, with the same producer's settings, a record of the same size and as many headers: by
aiokafka's `send_and_wait`, as anybody would write it, or in batches, as the redirect sends.
"""

import sys
from typing import Any

import uuid_utils
from aiokafka import AIOKafkaProducer

from attribution.redirect.batches import Batches, Waiting
from attribution.redirect.producer import PRODUCER
from contracts.attribution import ClickRecorded
from contracts.envelope import headers
from contracts.topics import CLICKS
from tests.attribution.redirect.process import serve_app
from tests.bench.links import a_bench_click, a_target

TRACED = ("traceparent", b"00-0193701e4c6f7d3aa1b2c3d4e5f60718-a1b2c3d4e5f60718-00")


class Bare:
    """One producer, one constant target."""

    def __init__(self, bootstrap: str, way: str) -> None:
        self._bootstrap = bootstrap
        self._in_batches = way == "batches"
        click: ClickRecorded = a_bench_click()
        self._before, _, self._after = click.body().partition(click.id.encode())
        self._headers = [*headers(click, "attribution"), TRACED]
        self._target = f"{a_target(1)}&cclid=".encode()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await receive()
            self._producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap, **PRODUCER)
            await self._producer.start()
            await self._producer.partitions_for(CLICKS.name)
            self._waiting = Waiting()
            self._batches = Batches(self._producer, CLICKS.name, self._waiting, fail)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await self._producer.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
        if scope["path"].startswith("/r/"):
            click = str(uuid_utils.uuid7()).encode()
            body = self._before + click + self._after
            if self._in_batches:
                acked = self._waiting.add(click, body, self._headers)
                self._batches.call()
                await acked
            else:
                await self._producer.send_and_wait(CLICKS.name, body, key=click, headers=self._headers)
            head = [
                (b"location", self._target + click),
                (b"cache-control", b"private, no-store"),
                (b"referrer-policy", b"strict-origin-when-cross-origin"),
                (b"content-length", b"0"),
            ]
            await send({"type": "http.response.start", "status": 302, "headers": head})
        else:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})


def fail(error: Exception) -> None:
    """A bench without a broker measures nothing."""
    raise error


if __name__ == "__main__":
    serve_app(Bare(sys.argv[2], sys.argv[3]), "127.0.0.1", int(sys.argv[1]))
