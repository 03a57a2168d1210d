"""What campaigns reacts to."""

from functools import partial

from campaigns.domain.collaborations import deadlines, silence
from campaigns.domain.collaborations.records import Step
from campaigns.store import CampaignsTx
from chassis.handlers import Handlers
from chassis.timers import Timer
from contracts.console import Account
from contracts.discovery import Profile

handlers = Handlers()


@handlers.on_state(Account)
async def keep_brand(account: Account, tx: CampaignsTx) -> None:
    """Remember a brand's name, domains, currency and calendar."""
    if account.brand is not None:
        await tx.keep_brand(account.id, account.brand)


@handlers.on_state(Profile)
async def keep_profile(profile: Profile, tx: CampaignsTx) -> None:
    """Remember who can be invited."""
    await tx.keep_profile(profile)


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
