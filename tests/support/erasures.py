"""That somebody is to be forgotten, as every service hears it."""

from datetime import UTC, datetime

from contracts.discovery import Erasure, ErasureAsked

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def an_erasure(
    account: str | None = None,
    *profiles: str,
    asked: int = 1,
    erasure: str = "erasure-1",
    invitations: tuple[str, ...] = (),
) -> ErasureAsked:
    state = Erasure(id=erasure, account=account, profiles=profiles, invitations=invitations, asked_at=NOON, asked=asked)
    return ErasureAsked.of(state, id=f"{erasure}-{asked}", time=NOON, revision=asked)
