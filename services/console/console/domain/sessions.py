"""A signed-in person: known by a random cookie that we keep hashed, acting in one role at a time."""

from datetime import datetime
from hashlib import sha256

from pydantic import BaseModel, ConfigDict

from contracts.http.console import RoleKind
from contracts.ids import Id


class Role(BaseModel):
    """As what a person may act. `id` is the brand's id, else the person's; `zone` is where its times are shown."""

    model_config = ConfigDict(frozen=True)

    kind: RoleKind
    id: Id
    name: str = ""
    zone: str = "UTC"
    currency: str = ""


class Session(BaseModel):
    """One browser's session. `id` is the hash of its cookie."""

    model_config = ConfigDict(frozen=True)

    id: str
    person: Id
    role: Role
    roles: tuple[Role, ...]
    invitations: frozenset[Id] = frozenset()
    expires_at: datetime


def hashed(token: str) -> str:
    """What we keep of a random cookie or secret. It has 256 bits of chance, so no key and no salt are needed."""
    return sha256(token.encode()).hexdigest()


def chosen(roles: tuple[Role, ...], kind: str = "", id: str = "") -> Role | None:  # noqa: A002 - the role's own id
    """The role asked for, or the first; None for a role that the person does not have."""
    if not kind:
        return roles[0] if roles else None
    return next((role for role in roles if role.kind == kind and role.id == id), None)


FIRST_PAGE = {
    RoleKind.BRAND: "/campaigns",
    RoleKind.CREATOR: "/home",
    RoleKind.OPERATOR: "/dead-letters",
}
