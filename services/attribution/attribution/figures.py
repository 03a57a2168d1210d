"""What the API tells in figures: a campaign's results, and clicks by one count beside another."""

from collections.abc import Iterable
from datetime import date, datetime

from attribution import answers
from attribution.store.views import BrandView, Counting, OperatorView
from chassis.mongo import Document
from contracts.http.attribution import (
    BrandRecount,
    CampaignResults,
    Clicks,
    CouponResult,
    CreatorResult,
    LinkResult,
    RecountComparison,
)
from contracts.money import Money

BRANDS_COMPARED = 50


async def results(view: BrandView, campaign: str, counting: Counting, public: str, now: datetime) -> CampaignResults:
    """A campaign's figures, in all and by collaboration."""
    clicks = await view.clicks(campaign, counting)
    sums = await view.sums(campaign)
    links = await view.links_of(campaign)
    coupons = await view.coupons_of(campaign)
    creators = []
    for row in await view.collaborations(campaign):
        own = [s for s in sums if s["_id"]["collaboration"] == row["_id"]]
        creators.append(
            CreatorResult(
                creator=row["creator"],
                collaboration=row["_id"],
                profile=row.get("profile"),
                clicks=clicks.get(row["_id"], counting.none),
                orders=sum(s["orders"] for s in own),
                net_sales=_money(own, "net_sales"),
                commission=_money(own, "commission"),
                links=tuple(
                    LinkResult(code=link["code"], url=answers.short_url(public, link["code"]))
                    for link in links
                    if link["collaboration"] == row["_id"]
                ),
                coupons=tuple(
                    CouponResult(code=coupon["code"], status=coupon["status"])
                    for coupon in coupons
                    if coupon["collaboration"] == row["_id"]
                ),
            )
        )
    return CampaignResults(
        campaign=campaign,
        clicks=_all(clicks.values(), counting),
        orders=await view.order_count(campaign),
        net_sales=_money(sums, "net_sales"),
        commission=_money(sums, "commission"),
        creators=tuple(creators),
        as_of=now,
    )


async def comparison(
    view: OperatorView, older: Counting, newer: Counting, since: date, until: date
) -> RecountComparison:
    """Two counts of the same days: in all, and of the brands that differ most."""
    before, after = await view.by_brand(older, since, until), await view.by_brand(newer, since, until)
    names = await view.brand_names(before.keys() | after.keys())
    rows = [
        BrandRecount(
            brand=brand,
            brand_name=names.get(brand, ""),
            older=before.get(brand, older.none),
            newer=after.get(brand, newer.none),
        )
        for brand in before.keys() | after.keys()
    ]
    rows.sort(key=lambda row: (-abs(row.newer.human - row.older.human), row.brand))
    return RecountComparison(
        older=_all(before.values(), older),
        newer=_all(after.values(), newer),
        since=since,
        until=until,
        brands=tuple(rows[:BRANDS_COMPARED]),
    )


def _all(clicks: Iterable[Clicks], counting: Counting) -> Clicks:
    found = list(clicks)
    return counting.clicks(
        raw=sum(c.raw for c in found), human=sum(c.human for c in found), unique=sum(c.unique for c in found)
    )


def _money(sums: Iterable[Document], name: str) -> tuple[Money, ...]:
    by_currency: dict[str, int] = {}
    for row in sums:
        currency = row["_id"]["currency"]
        by_currency[currency] = by_currency.get(currency, 0) + row[name]
    return tuple(Money(amount=amount, currency=currency) for currency, amount in sorted(by_currency.items()))
