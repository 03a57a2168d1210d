"""A creator's page: everything of the creator, a brand's own campaigns, and of other brands only how many (D6)."""

from datetime import timedelta
from functools import partial

import pytest

from chassis.http import Kind
from chassis.testing import a_token, calling
from contracts.campaigns import CollaborationStatus
from discovery.domain.profiles import profile_id
from discovery.domain.relations import Relation, brands_now, responsiveness
from discovery.handlers import keep_collaboration, keep_sales
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.test_sales import a_decision
from tests.discovery.test_snapshots import a_look, a_video, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
HOUR = timedelta(hours=1)


def a_relation(status: CollaborationStatus, hours: float | None = None, brand: str = "b-1") -> Relation:
    return Relation(brand, status, NOON, None if hours is None else NOON + hours * HOUR)


def test_an_invitation_that_waits_says_nothing_and_one_that_ran_out_was_not_answered():
    found = responsiveness(
        [
            a_relation(CollaborationStatus.AGREED, 3),
            a_relation(CollaborationStatus.DECLINED, 1),
            a_relation(CollaborationStatus.EXPIRED),
            a_relation(CollaborationStatus.INVITED),
        ]
    )
    assert (found.invitations, found.answered, found.seconds) == (3, 2, 3600)
    assert responsiveness([a_relation(CollaborationStatus.INVITED)]).seconds is None


def test_a_brand_counts_once_and_only_while_the_work_goes_on():
    agreed = CollaborationStatus.AGREED
    some = [a_relation(agreed, 1), a_relation(agreed, 2), a_relation(CollaborationStatus.COMPLETED, 1, "b-2")]
    assert brands_now(some) == {"b-1"}


@pytest.fixture
async def krista(context):
    await observe(context, an_observation(a_look(-7, followers=90_000)))
    await observe(context, an_observation(a_look(0, followers=100_000, videos=(a_video("v1", 7, 400, likes=9),))))
    for named, brand, status in [("c-1", "b-1", "agreed"), ("c-2", "b-2", "agreed"), ("c-3", "b-3", "completed")]:
        one = a_collaboration(KRISTA, "a-1", named=named, status=CollaborationStatus(status))
        told = one.model_copy(update={"brand": brand, "agreed_at": NOON + HOUR})
        await context.transactions.run(partial(keep_collaboration, told))
    await context.transactions.run(partial(keep_sales, [a_decision(net=4321)]))
    share = a_decision("o-2", net=98_765).shares[0].model_copy(update={"collaboration": "c-2"})
    await context.transactions.run(partial(keep_sales, [a_decision("o-2").model_copy(update={"shares": (share,)})]))


async def page_of(app, profile: str, brand: str, kind: Kind = Kind.BRAND) -> dict:
    async with calling(app, a_token(kind, "m-1", audience="discovery", brand=brand)) as client:
        answer = await client.get(f"/v1/creators/{profile}/page")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.usefixtures("krista")
async def test_the_page_has_figures_with_history_videos_own_campaigns_and_how_they_answer(app):
    found = await page_of(app, KRISTA, "b-1")
    assert found["creator"]["stats"]["growth_7d"] == 1111
    assert [point["followers"] for point in found["history"]] == [90_000, 100_000]
    (video,) = found["videos"]
    assert (video["views"], video["likes"], video["shares"], video["views_at_seven_days"]) == (400, 9, None, 400)
    (own,) = found["campaigns"]
    assert (own["collaboration"], own["net_sales"]) == ("c-1", [{"amount": 4321, "currency": "EUR"}])
    assert found["responsiveness"] == {"invitations": 3, "answered": 3, "median_seconds": 3600}


@pytest.mark.usefixtures("krista")
@pytest.mark.parametrize(
    ("kind", "brand", "others"), [(Kind.BRAND, "b-1", 1), (Kind.BRAND, "b-9", 2), (Kind.OPERATOR, "b-1", 2)]
)
async def test_of_other_brands_only_how_many_work_with_the_creator_now_is_told(app, kind, brand, others):
    found = await page_of(app, KRISTA, brand, kind)
    assert found["other_brands_now"] == others
    assert not any(secret in str(found) for secret in ("98765", "c-2", "c-3", "b-2", "b-3"))


async def test_a_page_of_nobody_is_404(app):
    async with calling(app, a_token(Kind.BRAND, "m-1", audience="discovery", brand="b-1")) as client:
        assert (await client.get("/v1/creators/nobody/page")).status_code == 404
