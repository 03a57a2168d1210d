"""Brands' policies, every version of each (MONEY 3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attribution.domain.facts import DEFAULT_POLICY, Model, Policy, Precedence
from attribution.store.collections import POLICIES, rows_of
from chassis import mongo
from chassis.tx import Tx
from contracts.http import attribution as http
from contracts.http.attribution import PolicyOut, PolicyVersion
from contracts.ids import BrandId

NOTICE = timedelta(minutes=6)
"""How long before it counts a version is fixed.

An order's time may lie up to 5 minutes after its receipt without being held (MONEY 5): by then every version that could
be in force at that time is known, so an order is decided by the same one however often it is decided.
"""

Versions = Sequence[tuple[datetime, Policy]]


async def policies_of(
    db: mongo.Database, brands: Sequence[str], session: mongo.Session | None
) -> dict[str, list[tuple[datetime, Policy]]]:
    """By brand, its versions from 2 on as (in force from, policy), the newest first."""
    found: dict[str, list[tuple[datetime, Policy]]] = {}
    newest_first = [("brand", mongo.ASCENDING), ("version", mongo.DESCENDING)]
    rows = db[POLICIES].find({"brand": {"$in": sorted(set(brands))}}, session=session).sort(newest_first)
    for row in await rows_of(rows):
        found.setdefault(row["brand"], []).append((row["in_force_at"], _policy(row)))
    return found


def _policy(row: mongo.Document) -> Policy:
    """Every version says all that it consists of; the first ones were written before there was an operator's share."""
    return Policy(row["version"], Model(row["model"]), Precedence(row["precedence"]), row.get("operator_share", 0))


def policy_at(policies: Mapping[str, Versions], brand: BrandId | None, placed_at: datetime | None) -> Policy:
    """The brand's policy in force at the order's time: the highest version whose time had come."""
    if brand is None or placed_at is None:
        return DEFAULT_POLICY
    return next((policy for since, policy in policies.get(brand, ()) if since <= placed_at), DEFAULT_POLICY)


async def add_version(tx: Tx, brand: str, policy: Policy) -> None:
    """Keep a brand's version, in force from a whole second at least `NOTICE` from now on."""
    await tx.db[POLICIES].insert_one(
        {
            "_id": f"{brand}#{policy.version}",
            "brand": brand,
            "version": policy.version,
            "model": policy.model.value,
            "precedence": policy.precedence.value,
            "operator_share": policy.operator_share,
            "in_force_at": tx.now.replace(microsecond=0) + NOTICE + timedelta(seconds=1),
            "changed_at": tx.now,
        },
        session=tx.session,
    )


async def policy_of(db: mongo.Database, brand: str, session: mongo.Session | None, now: datetime) -> PolicyOut:
    """A brand's policy with all its versions, as of `now`."""
    return policy_out((await policies_of(db, [brand], session)).get(brand, ()), now)


def policy_out(versions: Versions, now: datetime) -> PolicyOut:
    """A brand's policy as the API tells it; `versions` the newest first, without the defaults."""
    told = [*(_told(policy, since) for since, policy in versions), _told(DEFAULT_POLICY, None)]
    current = next(one for one in told if one.in_force_at is None or one.in_force_at <= now)
    return PolicyOut(current=current, coming=None if current is told[0] else told[0], versions=tuple(told))


def _told(policy: Policy, since: datetime | None) -> PolicyVersion:
    return PolicyVersion(
        version=policy.version,
        precedence=http.Precedence(policy.precedence.value),
        model=http.AttributionModel(policy.model.value),
        operator_share=policy.operator_share,
        in_force_at=since,
    )
