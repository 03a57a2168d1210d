"""What pages and API do about third parties."""

import secrets
from collections.abc import Sequence

from chassis.ids import new_id
from chassis.logs import log
from console.desk import Desk
from console.domain.sessions import hashed
from console.store.third_parties import ThirdParty
from contracts.http.discovery import FIELDS_OF, DataScope

SECRET_BYTES = 32


async def make(desk: Desk, name: str, scopes: Sequence[DataScope], by: str) -> tuple[ThirdParty, str]:
    """A new third party and its secret, which nobody can ever read again."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    made = ThirdParty(
        id=new_id(),
        name=name,
        scopes=tuple(in_order(scopes)),
        secret=hashed(secret),
        created_at=desk.clock.now(),
        created_by=by,
    )
    await desk.third_parties.add(made)
    log.info("third_party.made", third_party=made.id, by=by)
    return made, secret


async def revoke(desk: Desk, third_party: str, by: str) -> ThirdParty | None:
    """No more tokens for it; None if there is no such, or it was revoked before."""
    revoked = await desk.third_parties.revoke(third_party, desk.clock.now())
    if revoked is not None:
        log.info("third_party.revoked", third_party=third_party, by=by)
    return revoked


def in_order(scopes: Sequence[DataScope]) -> list[str]:
    """Each once, in the contract's order; a field whose group is there says nothing more."""
    covered = {field for group, fields in FIELDS_OF.items() if group in scopes for field in fields}
    return [scope.value for scope in DataScope if scope in scopes and scope not in covered]
