"""Everything that a request of the console may need, built once by `app.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from chassis import mongo
from chassis.clock import Clock
from chassis.http.tokens import Kind
from chassis.tx import Transactions
from console.bios import Bios
from console.clients import Caller
from console.clients.notifications import Mailer
from console.domain.sessions import Session
from console.public_programs import PublicPrograms
from console.settings import ConsoleSettings
from console.store import Clients, ConsoleTx, Entry, Limits, ThirdParties
from console.tokens import Issuer
from console.unread import Unread
from contracts.http.console import RoleKind


@dataclass(frozen=True)
class Desk:
    """The console's parts; `services` are the HTTP clients of the other services by name."""

    settings: ConsoleSettings
    clock: Clock
    db: mongo.Database
    transactions: Transactions[ConsoleTx]
    issuer: Issuer
    entry: Entry
    limits: Limits
    clients: Clients
    third_parties: ThirdParties
    services: Mapping[str, httpx.AsyncClient]
    mailer: Mailer
    bios: Bios
    unread: Unread
    alerts: Unread
    programs: PublicPrograms

    def caller(self, service: str, session: Session, *, invitation: str | None = None) -> Caller:
        """Calls to `service` as the signed-in person; `invitation` is proven by the token if the person proved it."""
        proven = invitation if invitation in session.invitations else None
        return Caller(self.services[service], service, lambda: self.mint(session, service, invitation=proven))

    async def mint(self, session: Session, audience: str, *, invitation: str | None = None) -> str:
        """A token for one service, of the role that the session acts in."""
        role = session.role
        return await self.issuer.mint(
            Kind(role.kind),
            session.person,
            audience,
            brand=role.id if role.kind is RoleKind.BRAND else None,
            invitation=invitation,
        )

    def public_caller(self, service: str) -> Caller:
        """Calls to what `service` tells everybody."""
        return Caller(self.services[service], service, None)

    def own_caller(self, service: str) -> Caller:
        """Calls to `service` as the console itself."""
        return own_caller(self.issuer, self.services[service], service)


def own_caller(issuer: Issuer, http: httpx.AsyncClient, service: str) -> Caller:
    """Calls as the console itself; it makes the tokens, so it needs no credentials for them."""
    return Caller(http, service, lambda: issuer.mint(Kind.SERVICE, "console", service))
