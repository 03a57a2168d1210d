"""The decision about one order: a pure function of the order, the world and the brand's policy (MONEY 1-18)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from attribution.domain import RULES
from attribution.domain.calendar import close_of, month_of
from attribution.domain.commission import EXPONENTS, Base, bases, operator_share
from attribution.domain.contest import Contest, contest, in_time
from attribution.domain.crediting import credited_lines, paying_terms
from attribution.domain.customers import REVISIONS, is_erased, read_customer
from attribution.domain.decisions import Candidate, DecidedLine, Decision, Hold, Reason, Verdict
from attribution.domain.exchange import Exchange
from attribution.domain.facts import Brand, CustomerRead, Facts, Fixing, Policy, Ref, Release, World
from attribution.domain.instants import DAY_S, seconds
from attribution.domain.orders import Order, Sale
from attribution.domain.payable import Payable, freeze_time
from attribution.domain.refunds import taken_back
from attribution.domain.touches import Setting, Touch, TouchKey, clicks_of, codes_of, normal_code
from contracts.attribution import OrderOutcome
from contracts.ids import BrandId
from contracts.money import INT64_MAX
from contracts.stores import OrderState, Way

AHEAD_OF_RECEIPT_S = 300
BEFORE_RECEIPT_S = 7 * DAY_S


def decide(order: Order, world: World, policy: Policy) -> Decision:
    """Who is credited for the order, why, and how much; the same inputs always give the same decision.

    An order that can't be decided yet is `waiting` with its reason; one that never pays (a test, a currency that does
    not exist, amounts beyond 64 bits) is `rejected`. `policy` is the brand's in force at the order's time (MONEY 3).
    """
    if order.sale is None:
        assert order.waiting is not None
        return _undecided(order, world, policy, OrderOutcome.WAITING, Reason(order.waiting.value))
    if world.store is None:
        return _undecided(order, world, policy, OrderOutcome.WAITING, Reason.STORE_UNKNOWN)
    if order.sale.test:
        return _undecided(order, world, policy, OrderOutcome.REJECTED, Reason.TEST_ORDER)
    if order.sale.currency not in EXPONENTS:
        return _undecided(order, world, policy, OrderOutcome.REJECTED, Reason.CURRENCY_UNKNOWN)
    return _decide(order, order.sale, world, world.store.brand, policy)


def wanted(order: Order) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What to look up for the world: click ids and normal codes; then the collaborations that those found name."""
    return tuple(dict.fromkeys(order.click_ids)), tuple(dict.fromkeys(normal_code(code) for code in order.codes))


def confirmed_coupons(decision: Decision, order: Order) -> tuple[str, ...]:
    """The ids of our coupons that a paid order carries, so that its store is seen to know them (MONEY 9).

    Whether they earn anything by it says nothing about that. A test order has no candidates.
    """
    if not order.earns:
        return ()
    return tuple(candidate.coupon for candidate in decision.candidates if candidate.coupon is not None)


def _decide(order: Order, sale: Sale, world: World, brand: BrandId, policy: Policy) -> Decision:
    setting = Setting(world, brand, sale.placed_at)
    exchange = Exchange(sale.currency, sale.placed_at, world.fixings)
    clicks = clicks_of(order.click_ids, setting)
    codes = codes_of(order.codes, setting)
    click_touches = in_time(touch for _, touch in clicks if touch is not None)
    code_touches = [touch for _, touch in codes if touch is not None]
    touches = [*code_touches, *click_touches]
    customer = read_customer(order, world, [touch.collaboration for touch in touches])
    if customer is not None:
        sale = replace(sale, customer=customer.kind)
    all_bases = bases(sale)
    contests = [contest(base, click_touches, code_touches, policy) for base in all_bases]
    back = taken_back(order, sale, all_bases)
    paying = paying_terms(contests, all_bases, code_touches, click_touches, sale, exchange)
    lines = credited_lines(all_bases, contests, back, paying, sale, exchange)
    candidates = _candidates([*clicks, *codes], contests, all_bases)
    facts, refs = _facts(order, world, brand, candidates, customer, exchange)
    month = close = None
    if _by_month(lines, world):
        zone = world.brand or Brand(brand)
        facts, refs = replace(facts, brand=zone), (*refs, Ref(f"brand:{brand}", zone.revision))
        month = month_of(sale.placed_at, zone.zone)
        close = close_of(month, zone.zone)
    if not _within_range(all_bases, lines):
        rejected = _undecided(order, world, policy, OrderOutcome.REJECTED, Reason.AMOUNT_OUT_OF_RANGE)
        return replace(rejected, candidates=candidates, facts=facts, refs=refs)
    credited = any(line.parts for line in lines)
    released = facts.released
    posts = credited and order.earns
    holds = _holds(order, sale, lines, released) if credited else ()
    payable_at = Payable(sale.paid_at, order.first_seen_at, close) if order.earns and sale.paid_at is not None else None
    return Decision(
        rules=RULES,
        order=order.id,
        store=order.store,
        brand=brand,
        policy=policy,
        outcome=OrderOutcome.CREDITED if credited else OrderOutcome.UNATTRIBUTED,
        reason=_reason(order, sale, lines, candidates, credited=credited),
        posts=posts,
        held=holds,
        currency=sale.currency,
        placed_at=sale.placed_at,
        paid_at=sale.paid_at,
        candidates=candidates,
        lines=lines,
        operator_share=operator_share(
            sum(part.commission for line in lines for part in line.parts), policy.operator_share
        )
        if posts and policy.operator_share
        else 0,
        facts=facts,
        refs=refs,
        month=month,
        month_close=close,
        first_seen_at=order.first_seen_at,
        freezes_at=freeze_time(payable_at, lines, holds=bool(holds), released=released),
    )


