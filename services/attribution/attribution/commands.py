"""Attribution's own verbs: `verify`, `recount` and `fixings`."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated
from zipfile import BadZipFile

import typer

from attribution.app import create_app
from attribution.redirect.bots import the_rule
from attribution.settings import AttributionSettings
from attribution.store import fixings, recounting
from attribution.store.verify import Counts, verified_at, verify
from chassis.mongo import is_transient, server_time
from chassis.service import assemble
from chassis.settings import SettingsError, load

DIFFERS = 1
USAGE = 2
EACH = 50_000
"""Clicks between two lines of progress."""


def add_commands(app: typer.Typer) -> None:
    """Add the verbs to the service's command line."""
    app.command("verify")(verify_orders)
    app.command("recount")(recount_clicks)
    app.command("fixings")(load_fixings)


def verify_orders() -> None:
    """Decide every order once more, reckon every month and fee, and compare; exit status 1 if anything differs.

    2 where the store can't be read. What of an order can't be read is a difference, and the others are examined.
    Prints each difference as it is found, and counts at the end. Run it when no order is on its way: what came in this
    moment may show as different.
    """
    try:
        differing = asyncio.run(_verify(_settings()))
    except Exception as error:
        if not is_transient(error):
            raise
        # Not the status of a difference, at which payouts are stopped.
        typer.echo(f"the store can't be read: {error}", err=True)
        raise typer.Exit(USAGE) from None
    if differing:
        raise typer.Exit(DIFFERS)


def load_fixings(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="eurofxref-hist.zip or eurofxref.csv from the European Central Bank; the library's if absent"
        ),
    ] = None,
) -> None:
    """Keep exchange rates of a file and decide orders again that waited for them; exit status 1 if rates contradict.

    What was kept before stays: orders may have been paid by it. It can be run at any time, also again.
    """
    settings = _settings()
    try:
        lines = fixings.lines_of(file or fixings.LIBRARY)
        kept = asyncio.run(_load(settings, lines))
    except (OSError, ValueError, BadZipFile) as error:
        typer.echo(f"{file or fixings.LIBRARY}: {error}", err=True)
        raise typer.Exit(USAGE) from None
    for differing in kept.differing:
        typer.echo(differing)
    if kept.differing:
        raise typer.Exit(DIFFERS)


async def _load(settings: AttributionSettings, lines: Sequence[str]) -> fixings.Kept:
    context = assemble(create_app(settings)).context
    try:
        kept = await fixings.load(context.transactions, lines)
        typer.echo(
            f"{kept.days} days, {kept.new} of them new; the last one kept is {await fixings.last_day(context.db)}"
        )
    finally:
        context.client.close()
    return kept


async def _verify(settings: AttributionSettings) -> int:
    context = assemble(create_app(settings)).context
    counts = Counts()
    try:
        async for difference in verify(context.db, counts, context.clock.now()):
            typer.echo(f"{difference.order} {difference.check}: {difference.detail}")
        typer.echo(verified_at(counts, context.clock.now()))
    finally:
        context.client.close()
    return counts.differences


def recount_clicks() -> None:
    """Judge all kept clicks anew by this version's bot rule, beside the counts that there are.

    Safe to stop, to kill and to repeat: it goes on where it was. Answers are by the new count once it is complete; the
    old one can still be asked for. Counts change, decisions never do.
    """
    asyncio.run(_recount(_settings()))


def _settings() -> AttributionSettings:
    try:
        return load(AttributionSettings)
    except SettingsError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(USAGE) from None


async def _recount(settings: AttributionSettings) -> None:
    context = assemble(create_app(settings)).context
    rule = the_rule()
    try:
        await context.clock.measure(lambda: server_time(context.db))
        await recounting.sweep_leftovers(context.transactions, rule)
        recount = await recounting.begin_recount(context.transactions, rule, timedelta(days=settings.click_days))
        typer.echo(f"recount {recount.number} by {recount.rule}, days from {recount.from_day}")
        counted = 0
        while swept := await recounting.sweep(context.transactions, recount, rule):
            counted += swept
            if counted // EACH > (counted - swept) // EACH:
                typer.echo(f"{counted} clicks")
        await recounting.finish_recount(context.transactions, recount)
        typer.echo(f"recount {recount.number} is current: {counted} clicks counted now")
    finally:
        context.client.close()
