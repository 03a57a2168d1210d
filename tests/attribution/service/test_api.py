"""What the API tells: results, orders and why, earnings, links: to each what is theirs."""

from datetime import timedelta

import pytest

from attribution.domain.decisions import Hold, Reason, Verdict
from attribution.words import HELD, REASONS, WHY, summary_of
from contracts.attribution import OrderOutcome
from contracts.campaigns import CouponTerms
from contracts.http.attribution import ANOTHER_CREATOR, CampaignResults, DecisionOut, EarningsOut, LinkOut, OrderOut
from contracts.money import Money
from contracts.stores import OrderState
from tests.attribution.builders import (
    DAY,
    HOUR,
    NOON,
    ORDER,
    SECOND,
    a_click_recorded,
    a_line,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_order_observed,
    percent,
    some_terms,
)
from tests.attribution.service.kit import START, Attribution, an_agreement, only

KRISTA, ANNA = "creator-1", "creator-2"
ANNAS = {"id": "collaboration-2", "creator": ANNA, "profile": "profile-2"}
HELD_ORDER = "store-1:1003"
BIG_ID = "820982911946154508"


@pytest.fixture
async def story(known: Attribution) -> Attribution:
    """Krista's click and Anna's code sell: one order each, one with both, one held, one by nobody."""
    coupon = CouponTerms(code="ANNA10", percent_off=1000)
    await known.hear(an_agreement(), an_agreement(**ANNAS, terms=(some_terms(rates=(percent(2000),), coupon=coupon),)))
    link = {row["creator"]: row["_id"] for row in await known.all_of("links")}
    await known.hear(
        a_click_recorded(link=link[KRISTA], visitor="jo"),
        a_click_recorded(id="click-of-a-bot", link=link[KRISTA], bot=True, bot_rule="x"),
    )
    await known.hear(
        an_order_observed(id="e1"),
        an_order_observed(id="e2", order="store-1:1002", codes=("anna10",), placed_at=NOON + 2 * SECOND),
        an_order_observed(id="e3", order=HELD_ORDER, placed_at=NOON + HOUR, version=NOON + HOUR),
        an_order_observed(id="e4", order=f"store-1:{BIG_ID}", click_ids=(), placed_at=NOON - SECOND),
    )
    return known


async def get(client, path: str, status: int = 200):
    async with client as http:
        answer = await http.get(path)
    assert answer.status_code == status, answer.text
    return answer


async def test_a_campaigns_results_add_up(story: Attribution):
    answer = await get(story.brand(), "/v1/campaigns/campaign-1/results")
    results = CampaignResults.model_validate_json(answer.content)
    assert results.clicks.model_dump() == {"raw": 2, "unique": 1, "human": 1, "recount": 0, "rule": ""}
    assert results.orders == 3
    assert results.net_sales == (Money(amount=30_000, currency="EUR"),)
    assert results.commission == (Money(amount=4_000, currency="EUR"),)
    krista, anna = results.creators
    assert (krista.creator, krista.orders, krista.clicks.raw) == (KRISTA, 2, 2)
    assert (anna.creator, anna.orders, anna.clicks.raw) == (ANNA, 1, 0)
    assert anna.commission == (Money(amount=2_000, currency="EUR"),)
    assert [(c.code, c.status) for c in anna.coupons] == [("ANNA10", "confirmed")]
    assert only(krista.links).url.startswith("https://go.market.example/r/")


async def test_results_follow_refunds(story: Attribution):
    await story.hear(an_order_observed(id="e5", version=NOON + HOUR, state=OrderState.CANCELLED))
    answer = await get(story.brand(), "/v1/campaigns/campaign-1/results")
    results = CampaignResults.model_validate_json(answer.content)
    assert (results.orders, results.commission) == (2, (Money(amount=3_000, currency="EUR"),))