def _by_month(lines: Iterable[DecidedLine], world: World) -> bool:
    """Whether a collaboration that won a line has tiers or a cap, so that the order counts for a month (MONEY 14)."""
    won = {part.collaboration for line in lines for part in line.parts}
    return any((known := world.collaborations.get(id_)) is not None and known.by_month for id_ in won)


def _undecided(order: Order, world: World, policy: Policy, outcome: OrderOutcome, reason: Reason) -> Decision:
    """A recorded outcome without lines. Of the world only the store was read."""
    return Decision(
        rules=RULES,
        order=order.id,
        store=order.store,
        brand=None if world.store is None else world.store.brand,
        policy=policy,
        outcome=outcome,
        reason=reason,
        posts=False,
        held=(),
        currency=None if order.sale is None else order.sale.currency,
        placed_at=None if order.sale is None else order.sale.placed_at,
        paid_at=None if order.sale is None else order.sale.paid_at,
        candidates=(),
        lines=(),
        operator_share=0,
        facts=Facts(store=world.store),
        refs=(_store_ref(order, world),),
    )


def _within_range(all_bases: Sequence[Base], lines: Sequence[DecidedLine]) -> bool:
    """Whether everything that may be added up of the order fits into 64 bits, the operator's share on top included."""
    gross = sum(base.value + base.line.tax for base in all_bases)
    discounts = sum(line.discounts for line in lines)
    granted = sum(part.granted for line in lines for part in line.parts)
    return gross <= INT64_MAX and discounts <= INT64_MAX and 2 * granted <= INT64_MAX


def _candidates(
    found: Sequence[tuple[Candidate, Touch | None]], contests: Sequence[Contest], all_bases: Sequence[Base]
) -> tuple[Candidate, ...]:
    """The candidates with what the contest of the lines made of them."""
    won: dict[TouchKey, list[tuple[str, Fraction]]] = {}
    lost: dict[TouchKey, tuple[Verdict, str | None]] = {}
    for base, result in zip(all_bases, contests, strict=True):
        for touch, weight in result.won:
            won.setdefault(touch.key, []).append((base.line.line, weight))
        for touch, verdict in result.lost:
            lost.setdefault(touch.key, (verdict, None if result.winner is None else result.winner.id))
    return tuple(_judged(candidate, touch, won, lost) for candidate, touch in found)


def _judged(
    candidate: Candidate,
    touch: Touch | None,
    won: Mapping[TouchKey, Sequence[tuple[str, Fraction]]],
    lost: Mapping[TouchKey, tuple[Verdict, str | None]],
) -> Candidate:
    if touch is None:
        return candidate
    if touch.key in won:
        lines, weights = zip(*won[touch.key], strict=True)
        shared = any(weight != 1 for weight in weights)
        return candidate.judged(Verdict.WON, lines=lines, weights=weights if shared else ())
    verdict, beaten_by = lost.get(touch.key, (Verdict.NOT_COVERED, None))
    return candidate.judged(verdict, lost_to=beaten_by)


