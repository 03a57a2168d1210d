"""Operators let third parties read creators' figures (D11)."""

from typing import Annotated

from fastapi import APIRouter, Depends

from chassis.http import Kind, Page, Principal, not_found, principal
from console import third_parties
from console.api.here import TheDesk
from console.store.third_parties import ThirdParty
from contracts.http.console import ScopesIn, ThirdPartyIn, ThirdPartyMade, ThirdPartyOut
from contracts.ids import Id

router = APIRouter(prefix="/v1/third-parties", tags=["third parties"])
Operator = Annotated[Principal, Depends(principal(Kind.OPERATOR))]


@router.get("")
async def list_third_parties(_who: Operator, desk: TheDesk) -> Page[ThirdPartyOut]:
    """All of them, newest first, revoked ones included."""
    found = await desk.third_parties.all()
    return Page[ThirdPartyOut](items=tuple(_out(one) for one in found), total=len(found))


@router.post("", status_code=201)
async def make_third_party(body: ThirdPartyIn, who: Operator, desk: TheDesk) -> ThirdPartyMade:
    """A new one. The answer shows its secret this once; its id is its client id at `/oauth/token`."""
    made, secret = await third_parties.make(desk, body.name, body.scopes, who.account)
    return ThirdPartyMade(**_out(made).model_dump(), client_secret=secret)


@router.put("/{third_party}/scopes")
async def change_scopes(third_party: Id, body: ScopesIn, _who: Operator, desk: TheDesk) -> ThirdPartyOut:
    """What it may read from its next token on, which is at most 5 minutes away."""
    changed = await desk.third_parties.change_scopes(third_party, third_parties.in_order(body.scopes))
    if changed is None:
        raise not_found("third party")
    return _out(changed)


@router.delete("/{third_party}", status_code=204)
async def revoke(third_party: Id, who: Operator, desk: TheDesk) -> None:
    """It gets no more tokens; the last one that it has lives 5 minutes at most."""
    if await third_parties.revoke(desk, third_party, who.account) is None:
        raise not_found("third party")


def _out(one: ThirdParty) -> ThirdPartyOut:
    return ThirdPartyOut(
        id=one.id, name=one.name, scopes=one.scopes, created_at=one.created_at, revoked_at=one.revoked_at
    )
