"""Discovery's own verbs: `import FILE` and `sample N`."""

import asyncio
import errno
import gc
import hashlib
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from chassis import logs, mongo
from chassis.context import Context
from chassis.ids import derived_id
from chassis.service import CHASSIS_COLLECTIONS, Service, assemble
from chassis.settings import SettingsError, load
from chassis.tx import OutcomeUnknown, TryAgainLater
from contracts.http.discovery import ImportReport
from discovery.app import create_app
from discovery.domain.columns import UnreadableFile, listed
from discovery.domain.counts import shown
from discovery.domain.rows import Refused
from discovery.imports import Options, Progress, run_import, try_import
from discovery.progress import shown_progress
from discovery.sample import sample
from discovery.search.building import BUILD, TORN, build, while_it_lives
from discovery.search.checks import TornIndex
from discovery.search.following import BUILDING
from discovery.settings import DiscoverySettings
from discovery.store import DiscoveryTx, want_new_index
from discovery.store.imports import AnotherFileError, ElsewhereError

STOPPED = 1
UNREADABLE = 2
INTERRUPTED = 130
PART = 65_536
FEW_TOLD = 20
"""Reasons that a trial tells."""
MOST_SAMPLE = 10_000_000


def add_commands(app: typer.Typer) -> None:
    """Add the verbs to the service's command line."""
    app.command("import")(import_file)
    app.command("sample")(write_sample)
    app.command("rebuild-search")(rebuild_search)
    app.command(BUILD, hidden=True)(build_search)


def import_file(
    file: Annotated[Path, typer.Argument(help="CSV or JSON Lines.")],
    network: Annotated[str, typer.Option(help="Where no column says it.")] = "tiktok",
    mapping: Annotated[
        list[str] | None, typer.Option("--map", help="field=Header or field=#4, repeatable; field= leaves it out.")
    ] = None,
    encoding: Annotated[str, typer.Option(help="If it can't be told from the file.")] = "",
    source: Annotated[str, typer.Option(help="Whose file it is; headers that --map names are remembered.")] = "import",
    as_of: Annotated[str, typer.Option(help="ISO date or time (UTC) of the figures where no column says it.")] = "",
    *,
    forget_mapping: Annotated[
        bool, typer.Option("--forget-mapping", help="Forget the source's headers first.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read it all, tell what would be read and refused, write nothing.")
    ] = False,
) -> None:
    """Import creators' profiles; repeating it changes nothing.

    Good rows are kept, and each bad one is told with its line. Exit status 0 also with refused rows, 1 if it stopped
    before the end (run it again), 2 if the file can't be read or the settings are wrong.
    """
    try:
        pairs = _mapping(mapping or ())
        options = Options(network, pairs, encoding, source, forget=forget_mapping, as_of=as_of)
        options = replace(options, name=_name(file, options))
        report = asyncio.run((_try if dry_run else _import)(file, options, load(DiscoverySettings)))
    except UnreadableFile as error:
        raise _end(f"{file}: {error}", UNREADABLE) from None
    except OSError as error:
        raise _end(f"{file}: {_because(error)}", UNREADABLE) from None
    except SettingsError as error:
        raise _end(str(error), UNREADABLE) from None
    except (AnotherFileError, ElsewhereError) as error:
        raise _end(f"{file}: {error}", STOPPED) from None
    except (TryAgainLater, OutcomeUnknown):
        raise _end("the database went away; what was read before is in, run it again", STOPPED) from None
    except KeyboardInterrupt:
        raise _end("stopped; what was read before is in, run it again", INTERRUPTED) from None
    for line in (trial if dry_run else summary)(file, source, report):
        typer.echo(line)


