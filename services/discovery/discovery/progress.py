"""How far an import is, on stderr: a bar in a terminal, a plain line now and then elsewhere. Refusals go to stdout."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.text import Text

from discovery.domain.rows import Refused
from discovery.imports import Progress

LINES = 10
"""Plain lines for a whole file."""

Moved = Callable[[Progress], None]
Told = Callable[[Refused], None]


@contextmanager
def shown_progress(name: str, size: int) -> Iterator[tuple[Moved, Told]]:
    """What to call when an import moved on, and with each thing that is wrong; `size` in bytes."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield plain_lines(name, size), _say
        return
    bar = Bar(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        TimeRemainingColumn(),
        console=console,
        redirect_stdout=False,
    )
    with bar:
        task = bar.add_task(name, total=size, counts="")

        def moved(progress: Progress) -> None:
            bar.update(task, completed=progress.bytes, counts=counts(progress))

        def told(refused: Refused) -> None:
            if sys.stdout.isatty():
                bar.console.print(Text(str(refused)), soft_wrap=True)
            else:
                _say(refused)

        yield moved, told


def plain_lines(name: str, size: int) -> Moved:
    """A line for each tenth of the file."""
    next_line = 1

    def moved(progress: Progress) -> None:
        nonlocal next_line
        tenths = LINES if progress.is_done else min(LINES - 1, progress.bytes * LINES // max(1, size))
        if tenths >= next_line:
            next_line = tenths + 1
            sys.stderr.write(f"{name}: {tenths * 100 // LINES} %, {counts(progress)}\n")
            sys.stderr.flush()

    return moved


def counts(progress: Progress) -> str:
    """Rows so far."""
    refused = f", {progress.refused_total:,} refused" if progress.refused_total else ""
    return f"{progress.rows:,} rows{refused}"


def _say(refused: Refused) -> None:
    sys.stdout.write(f"{refused}\n")
