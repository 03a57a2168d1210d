"""`make chaos SEED=n [PLANT=…] [KILLS=20 ORDERS=10000 CLICKS=30000 DEADLINES=300 ENDINGS=6]`: blows, then I1 to I10.

Ends with one line of JSON; exit status 1 if an invariant is broken. Sends to 127.0.0.1 only, a bounded number of times.
"""

import json
import os
import sys
import time

from tests.chaos.plan import SKEWED, a_plan
from tests.chaos.run import run
from tests.chaos.skew import library


def main() -> int:
    plan = a_plan(
        int(os.environ.get("SEED", "1")),
        kills=int(os.environ.get("KILLS", "20")),
        orders=int(os.environ.get("ORDERS", "10000")),
        clicks=int(os.environ.get("CLICKS", "30000")),
        deadlines=int(os.environ.get("DEADLINES", "300")),
        endings=int(os.environ.get("ENDINGS", "6")),
    )
    began = time.monotonic()
    violations = run(plan, os.environ.get("PLANT", ""))
    for violation in violations:
        print(f"VIOLATION {violation}")
    result = {
        "chaos": plan.seed,
        "kills": len(plan.blows),
        "orders": plan.orders,
        "clicks": plan.clicks,
        "deadlines": plan.deadlines,
        "skewed": SKEWED if library() else {},
        "seconds": round(time.monotonic() - began),
        "violations": len(violations),
    }
    print(json.dumps(result))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
