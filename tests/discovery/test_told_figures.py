"""All figures with time and source, for brands on a creator's page and for creators of their own (D3, D6)."""

from functools import partial

import pytest

from chassis.http import Kind
from chassis.testing import a_token, calling
from discovery.domain.profiles import profile_id
from discovery.handlers import keep_collaboration
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.test_pages import page_of
from tests.discovery.test_registrations import a_body, a_creator
from tests.discovery.test_sales import a_decision, hear, reckon
from tests.discovery.test_snapshots import DAY, a_look, a_video, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
THEN = (NOON - DAY).isoformat().replace("+00:00", "Z")
NOW = NOON.isoformat().replace("+00:00", "Z")


def by_name(figures: list[dict]) -> dict[str, tuple]:
    return {one["name"]: (one["value"], one["at"], one["source"]) for one in figures}


@pytest.fixture
async def krista(context):
    await observe(context, an_observation(a_look(-8, source="s-0", followers=80_000)))
    await observe(context, an_observation(a_look(-1, source="s-1", followers=100_000)))
    videos = (a_video("v1", 7, 4_000, likes=300, comments=80, shares=20),)
    await observe(context, an_observation(a_look(0, source="s-2", videos=videos, views_30d=100_000)))
    await context.transactions.run(partial(keep_collaboration, a_collaboration(KRISTA, "a-1")))
    await hear(context, a_decision())
    await reckon(context)


@pytest.mark.usefixtures("krista")
async def test_every_figure_has_its_value_its_time_and_its_source(app):
    page = await page_of(app, KRISTA, "b-1")
    assert by_name(page["figures"]) == {
        "followers": (100_000, THEN, "s-1"),
        "growth_7d": (2_500, THEN, "s-1"),
        "growth_30d": (None, None, ""),
        "growth_90d": (None, None, ""),
        "videos_30d": (1, NOW, "s-2"),
        "views_30d": (100_000, NOW, "s-2"),
        "videos_per_week": (23, NOW, "s-2"),
        "median_views": (4_000, NOW, "s-2"),
        "median_views_7d": (4_000, None, ""),
        "average_views": (4_000, NOW, "s-2"),
        "average_likes": (300, NOW, "s-2"),
        "average_comments": (80, NOW, "s-2"),
        "average_shares": (20, NOW, "s-2"),
        "engagement_per_view": (1_000, NOW, "s-2"),
        "engagement_per_follower": (None, None, ""),
        "gpm": (None, NOW, ""),
        "net_gpm": (None, NOW, ""),
    }
    amounts = {one["name"]: one["amounts"] for one in page["figures"] if one["amounts"]}
    assert amounts == {"gpm": [{"amount": 50, "currency": "EUR"}], "net_gpm": [{"amount": 40, "currency": "EUR"}]}


async def own(app, account: str):
    async with calling(app, a_token(Kind.CREATOR, account, audience="discovery")) as creator:
        return await creator.get(f"/v1/me/profiles/{KRISTA}/figures")


@pytest.mark.usefixtures("krista")
async def test_a_creator_reads_the_same_of_their_own_with_sales_and_answers(app):
    told = (await own(app, "a-1")).json()
    assert told["figures"] == (await page_of(app, KRISTA, "b-1"))["figures"]
    assert told["record"] == {"deliveries": 0, "on_time": None}
    assert (told["brands_now"], told["responsiveness"]["invitations"]) == (1, 1)


@pytest.mark.usefixtures("krista")
async def test_another_creator_s_figures_are_not_there(app):
    assert (await own(app, "a-2")).status_code == 404
    async with calling(app, a_token(Kind.CREATOR, "a-1", audience="discovery")) as creator:
        assert (await creator.get("/v1/me/profiles/nobody/figures")).status_code == 404
    async with calling(app, a_token(Kind.BRAND, "m-1", audience="discovery", brand="b-1")) as brand:
        assert (await brand.get(f"/v1/me/profiles/{KRISTA}/figures")).status_code == 403


@pytest.mark.usefixtures("krista")
async def test_of_a_handle_that_two_claim_only_who_has_proven_it_reads_the_figures(app):
    async with a_creator(app, "a-7") as other:
        kept = (await other.put("/v1/me/profiles", json=a_body())).json()
        assert [(await own(app, one)).status_code for one in ("a-1", "a-7")] == [404, 404]
        app.state.bios.shown["tiktok", kept["handle"]] = kept["code"]
        await other.post(f"/v1/me/profiles/{KRISTA}/proof")
    assert [(await own(app, one)).status_code for one in ("a-1", "a-7")] == [404, 200]
