"""Whatever the order of arrival: one state (MONEY 19), one set of balances (MONEY 11), and I3 to I6."""

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.decide import decide
from attribution.domain.facts import Click, Collaboration, Coupon, Fixing, Model, Policy, Precedence, Store, World
from attribution.domain.fold import fold
from attribution.domain.ledger import NOTHING, LegKind, Posted, balances, posting
from attribution.domain.observations import Observation
from attribution.domain.shares import shares
from attribution.domain.verify import differences
from contracts.console import StoreKind
from tests.attribution.builders import (
    HOUR,
    NOON,
    SECOND,
    a_click,
    a_collaboration,
    a_line,
    a_refund,
    a_refund_line,
    a_refund_observed,
    a_store,
    a_world,
    an_observation,
    an_order,
    commission_of,
    decided,
    fixed,
    percent,
    posted_by,
    some_terms,
)
from tests.attribution.domain import strategies

kinds = st.sampled_from(list(StoreKind))
policies = st.builds(
    Policy,
    version=st.just(2),
    model=st.sampled_from(list(Model)),
    precedence=st.sampled_from(list(Precedence)),
    operator_share=st.sampled_from([0, 777]),
)


@settings(max_examples=150, deadline=None)
@given(strategies.observations, kinds, st.data())
def test_any_order_and_repetition_of_observations_is_one_state(observations, kind, data):
    """MONEY 19."""
    again = data.draw(st.lists(st.sampled_from(observations)))
    shuffled = data.draw(st.permutations([*observations, *again]))
    assert fold(shuffled, kind) == fold(observations, kind)


@settings(max_examples=100, deadline=None)
@given(strategies.observations, kinds, st.data())
def test_what_was_missed_can_come_later(observations, kind, data):
    """MONEY 19: a subset first and the rest afterwards is the whole, for nothing of the subset's state is kept."""
    cut = data.draw(st.integers(0, len(observations)))
    early, late = observations[:cut], observations[cut:]
    kept = [Observation.from_doc(seen.to_doc()) for seen in early]
    assert fold([*late, *kept], kind) == fold(observations, kind)


class Arriving:
    """A stand-in for the store: what has arrived, decided and posted again after each arrival."""

    def __init__(self, kind: StoreKind, policy: Policy) -> None:
        self.kind, self.policy = kind, policy
        self.observations: list[Observation] = []
        self.world = World(store=None)
        self.posted = NOTHING
        self.transactions: list = []
        self.decision = None

    def arrive(self, fact) -> None:
        match fact:
            case Observation():
                self.observations.append(fact)
            case Store():
                self.world = replace(self.world, store=fact)
            case Fixing():
                key = (fact.currency, fact.before)
                newest = max(fact, self.world.fixings.get(key, fact), key=lambda known: known.day)
                self.world = replace(self.world, fixings={**self.world.fixings, key: newest})
            case Click() | Coupon() | Collaboration():
                more = a_world(fact)
                self.world = replace(
                    self.world,
                    clicks={**self.world.clicks, **more.clicks},
                    coupons={**self.world.coupons, **more.coupons},
                    collaborations={**self.world.collaborations, **more.collaborations},
                )
        if not self.observations:
            return
        order = fold(self.observations, None if self.world.store is None else self.kind)
        self.decision = decide(order, self.world, self.policy)
        transaction = posting(self.decision, self.posted, NOON)
        if transaction is not None:
            self.transactions.append(transaction)
            self.posted = self.posted.after(transaction)

    def left(self):
        """What is owed in each bucket in the end; how much was earned and taken on the way there may differ."""
        owed = {standing.bucket: standing.earned - standing.taken for standing in self.posted.standings}
        return {bucket: amount for bucket, amount in owed.items() if amount}


def arrived(facts, kind, policy) -> Arriving:
    arriving = Arriving(kind, policy)
    for fact in facts:
        arriving.arrive(fact)
    return arriving


@settings(max_examples=150, deadline=None)
@given(strategies.observations, strategies.facts, strategies.fixings, kinds, policies, st.data())
def test_any_order_of_arrival_ends_with_the_same_balances(observations, facts, fixings, kind, policy, data):
    """MONEY 11, 16: a click, a code, terms, the store, a fixing, a refund may each come before or after the order."""
    everything = [a_store(kind), *facts, *fixings, *observations]
    one = arrived(everything, kind, policy)
    other = arrived(data.draw(st.permutations(everything)), kind, policy)
    assert other.decision == one.decision
    assert other.left() == one.left()
    for arriving in (one, other):
        assert Posted.of(arriving.transactions) == arriving.posted
        check_invariants(arriving)
        assert (
            differences(arriving.observations, arriving.decision, arriving.transactions, at=NOON)
            == differences(
                arriving.observations, arriving.decision, arriving.transactions, at=NOON, world=arriving.world
            )
            == []
        )


