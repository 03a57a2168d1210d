"""Builds the console: its API, its pages, and the first operator's contact."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from fastapi import FastAPI

from chassis.context import Context
from chassis.http import SigningKey, http_client
from chassis.logs import log
from chassis.service import Service
from console.api import ROUTERS
from console.bios import Bios
from console.clients import DeclinedError, Notifications
from console.desk import Desk, own_caller
from console.entry import OPERATOR
from console.handlers import handlers
from console.pages.routes import site
from console.public_programs import PublicPrograms
from console.settings import ConsoleSettings
from console.store import COLLECTIONS, Clients, ConsoleTx, Entry, Keys, Limits, ThirdParties
from console.store.accounts import ensure_operator
from console.tokens import Issuer
from console.unread import Unread
from contracts.http.console import RoleKind

BuildDesk = Callable[[Context[Any]], Desk]


def build_desk(context: Context[Any]) -> Desk:
    """The console's parts around one context."""
    settings = cast("ConsoleSettings", context.settings)
    issuer = Issuer(
        Keys(context.db),
        context.clock,
        issuer=settings.console_public_url,
        secret=settings.console_secret.get_secret_value(),
        key_lifetime=settings.key_lifetime,
    )
    urls = {
        "discovery": settings.discovery_url,
        "campaigns": settings.campaigns_url,
        "attribution": settings.attribution_url,
        "notifications": settings.notifications_url,
        "console": settings.console_url,
    }
    services = {name: http_client(url, seconds=settings.service_timeout) for name, url in urls.items()}
    return Desk(
        settings=settings,
        clock=context.clock,
        db=context.db,
        transactions=context.transactions,
        issuer=issuer,
        entry=Entry(context.db),
        limits=Limits(context.db),
        clients=Clients(context.db),
        third_parties=ThirdParties(context.db),
        services=services,
        mailer=Notifications(own_caller(issuer, services["notifications"], "notifications")),
        bios=Bios(context.db, context.clock),
        unread=Unread(context.clock, frozenset({RoleKind.BRAND, RoleKind.CREATOR})),
        alerts=Unread(context.clock, frozenset({RoleKind.BRAND}), is_personal=True),
        programs=PublicPrograms(context.clock),
    )


@dataclass(frozen=True)
class OwnKeys:
    """The keys that the console's own API checks tokens by: at hand, without a fetch."""

    desk: Desk

    async def find(self, kid: str) -> SigningKey | None:
        """The public key of that id."""
        return await self.desk.issuer.find(kid)

    async def close(self) -> None:
        """Let the connections to the other services go."""
        for client in self.desk.services.values():
            await client.aclose()


async def welcome_operator(desk: Desk) -> None:
    """The first operator: an account with a fixed id, and the address at notifications, asked until it is there."""
    settings = desk.settings
    if settings.operator_email:
        await ensure_operator(desk.db, OPERATOR, desk.clock.now())
        try:
            await desk.mailer.put_contact(OPERATOR, settings.operator_email, settings.operator_language)
        except DeclinedError:
            log.error("operator.address_taken", advice="another account has OPERATOR_EMAIL: set another address")
        else:
            log.info("operator.welcome", person=OPERATOR)


def create_app(settings: ConsoleSettings, build: BuildDesk = build_desk) -> Service[ConsoleTx]:
    """The console as a service; `build` makes its desk, once for a process."""
    built: dict[int, Desk] = {}

    def desk_at(context: Context[Any]) -> Desk:
        if id(context) not in built:
            built[id(context)] = build(context)
        return built[id(context)]

    def dress(app: FastAPI, context: Context[ConsoleTx]) -> None:
        app.state.desk = desk_at(context)
        app.mount("/", site(desk_at(context)))

    async def welcome(context: Context[Any]) -> None:
        await welcome_operator(desk_at(context))

    return Service(
        name="console",
        settings=settings,
        tx=ConsoleTx,
        collections=COLLECTIONS,
        handlers=handlers,
        routers=ROUTERS,
        starts=[welcome],
        keys=lambda context: OwnKeys(desk_at(context)),
        dress=dress,
    )
