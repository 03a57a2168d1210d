"""What discovery reacts to."""

from chassis.handlers import Handlers
from contracts.campaigns import Collaboration
from discovery.store import DiscoveryTx

handlers = Handlers()


@handlers.on_state(Collaboration)
async def claim_profile(collaboration: Collaboration, tx: DiscoveryTx) -> None:
    """Who accepts an invitation to a profile says that it is theirs; nothing is proven by that (ARCHITECTURE 4)."""
    if collaboration.profile is not None and collaboration.creator is not None:
        await tx.claim(collaboration.profile, collaboration.creator)
