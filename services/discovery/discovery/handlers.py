"""What discovery reacts to."""

from chassis.handlers import Handlers
from contracts.campaigns import Collaboration
from discovery.store import DiscoveryTx

handlers = Handlers()


@handlers.on_state(Collaboration)
async def keep_collaboration(collaboration: Collaboration, tx: DiscoveryTx) -> None:
    """Remember who works with whom. Who accepts an invitation says that the profile is theirs, which proves nothing."""
    await tx.keep_collaboration(collaboration)
    if collaboration.profile is not None and collaboration.creator is not None:
        await tx.claim(collaboration.profile, collaboration.creator)
