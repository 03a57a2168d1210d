"""Brands' policies, every version of each (MONEY 3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from attribution.domain.facts import DEFAULT_POLICY, Model, Policy, Precedence
from attribution.store.collections import POLICIES, rows_of
from chassis import mongo
from chassis.tx import Tx
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
        policy = Policy(row["version"], Model(row["model"]), Precedence(row["precedence"]))
        found.setdefault(row["brand"], []).append((row["in_force_at"], policy))
    return found


def policy_at(policies: Mapping[str, Versions], brand: BrandId | None, placed_at: datetime | None) -> Policy:
    """The brand's policy in force at the order's time: the highest version whose time had come."""
    if brand is None or placed_at is None:
        return DEFAULT_POLICY
    return next((policy for since, policy in policies.get(brand, ()) if since <= placed_at), DEFAULT_POLICY)


async def add_version(tx: Tx, brand: str, number: int, precedence: str) -> None:
    """Keep a brand's version `number`, in force from a whole second at least `NOTICE` from now on."""
    await tx.db[POLICIES].insert_one(
        {
            "_id": f"{brand}#{number}",
            "brand": brand,
            "version": number,
            "model": DEFAULT_POLICY.model.value,
            "precedence": precedence,
            "in_force_at": tx.now.replace(microsecond=0) + NOTICE + timedelta(seconds=1),
            "changed_at": tx.now,
        },
        session=tx.session,
    )


def policy_out(versions: Versions, now: datetime) -> PolicyOut:
    """A brand's policy as the API tells it; `versions` the newest first, without the defaults."""
    told = [
        PolicyVersion(version=policy.version, precedence=policy.precedence, model=policy.model, in_force_at=since)
        for since, policy in versions
    ]
    told.append(
        PolicyVersion(version=DEFAULT_POLICY.version, precedence=DEFAULT_POLICY.precedence, model=DEFAULT_POLICY.model)
    )
    current = next(one for one in told if one.in_force_at is None or one.in_force_at <= now)
    return PolicyOut(current=current, coming=None if current is told[0] else told[0], versions=tuple(told))
