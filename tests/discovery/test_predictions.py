"""What predictions turned out to be: sales, and the views of what was published, as far as somebody counted (D8)."""

from functools import partial
from typing import Any

import pytest

from chassis.http import Kind
from chassis.testing import a_token, calling
from contracts.campaigns import Collaboration, CollaborationStatus
from discovery.domain.addresses import ids_in
from discovery.domain.profiles import profile_id
from discovery.domain.standing_figures import Sales
from discovery.handlers import keep_collaboration, keep_sales
from discovery.store import Creators, PageView, Predictions
from discovery.store.erasures import OF_PROFILE
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.search.asking import say_campaigns
from tests.discovery.test_deliveries import a_deliverable
from tests.discovery.test_sales import a_decision
from tests.discovery.test_snapshots import a_look, a_video, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
FIT = f"/v1/creators/{KRISTA}/fit"


@pytest.mark.parametrize(
    ("address", "ids"),
    [
        ("https://www.tiktok.com/@krista.makes/video/7123?lang=fi", ("@krista.makes", "video", "7123", "fi")),
        ("https://www.youtube.com/watch?v=dQw4-_x&t=3", ("watch", "dQw4-_x", "3")),
        ("https://youtu.be/dQw4-_x", ("dQw4-_x",)),
        ("https://www.instagram.com/reel/Cx%31/#comments", ("reel", "Cx1")),
        ("https://[broken", ()),
        ("", ()),
        ("https://x.example/" + "a/b/" * 100, ("a", "b")),
    ],
)
def test_any_part_of_an_address_may_be_the_video_s_id(address: str, ids: tuple[str, ...]):
    assert ids_in(address) == ids


def published(named: str, campaign: str, *addresses: str) -> Collaboration:
    live = tuple(a_deliverable(f"d-{n}", published_at=NOON, live_url=address) for n, address in enumerate(addresses))
    one = a_collaboration(KRISTA, "a-1", named=named, status=CollaborationStatus.COMPLETED)
    return one.model_copy(update={"campaign": campaign, "deliverables": (*live, a_deliverable("d-waits"))})


def a_sale(named: str, order: str, net: int, currency: str = "EUR") -> Any:
    sale = a_decision(order, net=net)
    share = sale.shares[0].model_copy(update={"collaboration": named})
    return sale.model_copy(update={"shares": (share,), "currency": currency})


@pytest.fixture
async def came_about(app, context):
    """Three predictions of one creator: two videos of which one is counted; one that nobody counted; no video."""
    looks = (a_video("7123", 2, 40_000), a_video("7124", 2, None), a_video("7125", 2, 9))
    await observe(context, an_observation(a_look(followers=200_000, median_views=50_000, videos=looks)))
    await say_campaigns(context, ("k-1", "b-1"), ("k-2", "b-1"), ("k-3", "b-1"))
    async with calling(app, a_token(Kind.BRAND, "m-1", audience="discovery", brand="b-1")) as brand:
        for campaign in ("k-1", "k-2", "k-3"):
            await brand.post(FIT, json={"campaign": campaign})
        address = "https://www.tiktok.com/@krista.makes/video/"
        done = (
            published("c-1", "k-1", f"{address}7123", f"{address}9999"),
            published("c-2", "k-2", f"{address}7124"),
            published("c-3", "k-3"),
            published("c-4", "k-1", f"{address}7125?is_copy_url=1"),
        )
        for each in done:
            await context.transactions.run(partial(keep_collaboration, each))
        sold = [a_sale("c-1", "o-1", 500), a_sale("c-4", "o-2", 70), a_sale("c-2", "o-3", 9, "USD")]
        await context.transactions.run(partial(keep_sales, sold))
        yield brand


async def test_views_of_what_was_published_stand_beside_those_that_were_predicted(came_about):
    earlier = (await came_about.post(FIT, json={})).json()["earlier"]
    told = {one["campaign"]: one for one in earlier}
    assert told["k-1"]["views"] == {"low": 25_000, "high": 50_000}
    assert told["k-1"]["published"] == {"videos": 3, "counted": 2, "views": 40_009}
    assert told["k-2"]["published"] == {"videos": 1, "counted": 0, "views": None}  # nobody counted is not zero
    assert told["k-3"]["published"] == {"videos": 0, "counted": 0, "views": None}
    assert [told[name]["net_sales"] for name in ("k-1", "k-2", "k-3")] == [
        [{"amount": 570, "currency": "EUR"}],
        [{"amount": 9, "currency": "USD"}],
        [],
    ]


async def test_a_prediction_of_before_has_no_views_and_a_collaboration_of_before_no_videos(came_about, context):
    await context.db["predictions"].update_many({}, {"$unset": {"views": 1}})
    await context.db["collaborations"].update_many({}, {"$unset": {"published": 1}})
    earlier = (await came_about.post(FIT, json={})).json()["earlier"]
    assert {one["views"] for one in earlier} == {None}
    assert {one["published"]["views"] for one in earlier} == {None}


class Asked:
    """A database that remembers which collections were asked for."""

    def __init__(self, db: Any) -> None:
        self.db = db
        self.names: list[str] = []

    def __getitem__(self, name: str) -> Any:
        self.names.append(name)
        return self.db[name]


@pytest.mark.usefixtures("came_about")
async def test_all_predictions_and_all_of_a_page_s_campaigns_are_asked_for_at_once(context):
    asked: Any = Asked(context.db)
    assert len(await Predictions(asked, "b-1").came_about()) == 3
    assert sorted(asked.names) == ["collaborations", "predictions", "sales", "videos"]
    krista = await Creators(context.db).find(KRISTA)
    assert krista is not None
    asked.names.clear()
    own = await PageView(asked, "b-1").own(krista)
    assert asked.names == ["collaborations", "sales"]
    assert {row["_id"]: sold for row, sold in own} == {
        "c-1": [Sales("EUR", 5000, 500)],
        "c-2": [Sales("USD", 5000, 9)],
        "c-3": [],
        "c-4": [Sales("EUR", 5000, 70)],
    }


@pytest.mark.usefixtures("came_about")
async def test_where_a_video_is_published_is_kept_without_its_address_and_goes_with_its_person(context):
    rows = await context.db["collaborations"].find().to_list(None)
    assert "krista" not in str(rows)
    assert "7123" not in str(rows)
    assert "videos" in OF_PROFILE
