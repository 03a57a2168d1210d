"""Counts of clicks by rule, and the redirect's key of the day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from attribution.api.callers import Anyone, TheContext
from attribution.domain.recounts import FIRST, current
from attribution.store import daily_keys
from attribution.store.recounts import recounts_of
from attribution.store.views import Counting, counting_of
from chassis.http import Kind, Principal, not_found, principal
from contracts.http.attribution import ClickRecountOut, DailyKey

router = APIRouter()

Redirect = Annotated[Principal, Depends(principal(Kind.SERVICE, named=("attribution",)))]


async def counting(
    context: TheContext,
    recount: Annotated[
        int | None, Query(ge=FIRST, le=2**31, description="the count that clicks are by; the current one if absent")
    ] = None,
) -> Counting:
    """The count that the caller asked for; 404 if there is none of that number, or it is not finished."""
    found = await counting_of(context.db, recount)
    if found is None:
        raise not_found("recount")
    return found


AskedCounting = Annotated[Counting, Depends(counting)]


@router.get("/v1/click-recounts", tags=["links"])
async def list_recounts(_who: Anyone, context: TheContext) -> tuple[ClickRecountOut, ...]:
    """Every count of clicks that can be asked for, or is under way: 0 by the verdicts of their time, others by rule."""
    recounts = await recounts_of(context.db)
    chosen = current(recounts)
    return (
        ClickRecountOut(number=FIRST, current=chosen == FIRST),
        *(
            ClickRecountOut(
                number=one.number,
                rule=one.rule,
                began_at=one.began_at,
                finished_at=one.finished_at,
                current=one.number == chosen,
            )
            for one in recounts
        ),
    )


@router.get("/internal/daily-keys/{day}", tags=["internal"])
async def daily_key(day: date, _who: Redirect, context: TheContext, response: Response) -> DailyKey:
    """The key that visitors of that UTC day are hashed with, for the redirect's memory only.

    404 for any day but today, and tomorrow from seven hours before midnight on.
    """
    key = await daily_keys.key_of(context.db, day, context.clock.now())
    if key is None:
        raise not_found("key")
    response.headers["Cache-Control"] = "no-store"
    return key
