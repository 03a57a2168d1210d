"""Whom a brand finds that asks for no standing: nobody whom the market refuses, but among its own people everybody."""

from datetime import timedelta
from functools import partial

import pytest

from chassis.http import Kind
from chassis.testing import calling
from contracts.campaigns import CollaborationStatus
from discovery.domain.eligibility import DEFAULT_POLICY, Facts, Policy, standings
from discovery.domain.profiles import ProfileRecord
from discovery.handlers import keep_collaboration
from discovery.store import Shortlists
from tests.discovery.builders import NOON, a_collaboration
from tests.discovery.search.asking import a_profile, asked, say, token

FINLAND = Policy(market="FI", min_age=16)
GROWN = Facts((NOON - timedelta(days=30 * 365)).date(), 60_000, 3, 1_001)
MINOR = Facts((NOON - timedelta(days=17 * 365)).date(), 60_000, 3, 1_001)
SMALL = Facts(GROWN.birth_date, 50_000, 3, 1_001)
EVERY_STANDING = ["listed", "unverified", "not-listed"]


def judged(name, facts, country):
    """Somebody whom the default and Finland judged by these facts."""
    return a_profile(name, country=country, eligibility=standings([DEFAULT_POLICY, FINLAND], facts, NOON))


@pytest.fixture
async def searching(brand, context):
    """A brand's search: one in Norway is listed; a minor in Finland and one with few followers in Sweden are not."""
    await say(context, judged("minor", MINOR, "FI"), judged("small", SMALL, "SE"), judged("grown", GROWN, "NO"))
    return brand


async def countries(client, **params):
    body = await asked(client, **params)
    assert body["total"] == sum(body["facets"]["countries"].values())
    return set(body["facets"]["countries"])


@pytest.mark.parametrize(
    ("params", "found"),
    [
        pytest.param({}, {"IT", "FR", "NO"}, id="nobody who is not listed"),
        pytest.param({"text": "minor"}, set(), id="not by the whole handle"),
        pytest.param({"country": "FI"}, set(), id="with another filter"),
        pytest.param({"sort": "fit", "fit_type": "peer", "text": "small"}, set(), id="in the order of fit"),
        pytest.param({"worked_with_us": False}, {"IT", "FR", "NO"}, id="among those new to the brand"),
        pytest.param({"standing": "not-listed"}, {"FI", "SE"}, id="when asked for"),
        pytest.param({"standing": "not-listed", "text": "minor"}, {"FI"}, id="when asked for by name"),
        pytest.param({"standing": EVERY_STANDING}, {"IT", "FR", "NO", "FI", "SE"}, id="also when asked for"),
        pytest.param({"standing": ["listed", "unverified"], "market": "FI", "text": "minor"}, {"FI"}, id="elsewhere"),
    ],
)
async def test_whoever_is_not_listed_is_found_only_when_asked_for(searching, params, found):
    assert await countries(searching, **params) == found


async def test_a_brand_finds_its_own_people_whatever_their_standing(searching, context):
    made = await searching.post("/v1/shortlists", json={"name": "Friends"}, headers={"idempotency-key": "friends"})
    shortlist = made.json()["id"]
    for name in ("minor", "grown"):
        await context.transactions.run(partial(_put, shortlist, name))
    work = a_collaboration("small", "a-9", status=CollaborationStatus.AGREED)
    await context.transactions.run(partial(keep_collaboration, work))
    assert await countries(searching, shortlist=shortlist) == {"FI", "NO"}
    assert await countries(searching, worked_with_us=True) == {"SE"}
    assert await countries(searching, shortlist=shortlist, standing="listed") == {"NO"}


async def test_an_operator_finds_everybody(app, searching):
    async with calling(app, token(Kind.OPERATOR, "o-1")) as operator:
        assert await countries(operator) == await countries(searching, standing=EVERY_STANDING)


async def _put(shortlist, name, tx):
    profile = ProfileRecord(id=name, revision=1, network="tiktok")
    await Shortlists(tx.db, "b-1", tx.session).put(shortlist, profile, "", "m-1", tx.now)
