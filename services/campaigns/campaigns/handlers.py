"""What campaigns reacts to."""

from collections.abc import Sequence
from functools import partial

from campaigns.domain import running, spreading
from campaigns.domain.campaigns import possible
from campaigns.domain.collaborations import deadlines, silence
from campaigns.domain.collaborations.records import Step
from campaigns.domain.products.catalogue import seen_in
from campaigns.domain.running import Course
from campaigns.store import CampaignsTx
from campaigns.store.budgets import standing
from campaigns.store.forgetting import FORGET
from campaigns.store.products import STORE_KNOWN
from chassis.handlers import Handlers
from chassis.looks import Look
from chassis.timers import Timer
from chassis.tx import Transactions
from contracts.attribution import OrderDecided
from contracts.campaigns import CampaignChanged, CampaignEnded, CampaignPaused
from contracts.console import Account
from contracts.discovery import Erasure, Profile
from contracts.stores import OrderLine, OrderObserved, without_customer

handlers = Handlers()


@handlers.on_state(Account)
async def keep_brand(account: Account, tx: CampaignsTx) -> None:
    """Remember a brand's name, domains, currency and calendar, and whose a store is."""
    if account.brand is not None:
        await tx.keep_brand(account.id, account.brand)
    if account.store is not None:
        await tx.keep_store(account.id, account.store.brand)


async def drop_profile(profile: str, tx: CampaignsTx) -> None:
    """Whoever it was is to be forgotten."""
    await tx.forget_profiles([profile])


@handlers.on_state(Profile, erased=drop_profile)
async def keep_profile(profile: Profile, tx: CampaignsTx) -> None:
    """Remember who can be invited."""
    await tx.keep_profile(profile)


@handlers.on_state(Erasure)
async def forget_creator(erasure: Erasure, tx: CampaignsTx) -> None:
    """Somebody is to be forgotten (D12)."""
    await tx.forget_creator(erasure)


@handlers.on_timer(FORGET)
async def forget_some(timer: Timer, tx: CampaignsTx) -> None:
    """The next part of that."""
    await tx.forget_some(timer.data["erasure"], timer.data)


@handlers.on_timer(deadlines.EXPIRY)
async def expire_offer(timer: Timer, tx: CampaignsTx) -> None:
    """Nobody answered in time (C5); an answer or another offer that came meanwhile stands."""
    await tx.take(await _silence(tx, timer.aggregate))


@handlers.on_timer(deadlines.PASSED)
async def pass_deadline(timer: Timer, tx: CampaignsTx) -> None:
    """Silence is an answer (C6), or the step is overdue (C7)."""
    collaboration = timer.data["collaboration"]
    steps = await _silence(tx, collaboration)
    found = steps[-1].after if steps else await tx.collaboration(collaboration)
    overdue = None if found is None else deadlines.missed(found, timer.data["subject"], timer.version, tx.now)
    await tx.take([*steps, *([] if overdue is None else [overdue])])


@handlers.on_timer(deadlines.TERMS_NEAR)
async def remind_of_terms(timer: Timer, tx: CampaignsTx) -> None:
    """A version that is worse for the creator comes into force in 48 hours (MONEY 20)."""
    found = await tx.collaboration(timer.aggregate)
    step = None if found is None else deadlines.terms_reminded(found, timer.version, tx.now)
    await tx.take([] if step is None else [step])


async def remind(hours: int, timer: Timer, tx: CampaignsTx) -> None:
    """A step is due in so many hours (C7)."""
    found = await tx.collaboration(timer.data["collaboration"])
    step = None
    if found is not None:
        step = deadlines.reminded(found, timer.data["subject"], timer.version, hours, tx.now)
    await tx.take([] if step is None else [step])


for _hours, _purpose in deadlines.NEAR.items():
    handlers.on_timer(_purpose)(partial(remind, _hours))


async def _silence(tx: CampaignsTx, collaboration: str) -> list[Step]:
    """What silence brought about by now."""
    found = await tx.collaboration(collaboration)
    return [] if found is None else silence.settled(found, tx.now, await tx.calendar(found.state.brand))


@handlers.on_batch(OrderDecided, group="conversions", unhurried=True, inbox=False)
async def count_orders(decided: Sequence[OrderDecided], tx: CampaignsTx) -> None:
    """What a campaign brought, and whether its budget still suffices (C1, C14); the order's number tells doubles."""
    for campaign in await tx.count_orders(decided):
        await _notice_budget(campaign, tx)


@handlers.on_batch(OrderObserved, group="orders", unhurried=True, inbox=False, parked_as=without_customer)
async def see_products(observed: Sequence[OrderObserved], tx: CampaignsTx) -> None:
    """Which products a brand's orders name (C16); the same order again names nothing new."""
    lines: dict[str, list[OrderLine]] = {}
    for event in observed:
        if event.snapshot is not None:
            lines.setdefault(event.store, []).extend(event.snapshot.lines)
    seen = {store: seen_in(of_store) for store, of_store in lines.items()}
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


@handlers.on_timer(running.LEVEL_TIMER)
async def notice_budget(timer: Timer, tx: CampaignsTx) -> None:
    """An agreement brought the budget to a level (C14)."""
    await _notice_budget(timer.aggregate, tx)


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
        await tx.take(running.steps_of(collaboration, spreading.courses(course, campaign), tx.now))
    if len(found) == spreading.AT_ONCE:
        tx.spread_on(timer, after=found[-1].state.id)


async def _notice_budget(campaign_id: str, tx: CampaignsTx) -> None:
    sums = await standing(tx, campaign_id)
    if sums is None or sums.level is None:
        return
    campaign = await tx.any_campaign(campaign_id)
    noticed = None if campaign is None else running.noticed(campaign, sums, tx.now)
    if campaign is None or noticed is None:
        return
    await tx.save_campaign(noticed, CampaignChanged)
    if noticed.pauses_at is not None and campaign.pauses_at is None:
        tx.set_timer(running.BUDGET_TIMER, campaign_id, noticed.pauses_at, version=noticed.revision)
