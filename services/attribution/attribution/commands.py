"""Attribution's own verb: `verify`."""

import asyncio

import typer

from attribution.app import create_app
from attribution.settings import AttributionSettings
from attribution.store.verify import Counts, verified_at, verify
from chassis.service import assemble
from chassis.settings import SettingsError, load

DIFFERS = 1
USAGE = 2


def add_commands(app: typer.Typer) -> None:
    """Add the verb to the service's command line."""
    app.command("verify")(verify_orders)


def verify_orders() -> None:
    """Decide every order once more and compare; exit status 1 if anything differs.

    Prints each difference as it is found, and counts at the end. Run it when no order is on its way: what came in this
    moment may show as different.
    """
    try:
        settings = load(AttributionSettings)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from None
    if asyncio.run(_verify(settings)):
        raise typer.Exit(DIFFERS)


async def _verify(settings: AttributionSettings) -> int:
    context = assemble(create_app(settings)).context
    counts = Counts()
    try:
        async for difference in verify(context.db, counts):
            typer.echo(f"{difference.order} {difference.check}: {difference.detail}")
        typer.echo(verified_at(counts, context.clock.now()))
    finally:
        context.client.close()
    return counts.differences
