"""Counts of clicks by rule, and the redirect's key of the day."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from attribution import figures
from attribution.api.callers import Anyone, Operator, TheContext
from attribution.domain.recounts import FIRST, comparable, current
from attribution.store import OperatorView, daily_keys
from attribution.store.recounts import recounts_of
from attribution.store.views import Counting, counting_of
from chassis.http import Kind, Principal, not_found, principal
from contracts.http.attribution import ClickRecountOut, DailyKey, RecountComparison

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


@router.get("/v1/click-recounts/comparison", tags=["operator"])
async def compare_recounts(
    _who: Operator,
    context: TheContext,
    newer: Annotated[int | None, Query(ge=FIRST + 1, le=2**31, description="the current count if absent")] = None,
    older: Annotated[int | None, Query(ge=FIRST, le=2**31, description="the one before the newer if absent")] = None,
    days: Annotated[int, Query(ge=1, le=92)] = 30,
) -> RecountComparison:
    """What a newer rule changed: the same clicks by two counts, over the newest days that both saw whole.

    404 where one of them is not there or not finished, and for a count that is not after the other.
    """
    recounts = await recounts_of(context.db)
    number = current(recounts) if newer is None else newer
    by_number = {one.number: one for one in recounts if one.finished_at is not None}
    later = by_number.get(number)
    before = max((one for one in by_number if one < number), default=FIRST) if older is None else older
    counts = await counting_of(context.db, before), await counting_of(context.db, number)
    if later is None or counts[0] is None or counts[1] is None or before >= number:
        raise not_found("recount")
    since, until = comparable(by_number.get(before), later, context.clock.now(), days)
    return await figures.comparison(OperatorView(context.db), counts[0], counts[1], since, until)


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
