"""MONEY 7, 8, 15, 17, A8: whatever clicks share an order, in every currency, the parts are the whole."""

from collections import defaultdict
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from attribution.domain.commission import EXPONENTS, half_even, operator_share
from attribution.domain.decide import decide
from attribution.domain.decisions import Decision
from attribution.domain.facts import Model, Policy
from attribution.domain.ledger import balances
from attribution.domain.shares import shares
from tests.attribution.builders import (
    HOUR,
    NOON,
    a_collaboration,
    a_line,
    a_refund,
    a_refund_line,
    a_world,
    an_order,
    clicks_of,
    fixed,
    percent,
    posted_by,
    some_terms,
    verdicts,
)

MODELS = list(Model)

CREATORS = ["anna", "bea", "cleo"]
prices = st.integers(0, 10**6)
orders = st.fixed_dictionaries(
    {
        "creators": st.lists(st.sampled_from(CREATORS), min_size=1, max_size=6),
        "lines": st.lists(st.tuples(prices, st.integers(1, 4), st.integers(0, 100)), min_size=1, max_size=4),
        "rates": st.lists(
            st.sampled_from([percent(1000), percent(333), percent(10_000), fixed(7), fixed(10**5)]),
            min_size=3,
            max_size=3,
        ),
        "model": st.sampled_from(MODELS),
        "currency": st.sampled_from(sorted(EXPONENTS)),
        "share": st.sampled_from([0, 1, 250, 3_333, 10_000]),
    }
)


def decided_of(drawn, click_ids=None, apart=HOUR):
    """The decision of a drawn order of which a share of each line has gone back."""
    currency = drawn["currency"]
    lines = tuple(
        a_line(price, line=f"l{at}", quantity=quantity) for at, (price, quantity, _) in enumerate(drawn["lines"])
    )
    back = tuple(
        a_refund_line(price * quantity * gone // 100, line=f"l{at}")
        for at, (price, quantity, gone) in enumerate(drawn["lines"])
    )
    rates = {
        creator: rate if rate.per_unit is None else fixed(rate.per_unit.amount, currency)
        for creator, rate in zip(CREATORS, drawn["rates"], strict=True)
    }
    creators = drawn["creators"]
    order = an_order(
        click_ids=click_ids or tuple(f"click-{at}" for at in range(len(creators))),
        lines=lines,
        currency=currency,
        refunds=(a_refund(*back),),
        paid_at=NOON,
    )
    facts = [
        *clicks_of(*creators, apart=apart),
        *(
            a_collaboration(id=f"of-{creator}", creator=creator, terms=(some_terms(rates=(rates[creator],)),))
            for creator in dict.fromkeys(creators)
        ),
    ]
    return decide(order, a_world(*facts), Policy(version=2, model=drawn["model"], operator_share=drawn["share"]))


@settings(max_examples=300, deadline=None)
@given(orders)
def test_parts_sum_to_the_whole_in_every_currency(drawn):
    """MONEY 7, 15, 17, A8."""
    decision = decided_of(drawn)
    exact, granted = defaultdict(Fraction), defaultdict(int)
    for line in decision.lines:
        assert sum(part.weight for part in line.parts) == 1
        for part in line.parts:
            exact[part.creator] += part.exact
            granted[part.creator] += part.granted
            assert 0 <= part.taken <= part.granted
            assert abs(part.granted - part.exact) < 1
            if line.refunded == line.base and line.base:
                assert part.taken == part.granted, "a full refund leaves exactly zero"
    assert granted == {creator: half_even(sum_) for creator, sum_ in exact.items()}
    given_ = sum(granted.values())
    left = sum(part.commission for line in decision.lines for part in line.parts)
    assert decision.operator_share == operator_share(left, drawn["share"])
    transactions, _ = posted_by([decision])
    posted = balances(transactions)
    assert posted.get(("operator:brand:brand-1:share", drawn["currency"]), 0) == decision.operator_share
    assert posted.get(("brand:brand-1:commission-expense", drawn["currency"]), 0) == -left
    assert left <= given_


@settings(max_examples=200, deadline=None)
@given(orders)
def test_sales_are_shared_as_the_lines_are(drawn):
    """A8, A11: each share's sales are its weight of every line, before and after what went back, rounded once."""
    decision = decided_of(drawn)
    value = {f"l{at}": price * quantity for at, (price, quantity, _) in enumerate(drawn["lines"])}
    back = {f"l{at}": price * quantity * gone // 100 for at, (price, quantity, gone) in enumerate(drawn["lines"])}
    gross, net = defaultdict(Fraction), defaultdict(Fraction)
    for line in decision.lines:
        for part in line.parts:
            gross[part.collaboration] += value[line.line] * part.weight
            net[part.collaboration] += (value[line.line] - back[line.line]) * part.weight
    found = {share.collaboration: (share.gross_sales, share.net_sales) for share in shares(decision)}
    assert found == {which: (half_even(gross[which]), half_even(net[which])) for which in gross}


@settings(max_examples=150, deadline=None)
@given(orders, st.data(), st.sampled_from([HOUR, 0 * HOUR]))
def test_the_order_in_which_an_order_names_its_clicks_decides_nothing(drawn, data, apart):
    """MONEY 1, 8: nor which fact was found first; also where all clicks are of one millisecond."""
    ids = [f"click-{at}" for at in range(len(drawn["creators"]))]
    one = decided_of(drawn, tuple(ids), apart)
    other = decided_of(drawn, tuple(data.draw(st.permutations(ids))), apart)
    assert one.lines == other.lines
    assert verdicts(one) == verdicts(other)
    assert shares(one) == shares(other)


@settings(max_examples=100, deadline=None)
@given(orders)
def test_a_shared_decision_comes_back_from_its_record(drawn):
    """A6: weights and exact sums are kept as fractions."""
    decision = decided_of(drawn)
    assert Decision.from_json(decision.to_json()) == decision
