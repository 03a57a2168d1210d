"""`python -m story`: tell the story to an installation whose addresses are in the environment.

`CREATORS` is a CSV of creators (a generated sample without it), `KILL_WORKER` a command that kills attribution's worker and
starts it again (nobody is killed without it). `MOVE_CLOCK` is a command that starts every service again with the
`CLOCK_OFFSET` that it finds in its own environment, and returns once all are ready (without it no invitation expires).
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from story.addresses import Addresses, AddressMissing, Wishes
from story.run import tell
from story.telling import StoryFailed

COMMAND_SECONDS = 600


def main() -> int:
    """Exit status: 0 told to its end, 1 something did not hold, 2 an address is missing."""
    creators = os.environ.get("CREATORS", "")
    kill, move = os.environ.get("KILL_WORKER", ""), os.environ.get("MOVE_CLOCK", "")
    try:
        where = Addresses.from_environment()
        tell(
            where,
            Wishes(Path(creators) if creators else None),
            kill=partial(_do, kill) if kill else None,
            move_clock=partial(_move_clock, move) if move else None,
        )
    except AddressMissing as error:
        print(error, file=sys.stderr)
        return 2
    except StoryFailed as error:
        print(f"\nThe story failed: {error}", file=sys.stderr)
        return 1
    return 0


def _move_clock(command: str, offset: str) -> None:
    _do(command, {"CLOCK_OFFSET": offset})


def _do(command: str, env: Mapping[str, str] = MappingProxyType({})) -> None:
    try:
        subprocess.run(shlex.split(command), env=os.environ | env, check=True, timeout=COMMAND_SECONDS)
    except (subprocess.SubprocessError, OSError) as error:
        raise StoryFailed(f"what the surroundings were asked to do failed: {error}") from error


if __name__ == "__main__":
    sys.exit(main())
