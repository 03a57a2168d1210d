"""Discovery as a service."""

from typing import Any

from fastapi import FastAPI

from chassis.context import Context
from chassis.service import Service
from discovery import api
from discovery.answers import PROBLEMS
from discovery.bios import add_bios
from discovery.handlers import handlers
from discovery.jobs import measure_erasures
from discovery.search.search import Search
from discovery.settings import DiscoverySettings
from discovery.store import COLLECTIONS, DiscoveryTx, wanted_generation


def create_app(settings: DiscoverySettings) -> Service[DiscoveryTx]:
    """The service as its settings say; nothing is connected to yet."""
    search = Search(settings.search_dir, settings)

    async def keep_search(context: Context[Any]) -> None:
        await search.run(lambda: wanted_generation(context.db))

    def dressed(app: FastAPI, context: Context[DiscoveryTx]) -> None:
        add_bios(app, context)
        app.state.search = search

    return Service(
        name="discovery",
        settings=settings,
        tx=DiscoveryTx,
        collections=COLLECTIONS,
        handlers=handlers,
        routers=api.routers,
        jobs=(measure_erasures,),
        starts=(keep_search,),
        ready={"search": search.is_ready},
        dress=dressed,
        problems=PROBLEMS,
    )
