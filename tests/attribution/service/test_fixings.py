"""MONEY 16: fixings come late, come again, and contradict; what they decide is decided again, and verified."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from attribution.app import create_app, keep_fixings
from attribution.domain.exchange import NotFixings
from attribution.domain.verify import Check
from attribution.store import fixings, naming
from attribution.store.verify import Counts, verify
from chassis.context import Context
from tests.attribution.builders import (
    DAY,
    NOON,
    ORDER,
    a_click_recorded,
    a_coupon_state,
    an_order_observed,
    fixed,
    percent,
    some_terms,
)
from tests.attribution.service.kit import Attribution, an_agreement, only, some_settings

FRIDAY = "Date,USD,GBP,\n2026-02-27,1.2500,0.80000,\n"
"""Orders are placed on the Monday after it, 2 March 2026."""
THURSDAY = "Date,USD,GBP,\n2026-02-26,1.0000,0.80000,\n"
MONDAY = "Date,USD,GBP,\n2026-03-02,5.0000,0.80000,\n"


@pytest.fixture
async def in_dollars(known: Attribution) -> Attribution:
    """Krista earns 5.00 USD for each piece; the shop sells in euros."""
    await known.hear(an_agreement(terms=(some_terms(rates=(fixed(500, "USD"),)),)), a_click_recorded())
    return known


async def load(service: Attribution, text: str) -> fixings.Kept:
    return await fixings.load(service.parts.context.transactions, text.splitlines())


async def held(service: Attribution, order: str = ORDER) -> list[str]:
    return only(await service.all_of("orders", {"_id": order}))["held"]


async def nothing_differs(service: Attribution) -> bool:
    return [one async for one in verify(service.db, Counts(), service.now())] == []


async def test_an_order_waits_held_for_its_fixing_and_is_decided_when_it_comes(in_dollars: Attribution):
    await in_dollars.hear(an_order_observed())
    assert (await in_dollars.balance("creator-1"), await held(in_dollars)) == (0, ["no-fixing"])
    waiting = await in_dollars.record(ORDER, in_dollars.creator("creator-1"))
    assert (only(waiting.lines).reason_code, waiting.posted) == ("no-fixing", True)
    assert await nothing_differs(in_dollars)
    kept = await load(in_dollars, FRIDAY)
    assert (kept.days, kept.new, kept.differing) == (1, 1, [])
    assert (await in_dollars.balance("creator-1"), await held(in_dollars)) == (400, [])
    for who in (in_dollars.brand(), in_dollars.creator("creator-1")):
        line = only((await in_dollars.record(ORDER, who)).lines)
        assert (line.commission, line.per_unit and line.per_unit.amount, line.exact) == (400, 500, "400")
        assert line.exchange is not None
        assert line.exchange.model_dump() == {
            "currency": "USD",
            "into": "EUR",
            "on": "2026-02-27",
            "per_euro": "1.2500",
            "into_per_euro": "1",
            "source": "ECB",
        }
    assert await nothing_differs(in_dollars)


async def test_only_the_last_fixing_before_the_order_s_day_counts(in_dollars: Attribution):
    """The day's own is later than the order, whatever the hour; a later one before it replaces an earlier one."""
    await load(in_dollars, MONDAY)
    await in_dollars.hear(an_order_observed())
    assert await held(in_dollars) == ["no-fixing"]
    balances = []
    for text in (THURSDAY, FRIDAY, MONDAY):
        await load(in_dollars, text)
        balances.append(await in_dollars.balance("creator-1"))
    assert balances == [500, 400, 400]
    assert len(await in_dollars.all_of("decisions")) == 3
    assert await nothing_differs(in_dollars)


