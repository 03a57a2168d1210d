"""`python -m story`: tell the story to an installation whose addresses are in the environment.

`CREATORS` is a CSV of creators (a generated sample without it), `KILL_WORKER` a command that kills attribution's worker and
starts it again (nobody is killed without it).
"""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from story.addresses import Addresses, AddressMissing, Wishes
from story.run import tell
from story.telling import StoryFailed


def main() -> int:
    """Exit status: 0 told to its end, 1 something did not hold, 2 an address is missing."""
    creators = os.environ.get("CREATORS", "")
    command = os.environ.get("KILL_WORKER", "")
    try:
        where = Addresses.from_environment()
        tell(where, Wishes(Path(creators) if creators else None), kill=_killer(command) if command else None)
    except AddressMissing as error:
        print(error, file=sys.stderr)
        return 2
    except StoryFailed as error:
        print(f"\nThe story failed: {error}", file=sys.stderr)
        return 1
    return 0


def _killer(command: str) -> Callable[[], None]:
    def kill() -> None:
        subprocess.run(shlex.split(command), check=True, timeout=120)

    return kill


if __name__ == "__main__":
    sys.exit(main())
