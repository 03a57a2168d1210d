"""An order, a click, a coupon, a collaboration: everything has a default, and tests name only what matters to them."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from attribution.domain.decide import decide
from attribution.domain.decisions import Decision
from attribution.domain.facts import DEFAULT_POLICY, Ban, Click, Collaboration, Coupon, Policy, Span, Store, World
from attribution.domain.fold import fold
from attribution.domain.ledger import NOTHING, LedgerTransaction, Posted, posting
from attribution.domain.observations import Observation, observation
from attribution.domain.orders import Order
from attribution.domain.touches import normal_code
from contracts import attribution, campaigns
from contracts.campaigns import CollaborationStatus, Invitation, InvitationKind, Period, Plan, Rate, TermsVersion
from contracts.console import StoreKind
from contracts.ids import BrandId, CreatorId, StoreId
from contracts.money import Money
from contracts.stores import (
    Discount,
    ObservationKind,
    OrderLine,
    OrderObserved,
    OrderState,
    Refund,
    RefundLine,
    Snapshot,
    Way,
)

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""When orders are placed."""
LONG_AGO = NOON - timedelta(days=400)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

BRAND = "brand-1"
STORE = "store-1"
ORDER = f"{STORE}:1001"
CREATOR = "creator-1"
CAMPAIGN = "campaign-1"
COLLABORATION = "collaboration-1"
CLICK = "click-1"

TEN_PERCENT = Rate(plan=Plan.PERCENT, basis_points=1000)


def fixed(amount: int, currency: str = "EUR", **matching: Any) -> Rate:
    return Rate(plan=Plan.FIXED, per_unit=Money(amount=amount, currency=currency), **matching)


def percent(basis_points: int, **matching: Any) -> Rate:
    return Rate(plan=Plan.PERCENT, basis_points=basis_points, **matching)


def some_terms(**changes: Any) -> TermsVersion:
    values: dict[str, Any] = {
        "number": 1,
        "notice_at": LONG_AGO,
        "in_force_at": LONG_AGO,
        "fee": Money(amount=0, currency="EUR"),
        "rates": (TEN_PERCENT,),
    }
    return TermsVersion(**values | changes)


SOME_TERMS = some_terms()


def a_collaboration_state(**changes: Any) -> campaigns.Collaboration:
    """As campaigns says it; `active` are (from, to) pairs of which the second may be missing."""
    active = changes.pop("active", [(LONG_AGO,)])
    values: dict[str, Any] = {
        "id": COLLABORATION,
        "brand": BRAND,
        "campaign": CAMPAIGN,
        "creator": CREATOR,
        "status": CollaborationStatus.AGREED,
        "invitation": Invitation(
            kind=InvitationKind.DIRECT, contact="contact-1", sent_at=LONG_AGO, expires_at=LONG_AGO + 7 * DAY
        ),
        "terms": (SOME_TERMS,),
        "landing_url": "https://shop.example/",
        "active": tuple(Period(start=span[0], end=span[1] if len(span) > 1 else None) for span in active),
        "agreed_at": LONG_AGO,
    }
    return campaigns.Collaboration(**values | changes)


def a_collaboration(revision: int = 1, **changes: Any) -> Collaboration:
    return Collaboration.of(a_collaboration_state(**changes), revision)


def a_click_recorded(**changes: Any) -> attribution.ClickRecorded:
    at = changes.pop("at", NOON - HOUR)
    values: dict[str, Any] = {
        "id": CLICK,
        "time": at,
        "code": "krista",
        "link": "link-1",
        "brand": BRAND,
        "campaign": CAMPAIGN,
        "collaboration": COLLABORATION,
        "creator": CREATOR,
    }
    return attribution.ClickRecorded(**values | changes)


def a_click(**changes: Any) -> Click:
    return Click.of(a_click_recorded(**changes))


def clicks_of(*creators: str, apart: timedelta = HOUR) -> list[Click]:
    """One click of each, the first named first; a creator may be named twice."""
    count = len(creators)
    return [
        a_click(id=f"click-{at}", creator=creator, collaboration=f"of-{creator}", at=NOON - (count - at) * apart)
        for at, creator in enumerate(creators)
    ]


def a_coupon_state(**changes: Any) -> attribution.Coupon:
    values: dict[str, Any] = {
        "id": "coupon-1",
        "code": "KRISTA20",
        "brand": BRAND,
        "campaign": CAMPAIGN,
        "collaboration": COLLABORATION,
        "creator": CREATOR,
        "created_at": LONG_AGO,
    }
    return attribution.Coupon(**values | changes)


def a_coupon(revision: int = 1, **changes: Any) -> Coupon:
    return Coupon.of(a_coupon_state(**changes), revision)


def a_ban(creator: str, *spans: tuple[datetime, datetime | None]) -> Ban:
    return Ban(CreatorId(creator), tuple(Span(*span) for span in spans), 1)


def a_store(kind: StoreKind = StoreKind.SHOPIFY, revision: int = 1, brand: str = BRAND) -> Store:
    return Store(StoreId(STORE), BrandId(brand), kind, revision)