def check_invariants(arriving: Arriving) -> None:
    given_, taken = defaultdict(int), defaultdict(int)
    for transaction in arriving.transactions:
        sums = defaultdict(int)
        for leg in transaction.legs:
            assert leg.amount
            sums[leg.currency] += leg.amount
            if leg.kind in {LegKind.EARNED, LegKind.TAKEN_BACK}:
                (given_ if leg.kind is LegKind.EARNED else taken)[leg.account, leg.currency] += leg.amount
        assert not any(sums.values()), "I4"
        assert all(-taken[account] <= given_[account] for account in taken), "I6"
    for line in arriving.decision.lines:
        assert sum((part.weight for part in line.parts), Fraction(0)) == (1 if line.parts else 0), "I5"
        assert 0 <= line.refunded <= line.base
        assert all(0 <= part.taken <= part.granted for part in line.parts), "I6"
    by_creator = defaultdict(int)
    for share in shares(arriving.decision):
        by_creator[share.creator] += share.commission
    for creator, commission in by_creator.items():
        account = f"creator:{creator}:brand:brand-1:commission"
        currency = arriving.decision.currency
        assert balances(arriving.transactions).get((account, currency), 0) == commission, "I4"


amounts = st.integers(0, 10**7)


@settings(deadline=None)
@given(
    st.lists(st.tuples(amounts, st.integers(1, 5), amounts), min_size=1, max_size=6),
    st.sampled_from(["EUR", "JPY", "KWD", "UYW"]),
    st.booleans(),
    st.sampled_from([percent(1000), percent(333), percent(10_000), fixed(7), fixed(10**6)]),
    st.integers(1, 4),
)
def test_a_full_refund_leaves_exactly_zero(lines, currency, taxed, rate, steps):
    """MONEY 17: in any currency, at once or in steps, taxed or not; and nothing is given back on the way."""
    rate = rate if rate.per_unit is None else fixed(rate.per_unit.amount, currency)
    sold = tuple(
        a_line(price, line=f"l{at}", quantity=quantity, tax=min(tax, price * quantity))
        for at, (price, quantity, tax) in enumerate(lines)
    )
    changes = {"lines": sold, "currency": currency, "prices_include_tax": taxed}
    facts = (a_click(), a_collaboration(terms=(some_terms(rates=(rate,)),)))
    bases = [line.base for line in decided(an_order(**changes), *facts).lines]
    left = [commission_of(decided(an_order(**changes), *facts))]
    for step in range(1, steps + 1):
        refund = a_refund(
            *(
                a_refund_line(
                    base * step // steps, line=line.line, quantity=line.quantity * step // steps, tax=line.tax
                )
                for base, line in zip(bases, sold, strict=True)
            )
        )
        decision = decided(an_order(**changes, refunds=(refund,)), *facts)
        left.append(commission_of(decision))
        assert sum(part.granted for line in decision.lines for part in line.parts) == left[0]
    assert left == sorted(left, reverse=True)
    assert left[-1] == 0


@settings(deadline=None)
@given(st.lists(amounts, min_size=1, max_size=6), st.lists(amounts, max_size=4))
def test_amount_only_refunds_never_take_more_than_was_given(prices, refunded):
    """MONEY 17, I6; and all of the gross amount takes all of the commission."""
    sold = tuple(a_line(price, line=f"l{at}", tax=price // 5) for at, price in enumerate(prices))
    refunds = tuple(a_refund(id=f"r{at}", amount=amount) for at, amount in enumerate(refunded))
    whole = commission_of(decided(an_order(lines=sold)))
    left = commission_of(decided(an_order(lines=sold, refunds=refunds)))
    assert 0 <= left <= whole
    if sum(refunded) >= sum(line.unit_price + line.tax for line in sold):
        assert left == 0


@pytest.mark.parametrize("first", ["order", "refund"])
def test_a_refund_before_its_order(first):
    """WEBHOOKS trap 6."""
    order = an_observation(refunds=None)
    refund = a_refund_observed(a_refund(a_refund_line(4_000), at=NOON + HOUR))
    arriving = [order, refund] if first == "order" else [refund, order]
    decisions = [decided(an_order(*arriving[: n + 1])) for n in range(2)]
    transactions, _ = posted_by(decisions)
    assert balances(transactions)["creator:creator-1:brand:brand-1:commission", "EUR"] == 600


def test_verify_names_each_difference():
    """I3: whatever was changed by hand shows."""
    seen = [an_observation(paid_at=NOON)]
    decision = decided(an_order(*seen))
    transactions, _ = posted_by([decision])
    assert differences(seen, decision, transactions, at=NOON) == []
    checks = [
        (differences(seen, decision, [], at=NOON), {"unposted"}),
        (differences(seen, decided(an_order(paid_at=NOON + SECOND)), transactions, at=NOON), {"decision"}),
        (
            differences([an_observation(paid_at=NOON, lines=(a_line(1),))], decision, transactions, at=NOON),
            {"decision", "unposted"},
        ),
        (differences(seen, decision, [*transactions, *transactions], at=NOON), {"posting-numbers", "unposted"}),
        (
            differences([Observation(seen[0].observed, seen[0].seen_at, "0" * 64)], decision, transactions, at=NOON),
            {"observation"},
        ),
        (
            differences(seen, decision, transactions, at=NOON, world=a_world(a_click(bot=True), a_collaboration())),
            {"decision", "unposted"},
        ),
    ]
    for found, expected in checks:
        assert {difference.check.value for difference in found} == expected


def test_verify_sees_that_more_was_taken_than_given():
    """I6."""
    seen = [an_observation(paid_at=NOON)]
    decision = decided(an_order(*seen))
    cancelled = decided(an_order(state="cancelled"))
    transactions, _ = posted_by([decision, cancelled])
    found = differences(seen, decision, transactions[1:], at=NOON)
    assert "taken-exceeds-given" in {difference.check.value for difference in found}