def _reason(
    order: Order, sale: Sale, lines: Sequence[DecidedLine], candidates: Sequence[Candidate], *, credited: bool
) -> Reason | None:
    if not credited:
        if not lines:
            return Reason.NO_LINES
        return Reason.NO_CANDIDATE_COUNTS if candidates else Reason.NO_CANDIDATE
    if order.earns:
        return None
    if order.deleted:
        return Reason.DELETED
    over = sale.state in {OrderState.CANCELLED, OrderState.VOIDED, OrderState.FAILED}
    return Reason.CANCELLED if over else Reason.NOT_PAID


def _holds(order: Order, sale: Sale, lines: Iterable[DecidedLine], released: Release | None) -> tuple[Hold, ...]:
    """Why nothing of it is payable (MONEY 5, 16, 17). CSV and poll are exempt from the seven days only.

    A person releases the time that the order claims, not what waits for a fact.
    """
    holds: list[Hold] = []
    if released is None:
        holds += _claimed_time(order, sale)
    if order.unread_refunds:
        holds.append(Hold.REFUND_DETAILS_MISSING)
    if any(part.reason is Reason.NO_FIXING for line in lines for part in line.parts):
        holds.append(Hold.NO_FIXING)
    return tuple(holds)


def _claimed_time(order: Order, sale: Sale) -> list[Hold]:
    """What is doubtful about the time at which the store says that the order was placed (MONEY 5)."""
    holds: list[Hold] = []
    ahead = seconds(sale.placed_at) - seconds(order.first_seen_at)
    if ahead > AHEAD_OF_RECEIPT_S:
        holds.append(Hold.PLACED_AFTER_RECEIPT)
    if -ahead > BEFORE_RECEIPT_S and order.first_way in {Way.WEBHOOK, Way.TOPIC}:
        holds.append(Hold.PLACED_LONG_BEFORE_RECEIPT)
    return holds


def _store_ref(order: Order, world: World) -> Ref:
    return Ref(f"store:{order.store}", 0 if world.store is None else world.store.revision)


def _facts(
    order: Order,
    world: World,
    brand: BrandId,
    candidates: Sequence[Candidate],
    customer: CustomerRead | None,
    exchange: Exchange,
) -> tuple[Facts, tuple[Ref, ...]]:
    """A copy of what was read, and the name and revision of each fact, of those that were absent too."""
    click_ids, codes = wanted(order)
    clicks = {id_: world.clicks.get(id_) for id_ in click_ids}
    coupons = {code: world.coupons.get(code) for code in codes}
    refs = [_store_ref(order, world)]
    refs += [Ref(f"click:{id_}", 0 if click is None else 1) for id_, click in clicks.items()]
    refs += [Ref(f"code:{brand}:{code}", 0 if coupon is None else coupon.revision) for code, coupon in coupons.items()]
    named = dict.fromkeys(candidate.collaboration for candidate in candidates if candidate.collaboration is not None)
    collaborations = {id_: world.collaborations.get(id_) for id_ in named}
    refs += [Ref(f"terms:{id_}", 0 if known is None else known.revision) for id_, known in collaborations.items()]
    bans = None
    if world.bans is not None:
        creators = dict.fromkeys(candidate.creator for candidate in candidates if candidate.creator is not None)
        found = {creator: world.bans.get(creator) for creator in creators}
        refs += [Ref(f"ban:{creator}", 0 if ban is None else ban.revision) for creator, ban in found.items()]
        bans = tuple(ban for ban in found.values() if ban is not None)
    fixings: tuple[Fixing, ...] = ()
    if exchange.asked:
        refs += exchange.refs
        fixings = tuple(fixing for fixing in exchange.asked.values() if fixing is not None)
    if customer is not None and not is_erased(order.customer):
        refs.append(Ref(customer.key, REVISIONS[customer.kind]))
    facts = Facts(
        world.store,
        tuple(click for click in clicks.values() if click is not None),
        tuple((code, coupon) for code, coupon in coupons.items() if coupon is not None),
        tuple(collaboration for collaboration in collaborations.values() if collaboration is not None),
        bans,
        fixings,
        customer,
        released=_release_of(order, world),
    )
    return facts, tuple(refs)


def _release_of(order: Order, world: World) -> Release | None:
    """The person's word that covers the time that the order claims now."""
    release = world.released.get(order.id)
    if release is None or order.sale is None or seconds(release.placed_at) != seconds(order.sale.placed_at):
        return None
    return release
