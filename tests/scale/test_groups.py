"""Three workers and facts that wait for one another: nothing is missed, nothing happens twice."""

from pathlib import Path

import pytest

from local.stack import Addressed
from tests.scale.scenarios import scaled, waited_for
from tests.scale.stage import a_stage
from tests.support.servers import OwnServer

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


async def test_a_group_that_is_scaled_from_1_to_3_to_1_under_a_flow_misses_nothing(
    own_kafka: OwnServer, mongo: Addressed, database: str, tmp_path: Path
) -> None:
    async with a_stage(own_kafka().address, mongo.address, database, tmp_path) as stage:
        await scaled(stage, 1_500)


@pytest.mark.parametrize("last", ["coupon", "terms", "store"])
async def test_all_orders_that_waited_for_one_fact_are_decided_though_who_looks_for_them_is_killed(
    last: str, own_kafka: OwnServer, mongo: Addressed, database: str, tmp_path: Path
) -> None:
    async with a_stage(own_kafka().address, mongo.address, database, tmp_path) as stage:
        await waited_for(stage, last, 4_000)
