"""Discovery as processes on servers of its own, with somebody who publishes the keys of the tests' tokens."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from chassis.http import Kind
from chassis.http.tokens import jwks
from chassis.testing import a_token, the_test_key
from discovery.search.checks import TornIndex
from discovery.search.index import CreatorIndex
from discovery.search.places import MAKING, Places
from local.processes import Process


class Keys(BaseHTTPRequestHandler):
    """What the console would answer."""

    def do_GET(self) -> None:
        body = json.dumps(jwks([the_test_key()])).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_what: Any) -> None:
        """Not a word."""


@contextmanager
def published_keys() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Installation:
    """One discovery: its service as a process, and its verbs."""

    def __init__(self, folder: Path, *, kafka: str, mongo: str, database: str, console: str, port: int) -> None:
        self.folder = folder
        self.env = {
            "ENVIRONMENT": "development",
            "KAFKA_BOOTSTRAP": kafka,
            "MONGO_URL": mongo,
            "MONGO_DATABASE": database,
            "HTTP_PORT": str(port),
            "CONSOLE_URL": console,
            "SEARCH_DIR": str(folder / "search"),
            "SEARCH_BUILD_COMMIT": "100",
            "PROCESS_SLOT": "discovery",
            "REQUESTS_PER_MINUTE": "100000",
            "TENANT_REQUESTS_PER_MINUTE": "100000",
        }
        self.url = f"http://127.0.0.1:{port}"
        self.process = Process(
            "discovery",
            [sys.executable, "-m", "discovery", "api"],
            self.env,
            folder / "discovery.log",
            ready_url=f"{self.url}/health/ready",
            ready_within=90,
        )

    def verb(self, *words: str, within: float = 120) -> None:
        log = self.folder / f"{words[0]}.log"
        verb = Process(words[0], [sys.executable, "-m", "discovery", *words], self.env, log)
        status = verb.start().wait(within)
        assert status == 0, log.read_text()[-2000:]

    def import_rows(self, name: str, rows: int, followers: int = 1000) -> None:
        lines = "".join(f"{name}{n},Name {n},{followers + n}\n" for n in range(rows))
        file = self.folder / f"{name}.csv"
        file.write_text(f"handle,name,followers\n{lines}")
        self.verb("import", str(file))

    def operator(self) -> str:
        return a_token(Kind.OPERATOR, "o-1", audience="discovery")

    def post_rows(self, file: str, headers: dict[str, str]) -> None:
        answer = httpx.post(f"{self.url}/v1/imports", content=file.encode(), headers=headers, timeout=30)
        assert answer.status_code == 200, answer.text

    def ask(self, **params: Any) -> httpx.Response:
        """As an operator, who finds everybody whatever their standing."""
        headers = {"authorization": f"Bearer {self.operator()}"}
        return httpx.get(f"{self.url}/v1/creators", params=params, headers=headers, timeout=10)

    def total(self, **params: Any) -> int:
        """-1 while nobody answers."""
        try:
            answer = self.ask(limit=1, facets=False, **params)
        except httpx.TransportError:
            return -1
        return answer.json()["total"] if answer.status_code == 200 else -1

    def everybody(self, **params: Any) -> list[str]:
        """Every handle, page by page."""
        found, cursor = [], None
        while True:
            body = self.ask(limit=100, facets=False, **params, **({"cursor": cursor} if cursor else {})).json()
            found += [item["handle"] for item in body["items"]]
            cursor = body["next_cursor"]
            if cursor is None:
                return found

    def metric(self, name: str) -> float:
        lines = httpx.get(f"{self.url}/metrics", timeout=10).text.splitlines()
        return float(next(line for line in lines if line.startswith(f"{name} ")).split()[1])

    @property
    def making(self) -> Path | None:
        """The index in the making, if there is one."""
        try:
            return self.folder / "search" / (self.folder / "search" / MAKING).read_text()
        except FileNotFoundError:
            return None

    @property
    def index(self) -> Path | None:
        return Places(self.folder / "search").current()


def came_to(folder: Path | None) -> int:
    """How many records of the topic an index on disk stands for; 0 while it can't be read."""
    if folder is None:
        return 0
    try:
        return sum(CreatorIndex.open(folder).position.offsets.values())
    except TornIndex:
        return 0


def until(what: Callable[[], bool], within: float = 30.0) -> float:
    """Seconds until it was so."""
    began = time.monotonic()
    while not what():
        if time.monotonic() - began > within:
            raise AssertionError(f"not within {within:g} s")
        time.sleep(0.02)
    return time.monotonic() - began
