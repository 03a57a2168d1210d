"""The mail catcher as a process of its own."""

import json
import sys
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from local.places import CHECKOUT
from local.ports import free_port, must_be_free
from local.processes import NOWHERE, Process

HOST = "127.0.0.1"


class MailCatcher(Process):
    """Mails go to `smtp_port`; `url` is where they are read. It keeps them in memory: a restart forgets them."""

    def __init__(self, *, smtp_port: int | None = None, http_port: int | None = None, log_path: Path = NOWHERE) -> None:
        self.smtp_port = smtp_port or free_port()
        self.http_port = http_port or free_port()
        self.url = f"http://{HOST}:{self.http_port}"
        super().__init__(
            "the mail catcher",
            [sys.executable, "-m", "local", "mail", f"--smtp-port={self.smtp_port}", f"--http-port={self.http_port}"],
            {"PYTHONPATH": str(CHECKOUT / "deploy")},
            log_path,
            ready_url=f"{self.url}/readyz",
        )

    def prepare(self) -> None:
        """Both ports have to be free."""
        for port in (self.smtp_port, self.http_port):
            must_be_free(port, self.name)

    def refuse(self, codes: Mapping[str, int]) -> None:
        """From now on answer these recipients with these SMTP codes, and no others: `{}` takes all mail again."""
        self._ask("PUT", "/failures", dict(codes))

    def mails_to(self, address: str) -> list[dict[str, Any]]:
        """Mailpit's full form of every mail to this address, the oldest first."""
        found = self._ask("GET", "/api/v1/messages?limit=10000")["messages"]
        wanted = [mail["ID"] for mail in found if any(to["Address"] == address for to in mail["To"])]
        return [self._ask("GET", f"/api/v1/message/{mail_id}") for mail_id in reversed(wanted)]

    def _ask(self, method: str, path: str, body: object = None) -> Any:
        connection = HTTPConnection(HOST, self.http_port, timeout=10)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None)
            response = connection.getresponse()
            answer = response.read()
            if response.status >= 400:  # noqa: PLR2004 - an error in the caller's request
                raise RuntimeError(f"{method} {path}: {response.status} {answer.decode()}")
            return json.loads(answer)
        finally:
            connection.close()
