"""`make fuzz SEED=n CASES=10000 EXAMPLES=20`: every service's API by its OpenAPI, then damaged webhooks to attribution.

Prints a table and ends with one line of JSON; exit status 1 if anything answered 5xx or otherwise than documented, was
lost, or was paid by mistake.
"""

import asyncio
import json
import os
import sys
import time
import uuid

from chassis.logs import configure
from local.stack import a_mongo, find_source
from tests.attribution.service.kit import an_attribution, make_collections
from tests.fuzz.apis import SERVICES, Asked, fuzz_api
from tests.fuzz.webhooks import Found, fuzz_webhooks
from tests.support.servers import a_folder, running


async def fuzz(address: str, seed: int, cases: int) -> Found:
    name = f"fuzz-{uuid.uuid4().hex[:12]}"
    # Deliveries outlive the run: its clock is months behind the server's, which would forget them while it goes on.
    limits = {"webhooks_per_minute": 10**9, "raw_delivery_days": 3650}
    async with an_attribution(address, name, log_level="ERROR", **limits) as service:
        await make_collections(service.db, service.service)
        try:
            return await fuzz_webhooks(service, seed, cases)
        finally:
            await service.parts.context.client.drop_database(name)


async def ask(address: str, seed: int, examples: int) -> list[Asked]:
    return [await fuzz_api(name, address, seed, examples) for name in SERVICES]


def main() -> int:
    seed, cases = int(os.environ.get("SEED", "1")), int(os.environ.get("CASES", "10000"))
    examples = int(os.environ.get("EXAMPLES", "20"))
    configure("fuzz", "all", "ERROR")  # ten thousand lines of what was asked tell nobody anything
    began = time.monotonic()
    with a_folder() as folder, running(a_mongo(find_source(), folder / "mongo")) as mongo:
        apis = asyncio.run(ask(mongo.address, seed, examples))
        found = asyncio.run(fuzz(mongo.address, seed, cases))
    for api in apis:
        statuses = ", ".join(f"{status}: {count}" for status, count in sorted(api.answers.items()))
        print(f"{api.service:<16}{api.operations:>4} operations   {statuses}")
    print(f"{'webhooks sent':<28}{found.cases:>8}")
    for status, count in sorted(found.answers.items()):
        print(f"{f'answered {status}':<28}{count:>8}")
    for outcome, count in sorted(found.outcomes.items()):
        print(f"{f'kept as {outcome}':<28}{count:>8}")
    print(f"{'balances paid':<28}{found.paid:>8}")
    violations = [*(f"{api.service}: {one}" for api in apis for one in api.violations), *found.violations]
    for violation in violations[:50]:
        print(f"VIOLATION {violation}")
    result = {
        "fuzz": "apis and webhooks",
        "seed": seed,
        "cases": found.cases,
        "answers": {str(status): count for status, count in sorted(found.answers.items())},
        "paid": found.paid,
        "seconds": round(time.monotonic() - began),
        "asked": sum(sum(api.answers.values()) for api in apis),
        "violations": len(violations),
    }
    print(json.dumps(result))
    return 1 if violations else 0


if __name__ == "__main__":
    sys.exit(main())