def write_sample(
    count: Annotated[int, typer.Argument(min=1, max=MOST_SAMPLE, help="How many creators.")],
    seed: Annotated[int, typer.Option(help="The same seed, the same file.")] = 1,
) -> None:
    """Write a made-up list of creators as CSV, with a few rows that are dirty on purpose."""
    try:
        for line in sample(count, seed):
            sys.stdout.write(line)
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has had enough, as with `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def rebuild_search() -> None:
    """Have every api process make its search index anew, while the old one goes on serving."""
    try:
        generation = asyncio.run(_want_new_index(load(DiscoverySettings)))
    except SettingsError as error:
        raise _end(str(error), UNREADABLE) from None
    except TryAgainLater:
        raise _end("the database does not answer; run it again", STOPPED) from None
    typer.echo(f"index generation {generation} is wanted; each api process says search.made in its log when it has it")


def build_search(folder: Path, generation: int, parent: int) -> None:
    """Make an index up to the topic's present end, for the api process that asked for it."""
    settings = load(DiscoverySettings)
    logs.configure("discovery", BUILD, settings.log_level)
    every = settings.search_build_commit
    pace = replace(BUILDING, records=min(every, BUILDING.records), commit_records=every)
    try:
        asyncio.run(while_it_lives(parent, build(folder, generation, settings, pace)))
    except TornIndex as error:
        raise _end(str(error), TORN) from None
    except asyncio.CancelledError:
        raise _end("whoever asked for this index is gone", STOPPED) from None


async def _want_new_index(settings: DiscoverySettings) -> int:
    context = assemble(create_app(settings)).context
    try:
        return await want_new_index(context.db)
    except Exception as error:
        if mongo.is_transient(error):
            raise TryAgainLater(str(error)) from error
        raise
    finally:
        context.client.close()


def summary(file: Path, source: str, report: ImportReport) -> Sequence[str]:
    """What an import did, for people."""
    new_and_changed = f"{report.new:,} new, {report.changed:,} changed"
    on = f", went on after row {report.resumed_from:,}" if report.resumed_from else ""
    others = f"{report.unchanged:,} unchanged, {report.refused_total:,} refused"
    lines = [f"{file.name}: {report.rows:,} rows: {new_and_changed}, {others}{on}", *_read(report)]
    if report.remembered:
        headers = ", ".join(f"{field} from {shown(title)}" for field, title in report.remembered.items())
        lines.append(f"remembered for --source {source}: {headers}; --forget-mapping forgets it")
    return lines


def trial(file: Path, _: str, report: ImportReport) -> Sequence[str]:
    """What an import would read, for people."""
    lines = ["and more"] if len(report.refused) > FEW_TOLD else []
    good = report.rows - report.refused_total
    return [
        *lines,
        f"{file.name}: {report.rows:,} rows, {good:,} good, {report.refused_total:,} refused; nothing was written",
        *_read(report),
    ]


def _read(report: ImportReport) -> Sequence[str]:
    """From which column each field was read, why if no header said it, and from which nothing was."""
    why = dict.fromkeys(report.by_memory, " as remembered") | dict.fromkeys(report.by_values, " by its values")
    fields = (f"{field} from {shown(title)}{why.get(field, '')}" for field, title in report.mapping.items())
    line = f"read as {report.encoding}: {', '.join(fields)}"
    return [line, f"not used: {listed(report.not_used)}"] if report.not_used else [line]


async def _import(file: Path, options: Options, settings: DiscoverySettings) -> ImportReport:
    """The service's own parts, without its loops: what is said here, the service's worker or API publishes."""
    size = _size_of(file)
    service = create_app(settings)
    async with _reaching(service) as context:
        await mongo.ensure(context.db, [*CHASSIS_COLLECTIONS, *service.collections])
        await context.clock.measure(lambda: mongo.server_time(context.db))
        gc.freeze()  # what is there by now stays: it need not be looked through again and again
        with shown_progress(file.name, size) as (moved, told):
            progress = Progress(moved=moved, told=told)
            return await run_import(_parts_of(file), context.transactions, options, progress)


async def _try(file: Path, options: Options, settings: DiscoverySettings) -> ImportReport:
    """The same without writing; the database only says what is remembered, and what time it is."""
    size = _size_of(file)
    left = iter(range(FEW_TOLD))
    async with _reaching(create_app(settings)) as context:
        await context.clock.measure(lambda: mongo.server_time(context.db))
        with shown_progress(file.name, size) as (moved, told):

            def told_first(refused: Refused) -> None:
                if next(left, None) is not None:
                    told(refused)

            progress = Progress(moved=moved, told=told_first)
            return await try_import(_parts_of(file), context.transactions, options, progress)


@asynccontextmanager
async def _reaching(service: Service[DiscoveryTx]) -> AsyncIterator[Context[DiscoveryTx]]:
    """The service's parts; that the database can't be reached, or no longer, is `TryAgainLater`."""
    context = assemble(service).context
    try:
        yield context
    except Exception as error:
        if mongo.is_transient(error):
            raise TryAgainLater(str(error)) from error
        raise
    finally:
        context.client.close()


def _name(file: Path, options: Options) -> str:
    """The same for the same bytes read in the same way: by it an import that was killed goes on where it stopped."""
    _size_of(file)
    if not file.is_file():
        return ""  # a pipe is read once
    with file.open("rb") as opened:
        return derived_id("import", hashlib.file_digest(opened, "sha256").hexdigest(), *options.words())


def _size_of(file: Path) -> int:
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    return file.stat().st_size


async def _parts_of(file: Path) -> AsyncIterator[bytes]:
    with file.open("rb") as opened:
        while part := await asyncio.to_thread(opened.read, PART):
            yield part


def _mapping(given: Sequence[str]) -> dict[str, str]:
    pairs = [pair.partition("=") for pair in given]
    for name, equals, _ in pairs:
        if not equals:
            raise UnreadableFile(f'--map {name}: write field=Header, such as followers="Subscribers count"', "mapping")
    return {name: title for name, _, title in pairs}


def _because(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def _end(sentence: str, status: int) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(status)
