"""A campaign's budget as a document that every agreement writes, so that two at once can't both have the rest (C14)."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from campaigns.domain import budgets
from campaigns.domain.budgets import BudgetExceeded, Commitment, Standing
from campaigns.domain.campaigns import CampaignRecord
from campaigns.domain.refusals import NotNow
from campaigns.domain.running import LEVEL_TIMER
from campaigns.store import documents
from campaigns.store.collections import BRANDS, BUDGETS, CAMPAIGNS, COLLABORATIONS, COMMITMENTS
from chassis import mongo
from chassis.mongo import Document
from chassis.tx import Tx
from contracts.campaigns import Budget, CampaignStatus, Collaboration
from contracts.money import INT64_MAX

PARTS = ("fees", "product", "shipping", "commission", "earned")


async def follow_campaign(tx: Tx, campaign: CampaignRecord) -> None:
    """What agreements go by: the budget, until when the campaign runs, and whether it takes agreements at all."""
    budget = campaign.budget
    await tx.db[BUDGETS].update_one(
        {"_id": campaign.id},
        {
            "$set": {
                "brand": campaign.brand,
                "currency": campaign.terms.fee.currency,
                "budget": None if budget is None else budget.model_dump(mode="json", exclude_none=True),
                "runs_until": (campaign.ends_at or campaign.goal.deadline).isoformat(),
                "status": campaign.status.value,
            },
            "$setOnInsert": {"sums": dict.fromkeys((*PARTS, "over", "collaborations", "uncapped"), 0), "posted": {}},
        },
        upsert=True,
        session=tx.session,
    )


async def follow_collaboration(tx: Tx, state: Collaboration) -> None:
    """Bind what a collaboration costs as it now is, and let go what it no longer does.

    Raises `BudgetExceeded` where more is needed than is left, `NotNow` for an agreement while the campaign is paused or
    over. Commission that was posted already is refused by nothing.
    """
    if state.agreed_at is None:
        return
    row = await tx.db[COMMITMENTS].find_one({"_id": state.id}, session=tx.session)
    gate = await _gate(tx, state.campaign)
    if gate is None:
        return
    before = None if row is None or "bound" not in row else Commitment(**row["bound"])
    is_new = before is None and not await _was_agreed(tx, state.id)
    if is_new and gate["status"] != CampaignStatus.PUBLISHED.value:
        raise NotNow("agree", gate["status"], (), f"campaign-{gate['status']}")
    after = budgets.commitment(
        state,
        budget_of(gate),
        runs_until=datetime.fromisoformat(gate["runs_until"]),
        zone=await _zone(tx, gate["brand"]),
    )
    if after is None or after == before:
        return
    standing = standing_of(gate)
    if before is not None or is_new:
        budgets.must_cover(standing, before, after)
    if standing.bound + after.total > INT64_MAX:
        raise BudgetExceeded(after.total, INT64_MAX - standing.bound, standing.currency)
    posted = (row or {}).get("posted", {}).get(gate["currency"], 0)
    over = max(0, posted - after.commission)
    old = before or Commitment()
    changes = {f"sums.{name}": getattr(after, name) - getattr(old, name) for name in PARTS}
    changes |= {
        "sums.over": over - (row or {}).get("over", 0),
        "sums.uncapped": after.uncapped - old.uncapped,
        "sums.collaborations": int(before is None),
    }
    await tx.db[BUDGETS].update_one({"_id": state.campaign}, {"$inc": changes}, session=tx.session)
    await tx.db[COMMITMENTS].update_one(
        {"_id": state.id},
        {
            "$set": {
                "campaign": state.campaign,
                "over": over,
                "bound": {name: getattr(after, name) for name in (*PARTS, "uncapped")},
            },
            "$setOnInsert": {"posted": {}},
        },
        upsert=True,
        session=tx.session,
    )
    sums = {name: amount + changes.get(f"sums.{name}", 0) for name, amount in gate["sums"].items()}
    reached = standing_of({**gate, "sums": sums}).level
    if reached is not None and reached is not standing.level:
        tx.set_timer(LEVEL_TIMER, state.campaign, tx.now)


async def post(tx: Tx, campaign: str, posted: dict[str, dict[str, int]]) -> None:
    """Add commission to a campaign's sums: by collaboration and currency, in minor units, negative for reversals."""
    gate = await _gate(tx, campaign)
    if gate is None:
        return
    rows = {
        row["_id"]: row async for row in tx.db[COMMITMENTS].find({"_id": {"$in": sorted(posted)}}, session=tx.session)
    }
    total: dict[str, int] = {}
    over = 0
    for collaboration, amounts in sorted(posted.items()):
        row = rows.get(collaboration, {})
        own = row.get("posted", {}).get(gate["currency"], 0) + amounts.get(gate["currency"], 0)
        now_over = max(0, own - row.get("bound", {}).get("commission", 0))
        over += now_over - row.get("over", 0)
        await tx.db[COMMITMENTS].update_one(
            {"_id": collaboration},
            {
                "$set": {"campaign": campaign, "over": now_over},
                "$inc": {f"posted.{currency}": amount for currency, amount in amounts.items()},
            },
            upsert=True,
            session=tx.session,
        )
        for currency, amount in amounts.items():
            total[currency] = total.get(currency, 0) + amount
    changes = {"sums.over": over} | {f"posted.{currency}": amount for currency, amount in total.items()}
    await tx.db[BUDGETS].update_one({"_id": campaign}, {"$inc": changes}, session=tx.session)


