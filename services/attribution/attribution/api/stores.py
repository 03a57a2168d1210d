"""Stores' APIs that are polled: credentials in, state out."""

from fastapi import APIRouter

from attribution.api.callers import Brand, Console, TheContext, settings_of
from attribution.domain.polling.passes import first_since
from attribution.store import facts, polls
from chassis.http import not_found, not_known_yet
from contracts.http.attribution import PollOut, StoreCredentials

router = APIRouter()


@router.put("/internal/stores/{store}/credentials", status_code=204, tags=["internal"])
async def put_credentials(store: str, body: StoreCredentials, _who: Console, context: TheContext) -> None:
    """Take the credentials of a store's REST API over from the console: from now on its orders are polled."""
    days = settings_of(context).poll_first_days
    await context.transactions.run(lambda tx: polls.set_credentials(tx, store, body, first_since(tx.now, days)))


@router.delete("/internal/stores/{store}/credentials", status_code=204, tags=["internal"])
async def delete_credentials(store: str, _who: Console, context: TheContext) -> None:
    """Forget them: the store is polled no more."""
    await context.transactions.run(lambda tx: polls.forget_credentials(tx, store))


@router.get("/v1/stores/{store}/poll", tags=["stores"])
async def store_poll(store: str, who: Brand, context: TheContext) -> PollOut:
    """Whether a store's orders are polled, until when that is complete, and what went wrong last."""
    known = await facts.store_of(context.db, store)
    if known is None:
        raise not_known_yet("store")
    if known["brand"] != who.id:
        raise not_found("store")
    return await polls.poll_out(context.db, store)
