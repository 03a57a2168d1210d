"""The store's own promises: each query has its index, and money is what money must be."""

from typing import Any

import pytest
from pymongo.errors import DuplicateKeyError, WriteError

from campaigns.store import documents
from tests.campaigns.builders import a_campaign, an_invitation
from tests.campaigns.kit import Campaigns

QUERIES: dict[str, tuple[str, dict[str, Any]]] = {
    "a brand's campaigns": ("campaigns", {"brand": "b-1", "_id": {"$lt": "290"}}),
    "a brand's collaborations": ("collaborations", {"$and": [{"brand": "b-1"}, {"_id": {"$lt": "290"}}]}),
    "a campaign's": ("collaborations", {"$and": [{"brand": "b-1", "campaign": "k-1"}, {}]}),
    "a creator's": (
        "collaborations",
        {
            "$and": [
                {
                    "$or": [
                        {"creator": "a-1"},
                        {"contact": "a-1", "creator": None},
                        {"_id": "004", "creator": None},
                    ]
                },
                {},
            ]
        },
    ),
}
UNIQUE: dict[str, tuple[dict[str, Any], str]] = {
    "a code": ({"brand": "b-1", "code": "code-1"}, "codes"),
    "a standing invitation": ({"campaign": "k-1", "profile": "p-8", "stands": True}, "standing"),
}


async def plan(service: Campaigns, collection: str, query: dict[str, Any]) -> str:
    find = {"find": collection, "filter": query, "sort": {"_id": -1}, "limit": 51}
    explained = await service.db.command("explain", find, verbosity="queryPlanner")
    return str(explained["queryPlanner"]["winningPlan"])


@pytest.fixture
async def many(service: Campaigns) -> None:
    """Enough for the database to tell a good plan from a bad one."""
    campaign = documents.of_campaign(a_campaign())
    invitation = documents.of_collaboration(an_invitation())
    of_brands = [{"_id": f"{n:03}", "brand": f"b-{n % 5}"} for n in range(300)]
    await service.db["campaigns"].insert_many([campaign | of for of in of_brands])
    await service.db["collaborations"].insert_many(
        [
            invitation
            | of
            | {"campaign": f"k-{n % 7}", "profile": f"p-{n // 7}", "code": f"code-{n}"}
            | {"creator": f"a-{n % 11}" if n % 2 else None, "contact": f"a-{n % 11}"}
            for n, of in enumerate(of_brands)
        ]
    )


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("name", QUERIES)
async def test_no_list_reads_the_whole_collection_or_sorts_it(service: Campaigns, name: str):
    found = await plan(service, *QUERIES[name])
    assert "IXSCAN" in found
    assert "COLLSCAN" not in found
    assert "'SORT'" not in found


@pytest.mark.usefixtures("many")
@pytest.mark.parametrize("name", UNIQUE)
async def test_what_must_be_unique_is_looked_up_by_the_index_that_makes_it_so(service: Campaigns, name: str):
    query, index = UNIQUE[name]
    explained = await service.db.command(
        "explain", {"find": "collaborations", "filter": query, "limit": 1}, verbosity="queryPlanner"
    )
    assert f"'indexName': '{index}'" in str(explained["queryPlanner"]["winningPlan"])


async def test_the_store_refuses_a_second_code_and_a_second_standing_invitation(service: Campaigns):
    row = documents.of_collaboration(an_invitation())
    await service.db["collaborations"].insert_one(row)
    with pytest.raises(DuplicateKeyError, match="codes"):
        await service.db["collaborations"].insert_one(row | {"_id": "i-2", "profile": "p-2"})
    with pytest.raises(DuplicateKeyError, match="standing"):
        await service.db["collaborations"].insert_one(row | {"_id": "i-2", "code": "other"})
    await service.db["collaborations"].insert_one(row | {"_id": "i-2", "code": "other", "stands": False})


BAD_MONEY = [
    {"amount": -1, "currency": "EUR"},
    {"amount": 1.5, "currency": "EUR"},
    {"amount": "1", "currency": "EUR"},
    {"amount": 1, "currency": "euro"},
    {"amount": 1},
    {"currency": "EUR"},
    None,
]


@pytest.mark.parametrize("money", BAD_MONEY)
async def test_the_store_takes_no_fee_that_is_no_money(service: Campaigns, money):
    campaign = documents.of_campaign(a_campaign())
    campaign["terms"]["fee"] = money
    with pytest.raises(WriteError, match="validation"):
        await service.db["campaigns"].insert_one(campaign)
    collaboration = documents.of_collaboration(an_invitation())
    collaboration["state"]["terms"][0]["fee"] = money
    with pytest.raises(WriteError, match="validation"):
        await service.db["collaborations"].insert_one(collaboration)


async def test_the_store_takes_no_collaboration_without_terms(service: Campaigns):
    row = documents.of_collaboration(an_invitation())
    row["state"]["terms"] = []
    with pytest.raises(WriteError, match="validation"):
        await service.db["collaborations"].insert_one(row)
