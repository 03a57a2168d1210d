"""Read by Python at the start of a process whose host's clock is wrong (`tests/chaos/skew.py`).

libfaketime 0.9.10 refuses `time.sleep` where it leaves the monotonic clock alone: what it asks the kernel for is out of
range. The database's driver sleeps so in its threads.
"""

import select
import time
from typing import SupportsIndex


def _sleep(seconds: float | SupportsIndex) -> None:
    select.select([], [], [], float(seconds))


time.sleep = _sleep
