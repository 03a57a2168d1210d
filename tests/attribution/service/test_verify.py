"""`verify` finds what is not as the facts say, names it, and is silent about the rest."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from attribution.domain.verify import Check
from attribution.store import verify as reading
from attribution.store.verify import Counts, verify
from tests.attribution.builders import (
    DAY,
    NOON,
    ORDER,
    a_click_recorded,
    a_refund,
    a_refund_line,
    a_refund_observed,
    an_order_observed,
)
from tests.attribution.service.kit import Attribution, an_agreement, only


@pytest.fixture
async def history(known: Attribution) -> Attribution:
    """Twelve orders: paid, refunded, unattributed, waiting."""
    await known.hear(an_agreement(), a_click_recorded())
    await known.hear(*(an_order_observed(id=f"e{n}", order=f"store-1:10{n:02}", refunds=None) for n in range(1, 9)))
    await known.hear(
        an_order_observed(id="e20", order="store-1:2000", click_ids=()),
        an_order_observed(id="e21", store="store-9", order="store-9:1"),
        *(a_refund_of(f"store-1:10{n:02}") for n in (1, 2)),
        a_refund_of("store-1:3000"),
    )
    return known


def a_refund_of(order: str):
    refund = a_refund(a_refund_line(3_333, quantity=1))
    return a_refund_observed(refund, id=f"refund-{order}", order=order, received_at=NOON + DAY).observed


async def found(service: Attribution) -> tuple[list[tuple[str, Check]], Counts]:
    counts = Counts()
    return [(one.order, one.check) async for one in verify(service.db, counts, service.now())], counts


@pytest.mark.parametrize("at_once", [1, 3, 11, 200])
async def test_nothing_differs_when_all_is_well(history: Attribution, monkeypatch, at_once: int):
    monkeypatch.setattr(reading, "AT_ONCE", at_once)
    differences, counts = await found(history)
    assert differences == []
    assert (counts.orders, counts.observations, counts.transactions) == (11, 13, 10)
    assert counts.currencies["EUR"] == 0
    assert counts.balances["creator:creator-1:brand:brand-1:commission", "EUR"] == await history.balance("creator-1")


async def ledger_changed(service: Attribution) -> None:
    await service.db["ledger"].update_one({"_id": f"{ORDER}#1"}, {"$inc": {"legs.0.amount": 1, "legs.1.amount": -1}})


async def ledger_unbalanced(service: Attribution) -> None:
    """As somebody would have to do it by hand: the validator refuses it."""
    change = {"$inc": {"legs.0.amount": 1}}
    await service.db["ledger"].update_one({"_id": f"{ORDER}#1"}, change, bypass_document_validation=True)


async def ledger_lost(service: Attribution) -> None:
    await service.db["ledger"].delete_one({"_id": f"{ORDER}#1"})


async def decision_changed(service: Attribution) -> None:
    row = await service.db["decisions"].find_one({"_id": f"{ORDER}#2"})
    decision = json.loads(row["doc"])
    decision["lines"][0]["parts"][0]["granted"] = 999
    await service.db["decisions"].update_one({"_id": row["_id"]}, {"$set": {"doc": json.dumps(decision)}})


async def decision_lost(service: Attribution) -> None:
    await service.db["decisions"].delete_one({"_id": f"{ORDER}#2"})


async def observation_changed(service: Attribution) -> None:
    await service.db["observations"].update_one(
        {"order": ORDER, "observed.kind": "snapshot"}, {"$set": {"observed.snapshot.lines.0.unit_price": 9_000}}
    )


async def observation_lost(service: Attribution) -> None:
    await service.db["observations"].delete_one({"order": ORDER, "observed.kind": "refund"})


async def order_lost(service: Attribution) -> None:
    await service.db["orders"].delete_one({"_id": ORDER})


async def click_missed(service: Attribution) -> None:
    """The click became a bot's without anybody looking: as when a look is lost."""
    await service.db["clicks"].update_one({"_id": "click-1"}, {"$set": {"bot": True}})


async def account_changed(service: Attribution) -> None:
    """The creator's entry lies in another's account: each sum by order, brand and currency is as it was."""
    change = {"$set": {"legs.0.account": "creator:creator-2:brand:brand-1:commission"}}
    await service.db["ledger"].update_one({"_id": f"{ORDER}#1"}, change)


async def expense_changed(service: Attribution) -> None:
    change = {"$set": {"legs.1.account": "brand:brand-2:commission-expense"}}
    await service.db["ledger"].update_one({"_id": f"{ORDER}#1"}, change)


def damaged(name: str, query: dict[str, Any], change: dict[str, Any]) -> Any:
    async def plant(service: Attribution) -> None:
        done = await service.db[name].update_one(query, change, bypass_document_validation=True)
        assert done.modified_count == 1

    plant.__name__ = f"{name}_unreadable_{next(iter(next(iter(change.values()))))}"
    return plant


