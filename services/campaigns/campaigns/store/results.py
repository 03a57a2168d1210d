"""What campaigns have brought, as attribution decided it: counted once per order and decision."""

from collections.abc import Sequence

from campaigns.domain.goals import Past, size_of
from campaigns.store import budgets, documents
from campaigns.store.collections import CAMPAIGNS, COLLABORATIONS, COUNTED_ORDERS, RESULTS
from chassis import mongo
from chassis.mongo import Document
from chassis.tx import Tx
from contracts.attribution import OrderDecided
from contracts.campaigns import CampaignStatus, GoalMetric

MOST_COMPARED = 2_000


class CountsOrders(Tx):
    """Decided orders in campaigns' sums. A decision replaces the one before it, whatever came twice or late."""

    async def count_orders(self, decided: Sequence[OrderDecided]) -> list[str]:
        """Fold decisions into their campaigns' sums; returns the campaigns that they touched."""
        newest: dict[str, OrderDecided] = {}
        for event in decided:
            if event.order not in newest or newest[event.order].number < event.number:
                newest[event.order] = event
        found = self.db[COUNTED_ORDERS].find({"_id": {"$in": sorted(newest)}}, session=self.session)
        before = {row["_id"]: row async for row in found}
        fresh = [e for e in newest.values() if _is_news(e, before.get(e.order))]
        sums: dict[str, Document] = {}
        for event in fresh:
            _add(sums, _shares(event), 1)
            if event.order in before:
                _add(sums, before[event.order]["shares"], -1)
        if not fresh:
            return []
        rows = [
            {"_id": e.order, "number": e.number, "shares": _shares(e)} for e in sorted(fresh, key=lambda e: e.order)
        ]
        await self.db[COUNTED_ORDERS].bulk_write(
            # What is new is inserted: a server pays three times as much for an upsert. Who is second tries again.
            [
                mongo.ReplaceOne({"_id": row["_id"]}, row) if row["_id"] in before else mongo.InsertOne(row)
                for row in rows
            ],
            ordered=False,
            session=self.session,
        )
        for campaign, sum_ in sorted(sums.items()):
            await self.db[RESULTS].update_one(
                {"_id": campaign}, {"$inc": sum_["totals"]}, upsert=True, session=self.session
            )
            await budgets.post(self, campaign, sum_["posted"])
        return sorted(sums)


def _is_news(event: OrderDecided, before: Document | None) -> bool:
    """Whether a decision changes what is counted; a first one that pays nobody has nothing to replace later."""
    if before is None:
        return event.number > 1 or bool(_shares(event))
    number: int = before["number"]
    return number < event.number


def _shares(event: OrderDecided) -> list[Document]:
    if not event.posted or event.currency is None:
        return []
    return [
        {
            "campaign": share.campaign,
            "collaboration": share.collaboration,
            "currency": event.currency,
            "commission": share.commission,
            "sales": share.net_sales,
        }
        for share in event.shares
    ]


def _add(sums: dict[str, Document], shares: Sequence[Document], sign: int) -> None:
    for share in shares:
        of = sums.setdefault(share["campaign"], {"totals": {"orders": 0}, "posted": {}})
        currency = share["currency"]
        for name, key in (("sales", f"sales.{currency}"), ("commission", f"commission.{currency}")):
            of["totals"][key] = of["totals"].get(key, 0) + sign * share[name]
        own = of["posted"].setdefault(share["collaboration"], {})
        own[currency] = own.get(currency, 0) + sign * share["commission"]
    for campaign in {share["campaign"] for share in shares}:
        sums[campaign]["totals"]["orders"] += sign


async def of_campaign(db: mongo.Database, campaign: str) -> Document:
    """A campaign's sums: `orders`, `sales` and `commission` by currency, `agreed` collaborations."""
    row = await db[RESULTS].find_one({"_id": campaign}) or {"_id": campaign}
    agreed = await db[COLLABORATIONS].count_documents({"campaign": campaign, "state.agreed_at": {"$exists": True}})
    return (
        {"orders": 0, "sales": {}, "commission": {}} | {k: v for k, v in row.items() if k != "_id"} | {"agreed": agreed}
    )


async def past(db: mongo.Database, metric: GoalMetric) -> list[Past]:
    """What the newest ended campaigns with this metric have reached; none for what is not counted here."""
    if metric not in {GoalMetric.ORDERS, GoalMetric.SALES_AMOUNT}:
        return []
    query = {"state.goal.metric": metric.value, "state.status": CampaignStatus.ENDED.value}
    rows = await db[CAMPAIGNS].find(query).sort("_id", -1).limit(MOST_COMPARED).to_list(MOST_COMPARED)
    ids = [row["_id"] for row in rows]
    results = {row["_id"]: row async for row in db[RESULTS].find({"_id": {"$in": ids}})}
    published = await published_by(db, sorted({row["brand"] for row in rows}))
    found = []
    for row in rows:
        campaign = documents.campaign(row)
        result = results.get(campaign.id, {})
        currency = campaign.terms.fee.currency
        reached = result.get("orders", 0) if metric is GoalMetric.ORDERS else result.get("sales", {}).get(currency, 0)
        size = size_of(published.get(campaign.brand, 0))
        found.append(Past(campaign.brand, reached, campaign.brief.category, size, currency))
    return found


async def published_by(db: mongo.Database, brands: Sequence[str]) -> dict[str, int]:
    """How many campaigns each brand has published."""
    pipeline: list[Document] = [
        {"$match": {"brand": {"$in": list(brands)}, "state.published_at": {"$exists": True}}},
        {"$group": {"_id": "$brand", "count": {"$sum": 1}}},
    ]
    return {row["_id"]: row["count"] async for row in db[CAMPAIGNS].aggregate(pipeline)}
