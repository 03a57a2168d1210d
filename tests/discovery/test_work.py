"""Whose work counts for a creator: that of the profile, and of the accounts behind it (D6)."""

from functools import partial

import pytest

from contracts.campaigns import CollaborationStatus
from contracts.discovery import Record
from discovery.domain.profiles import profile_id
from discovery.handlers import keep_collaboration
from discovery.store import Creators
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.test_deliveries import DAY, a_deliverable
from tests.discovery.test_pages import HOUR, page_of
from tests.discovery.test_registrations import a_body, a_creator
from tests.discovery.test_sales import a_decision, hear, reckon
from tests.discovery.test_snapshots import a_look, an_observation, observe

KRISTA = profile_id("tiktok", "krista.makes")
ELSEWHERE = profile_id("instagram", "krista.elsewhere")
AGREED = CollaborationStatus.AGREED


async def agree(context, named: str, brand: str, profile: str | None = None, creator: str | None = "a-1", **known):
    """A collaboration; by a link, unless a profile is named."""
    one = a_collaboration(profile, creator, named=named, status=known.pop("status", AGREED))
    told = one.model_copy(update={"brand": brand, "agreed_at": NOON + HOUR, **known})
    await context.transactions.run(partial(keep_collaboration, told))


async def known(context):
    found = await Creators(context.db).find(KRISTA)
    assert found is not None
    return found


@pytest.fixture
async def krista(context):
    """A profile that one account claims, with another profile of the same account."""
    await observe(context, an_observation(a_look(followers=100_000, views_30d=100_000)))
    for profile in (KRISTA, ELSEWHERE):
        await context.transactions.run(lambda tx, profile=profile: tx.claim(profile, "a-1"))


@pytest.mark.usefixtures("krista")
async def test_who_came_by_a_link_counts_as_work_of_the_account_behind_the_profile(app, context):
    await agree(context, "c-1", "b-1")
    await agree(context, "c-2", "b-2")
    await agree(context, "c-3", "b-3", ELSEWHERE)
    await agree(context, "c-4", "b-4", creator="a-2")
    found = await page_of(app, KRISTA, "b-1")
    assert found["other_brands_now"] == 2
    assert [one["collaboration"] for one in found["campaigns"]] == ["c-1"]
    assert found["responsiveness"] == {"invitations": 3, "answered": 3, "median_seconds": 3600}
    assert [one["collaboration"] for one in (await page_of(app, KRISTA, "b-3"))["campaigns"]] == ["c-3"]
    assert (await page_of(app, KRISTA, "b-4"))["other_brands_now"] == 3, "a stranger's own work is none of hers"


@pytest.mark.usefixtures("krista")
async def test_dates_and_sales_of_a_link_s_work_are_in_record_and_gpm(context):
    await agree(context, "c-1", "b-1", deliverables=(a_deliverable(published_at=NOON),))
    await agree(context, "c-9", "b-1", ELSEWHERE, deliverables=(a_deliverable(published_at=NOON + 9 * DAY),))
    await hear(context, a_decision())
    share = a_decision("o-2").shares[0].model_copy(update={"collaboration": "c-9"})
    await hear(context, a_decision("o-2").model_copy(update={"shares": (share,)}))
    await reckon(context)
    found = await known(context)
    assert found.record == Record(deliveries=2, on_time=5_000)
    assert [m.amount for m in found.stats.gpm] == [50], "what was sold elsewhere was sold by other views"


@pytest.mark.usefixtures("krista")
async def test_once_somebody_proved_the_handle_nobody_else_s_work_counts(app, context):
    await agree(context, "c-1", "b-1", deliverables=(a_deliverable(published_at=NOON),))
    await reckon(context)
    assert (await known(context)).record.deliveries == 1
    async with a_creator(app, "a-7") as other:
        kept = (await other.put("/v1/me/profiles", json=a_body())).json()
        app.state.bios.shown["tiktok", kept["handle"]] = kept["code"]
        assert (await other.post(f"/v1/me/profiles/{KRISTA}/proof")).status_code == 200
    assert (await known(context)).record == Record(), "at once"
    assert (await page_of(app, KRISTA, "b-2"))["other_brands_now"] == 0
    assert (await page_of(app, KRISTA, "b-1"))["campaigns"] == []


async def test_what_an_account_did_before_it_claimed_a_profile_counts_from_the_claim_on(context):
    await observe(context, an_observation(a_look(followers=100_000, views_30d=100_000)))
    await agree(context, "c-1", "b-1", deliverables=(a_deliverable(published_at=NOON),))
    await hear(context, a_decision())
    await reckon(context)
    assert (await known(context)).record == Record()
    await context.transactions.run(lambda tx: tx.claim(KRISTA, "a-1"))
    found = await known(context)
    assert (found.record.deliveries, [m.amount for m in found.stats.gpm]) == (1, [50])


async def test_a_profile_that_is_told_of_after_its_claim_has_the_work_from_the_beginning(context):
    await agree(context, "c-1", "b-1", KRISTA, deliverables=(a_deliverable(published_at=NOON),))
    await context.db["timers"].delete_many({})
    await observe(context, an_observation(a_look(followers=100_000)))
    assert (await known(context)).record == Record(deliveries=1, on_time=10_000)