@pytest.mark.parametrize(
    ("plant", "checks"),
    [
        (ledger_changed, {Check.UNPOSTED, Check.STANDING}),
        (ledger_unbalanced, {Check.UNBALANCED, Check.NUMBERS, Check.UNPOSTED, Check.STANDING}),
        (ledger_lost, {Check.NUMBERS, Check.UNPOSTED, Check.STANDING, Check.TAKEN_EXCEEDS_GIVEN}),
        (decision_changed, {Check.DECISION}),
        (decision_lost, {Check.MISSING}),
        (observation_changed, {Check.OBSERVATION, Check.DECISION, Check.UNPOSTED}),
        (observation_lost, {Check.DECISION, Check.UNPOSTED}),
        (order_lost, {Check.MISSING}),
        (account_changed, {Check.LEGS}),
        (expense_changed, {Check.LEGS}),
        (damaged("decisions", {"_id": f"{ORDER}#2"}, {"$set": {"doc": "{"}}), {Check.UNREADABLE}),
        (damaged("decisions", {"_id": f"{ORDER}#2"}, {"$set": {"doc": "[]"}}), {Check.UNREADABLE}),
        (
            damaged("observations", {"order": ORDER}, {"$unset": {"observed.received_at": 1}}),
            {Check.UNREADABLE},
        ),
        (damaged("orders", {"_id": ORDER}, {"$set": {"posted": {"number": "x"}}}), {Check.UNREADABLE}),
        (damaged("orders", {"_id": ORDER}, {"$unset": {"decided_at": 1}}), {Check.UNREADABLE}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_what_differs_is_named(history: Attribution, plant, checks: set[Check]):
    await plant(history)
    differences, counts = await found(history)
    assert {order for order, _ in differences} == {ORDER}
    assert {check for _, check in differences} >= checks
    assert counts.differences == len(differences)
    assert counts.orders == 11


async def test_a_fact_that_every_look_has_missed_shows(history: Attribution):
    await click_missed(history)
    differences, _ = await found(history)
    assert {order for order, check in differences if check is Check.DECISION} == {
        f"store-1:10{n:02}" for n in range(1, 9)
    }


async def test_a_click_that_is_no_longer_kept_counts_as_it_was(history: Attribution):
    await history.db["clicks"].delete_many({})
    assert (await found(history))[0] == []


async def test_the_ledger_takes_no_fractions_no_single_legs_and_nothing_unbalanced(history: Attribution):
    row = (await history.db["ledger"].find_one({"_id": f"{ORDER}#1"})) or {}
    legs = row["legs"]
    for number, wrong in enumerate(
        [
            {"legs": [{**legs[0], "amount": 10.5}, legs[1]]},
            {"legs": [{**legs[0], "amount": 10.0}, legs[1]]},
            {"legs": legs[:1]},
            {"legs": [{name: value for name, value in leg.items() if name != "currency"} for leg in legs]},
            {"legs": [{**legs[0], "amount": legs[0]["amount"] + 1}, legs[1]]},
            {"legs": [legs[0], {**legs[1], "currency": "USD"}]},
            {"legs": [{**legs[0], "amount": 2**62}] * 2 + [{**legs[1], "amount": -(2**62)}] * 2 + [legs[0]]},
            {"order": None, "number": 1.5},
            {"number": "1"},
            {"at": "yesterday"},
        ]
    ):
        with pytest.raises(Exception, match="failed validation"):
            await history.db["ledger"].insert_one({**row, "_id": f"wrong-{number}", **wrong})
    nobodys = {name: value for name, value in row.items() if name != "order"}
    with pytest.raises(Exception, match="failed validation"):
        await history.db["ledger"].insert_one({**nobodys, "_id": "wrong-whose"})
    large = [{**legs[0], "amount": 2**62 + 1}] * 2 + [{**legs[1], "amount": -(2**62) - 1}] * 2
    await history.db["ledger"].insert_one({**row, "_id": "right", "legs": large})


def run_verify(address: str, database: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "MONGO_URL": address, "MONGO_DATABASE": database, "ENVIRONMENT": "development"}
    return subprocess.run(
        [sys.executable, "-m", "attribution", "verify"], env=env, check=False, capture_output=True, text=True
    )


async def test_the_verb_says_what_it_found_and_its_exit_status_tells(mongo, used_again: str, history: Attribution):
    good = run_verify(mongo.address, used_again)
    assert good.returncode == 0, good.stderr
    assert only(good.stdout.splitlines()).endswith(
        "11 orders, 13 observations, 0 months, 0 fees, 10 ledger transactions, 2 balances, 0 differences"
    )
    await decision_changed(history)
    bad = run_verify(mongo.address, used_again)
    assert bad.returncode == 1
    first, *_, last = bad.stdout.splitlines()
    assert first.startswith(f"{ORDER} decision: lines: recorded")
    assert last.endswith(" differences")


def test_a_store_that_is_away_is_no_difference():
    """Exit status 1 stops payouts."""
    env = {**os.environ, "MONGO_URL": "mongodb://127.0.0.1:1", "ENVIRONMENT": "development"}
    done = subprocess.run(
        [sys.executable, "-m", "attribution", "verify"], env=env, check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.startswith("the store can't be read: 127.0.0.1:1")


def test_the_verb_says_which_setting_is_wrong(mongo):
    env = {**os.environ, "CLOCK_OFFSET": "P1D"}
    done = subprocess.run(
        [sys.executable, "-m", "attribution", "verify"], env=env, check=False, capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "CLOCK_OFFSET" in done.stderr
