"""Sample orders, and one decision record with all that a record can show."""

from datetime import timedelta
from typing import Any

from contracts.attribution import OrderOutcome
from contracts.campaigns import (
    Plan,
)
from contracts.http.attribution import (
    ANOTHER_CREATOR,
    AttributionModel,
    CandidateKind,
    CandidateOut,
    DecidedLine,
    DecisionOut,
    EntryAmount,
    EntryKind,
    EntryOut,
    ExchangeOut,
    OrderCustomer,
    OrderOut,
    PersonOut,
    PolicyOut,
    PolicyVersion,
    PostingOut,
    Precedence,
    ReviewChange,
    ReviewOut,
    ReviewStatus,
)
from contracts.money import Money
from tests.console.sample_people import BRAND, CREATOR, NOON, ORDER, STORE, ago


def some_orders() -> list[OrderOut]:
    def one(number: int, hours: float, sales: int, commission: int, **values: Any) -> OrderOut:
        return OrderOut(
            **{
                "order": f"{STORE}:{number}",
                "store": STORE,
                "brand": BRAND,
                "placed_at": ago(hours=hours),
                "outcome": OrderOutcome.CREDITED,
                "net_sales": sales,
                "commission": commission,
                "currency": "EUR",
                "posted": True,
                "payable_at": ago(hours=hours) + timedelta(days=30),
                "creators": () if not sales else (CREATOR,) if number % 2 else ("creator-linh",),
                "summary": "Credited.",
                **values,
            }
        )

    return [
        one(5012, 0.4, 7_225, 867),
        one(5011, 3, 4_590, 551),
        one(
            5009,
            7,
            12_600,
            1_512,
            held=("placed-long-before-receipt",),
            payable_at=None,
            summary="Credited, and held.",
        ),
        one(
            5004,
            26,
            0,
            0,
            posted=False,
            payable_at=None,
            summary="Credited, and pays nothing now. It is not paid yet.",
        ),
        one(
            4998,
            49,
            0,
            0,
            outcome=OrderOutcome.UNATTRIBUTED,
            posted=False,
            payable_at=None,
            summary="Nobody is credited. None of its clicks and codes counts.",
        ),
        one(4990, 75, 4_590, 551),
    ]


def a_decision() -> DecisionOut:
    ana, linh = "creator-ana", "creator-linh"
    return DecisionOut(
        order=ORDER,
        store=STORE,
        brand=BRAND,
        number=3,
        outcome=OrderOutcome.CREDITED,
        placed_at=ago(hours=50),
        decided_at=ago(hours=20),
        currency="EUR",
        policy_version=1,
        rule_version="1",
        customer=OrderCustomer.RETURNING,
        terms_versions=("invitation-0#1",),
        candidates=(
            CandidateOut(
                kind=CandidateKind.CLICK,
                ref="019f2c4e-77a1-7c51-8f0e-1f6a4b2f9c11",
                creator=linh,
                collaboration="invitation-1",
                at=ago(hours=90),
                won=False,
                reason="A coupon code goes before a click by the brand's policy.",
                reason_code="code-went-first",
            ),
            CandidateOut(
                kind=CandidateKind.COUPON,
                ref="ANA15",
                creator=ana,
                collaboration="invitation-0",
                at=ago(hours=50),
                won=True,
                reason="This touch is credited.",
                reason_code="won",
            ),
            CandidateOut(
                kind=CandidateKind.COUPON,
                ref="WELCOME10",
                won=False,
                reason="This code belongs to none of the brand's collaborations.",
                reason_code="code-not-ours",
            ),
        ),
        lines=(
            DecidedLine(
                line="1",
                title="Vitamin C serum, 30 ml",
                quantity=2,
                unit_price=3_900,
                value=7_800,
                discounts=1_170,
                tax=1_196,
                base=5_434,
                creator=ana,
                collaboration="invitation-0",
                plan=Plan.PERCENT,
                rate=1200,
                exact="16302/25",
                commission=652,
                refunded=2_717,
                taken_back=326,
            ),
            DecidedLine(
                line="2",
                title="Refill, 30 ml",
                quantity=1,
                unit_price=2_500,
                value=2_500,
                discounts=375,
                tax=383,
                base=1_742,
                creator=ana,
                collaboration="invitation-0",
                plan=Plan.PERCENT,
                rate=1200,
                exact="5226/25",
                commission=209,
            ),
        ),
        net_sales=4_459,
        commission=535,
        posted=True,
        postings=(
            PostingOut(number=1, cause="decision", at=ago(hours=49), amount=861, payable_at=NOON + timedelta(days=28)),
            PostingOut(number=2, cause="refund", at=ago(hours=20), amount=-326, payable_at=NOON + timedelta(days=28)),
        ),
        summary="Credited.",
    )


