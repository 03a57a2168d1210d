"""Parked records and kept answers that name an erased person go from every service, also those that come late (D12)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from chassis import dead_letters
from chassis.forgetting import ANSWERS
from chassis.service import Parts
from chassis.timers import Timers
from contracts.attribution import ForgottenByAttribution
from contracts.discovery import ErasureAsked
from contracts.topics import ERASURES
from discovery.store import erasures
from tests.fuzz.apis import an_api
from tests.support.erasures import NOON, an_erasure
from tests.support.toys import a_record

ACCOUNT, PROFILE, OTHER = "account-gone", "profile-gone", "account-here"
SERVICES = ("discovery", *sorted({reader.split()[0] for reader in ERASURES.readers}))


@pytest.fixture(params=SERVICES)
async def parts(request: pytest.FixtureRequest, mongo: Any) -> AsyncIterator[Parts[Any]]:
    """Each service on a database of its own, without its loops."""
    async with an_api(request.param, mongo.address) as (_app, made):
        yield made


def a_letter(about: str, offset: int) -> Any:
    """Any fact that names somebody."""
    return a_record(ForgottenByAttribution(id=f"e-{offset}", time=NOON, erasure=about), offset=offset)


async def keep(parts: Parts[Any], *about: str, first: int = 0) -> None:
    """A parked record and a brand's kept answer about each."""
    letters = [(a_letter(one, first + n), "why", "") for n, one in enumerate(about)]
    transactions = parts.context.transactions
    await transactions.run(lambda tx: dead_letters.park(tx, parts.context.name, letters, timedelta(days=90)))
    for n, one in enumerate(about):
        answer = {"_id": f"key-{first + n}", "account": "brand-1", "body": f'{{"creator":"{one}"}}'.encode()}
        await parts.context.db[ANSWERS].insert_one(answer)


async def left(parts: Parts[Any]) -> list[str]:
    """Who is named still, once for each record and answer."""
    rows = await parts.context.db["dead_letters"].find().to_list(None)
    rows += await parts.context.db[ANSWERS].find().to_list(None)
    said = [bytes(row.get("value") or row["body"]).decode() for row in rows]
    return sorted(who for who in (ACCOUNT, PROFILE, OTHER) for one in said if who in one)


async def erase(parts: Parts[Any]) -> None:
    """As each service begins: discovery is asked, the others hear of it."""
    transactions = parts.context.transactions
    if parts.context.name == "discovery":
        await transactions.run(lambda tx: erasures.erase_account(tx, ACCOUNT))
        return
    event = an_erasure(ACCOUNT, PROFILE)
    loop = next(loop for name, loop in parts.loops.items() if name == parts.context.name)
    await loop.handle([a_record(event)])
    await fire(parts)


async def fire(parts: Parts[Any], **later: int) -> None:
    clock = parts.context.clock
    clock.offset += timedelta(**later)
    while await Timers(parts.context.handlers, parts.context.transactions).tick():
        pass
    clock.offset -= timedelta(**later)


def theirs(parts: Parts[Any]) -> tuple[str, ...]:
    """Discovery knows whose profiles go by itself; here the account has none."""
    return (ACCOUNT,) if parts.context.name == "discovery" else (ACCOUNT, PROFILE)


async def test_what_names_the_erased_goes_and_what_names_others_stays(parts: Parts[Any]):
    await keep(parts, *theirs(parts), OTHER)
    await erase(parts)
    assert await left(parts) == [OTHER, OTHER]


async def test_what_was_parked_or_answered_in_that_moment_goes_ten_minutes_later(parts: Parts[Any]):
    await erase(parts)
    await keep(parts, *theirs(parts), OTHER)
    await fire(parts, minutes=9)
    assert await left(parts) == sorted([*theirs(parts), OTHER] * 2)
    await fire(parts, minutes=11)
    assert await left(parts) == [OTHER, OTHER]


async def test_the_parked_erasure_itself_stays_until_it_is_handled(parts: Parts[Any]):
    letter = (a_record(an_erasure(ACCOUNT, PROFILE, asked=2), offset=7), "why", "")
    transactions = parts.context.transactions
    await transactions.run(lambda tx: dead_letters.park(tx, parts.context.name, [letter], timedelta(days=90)))
    await erase(parts)
    await fire(parts, minutes=11)
    rows = await parts.context.db["dead_letters"].find().to_list(None)
    heard = parts.context.name != "discovery"  # which says it, and hears of none
    assert [row["topic"] for row in rows] == [ErasureAsked.TOPIC.name] * heard
