"""What the console hears: that somebody is to be forgotten."""

from chassis.forgetting import AGAIN, forget_again
from chassis.handlers import Handlers
from console.store import ConsoleTx
from contracts.discovery import Erasure

handlers = Handlers()
handlers.on_timer(AGAIN)(forget_again)


@handlers.on_state(Erasure)
async def forget_creator(erasure: Erasure, tx: ConsoleTx) -> None:
    """Account, sessions and the public page's name go (D12)."""
    await tx.forget_creator(erasure)