async def test_a_currency_that_the_last_fixing_lacks_has_none(in_dollars: Attribution):
    """MONEY 16: that it was quoted once pays nobody."""
    await load(in_dollars, THURSDAY)
    await in_dollars.hear(an_order_observed())
    assert await in_dollars.balance("creator-1") == 500
    await load(in_dollars, "Date,USD,GBP,\n2026-02-27,N/A,0.80000,\n")
    assert (await in_dollars.balance("creator-1"), await held(in_dollars)) == (0, ["no-fixing"])
    await load(in_dollars, FRIDAY)
    assert (await in_dollars.balance("creator-1"), await held(in_dollars)) == (400, [])
    assert await nothing_differs(in_dollars)


async def test_what_was_paid_by_is_never_changed(in_dollars: Attribution):
    """MONEY 16: rate, date and source are kept for ever; a file that contradicts is told of, and changes nothing."""
    await load(in_dollars, FRIDAY)
    await in_dollars.hear(an_order_observed())
    again = await load(in_dollars, FRIDAY)
    assert (again.days, again.new, again.differing) == (1, 0, [])
    other = await load(in_dollars, FRIDAY.replace("1.2500", "2.5000"))
    assert (other.new, other.differing) == (0, ["2026-02-27 USD: 1.2500, not 2.5000"])
    assert await in_dollars.balance("creator-1") == 400
    assert len(await in_dollars.all_of("decisions")) == 1


async def test_a_file_with_one_wrong_line_brings_nothing(known: Attribution):
    with pytest.raises(NotFixings, match="line 3"):
        await load(known, FRIDAY + "2026-02-26,one,2,\n")
    assert await known.all_of("fixings") == []


async def test_an_order_that_names_no_fixing_is_left_alone(in_dollars: Attribution):
    await in_dollars.hear(an_agreement(revision=3, terms=(some_terms(rates=(percent(1000),)),)))
    await in_dollars.hear(an_order_observed())
    await load(in_dollars, FRIDAY)
    assert len(await in_dollars.all_of("decisions")) == 1
    assert not any(ref["key"].startswith("fixing") for ref in only(await in_dollars.all_of("orders"))["refs"])


async def test_a_fixing_that_commits_while_its_order_is_decided_is_found(in_dollars: Attribution):
    """The order looked and found none, the fixing looked and found no order; then the order committed."""

    async def decide_and_be_late(tx):
        await tx.claim([ORDER])
        await tx.decide(await tx.observe([an_order_observed()]))
        await load(in_dollars, FRIDAY)

    await in_dollars.parts.context.transactions.once(decide_and_be_late)
    assert await in_dollars.balance("creator-1") == 400


async def test_a_kill_between_a_fixing_and_its_look_is_mended_by_the_sweep(in_dollars: Attribution):
    await in_dollars.hear(an_order_observed())
    in_dollars.without_looks()
    await load(in_dollars, FRIDAY)
    assert await in_dollars.balance("creator-1") == 0
    await in_dollars.sweep()
    assert await in_dollars.balance("creator-1") == 400
    await in_dollars.none_left("looks")


async def test_a_thousand_orders_of_many_days_are_decided_again_in_parts(in_dollars: Attribution, monkeypatch):
    """Each by the fixing before its own day; those of days that nothing changed for are not touched."""
    monkeypatch.setattr("attribution.handlers.AT_ONCE", 7)
    await load(in_dollars, THURSDAY)
    days = [NOON + (n % 3 - 3) * DAY for n in range(30)]
    await in_dollars.hear(a_click_recorded(id="early", at=NOON - 5 * DAY))
    await in_dollars.hear(
        *(
            an_order_observed(id=f"e{n}", order=f"store-1:{n:03}", placed_at=at, click_ids=("early",))
            for n, at in enumerate(days)
        )
    )
    assert await in_dollars.balance("creator-1") == 30 * 500
    await load(in_dollars, FRIDAY)
    # 27 February is the day of the new fixing itself; 28 February and 1 March come after it.
    assert await in_dollars.balance("creator-1") == 10 * 500 + 20 * 400
    assert len(await in_dollars.all_of("decisions")) == 50
    assert await nothing_differs(in_dollars)