def a_shared_decision() -> DecisionOut:
    """Three clicks share an order by position; one is paid per piece in another currency, the operator has a share."""
    ana, linh, max_ = "creator-ana", "creator-linh", "creator-max"

    def click(number: int, creator: str, collaboration: str, hours: float) -> CandidateOut:
        return CandidateOut(
            kind=CandidateKind.CLICK,
            ref=f"019f2c4e-77a1-7c51-8f0e-1f6a4b2f9c{number}",
            creator=creator,
            collaboration=collaboration,
            at=ago(hours=hours),
            won=True,
            reason="This touch is credited.",
            reason_code="won",
        )

    def part(number: int, creator: str, weight: str, exact: str, commission: int, **values: Any) -> DecidedLine:
        return DecidedLine(
            **{
                "line": "1",
                "title": "Vitamin C serum, 30 ml",
                "quantity": 2,
                "unit_price": 3_000,
                "value": 6_000,
                "base": 6_000,
                "creator": creator,
                "plan": Plan.PERCENT,
                "rate": 1200,
                "touch": f"019f2c4e-77a1-7c51-8f0e-1f6a4b2f9c{number}",
                "terms": 1,
                "weight": weight,
                "exact": exact,
                "commission": commission,
                **values,
            }
        )

    return DecisionOut(
        order=f"{STORE}:5011",
        store=STORE,
        brand=BRAND,
        number=1,
        outcome=OrderOutcome.CREDITED,
        placed_at=ago(hours=3),
        decided_at=ago(hours=3),
        currency="EUR",
        policy_version=2,
        candidates=(
            click(11, ana, "invitation-0", 90),
            click(12, max_, "invitation-4", 50),
            click(13, linh, "invitation-1", 5),
        ),
        lines=(
            part(11, ana, "2/5", "288", 288, terms=2),
            part(
                12,
                max_,
                "1/5",
                "90",
                90,
                plan=Plan.FIXED,
                rate=None,
                per_unit=Money(amount=250, currency="USD"),
                exchange=ExchangeOut(
                    currency="USD", into="EUR", on="2031-05-02", per_euro="1.1111", into_per_euro="1", source="ECB"
                ),
            ),
            part(13, linh, "2/5", "288", 288),
        ),
        net_sales=6_000,
        commission=666,
        operator_share=33,
        posted=True,
        postings=(
            PostingOut(number=1, cause="decision", at=ago(hours=3), amount=666, payable_at=NOON + timedelta(days=30)),
        ),
        summary="Credited.",
    )


def hidden_from(decision: DecisionOut, creator: str) -> DecisionOut:
    """The same record as one of its creators reads it: others as another creator, own lines and amounts only."""

    def seen(one: CandidateOut) -> CandidateOut:
        if one.creator == creator:
            return one
        return one.model_copy(update={"creator": ANOTHER_CREATOR, "collaboration": None, "ref": ANOTHER_CREATOR})

    lines = tuple(line for line in decision.lines if line.creator == creator)
    mine = sum(line.commission for line in lines)
    return decision.model_copy(
        update={
            "candidates": tuple(map(seen, decision.candidates)),
            "lines": lines,
            "commission": mine,
            "operator_share": 0,
            "postings": tuple(one.model_copy(update={"amount": mine}) for one in decision.postings),
        }
    )


def a_policy() -> PolicyOut:
    """A change to come: the newest version holds from in a few minutes."""
    second = PolicyVersion(version=2, precedence=Precedence.CLICK_FIRST, in_force_at=ago(days=40))
    third = PolicyVersion(
        version=3,
        precedence=Precedence.CLICK_FIRST,
        model=AttributionModel.POSITION_BASED,
        operator_share=500,
        in_force_at=NOON + timedelta(minutes=5),
    )
    return PolicyOut(current=second, coming=third, versions=(third, second, PolicyVersion(version=1, operator_share=0)))


def some_reviews() -> list[ReviewOut]:
    """One to decide, one decided."""
    late = ReviewOut(
        id="review-1",
        order=f"{STORE}:4701",
        brand=BRAND,
        store=STORE,
        status=ReviewStatus.OPEN,
        currency="EUR",
        changes=(
            ReviewChange(
                creator="creator-ana",
                collaboration="invitation-0",
                campaign="campaign-1",
                commission=1_250,
                would_be=0,
            ),
            ReviewChange(
                creator="creator-linh",
                collaboration="invitation-1",
                campaign="campaign-1",
                commission=0,
                would_be=1_250,
            ),
        ),
        late=("click:019f2c4e-77a1-7c51-8f0e-1f6a4b2f9c11",),
        frozen_at=ago(days=4),
        opened_at=ago(hours=7),
    )
    decided = late.model_copy(
        update={
            "id": "review-0",
            "order": f"{STORE}:4488",
            "status": ReviewStatus.REJECTED,
            "resolved_at": ago(days=2),
            "resolved_by": PersonOut(kind="brand", account="person-brand"),
            "note": "The customer says that the code was read out in the shop.",
        }
    )
    return [late, decided]


def some_entries() -> list[EntryOut]:
    """One entry of each kind: an order's two, a month's two, a fee."""

    def one(number: int, kind: EntryKind, amount: int, cause: str, words: str, **values: Any) -> EntryOut:
        due = NOON + timedelta(days=28 - number)
        posted = EntryAmount(kind=kind, amount=amount, currency="EUR", payable_at=due, brand=BRAND, creator=CREATOR)
        return EntryOut(
            id=f"entry-{number}", at=ago(days=number), cause=cause, words=words, amounts=(posted,), **values
        )

    return [
        one(1, EntryKind.TAKEN_BACK, -326, "refund", "A refund took back its share.", order=ORDER),
        one(2, EntryKind.EARNED, 861, "decision", "The order was credited.", order=ORDER),
        one(3, EntryKind.CAP_DEDUCTION, -4_000, "month", "The month was closed.", month="2031-04"),
        one(4, EntryKind.TIER_UPLIFT, 12_350, "month", "The month was closed.", month="2031-04"),
        one(9, EntryKind.FEE, 25_000, "fee", "The submission was approved.", deliverable="video-1"),
    ]
