"""Attribution as a service: api, worker, and the redirect as a process of its own."""

import asyncio

from attribution import api, handlers, jobs
from attribution.problems import PROBLEMS
from attribution.redirect.app import build
from attribution.redirect.keys import asking
from attribution.redirect.settings import RedirectSettings
from attribution.settings import AttributionSettings
from attribution.store import COLLECTIONS, AttributionTx, fixings
from chassis import kafka
from chassis.context import Context
from chassis.http.clients import ServiceAuth, ServiceTokens, http_client
from chassis.logs import log
from chassis.service import Service
from chassis.serving import serve

NAME = "attribution"


def create_app(settings: AttributionSettings) -> Service[AttributionTx]:
    """The service as its settings say; nothing is connected to yet."""
    return Service(
        name=NAME,
        settings=settings,
        tx=AttributionTx,
        collections=COLLECTIONS,
        handlers=handlers.build(settings),
        routers=api.ROUTERS,
        jobs=jobs.ALL,
        roles={"redirect": redirect},
        starts=(keep_fixings,),
        problems=PROBLEMS,
    )


async def keep_fixings(context: Context[AttributionTx]) -> None:
    """Exchange rates from the library's history; what is newer is loaded by `python -m attribution fixings FILE`."""
    kept = await fixings.load_library(context.transactions)
    if kept is not None:
        log.info("fixings.kept", days=kept.days, new=kept.new, differing=len(kept.differing))


async def redirect(settings: AttributionSettings, stop: asyncio.Event) -> None:
    """Answer clicks until told to stop; needs neither MongoDB nor, with a snapshot, the broker or attribution's API."""
    if not settings.client_id:
        log.warning("redirect.no_keys", why="CLIENT_ID is not set: clicks are recorded, and nobody counts as unique")
    tokens = ServiceTokens.of(settings)
    api = http_client(settings.attribution_url, ServiceAuth(tokens, NAME))
    app = build(
        RedirectSettings(
            kafka={"bootstrap_servers": kafka.bootstrap(settings), **kafka.security_arguments(settings)},
            data_dir=settings.redirect_dir,
            host=settings.redirect_host,
            port=settings.redirect_port,
            click_parameter=settings.click_parameter,
            spool_max_bytes=settings.redirect_spool_max_bytes,
            trusted_proxies=settings.trusted_proxies,
            data_centres=settings.data_centre_ranges,
            clock_offset=settings.clock_offset,
        ),
        ask=asking(api) if settings.client_id else None,
    )
    await serve(app, settings.redirect_host, settings.redirect_port, stop, settings.grace_seconds, lifespan="on")
    await api.aclose()
    await tokens.close()
