"""The first moment of a process: imports nothing but the standard library, so that it can come before all else."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def all_of_it_stays() -> Iterator[None]:
    """Look for no garbage meanwhile, nor ever among what was made: for a program's imports.

    Measured on the services: half the processor time of a start went into it, and a third of a second at the end.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