async def test_verify_shows_a_fixing_that_every_look_has_missed(in_dollars: Attribution):
    await in_dollars.hear(an_order_observed())
    in_dollars.without_looks()
    await load(in_dollars, FRIDAY)
    found = [one async for one in verify(in_dollars.db, Counts(), in_dollars.now())]
    assert {one.check for one in found} == {Check.DECISION, Check.UNPOSTED}


async def test_revisions_are_those_of_the_day_that_counts(in_dollars: Attribution):
    """Named by the order's day: 0 while there is none, and greater for a later fixing before the same day."""
    key = "fixing:2026-03-02:USD"
    seen = []
    for text in (MONDAY, THURSDAY, FRIDAY):
        await load(in_dollars, text)
        seen.append((await naming.revisions_now(in_dollars.db, [key]))[key])
    assert seen[0] == 0
    assert 0 < seen[1] < seen[2]


async def test_code_and_click_are_compared_in_the_order_s_currency(in_dollars: Attribution):
    """MONEY 9, 16: two versions of one collaboration, of which the fixing says which is better."""
    versions = (
        some_terms(rates=(fixed(500, "USD"),)),
        some_terms(number=2, rates=(fixed(450),), in_force_at=NOON - DAY / 1440),
    )
    await in_dollars.hear(an_agreement(revision=3, terms=versions))
    await in_dollars.run(lambda tx: tx.add_coupon(a_coupon_state()))
    await in_dollars.hear(an_order_observed(codes=("KRISTA20",)))
    assert await in_dollars.balance("creator-1") == 450
    await load(in_dollars, THURSDAY)
    assert await in_dollars.balance("creator-1") == 500
    await load(in_dollars, FRIDAY)
    assert await in_dollars.balance("creator-1") == 450
    assert await nothing_differs(in_dollars)


async def test_the_library_s_history_is_there_from_the_first_start(in_dollars: Attribution):
    """It needs no network; at the second start nothing is read again, and what is newer stays."""
    await in_dollars.hear(an_order_observed())
    context: Context = in_dollars.parts.context
    assert create_app(some_settings()).starts == (keep_fixings,)
    await keep_fixings(context)
    days = await in_dollars.all_of("fixings")
    assert len(days) > 7_000
    assert (days[0]["_id"], days[0]["rates"]["USD"], days[0]["source"]) == ("1999-01-04", "1.1789", "ECB")
    assert await fixings.load_library(context.transactions) is None
    line = only((await in_dollars.record(ORDER, in_dollars.brand())).lines)
    assert line.exchange is not None
    assert line.exchange.on == "2026-02-27"
    assert line.commission > 0
    assert await nothing_differs(in_dollars)


def run_fixings(address: str, database: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "MONGO_URL": address, "MONGO_DATABASE": database, "ENVIRONMENT": "development"}
    return subprocess.run(
        [sys.executable, "-m", "attribution", "fixings", *arguments],
        env=env,
        check=False,
        capture_output=True,
        text=True,
    )


async def test_the_verb_loads_a_file_and_says_what_it_brought(
    mongo, used_again: str, in_dollars: Attribution, tmp_path: Path
):
    await in_dollars.hear(an_order_observed())
    file = tmp_path / "eurofxref.csv"
    file.write_text(FRIDAY)
    good = run_fixings(mongo.address, used_again, str(file))
    assert good.returncode == 0, good.stderr
    assert only(good.stdout.splitlines()) == "1 days, 1 of them new; the last one kept is 2026-02-27"
    assert await in_dollars.balance("creator-1") == 400
    file.write_text(FRIDAY.replace("1.2500", "9.0000"))
    contradicting = run_fixings(mongo.address, used_again, str(file))
    assert contradicting.returncode == 1
    assert contradicting.stdout.splitlines()[-1] == "2026-02-27 USD: 1.2500, not 9.0000"
    file.write_text("<html>")
    for wrong in (str(file), str(tmp_path / "missing.zip")):
        bad = run_fixings(mongo.address, used_again, wrong)
        assert bad.returncode == 2
        assert wrong in bad.stderr
    assert await in_dollars.balance("creator-1") == 400