def a_world(
    *facts: Click | Coupon | Collaboration | Ban | Store,
    store: Store | None = None,
    kind: StoreKind = StoreKind.SHOPIFY,
) -> World:
    """A known store of the brand's, and these facts; `bans` are kept if there is one."""
    store = store or next((fact for fact in facts if isinstance(fact, Store)), None)
    bans: dict[str, Ban] = {fact.creator: fact for fact in facts if isinstance(fact, Ban)}
    return World(
        store=store or a_store(kind),
        clicks={fact.id: fact for fact in facts if isinstance(fact, Click)},
        coupons={normal_code(fact.code): fact for fact in facts if isinstance(fact, Coupon)},
        collaborations={fact.id: fact for fact in facts if isinstance(fact, Collaboration)},
        bans=bans or None,
    )


def a_line(price: int = 10_000, **changes: Any) -> OrderLine:
    return OrderLine(**{"line": "line-1", "product": "product-1", "quantity": 1, "unit_price": price} | changes)


def a_discount(amount: int, code: str | None = None) -> Discount:
    return Discount(code=code, amount=amount)


def a_refund_line(amount: int, **changes: Any) -> RefundLine:
    return RefundLine(**{"line": "line-1", "amount": amount} | changes)


def a_refund(*lines: RefundLine, **changes: Any) -> Refund:
    return Refund(**{"id": "refund-1", "at": NOON + DAY, "lines": lines} | changes)


def a_snapshot(**changes: Any) -> Snapshot:
    values: dict[str, Any] = {
        "state": OrderState.PAID,
        "placed_at": NOON,
        "currency": "EUR",
        "lines": (a_line(),),
        "codes": (),
        "click_ids": (CLICK,),
        "refunds": (),
    }
    return Snapshot(**values | changes)


def an_order_observed(**changes: Any) -> OrderObserved:
    """A snapshot by webhook; what is no field of the observation is one of the snapshot (`state=`, `lines=`, ...)."""
    observed = {name: changes.pop(name) for name in tuple(changes) if name in OrderObserved.model_fields}
    kind = observed.get("kind", ObservationKind.SNAPSHOT)
    values: dict[str, Any] = {
        "id": "event-1",
        "time": NOON + MINUTE,
        "store": STORE,
        "order": ORDER,
        "kind": kind,
        "version": NOON + SECOND if kind is ObservationKind.SNAPSHOT else None,
        "way": Way.WEBHOOK,
        "received_at": NOON + MINUTE,
    }
    if kind is ObservationKind.SNAPSHOT and "snapshot" not in observed:
        values["snapshot"] = a_snapshot(**changes)
    return OrderObserved(**values | observed)


def an_observation(**changes: Any) -> Observation:
    """As stored; `seen_at` is when we first received it, `received_at` unless it is given."""
    seen_at = changes.pop("seen_at", None)
    observed = an_order_observed(**changes)
    return observation(observed, seen_at or observed.received_at)


def a_refund_observed(refund: Refund, **changes: Any) -> Observation:
    return an_observation(kind=ObservationKind.REFUND, refund=refund, **changes)


def a_deletion(received_at: datetime = NOON + DAY, **changes: Any) -> Observation:
    return an_observation(kind=ObservationKind.DELETION, received_at=received_at, **changes)


def a_poll(asked_at: datetime, **changes: Any) -> Observation:
    return an_observation(way=Way.POLL, received_at=asked_at, **changes)


def an_order(*observations: Observation, kind: StoreKind | None = StoreKind.SHOPIFY, **changes: Any) -> Order:
    """The fold of these observations, or of one snapshot with these changes."""
    return fold(observations or (an_observation(**changes),), kind)


def decided(order: Order, *facts: Click | Coupon | Collaboration | Ban, policy: Policy = DEFAULT_POLICY) -> Decision:
    """The order's decision in a world of these facts; of the usual click and collaboration if there are none."""
    return decide(order, a_world(*(facts or (a_click(), a_collaboration()))), policy)


def posted_by(decisions: Iterable[Decision], at: datetime = NOON + HOUR) -> tuple[list[LedgerTransaction], Posted]:
    """What one decision after another posts for one order, and what is posted in the end."""
    transactions: list[LedgerTransaction] = []
    posted = NOTHING
    for decision in decisions:
        transaction = posting(decision, posted, at)
        if transaction is not None:
            transactions.append(transaction)
            posted = posted.after(transaction)
    return transactions, posted


def commission_of(decision: Decision, creator: str | None = None) -> int:
    """What all creators, or one, earn by a decision after refunds; 0 while it posts nothing."""
    parts = (part for line in decision.lines for part in line.parts)
    return sum(part.commission for part in parts if creator in {None, part.creator}) if decision.posts else 0


def verdicts(decision: Decision) -> dict[str, str]:
    """What became of each candidate, by its id."""
    return {candidate.id: candidate.verdict.value for candidate in decision.candidates}