async def orders_of(client, query: str = "") -> list[OrderOut]:
    answer = await get(client, f"/v1/orders{query}")
    return [OrderOut.model_validate(item) for item in answer.json()["items"]]


async def test_a_brand_sees_all_its_orders_newest_first(story: Attribution):
    rows = await orders_of(story.brand())
    assert [row.order for row in rows] == [HELD_ORDER, "store-1:1002", ORDER, f"store-1:{BIG_ID}"]
    assert [row.commission for row in rows] == [1_000, 2_000, 1_000, 0]
    assert [row.outcome for row in rows][-1] is OrderOutcome.UNATTRIBUTED
    assert rows[0].held
    assert rows[0].payable_at is None
    assert rows[2].payable_at == NOON + SECOND + 30 * DAY


async def test_ids_beyond_53_bits_are_texts(story: Attribution):
    answer = await get(story.brand(), "/v1/orders")
    assert f'"store-1:{BIG_ID}"' in answer.text
    record = await story.record(f"store-1:{BIG_ID}", story.brand())
    assert record.order == f"store-1:{BIG_ID}"


async def test_a_creator_sees_own_orders_with_the_own_share(story: Attribution):
    assert [(row.order, row.commission) for row in await orders_of(story.creator(KRISTA))] == [
        (HELD_ORDER, 1_000),
        (ORDER, 1_000),
    ]
    assert [row.order for row in await orders_of(story.creator(ANNA))] == ["store-1:1002"]
    assert await orders_of(story.creator("creator-3")) == []


@pytest.mark.parametrize(
    ("query", "orders"),
    [
        ("?campaign=campaign-1", [HELD_ORDER, "store-1:1002", ORDER]),
        ("?collaboration=collaboration-2", ["store-1:1002"]),
        ("?campaign=campaign-1&collaboration=collaboration-1", [HELD_ORDER, ORDER]),
        ("?campaign=campaign-9", []),
    ],
)
async def test_orders_can_be_asked_for_by_campaign_and_collaboration(story: Attribution, query: str, orders: list[str]):
    assert [row.order for row in await orders_of(story.brand(), query)] == orders


async def test_a_creator_asks_by_own_shares_only(story: Attribution):
    """One order, two lines: the first is Krista's of campaign 1, the second Anna's of campaign 2."""
    terms = some_terms(rates=(percent(1000),), products=("socks",))
    await story.hear(an_agreement(**{**ANNAS, "id": "collaboration-3"}, campaign="campaign-2", terms=(terms,)))
    await story.hear(
        a_click_recorded(id="click-3", collaboration="collaboration-3", campaign="campaign-2", creator=ANNA)
    )
    lines = (a_line(line="l1", product="tent"), a_line(line="l2", product="socks"))
    clicks = ("click-1", "click-3")
    # The later click wins what its terms cover; the other line is left to the earlier one.
    await story.hear(a_click_recorded(id="click-4", at=NOON - SECOND, collaboration="collaboration-3", creator=ANNA))
    await story.hear(
        an_order_observed(id="e9", order="store-1:1009", lines=lines, click_ids=(*clicks, "click-4"), placed_at=NOON)
    )
    assert [row.order for row in await orders_of(story.creator(KRISTA), "?campaign=campaign-2")] == []
    assert "store-1:1009" in [row.order for row in await orders_of(story.creator(KRISTA), "?campaign=campaign-1")]


