"""What the API tells of stored things: results, orders, decision records, links and coupons."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from attribution.domain.decisions import Candidate, Conversion, DecidedLine, Decision, Hold, Part, TouchKind, Verdict
from attribution.domain.links.targets import host_of
from attribution.store.facts import coupon_state, link_state
from attribution.store.releases import BY_A_PERSON
from attribution.store.views import Bio, OrderRecord
from attribution.words import HELD, REASONS, summary_of, why
from chassis.mongo import Document
from contracts.attribution import OrderOutcome, Placement
from contracts.http import attribution as http
from contracts.http.attribution import (
    BioCoupon,
    BioLink,
    BioOut,
    CandidateKind,
    CandidateOut,
    Clicks,
    CouponOut,
    CouponWay,
    DecisionOut,
    ExchangeOut,
    HeldOrderOut,
    HoldOut,
    LinkOut,
    OrderCustomer,
    OrderOut,
    PersonOut,
    PostingOut,
    PrivacyRequestDetail,
    PrivacyRequestOut,
    ReleaseOut,
    ReviewChange,
    ReviewOut,
)

TIME_AND_ID = (datetime, str)


def days(number: int) -> timedelta:
    """A setting in days."""
    return timedelta(days=number)


def short_url(public: str, code: str) -> str:
    """A link's address as followers see it."""
    return f"{public.rstrip('/')}/r/{code}"


def order_out(row: Document) -> OrderOut:
    """One row of a list of orders: what its reader's shares add up to."""
    shares = row.get("shares", ())
    payable = [share["payable_at"] for share in shares if share.get("payable_at")]
    outcome = OrderOutcome(row["outcome"])
    return OrderOut(
        order=row["_id"],
        store=row["store"],
        placed_at=row.get("placed_at"),
        outcome=outcome,
        net_sales=sum(share["net_sales"] for share in shares),
        commission=sum(share["commission"] for share in shares),
        currency=row.get("currency"),
        posted=row.get("posts", False),
        held=tuple(row.get("held", ())),
        payable_at=max(payable, default=None),
        brand=row.get("brand"),
        creators=tuple(dict.fromkeys(share["creator"] for share in shares)),
        summary=summary_of(outcome, row.get("reason"), posted=row.get("posts", False), held=row.get("held", ())),
    )


def held_out(row: Document) -> HeldOrderOut:
    """A held order, and what holds it."""
    holds = tuple(
        HoldOut(reason=hold, words=HELD[Hold(hold)], by_person=hold in BY_A_PERSON) for hold in row.get("held", ())
    )
    return HeldOrderOut(**order_out(row).model_dump(), holds=holds)


def decision_out(record: OrderRecord) -> DecisionOut:
    """The decision record, in the words of the API."""
    decision = record.decision
    lines = tuple(out for line in decision.lines for out in _lines(line, decision))
    row = order_out(record.row)
    return DecisionOut(
        order=decision.order,
        store=decision.store,
        brand=decision.brand,
        number=record.row["number"],
        outcome=decision.outcome,
        placed_at=decision.placed_at,
        decided_at=record.decided_at,
        currency=decision.currency,
        policy_version=decision.policy.version,
        rule_version=str(decision.rules),
        terms_versions=tuple(
            sorted(
                {f"{c.collaboration}#{c.terms}" for c in decision.candidates if c.collaboration and c.terms is not None}
                | {f"{part.collaboration}#{part.terms}" for line in decision.lines for part in line.parts if part.terms}
            )
        ),
        candidates=tuple(_candidate(candidate) for candidate in decision.candidates),
        lines=lines,
        net_sales=row.net_sales,
        commission=row.commission,
        operator_share=decision.operator_share,
        posted=decision.posts,
        held=tuple(HELD[hold] for hold in decision.held),
        postings=tuple(_posting(transaction) for transaction in record.transactions),
        summary=row.summary,
        customer=_customer(record.row),
    )


def _customer(row: Document) -> OrderCustomer | None:
    """What the decision read of who bought; an erased customer's answer stays as it was."""
    if kind := row.get("customer_kind"):
        return OrderCustomer(kind)
    return OrderCustomer.UNKNOWN if row.get("customer") is None else None


def _candidate(candidate: Candidate) -> CandidateOut:
    return CandidateOut(
        kind=CandidateKind.CLICK if candidate.kind is TouchKind.CLICK else CandidateKind.COUPON,
        ref=candidate.id,
        creator=candidate.creator,
        collaboration=candidate.collaboration,
        at=candidate.at,
        won=candidate.verdict is Verdict.WON,
        reason=why(candidate),
        reason_code=candidate.verdict.value,
    )


def _lines(line: DecidedLine, decision: Decision) -> Iterable[http.DecidedLine]:
    """One row per part; a line that nobody won has one row without a creator."""
    if not line.parts:
        yield _row(line, None, decision)
    for part in line.parts:
        yield _row(line, part, decision)


