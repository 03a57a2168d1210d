"""What discovery reacts to."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from chassis.consume import Park
from chassis.handlers import Handlers
from chassis.timers import Timer
from contracts.attribution import ForgottenByAttribution, OrderDecided
from contracts.campaigns import Campaign, Collaboration, ForgottenByCampaigns
from contracts.console import ForgottenByConsole
from contracts.discovery import StatsChanged
from contracts.forgetting import PersonForgotten
from contracts.notifications import ForgottenByNotifications
from discovery.domain.deliveries import deliveries_of
from discovery.store import AGAIN, AGE, BIRTHDAY, JUDGE, NEW_INDEX, UNNAME, DiscoveryTx, erasures, want_new_index

handlers = Handlers()

SALES: Final = "sales"
ERASURES: Final = "erasures"
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


@handlers.on_batch(OrderDecided, group=SALES, unhurried=True, inbox=False)
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


@handlers.on_timer(AGE)
async def let_figures_age(timer: Timer, tx: DiscoveryTx) -> None:
    """What was counted for the last 30 days has become too old to be told, and nobody has counted anew."""
    await tx.judge(timer.aggregate, StatsChanged)


async def _answered(said: PersonForgotten, tx: DiscoveryTx) -> None:
    service = said.TOPIC.owner
    if not await erasures.keep_answer(tx, service, said):
        raise Park(f"{service} answers an erasure that nobody here asked for: was this store restored from a backup?")


@handlers.on(ForgottenByCampaigns, group=ERASURES, inbox=False)
async def campaigns_answered(said: ForgottenByCampaigns, tx: DiscoveryTx) -> None:
    """Campaigns has forgotten somebody."""
    await _answered(said, tx)


@handlers.on(ForgottenByAttribution, group=ERASURES, inbox=False)
async def attribution_answered(said: ForgottenByAttribution, tx: DiscoveryTx) -> None:
    """Attribution has forgotten somebody."""
    await _answered(said, tx)


@handlers.on(ForgottenByNotifications, group=ERASURES, inbox=False)
async def notifications_answered(said: ForgottenByNotifications, tx: DiscoveryTx) -> None:
    """Notifications has forgotten somebody."""
    await _answered(said, tx)


@handlers.on(ForgottenByConsole, group=ERASURES, inbox=False)
async def console_answered(said: ForgottenByConsole, tx: DiscoveryTx) -> None:
    """The console has forgotten somebody."""
    await _answered(said, tx)


@handlers.on_timer(AGAIN)
async def forget_again(timer: Timer, tx: DiscoveryTx) -> None:
    """What was written about a profile in the moment of its erasure."""
    await erasures.forget_again(tx, timer.aggregate)


@handlers.on_timer(UNNAME)
async def unname_profiles(timer: Timer, tx: DiscoveryTx) -> None:
    """An erasure is done for so long that no backup brings anything of it back."""
    await erasures.unname_profiles(tx, timer.aggregate, timer.version)


@handlers.on_timer(NEW_INDEX)
async def make_new_index(_timer: Timer, tx: DiscoveryTx) -> None:
    """The topic has lost what was erased: an index that is made now finds nothing of it in its files either."""
    await want_new_index(tx.db, tx.session)


def reckon_after(at: datetime, collaboration: str, tx: DiscoveryTx) -> None:
    """Once a minute for all that happens in it: the timer of a minute is set once, and again if it has fired."""
    minute = int(at.timestamp() // EVERY.total_seconds()) + 1
    due = datetime.fromtimestamp(minute * EVERY.total_seconds(), UTC)
    tx.set_timer(SALES, collaboration, due, version=minute)
