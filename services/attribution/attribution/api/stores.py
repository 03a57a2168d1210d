"""Stores' APIs that are polled: credentials in, state out."""

from fastapi import APIRouter, Response

from attribution.api.callers import Brand, Console, TheContext, brands_store, settings_of
from attribution.domain.polling.passes import first_since
from attribution.store import polls
from chassis.http import Writing, once
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
    await brands_store(context, store, who)
    return await polls.poll_out(context.db, store)


@router.post("/v1/stores/{store}/poll", tags=["stores"], response_model=PollOut)
async def poll_now(store: str, who: Brand, write: Writing, context: TheContext) -> Response:
    """Ask the store within seconds instead of at its next turn, yet not before it wants to be asked again.

    409 for a store whose API is not known.
    """
    await brands_store(context, store, who)
    return await once(context, write, who, lambda tx: polls.ask_now(tx, store), status=200)
