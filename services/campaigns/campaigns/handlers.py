"""What campaigns reacts to."""

from collections.abc import Sequence
from functools import partial

from campaigns.domain import running, spreading
from campaigns.domain.campaigns import possible
from campaigns.domain.collaborations import invitations
from campaigns.domain.products.catalogue import Seen, seen_in
from campaigns.domain.running import Course
from campaigns.store import CampaignsTx
from campaigns.store.budgets import standing
from campaigns.store.products import STORE_KNOWN
from chassis.handlers import Handlers
from chassis.looks import Look
from chassis.timers import Timer
from chassis.tx import Transactions
from contracts.attribution import OrderDecided
from contracts.campaigns import CampaignChanged, CampaignEnded, CampaignPaused, InvitationExpired
from contracts.console import Account
from contracts.discovery import Profile
from contracts.stores import OrderObserved

handlers = Handlers()


@handlers.on_state(Account)
async def keep_brand(account: Account, tx: CampaignsTx) -> None:
    """Remember a brand's name, domains and currency, and whose a store is."""
    if account.brand is not None:
        await tx.keep_brand(account.id, account.brand)
    if account.store is not None:
        await tx.keep_store(account.id, account.store.brand)


@handlers.on_state(Profile)
async def keep_profile(profile: Profile, tx: CampaignsTx) -> None:
    """Remember who can be invited."""
    await tx.keep_profile(profile)


@handlers.on_timer(invitations.EXPIRY_TIMER)
async def expire_invitation(timer: Timer, tx: CampaignsTx) -> None:
    """Nobody answered in time (C5); an answer that came meanwhile stands."""
    found = await tx.collaboration(timer.aggregate)
    expired = None if found is None else invitations.expired(found, tx.now)
    if expired is not None:
        await tx.save_collaboration(expired, InvitationExpired)


@handlers.on_batch(OrderDecided, group="conversions", inbox=False)
async def count_orders(decided: Sequence[OrderDecided], tx: CampaignsTx) -> None:
    """What a campaign brought, and whether its budget still suffices (C1, C14); the order's number tells doubles."""
    for campaign in await tx.count_orders(decided):
        await _notice_budget(campaign, tx)


@handlers.on_batch(OrderObserved, group="orders", inbox=False)
async def see_products(observed: Sequence[OrderObserved], tx: CampaignsTx) -> None:
    """Which products a brand's orders name (C16); the same order again names nothing new."""
    seen: dict[str, list[Seen]] = {}
    for event in observed:
        if event.snapshot is not None:
            seen.setdefault(event.store, []).extend(seen_in(event.snapshot.lines))
    await tx.see_products({store: products for store, products in seen.items() if products})


@handlers.on_look(STORE_KNOWN)
async def adopt_products(looks: Sequence[Look], transactions: Transactions[CampaignsTx]) -> None:
    """Orders may come before their store is known: whoever commits second brings both together."""
    for store in {key for look in looks for key in look.keys}:
        while await transactions.run(partial(_adopt, store)):
            pass


async def _adopt(store: str, tx: CampaignsTx) -> bool:
    return await tx.adopt_products(store)


@handlers.on_timer(running.BUDGET_TIMER)
async def pause_without_budget(timer: Timer, tx: CampaignsTx) -> None:
    """48 h after the notice (MONEY 22); a larger budget meanwhile called it off."""
    campaign = await tx.any_campaign(timer.aggregate)
    if campaign is None or campaign.pauses_at is None or campaign.pauses_at > tx.now:
        return
    if "pause" in possible(campaign, tx.now):
        paused = running.paused(campaign, tx.now)
        await tx.save_campaign(paused, CampaignPaused)
        tx.spread(paused, Course(paused.status, paused_at=paused.paused_at))


@handlers.on_timer(running.END_TIMER)
async def end_campaign(timer: Timer, tx: CampaignsTx) -> None:
    """Its own date has come; ended by hand before, there is nothing left to do."""
    campaign = await tx.any_campaign(timer.aggregate)
    ended = None if campaign is None else running.ended_by_date(campaign, tx.now)
    if ended is not None:
        await tx.save_campaign(ended, CampaignEnded)
        tx.spread(ended, Course(ended.status, ends_at=ended.ends_at))


@handlers.on_timer(running.SPREAD_TIMER)
async def spread_campaign(timer: Timer, tx: CampaignsTx) -> None:
    """Take a pause, resumption or end to the next collaborations."""
    campaign, course = await tx.any_campaign(timer.aggregate), spreading.read(timer.data)
    if campaign is None or spreading.is_outdated(course, campaign):
        return
    found = await tx.collaborations_after(campaign.id, timer.data["cursor"], spreading.AT_ONCE)
    for collaboration in found:
        followed = running.follow(collaboration, course)
        if followed is not None:
            await tx.save_collaboration(*followed)
    if len(found) == spreading.AT_ONCE:
        tx.spread_on(timer, after=found[-1].state.id)


async def _notice_budget(campaign_id: str, tx: CampaignsTx) -> None:
    sums = await standing(tx, campaign_id)
    campaign = await tx.any_campaign(campaign_id) if sums is not None and sums.has_run_out else None
    noticed = None if campaign is None else running.out_of_budget(campaign, tx.now)
    if noticed is not None and noticed.pauses_at is not None:
        await tx.save_campaign(noticed, CampaignChanged)
        tx.set_timer(running.BUDGET_TIMER, campaign_id, noticed.pauses_at, version=noticed.revision)
