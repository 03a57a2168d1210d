"""`make fuzz SEED=n CASES=10000`: damaged webhooks to attribution, on a database of its own.

Prints a table and ends with one line of JSON; exit status 1 if anything answered 5xx, was lost, or was paid by mistake.
"""

import asyncio
import json
import os
import sys
import time
import uuid

from local.stack import a_mongo, find_source
from tests.attribution.service.kit import an_attribution, make_collections
from tests.fuzz.webhooks import Found, fuzz_webhooks
from tests.support.servers import a_folder, running


async def fuzz(address: str, seed: int, cases: int) -> Found:
    name = f"fuzz-{uuid.uuid4().hex[:12]}"
    async with an_attribution(address, name, webhooks_per_minute=10**9, log_level="ERROR") as service:
        await make_collections(service.db, service.service)
        try:
            return await fuzz_webhooks(service, seed, cases)
        finally:
            await service.parts.context.client.drop_database(name)


def main() -> int:
    seed, cases = int(os.environ.get("SEED", "1")), int(os.environ.get("CASES", "10000"))
    began = time.monotonic()
    with a_folder() as folder, running(a_mongo(find_source(), folder / "mongo")) as mongo:
        found = asyncio.run(fuzz(mongo.address, seed, cases))
    print(f"{'webhooks sent':<28}{found.cases:>8}")
    for status, count in sorted(found.answers.items()):
        print(f"{f'answered {status}':<28}{count:>8}")
    for outcome, count in sorted(found.outcomes.items()):
        print(f"{f'kept as {outcome}':<28}{count:>8}")
    print(f"{'balances paid':<28}{found.paid:>8}")
    for violation in found.violations[:50]:
        print(f"VIOLATION {violation}")
    result = {
        "fuzz": "webhooks",
        "seed": seed,
        "cases": found.cases,
        "answers": {str(status): count for status, count in sorted(found.answers.items())},
        "paid": found.paid,
        "seconds": round(time.monotonic() - began),
        "violations": len(found.violations),
    }
    print(json.dumps(result))
    return 1 if found.violations else 0


if __name__ == "__main__":
    sys.exit(main())