@pytest.mark.parametrize("limit", [1, 2, 3])
async def test_pages_join_without_gap_or_double(story: Attribution, limit: int):
    """Two orders of one second among them: the id decides."""
    await story.hear(*(an_order_observed(id=f"same-{n}", order=f"store-1:20{n}") for n in range(4)))
    seen: list[str] = []
    cursor = None
    while True:
        page = (await get(story.brand(), f"/v1/orders?limit={limit}" + (f"&cursor={cursor}" if cursor else ""))).json()
        assert len(page["items"]) <= limit
        seen += [item["order"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [row.order for row in await orders_of(story.brand())]
    assert len(set(seen)) == 8


async def test_a_decision_tells_its_arithmetic_and_its_postings(story: Attribution):
    await story.hear(
        a_refund_observed(a_refund(a_refund_line(2_500, quantity=1)), id="refund", received_at=NOON + DAY).observed,
        an_order_observed(id="e1-again", refunds=None, version=NOON + SECOND),
    )
    record = await story.record(ORDER, story.brand())
    line = only(record.lines)
    assert (line.value, line.discounts, line.tax, line.base, line.rate, line.exact) == (
        10_000,
        0,
        0,
        10_000,
        1000,
        "1000",
    )
    assert (line.commission, line.refunded, line.taken_back) == (1_000, 2_500, 250)
    assert (record.commission, record.net_sales) == (750, 7_500)
    assert sum(posting.amount for posting in record.postings) == record.commission
    assert [posting.cause for posting in record.postings] == ["decision", "refund"]
    candidate = only(record.candidates)
    assert (candidate.ref, candidate.creator, candidate.won) == ("click-1", KRISTA, True)
    assert candidate.reason == "This touch is credited."
    assert (record.policy_version, record.rule_version, record.terms_versions) == (1, "1", ("collaboration-1#1",))


async def test_a_creator_reads_why_without_reading_about_others(story: Attribution):
    """Anna's code took the order that carried Krista's click, too."""
    brands = await story.record("store-1:1002", story.brand())
    assert {c.creator for c in brands.candidates} == {KRISTA, ANNA}
    answer = await get(story.creator(KRISTA), "/v1/orders/store-1:1002/decision")
    assert ANNA not in answer.text
    assert "anna10" not in answer.text.casefold()
    record = DecisionOut.model_validate_json(answer.content)
    lost = next(candidate for candidate in record.candidates if candidate.creator == KRISTA)
    assert (lost.won, lost.reason_code) == (False, "code-went-first")
    assert only([c.creator for c in record.candidates if c.won]) == ANOTHER_CREATOR
    assert (record.commission, record.net_sales, record.postings) == (0, 0, ())
    assert only(record.lines).commission == 0


async def test_the_winner_reads_own_amounts(story: Attribution):
    record = await story.record("store-1:1002", story.creator(ANNA))
    assert (record.commission, only(record.postings).amount) == (2_000, 2_000)
    assert {c.creator for c in record.candidates} == {ANNA, ANOTHER_CREATOR}


async def test_an_operator_reads_any_record(story: Attribution):
    assert (await story.record("store-1:1002", story.operator())).commission == 2_000


async def test_an_order_with_a_slash_in_its_id_is_found(story: Attribution):
    await story.hear(an_order_observed(id="e6", order="store-1:2026/03/7"))
    assert (await story.record("store-1:2026%2F03%2F7", story.brand())).order == "store-1:2026/03/7"


async def test_an_order_that_waits_is_listed_for_the_operator(story: Attribution):
    await story.hear(
        an_order_observed(id="e7", store="store-9", order="store-9:1"),
        a_refund_observed(a_refund(), id="r7", order="store-1:777", received_at=NOON).observed,
    )
    answer = await get(story.operator(), "/v1/orders/waiting")
    rows = [OrderOut.model_validate(item) for item in answer.json()["items"]]
    assert {row.order: row.summary for row in rows} == {
        "store-9:1": "Waiting. The store is not known yet.",
        "store-1:777": "Waiting. A refund arrived before its order.",
    }
    first = (await get(story.operator(), "/v1/orders/waiting?limit=1")).json()
    then = (await get(story.operator(), f"/v1/orders/waiting?limit=1&cursor={first['next_cursor']}")).json()
    assert {first["items"][0]["order"], then["items"][0]["order"]} == {row.order for row in rows}


async def balance_of(service: Attribution, creator: str) -> tuple[int, int, int]:
    answer = await get(service.creator(creator), "/v1/earnings")
    balance = only(EarningsOut.model_validate_json(answer.content).balances)
    assert (balance.brand, balance.brand_name, balance.currency) == ("brand-1", "Bergfein", "EUR")
    return balance.pending, balance.payable, balance.total


async def test_earnings_become_payable_on_the_second_and_held_ones_never(story: Attribution):
    assert await balance_of(story, KRISTA) == (2_000, 0, 2_000)
    payable_at = NOON + SECOND + 30 * DAY
    story.at(payable_at - timedelta(seconds=2))
    assert await balance_of(story, KRISTA) == (2_000, 0, 2_000)
    story.at(payable_at)
    assert await balance_of(story, KRISTA) == (1_000, 1_000, 2_000)
    story.later(timedelta(days=400))
    assert await balance_of(story, KRISTA) == (1_000, 1_000, 2_000)


async def test_a_reversal_is_payable_when_what_it_reverses_was(story: Attribution):
    await story.hear(an_order_observed(id="e8", version=NOON + HOUR, state=OrderState.CANCELLED))
    assert await balance_of(story, KRISTA) == (1_000, 0, 1_000)
    story.at(START + 40 * DAY)
    assert await balance_of(story, KRISTA) == (1_000, 0, 1_000)


async def test_a_creator_without_earnings_has_none(story: Attribution):
    assert (await get(story.creator("creator-3"), "/v1/earnings")).json() == {"balances": []}


async def test_links_are_listed_to_both_sides_with_their_clicks(story: Attribution):
    brands = [LinkOut.model_validate(item) for item in (await get(story.brand(), "/v1/links")).json()["items"]]
    own = [LinkOut.model_validate(item) for item in (await get(story.creator(KRISTA), "/v1/links")).json()["items"]]
    assert {link.creator for link in brands} == {KRISTA, ANNA}
    assert only(own).clicks.raw == 2
    assert only(own).url == f"https://go.market.example/r/{only(own).code}"
    first = (await get(story.brand(), "/v1/links?limit=1")).json()
    then = (await get(story.brand(), f"/v1/links?limit=1&cursor={first['next_cursor']}")).json()
    assert [first["items"][0]["id"], then["items"][0]["id"]] == [link.id for link in brands]


async def test_zero_is_told_with_its_reason(story: Attribution):
    await story.hear(an_order_observed(id="e10", order="store-1:3", lines=(a_line(gift_card=True),)))
    record = await story.record("store-1:3", story.creator(KRISTA))
    assert (record.outcome, record.commission) == (OrderOutcome.CREDITED, 0)
    assert only(record.lines).reason == "Gift cards earn nothing when they are sold."
    assert only(record.lines).reason_code == "gift-card"


def test_every_code_has_its_words():
    assert set(WHY) == set(Verdict)
    assert set(REASONS) == set(Reason)
    assert set(HELD) == set(Hold)


@pytest.mark.parametrize(
    ("outcome", "reason", "posted", "held", "said"),
    [
        (OrderOutcome.CREDITED, None, True, (), "Credited."),
        (OrderOutcome.CREDITED, None, True, ("no-fixing",), "Credited, and held."),
        (OrderOutcome.CREDITED, "not-paid", False, (), "Credited, and pays nothing now. It is not paid yet."),
        (OrderOutcome.WAITING, "store-unknown", False, (), "Waiting. The store is not known yet."),
        (OrderOutcome.REJECTED, "test-order", False, (), "Rejected. It is a test order, which never pays."),
        (
            OrderOutcome.UNATTRIBUTED,
            "no-candidate",
            False,
            (),
            "Nobody is credited. It carries neither a click nor a code of ours.",
        ),
    ],
)
def test_an_order_is_summed_up_in_a_sentence(outcome, reason, posted, held, said):
    assert summary_of(outcome, reason, posted=posted, held=held) == said