def _row(line: DecidedLine, part: Part | None, decision: Decision) -> http.DecidedLine:
    reason = line.reason if part is None else part.reason
    return http.DecidedLine(
        line=line.line,
        quantity=line.quantity,
        unit_price=line.unit_price,
        value=line.value,
        discounts=line.discounts,
        tax=line.tax,
        base=line.base,
        refunded=round(line.refunded),
        creator=part.creator if part else None,
        collaboration=part.collaboration if part else None,
        plan=part.plan if part else None,
        rate=part.basis_points if part else None,
        per_unit=part.per_unit if part else None,
        touch=part.touch if part else None,
        terms=part.terms or None if part else None,
        weight=str(part.weight) if part else "1",
        exchange=_exchange(part.conversion, decision.currency) if part else None,
        exact=str(part.exact) if part else "0",
        commission=part.granted if part else 0,
        taken_back=part.taken if part else 0,
        reason=REASONS[reason] if reason else "",
        reason_code=reason.value if reason else None,
    )


def _exchange(conversion: Conversion | None, currency: str | None) -> ExchangeOut | None:
    if conversion is None or currency is None:
        return None
    return ExchangeOut(
        currency=conversion.currency,
        into=currency,
        on=conversion.day,
        per_euro=conversion.per_euro,
        into_per_euro=conversion.order_per_euro,
        source=conversion.source,
    )


def _posting(transaction: Document) -> PostingOut:
    """What a ledger transaction changed for creators; the brand's own legs mirror it."""
    legs = [leg for leg in transaction["legs"] if leg.get("creator")]
    payable = [leg["payable_at"] for leg in legs if leg.get("payable_at")]
    return PostingOut(
        number=transaction["number"],
        cause=transaction["cause"],
        at=transaction["at"],
        amount=sum(leg["amount"] for leg in legs),
        payable_at=max(payable, default=None),
    )


def link_out(row: Document, clicks: Mapping[str, Clicks], public: str) -> LinkOut:
    """A link with its address and its clicks."""
    link = link_state(row)
    return LinkOut(
        **link.model_dump(exclude={"destination"}),
        destination=link.destination or link.target,
        url=short_url(public, link.code),
        clicks=clicks.get(link.id, Clicks()),
        coupon_way=row.get("coupon_way", CouponWay.NONE),
        coupon_parameter=row.get("coupon_parameter", "coupon"),
        paused=row.get("paused", False),
        revision=row["revision"],
    )


def bio_out(creator: str, bio: Bio, public: str) -> BioOut:
    """A creator's public page: links for the bio first, then the newest."""
    links = sorted(bio.links, key=lambda link: link.placement is not Placement.BIO)
    return BioOut(
        creator=creator,
        links=tuple(
            BioLink(
                url=short_url(public, link.code),
                brand=link.brand,
                brand_name=bio.names.get(link.brand, ""),
                campaign=link.campaign,
                placement=link.placement,
                host=host_of(link.target),
                expires_at=link.expires_at,
            )
            for link in links
        ),
        coupons=tuple(
            BioCoupon(
                code=coupon.code,
                brand=coupon.brand,
                brand_name=bio.names.get(coupon.brand, ""),
                campaign=coupon.campaign,
                percent_off=coupon.percent_off,
                amount_off=coupon.amount_off,
            )
            for coupon in bio.coupons
        ),
    )


def coupon_out(row: Document) -> CouponOut:
    """A coupon."""
    return CouponOut(**coupon_state(row).model_dump(), revision=row["revision"])


def review_out(row: Document) -> ReviewOut:
    """What came too late for an order, and who said what becomes of it."""
    by = row.get("resolved_by")
    return ReviewOut(
        id=row["_id"],
        order=row["order"],
        brand=row["brand"],
        store=row["store"],
        status=row["status"],
        currency=row["currency"],
        changes=tuple(ReviewChange.model_validate(change) for change in row["changes"]),
        late=tuple(row["late"]),
        frozen_at=row["frozen_at"],
        opened_at=row["opened_at"],
        resolved_at=row.get("resolved_at"),
        resolved_by=None if by is None else PersonOut.model_validate(by),
        note=row.get("note", ""),
    )


def release_out(row: Document) -> ReleaseOut:
    """The last release of an order, and what holds it still."""
    last = row["releases"][-1]
    return ReleaseOut(
        order=row["_id"],
        released_at=last["at"],
        released_by=PersonOut.model_validate(last["by"]),
        held=tuple(row.get("held", ())),
        note=last["note"],
    )


def privacy_request_out(row: Document) -> PrivacyRequestOut:
    """What a store asked about personal data, and what became of it."""
    return PrivacyRequestOut.model_validate(_request(row))


def privacy_request_detail(row: Document, orders: Iterable[str]) -> PrivacyRequestDetail:
    """The same, with the orders that are held."""
    return PrivacyRequestDetail.model_validate(_request(row) | {"orders": tuple(orders)})


def _request(row: Document) -> Document:
    told = set(PrivacyRequestOut.model_fields) - {"id"}
    return {"id": row["_id"], **{name: value for name, value in row.items() if name in told}}
