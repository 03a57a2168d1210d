"""What campaigns reacts to."""

from campaigns.domain.collaborations import invitations
from campaigns.store import CampaignsTx
from chassis.handlers import Handlers
from chassis.timers import Timer
from contracts.campaigns import InvitationExpired
from contracts.console import Account
from contracts.discovery import Profile

handlers = Handlers()


@handlers.on_state(Account)
async def keep_brand(account: Account, tx: CampaignsTx) -> None:
    """Remember a brand's name, domains and currency."""
    if account.brand is not None:
        await tx.keep_brand(account.id, account.brand)


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
