"""What discovery reacts to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from chassis.handlers import Handlers
from chassis.timers import Timer
from contracts.attribution import OrderDecided
from contracts.campaigns import Campaign, Collaboration
from discovery.domain.deliveries import deliveries_of
from discovery.store import BIRTHDAY, JUDGE, DiscoveryTx

handlers = Handlers()

SALES: Final = "sales"
EVERY: Final = timedelta(minutes=1)
"""How often what follows from a collaboration is reckoned anew at most, however many orders come."""


@handlers.on_state(Collaboration)
async def keep_collaboration(collaboration: Collaboration, tx: DiscoveryTx) -> None:
    """Remember who works with whom. Who accepts an invitation says that the profile is theirs, which proves nothing."""
    await tx.keep_collaboration(collaboration)
    reckon_after(tx.now, collaboration.id, tx)
    for each in deliveries_of(collaboration):
        if each.is_owed and each.due > tx.now:
            reckon_after(each.due, collaboration.id, tx)
    if collaboration.profile is not None and collaboration.creator is not None:
        await tx.claim(collaboration.profile, collaboration.creator)


@handlers.on_batch(OrderDecided, group=SALES, inbox=False)
async def keep_sales(decided: Sequence[OrderDecided], tx: DiscoveryTx) -> None:
    """Remember what each order brought, by its newest decision; GPM follows a minute later (D3)."""
    for collaboration in sorted(await tx.keep_sales(decided)):
        reckon_after(tx.now, collaboration, tx)


@handlers.on_state(Campaign)
async def keep_campaign(campaign: Campaign, tx: DiscoveryTx) -> None:
    """Remember whose it is, for searches that name it."""
    await tx.keep_campaign(campaign)


@handlers.on_timer(SALES)
async def reckon_work(timer: Timer, tx: DiscoveryTx) -> None:
    """GPM and on-time record of the profile that the collaboration is with: also when a date has passed in silence."""
    await tx.reckon_work(timer.aggregate)


@handlers.on_timer(JUDGE)
async def judge_profiles(timer: Timer, tx: DiscoveryTx) -> None:
    """After a policy changed: some profiles at a time, each part by the timer that the one before it set."""
    await tx.judge_some(timer.data["after"], timer.data["round"])


@handlers.on_timer(BIRTHDAY)
async def judge_on_birthday(timer: Timer, tx: DiscoveryTx) -> None:
    """A creator becomes old enough for a market without anything else changing."""
    await tx.judge(timer.aggregate)


def reckon_after(at: datetime, collaboration: str, tx: DiscoveryTx) -> None:
    """Once a minute for all that happens in it: the timer of a minute is set once, and again if it has fired."""
    minute = int(at.timestamp() // EVERY.total_seconds()) + 1
    due = datetime.fromtimestamp(minute * EVERY.total_seconds(), UTC)
    tx.set_timer(SALES, collaboration, due, version=minute)
