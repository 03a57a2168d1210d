"""Persons who want to be forgotten (D12): asked for by themselves, or for them, and what is outstanding."""

from datetime import timedelta
from typing import Annotated, cast

from fastapi import APIRouter, Query, Response

from chassis.context import Context
from chassis.http import Page, Paging, Writing, conflict, not_found, once, page_of
from chassis.mongo import Document
from contracts.http.discovery import (
    AskErasure,
    AskErasureOf,
    ErasureOut,
    ErasurePlan,
    ErasureStatus,
    ProfileFate,
    ProfileToForget,
)
from contracts.ids import Id
from discovery.answers import TIME_AND_ID, erasure_out
from discovery.api.callers import Creator, Operator, TheContext
from discovery.domain.erasure import GOES, STAYS, is_theirs
from discovery.settings import DiscoverySettings
from discovery.store import DiscoveryTx, Erasures, erasures

router = APIRouter(prefix="/v1", tags=["erasure"])


@router.get("/me/erasure")
async def plan_erasure(who: Creator, context: TheContext) -> ErasurePlan:
    """What an erasure of the account would take, what would stay, and why; nothing happens yet."""
    claimed = await erasures.profiles_of(context.db, who.account)
    return ErasurePlan(
        profiles=tuple(
            ProfileToForget(
                profile=profile.id,
                network=profile.network,
                handle=profile.handle,
                fate=ProfileFate.ERASED if is_theirs(profile, who.account) else ProfileFate.RELEASED,
            )
            for profile in claimed
            if profile.is_known
        ),
        goes=GOES,
        stays=STAYS,
    )


@router.post("/me/erasure", response_model=ErasureOut, status_code=202)
async def erase_me(_said: AskErasure, who: Creator, context: TheContext, write: Writing) -> Response:
    """Forget the account, for good; every service does so within minutes. From then on its tokens are refused."""
    overdue = overdue_after(context)

    async def work(tx: DiscoveryTx) -> ErasureOut:
        return erasure_out(await erasures.erase_account(tx, who.account), tx.now, overdue)

    return await once(context, write, who, work, status=202)


@router.post("/erasures", response_model=ErasureOut, status_code=202)
async def erase_somebody(said: AskErasureOf, who: Operator, context: TheContext, write: Writing) -> Response:
    """Forget somebody without an account, on their request; the same again is the same erasure.

    409 `proven` for a profile whose person has shown that it is theirs, `somebody` for an invitation behind which a
    profile or an account stands: those are asked for by themselves.
    """
    overdue = overdue_after(context)

    async def work(tx: DiscoveryTx) -> ErasureOut:
        row = await (_profile(tx, said.profile) if said.profile is not None else _invited(tx, said.invitation or ""))
        return erasure_out(row, tx.now, overdue)

    return await once(context, write, who, work, status=202)


async def _profile(tx: DiscoveryTx, id_: str) -> Document:
    before = await erasures.find(tx, erasures.erasure_of_profile(id_))
    if before is not None:
        return before
    profile = await tx.one(id_)
    if profile is None or not profile.is_known:
        raise not_found("creator")
    if profile.proven_by is not None:
        raise conflict(
            "proven", "An account has proven this profile", "Whoever it is asks for the erasure on their own page."
        )
    return await erasures.erase_profile(tx, profile)


async def _invited(tx: DiscoveryTx, id_: str) -> Document:
    before = await erasures.find(tx, erasures.erasure_of_invitation(id_))
    if before is not None:
        return before
    is_only_invited = await erasures.invited_only(tx, id_)
    if is_only_invited is None:
        raise not_found("invitation")
    if not is_only_invited:
        raise conflict(
            "somebody", "This invitation is to a known creator", "Ask by their profile, or have them ask themselves."
        )
    return await erasures.erase_invitation(tx, id_)


@router.get("/erasures")
async def list_erasures(
    _who: Operator,
    paging: Paging,
    context: TheContext,
    status: Annotated[ErasureStatus | None, Query(description="`outstanding`: an answer is missing")] = None,
) -> Page[ErasureOut]:
    """All erasures, newest first, each with every service's answer or that it is outstanding."""
    position = paging.position(*TIME_AND_ID)
    is_open = None if status is None else status is ErasureStatus.OUTSTANDING
    rows = await Erasures(context.db).page(
        is_open=is_open, after=None if position is None else (position[0], position[1]), limit=paging.fetch
    )
    page = page_of(rows, paging, lambda row: (row["asked_at"], row["_id"]))
    now, overdue = context.clock.now(), overdue_after(context)
    items = tuple(erasure_out(row, now, overdue) for row in page.items)
    return Page[ErasureOut](items=items, next_cursor=page.next_cursor)


@router.get("/erasures/{erasure}")
async def read_erasure(erasure: Id, _who: Operator, context: TheContext) -> ErasureOut:
    """One erasure."""
    row = await Erasures(context.db).find(erasure)
    if row is None:
        raise not_found("erasure")
    return erasure_out(row, context.clock.now(), overdue_after(context))


@router.post("/erasures/{erasure}/ask-again", response_model=ErasureOut, status_code=202)
async def ask_again(erasure: Id, who: Operator, context: TheContext, write: Writing) -> Response:
    """Have every service forget and answer once more: where an answer stays away, or a store came from a backup."""
    overdue = overdue_after(context)

    async def work(tx: DiscoveryTx) -> ErasureOut:
        row = await erasures.ask_again(tx, erasure)
        if row is None:
            raise not_found("erasure")
        return erasure_out(row, tx.now, overdue)

    return await once(context, write, who, work, status=202)


def overdue_after(context: Context[DiscoveryTx]) -> timedelta:
    """How long a service may owe its answer."""
    return timedelta(minutes=cast("DiscoverySettings", context.settings).erasure_overdue_minutes)
