"""Persons at their browsers: they sign in by a mailed code, and act through the services' APIs."""

import re
from typing import Any

import httpx

from story.addresses import Addresses
from story.telling import StoryFailed, wait_for

CODE = re.compile(r"\b(\d{6})\b")
MAILS_AT_ONCE = 200


class Mailbox:
    """The mail catcher, read by Mailpit's API."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=10)

    def to(self, address: str) -> list[dict[str, Any]]:
        """All mails to an address, newest first, whole."""
        return [self._http.get(f"/api/v1/message/{m['ID']}").raise_for_status().json() for m in self._listed(address)]

    def count(self, address: str) -> int:
        """How many mails there are to an address."""
        return len(self._listed(address))

    def _listed(self, address: str) -> list[dict[str, Any]]:
        found = self.everything()
        return [m for m in found if any(to["Address"].lower() == address.lower() for to in m["To"])]

    def everything(self) -> list[dict[str, Any]]:
        """Every mail, as the list shows it."""
        found: list[dict[str, Any]] = []
        while True:
            page = {"limit": MAILS_AT_ONCE, "start": len(found)}
            part = self._http.get("/api/v1/messages", params=page).raise_for_status().json()["messages"]
            found += part
            if len(part) < MAILS_AT_ONCE:
                return found

    def code_for(self, address: str, seen: set[str]) -> str:
        """The newest sign-in code to an address that is not among `seen` Message-IDs."""

        def look() -> str | None:
            for mail in self.to(address):
                match = CODE.search(mail["Text"])
                if mail["MessageID"] not in seen and match and "/invitations/" not in mail["Text"]:
                    seen.add(mail["MessageID"])
                    return match[1]
            return None

        return wait_for(f"a sign-in code mailed to {address}", look)

    def close(self) -> None:
        """Let the connection go."""
        self._http.close()


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, name: str, address: str, where: Addresses, mailbox: Mailbox) -> None:
        self.name = name
        self.address = address
        self._where = where
        self._mailbox = mailbox
        self._codes_seen: set[str] = set()
        self._browser = httpx.Client(base_url=where.console_url, headers={"Origin": where.console_url}, timeout=20)
        self._apis = {
            "console": where.console_url,
            "discovery": where.discovery_url,
            "campaigns": where.campaigns_url,
            "attribution": where.attribution_url,
        }

    def sign_in(self, **how: Any) -> str:
        """Ask for a code, read it from the mail, enter it. Returns the id as which the person acts from now on."""
        asked = how or {"address": self.address}

        def ask() -> httpx.Response | None:
            answer = self._browser.post("/v1/sign-ins", json=asked)
            return answer if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE else None

        _ok(wait_for("the console to send a code", ask))
        return self.enter_code()

    def register_brand(self, **fields: Any) -> str:
        """Register a brand and activate it by the mailed code. Returns the brand's id."""
        _ok(self._browser.post("/v1/brands", json={"email": self.address, **fields}))
        return self.enter_code()

    def ignore_earlier_mails(self) -> None:
        """Take no code that somebody else with this address was mailed before."""
        self._codes_seen |= {mail["MessageID"] for mail in self._mailbox.to(self.address)}

    def enter_code(self) -> str:
        """Type the code from the newest mail. Returns the id as which the person acts."""
        code = self._mailbox.code_for(self.address, self._codes_seen)
        session = _ok(self._browser.post("/v1/session", json={"code": code})).json()
        return str(session["role"]["id"])

    def call(
        self, service: str, method: str, path: str, *, invitation: str | None = None, **options: Any
    ) -> httpx.Response:
        """Call a service's API with a token of this person's; `not-known-yet` is asked again for a while."""
        headers = {"Authorization": f"Bearer {self.token(service, invitation)}", **options.pop("headers", {})}

        def ask() -> httpx.Response | None:
            answer = httpx.request(
                method, f"{self._apis[service]}{path}", headers=headers, timeout=options.pop("timeout", 60), **options
            )
            early = answer.status_code in {409, 503} and "retry-after" in answer.headers
            return None if early else answer

        return wait_for(f"{service} to answer {method} {path}", ask, 30)

    def token(self, service: str, invitation: str | None = None) -> str:
        """A token of this person's for that service; with an invitation that this person has proved."""
        wish = {"audience": service} | ({"invitation": invitation} if invitation else {})
        return str(_ok(self._browser.post("/v1/session/token", json=wish)).json()["access_token"])

    def get(self, service: str, path: str, **options: Any) -> Any:
        """A GET's JSON."""
        return _ok(self.call(service, "GET", path, **options)).json()

    def post(self, service: str, path: str, body: Any = None, **options: Any) -> Any:
        """A POST's JSON."""
        return _ok(self.call(service, "POST", path, json=body or {}, **options)).json()

    def pages(self, service: str, path: str) -> list[dict[str, Any]]:
        """All items of a list, page after page."""
        items: list[dict[str, Any]] = []
        cursor = ""
        while True:
            sign = "&" if "?" in path else "?"
            page = self.get(service, f"{path}{sign}limit=100" + (f"&cursor={cursor}" if cursor else ""))
            items += page["items"]
            cursor = page.get("next_cursor") or ""
            if not cursor:
                return items

    def send_form(self, path: str, **fields: str) -> httpx.Response:
        """Send a form of the console's pages, as the browser does."""
        return _ok(self._browser.post(path, data=fields))

    def close(self) -> None:
        """Close the browser."""
        self._browser.close()


def _ok(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise StoryFailed(
            f"{answer.request.method} {answer.request.url} answered {answer.status_code}: {answer.text[:600]}"
        )
    return answer