async def standing(tx: Tx, campaign: str) -> Standing | None:
    """A campaign's sums, as this transaction sees them."""
    gate = await _gate(tx, campaign)
    return None if gate is None else standing_of(gate)


async def standing_outside(db: mongo.Database, campaign: str) -> Standing | None:
    """A campaign's sums as last committed."""
    gate = await db[BUDGETS].find_one({"_id": campaign})
    return None if gate is None else standing_of(gate)


@dataclass(frozen=True, slots=True)
class Line:
    """What one collaboration binds and has earned: its part of a campaign's sums."""

    collaboration: str
    bound: Commitment
    posted: int
    over: int


async def lines_of(db: mongo.Database, campaign: str, currency: str, after: str, limit: int) -> list[Line]:
    """The lines that a campaign's sums are made of, oldest first. The caller has found the campaign to be its own."""
    query = {"campaign": campaign, "_id": {"$gt": after}}
    rows = await db[COMMITMENTS].find(query).sort("_id", 1).limit(limit).to_list(limit)
    return [
        Line(row["_id"], Commitment(**row.get("bound", {})), row["posted"].get(currency, 0), row["over"])
        for row in rows
    ]


def standing_of(gate: Document) -> Standing:
    """A budget's document as sums."""
    budget = budget_of(gate)
    return Standing(
        currency=gate["currency"],
        amount=None if budget is None else budget.amount.amount,
        posted=dict(gate["posted"]),
        **gate["sums"],
    )


def budget_of(gate: Document) -> Budget | None:
    """The budget itself."""
    return None if gate["budget"] is None else Budget.model_validate(gate["budget"])


async def _gate(tx: Tx, campaign: str) -> Document | None:
    """The campaign's budget document; made from the campaign where it was stored before there were any."""
    gate = await tx.db[BUDGETS].find_one({"_id": campaign}, session=tx.session)
    if gate is None:
        row = await tx.db[CAMPAIGNS].find_one({"_id": campaign}, session=tx.session)
        if row is None:
            return None
        await follow_campaign(tx, documents.campaign(row))
        gate = await tx.db[BUDGETS].find_one({"_id": campaign}, session=tx.session)
    return gate


async def _was_agreed(tx: Tx, collaboration: str) -> bool:
    """Whether it is an agreement from before there were budgets: bound late, and refused by nothing."""
    query = {"_id": collaboration, "state.agreed_at": {"$exists": True}}
    return await tx.db[COLLABORATIONS].find_one(query, {"_id": 1}, session=tx.session) is not None


async def _zone(tx: Tx, brand: str) -> ZoneInfo:
    row = await tx.db[BRANDS].find_one({"_id": brand}, {"zone": 1}, session=tx.session)
    return ZoneInfo((row or {}).get("zone", "UTC"))
