"""Every order by the API, whole and in pages of one: first the known figures, then who has none."""

import pytest

from chassis.http.paging import decode_cursor
from contracts.discovery import DeliverableKind, DeliverableRate
from contracts.http.discovery import CreatorSort
from contracts.money import Money
from tests.discovery.search.asking import ANNA, BEPPE, CLAUDE, asked, say

PRICED = {"sort": "price", "currency": "EUR"}


@pytest.fixture
async def ranked(brand, context):
    """The three again: Beppe is before Anna by growth, engagement, GPM and short videos, behind by all else."""
    more = {"engagement_per_view": 901, "growth_30d": 3, "gpm": (Money(amount=1_501, currency="EUR"),)}
    beppe = BEPPE.model_copy(
        update={
            "average_views": 7,
            "stats": BEPPE.stats.model_copy(update=more),
            "rates": tuple(
                DeliverableRate(deliverable=kind, amount=amount, currency="EUR")
                for kind, amount in ((DeliverableKind.SHORT_VIDEO, 29_999), (DeliverableKind.STORY, 5_001))
            ),
        }
    )
    await say(context, ANNA, beppe, CLAUDE, revision=2)
    return brand


ORDERS = [
    ({"sort": "relevance"}, "anna beppe claude"),
    ({"sort": "followers"}, "anna beppe claude"),
    ({"sort": "average_views"}, "anna beppe claude"),
    ({"sort": "engagement"}, "beppe anna claude"),
    ({"sort": "growth"}, "beppe anna claude"),
    ({"sort": "gpm", "currency": "EUR"}, "beppe anna claude"),
    (PRICED, "anna beppe claude"),
    ({**PRICED, "deliverable": "story"}, "anna beppe claude"),
    ({**PRICED, "deliverable": "short-video"}, "beppe anna claude"),
    ({"sort": "fit", "fit_type": "peer"}, "anna beppe claude"),
]


def test_every_order_is_tried():
    assert {params["sort"] for params, _ in ORDERS} == set(CreatorSort)


@pytest.mark.parametrize(("params", "order"), ORDERS, ids=str)
async def test_each_order_page_by_page(ranked, params, order):
    seen, cursor = [], None
    while True:
        page = await asked(ranked, limit=1, **params, **({"cursor": cursor} if cursor else {}))
        assert page["total"] == 3
        if (cursor := page["next_cursor"]) is None:
            break
        seen.append(_last(cursor).split(".")[0])
    assert seen == order.split()[:2]


def _last(cursor):
    return decode_cursor(cursor, (str, int, int, int, str, int))[4]
