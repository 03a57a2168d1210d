"""Thousands of damaged webhooks, well signed: no 5xx, all is kept or refused, nothing is paid by mistake."""

import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

import iso4217

from attribution.domain.ledger import balances
from attribution.domain.webhooks.signatures import sign
from contracts.console import StoreKind
from contracts.stores import OrderObserved
from tests.attribution.builders import a_click_recorded
from tests.attribution.service.kit import Attribution, a_brand_registered, a_store_changed, an_agreement
from tests.attribution.webhooks.builders import SECRET, SHOP, SITE
from tests.fuzz.mutations import CLICK, Case, cases

STORES = {"shopify": "store-1", "woocommerce": "woo-1"}
BATCH = 250
RATE = Decimal("0.1")
"""What the usual agreement pays."""
EARNING = {
    "shopify": {"paid", "partially_paid", "partially_refunded", "refunded"},
    "woocommerce": {"processing", "completed", "refunded"},
}


@dataclass
class Found:
    """What came of the cases; `violations` must be empty."""

    cases: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    paid: int = 0


async def fuzz_webhooks(service: Attribution, seed: int, count: int) -> Found:
    """Send `count` cases to both stores, decide what they said, and check what was paid against the bodies alone."""
    await _prepare(service)
    found = Found()
    batch: list[Case] = []
    for case in cases(seed, count):
        batch.append(case)
        if len(batch) == BATCH:
            await _send(service, batch, found)
            batch = []
    await _send(service, batch, found)
    await _check_paid(service, found)
    return found


async def _prepare(service: Attribution) -> None:
    await service.hear(
        a_brand_registered(),
        a_store_changed(shop=SHOP),
        a_store_changed("woo-1", kind=StoreKind.WOOCOMMERCE, shop=SITE, revision=2),
        an_agreement(),
        a_click_recorded(id=CLICK),
    )
    async with service.console() as http:
        for store in STORES.values():
            assert (await http.put(f"/internal/stores/{store}/secrets", json={"secret": SECRET})).status_code == 204


async def _send(service: Attribution, batch: list[Case], found: Found) -> None:
    async with service.store() as http:
        for case in batch:
            found.cases += 1
            before = await service.db["deliveries"].estimated_document_count()
            answer = await http.post(
                f"/webhooks/{case.kind}/{STORES[case.kind]}", content=case.raw, headers=_headers(case)
            )
            found.answers[answer.status_code] += 1
            if answer.status_code >= 500 or not (answer.is_success or 400 <= answer.status_code < 500):
                found.violations.append(f"answered {answer.status_code}: {case.topic} {case.changes}")
            after = await service.db["deliveries"].estimated_document_count()
            if answer.is_success and after == before and not await _is_there(service, case):
                found.violations.append(f"accepted and not kept: {case.topic} {case.changes}")
            if not answer.is_success and after != before:
                found.violations.append(f"refused and kept: {case.topic} {case.changes}")
    said = await service.said(OrderObserved)
    await service.db["outbox"].delete_many({})
    if said:
        await service.hear(*said)
    parked = await service.db["dead_letters"].count_documents({})
    if parked:
        found.violations.append(f"{parked} observations were parked")


async def _is_there(service: Attribution, case: Case) -> bool:
    """A repeat of the same bytes, or the ping, of which nothing is to be kept."""
    if case.raw.strip() == b"webhook_id=1" and case.kind == "woocommerce":
        return True
    return await service.db["deliveries"].find_one({"raw": case.raw}) is not None


def _headers(case: Case) -> dict[str, str]:
    topic = case.topic
    if case.kind == "shopify":
        return {
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-SHA256": sign(case.raw, SECRET),
            "X-Shopify-Shop-Domain": SHOP,
        }
    return {
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": sign(case.raw, SECRET),
        "X-WC-Webhook-Source": f"https://{SITE}/",
    }


async def _check_paid(service: Attribution, found: Found) -> None:
    """What was paid, against the raw bodies by a reading of its own: earning, no test, and no more than a tenth."""
    rows = await service.all_of("deliveries")
    found.outcomes.update(row["outcome"] for row in rows)
    raws: dict[str, list[tuple[str, bytes]]] = {}
    for row in rows:
        if row["order"] is not None:
            kind = "shopify" if row["store"] == "store-1" else "woocommerce"
            raws.setdefault(row["order"], []).append((kind, bytes(row["raw"])))
    transactions: dict[str, list[Any]] = {}
    for one in await service.ledger():
        transactions.setdefault(one.order, []).append(one)
    for order, ones in transactions.items():
        for (account, currency), amount in balances(ones).items():
            if not account.startswith("creator:") or amount <= 0:
                continue
            found.paid += 1
            most = max((_most(kind, raw, currency) for kind, raw in raws.get(order, [])), default=None)
            if most is None or amount > most:
                found.violations.append(f"{order} is paid {amount} {currency}, and its bodies allow {most}")


def _most(kind: str, raw: bytes, currency: str) -> int:
    """The most that a body can pay, in minor units; -1 if it pays nothing."""
    try:
        body = json.loads(raw)
        if body["currency"] != currency:
            return -1
        if kind == "shopify":
            if body["financial_status"] not in EARNING[kind] or body.get("cancelled_at") or _is_set(body.get("test")):
                return -1
            earning = (line for line in body["line_items"] if not _is_set(line.get("gift_card")))
            worth = sum((_price(line) * int(line["quantity"]) for line in earning), Decimal(0))
        else:
            if body["status"].removeprefix("wc-") not in EARNING[kind] and not body.get("date_paid_gmt"):
                return -1
            worth = sum((Decimal(str(line["total"])) for line in body["line_items"]), Decimal(0))
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation):
        return -1
    exponent = iso4217.Currency(currency).exponent or 0
    return int(worth.scaleb(exponent) * RATE) + 1


def _is_set(flag: Any) -> bool:
    """A flag may be written as text; any other text is refused by the service, and pays nothing."""
    return flag.lower() not in {"false", "0", "no", "off", "f", "n"} if isinstance(flag, str) else bool(flag)


def _price(line: dict[str, Any]) -> Decimal:
    bag = line.get("price_set")
    money = bag.get("shop_money") if isinstance(bag, dict) else None
    amount = money.get("amount") if isinstance(money, dict) else None
    return Decimal(str(line["price"] if amount is None else amount))
