"""A brand's shortlists (D7): shared by its members, and unseen by any other brand."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request, Response
from pydantic import AwareDatetime

from chassis.http import Page, Paging, Writing, etag, if_match, not_found, once, page_of
from chassis.ids import new_id
from contracts.http.discovery import (
    AlertOut,
    EntryIn,
    EntryOut,
    NewAlerts,
    ShortlistDetail,
    ShortlistIn,
    ShortlistOut,
    ShortlistsOut,
)
from discovery.answers import TIME_AND_ID
from discovery.api.callers import Brand, TheContext
from discovery.store import DiscoveryTx, Shortlists

router = APIRouter(prefix="/v1/shortlists", tags=["shortlists"])
MOST_COUNTED: Final = 100
Id = Annotated[str, Path(max_length=200)]


@router.get("")
async def list_shortlists(who: Brand, context: TheContext) -> ShortlistsOut:
    """The brand's shortlists, by name."""
    rows = await Shortlists(context.db, who.id).named.all()
    return ShortlistsOut(shortlists=tuple(_out(row) for row in rows))


@router.post("", response_model=ShortlistOut, status_code=201)
async def add_shortlist(said: ShortlistIn, who: Brand, context: TheContext, write: Writing) -> Response:
    """Begin a shortlist."""

    async def work(tx: DiscoveryTx) -> ShortlistOut:
        shortlists = Shortlists(tx.db, who.id, tx.session)
        return _out(await shortlists.named.add(new_id(), said.model_dump(mode="json"), tx.now))

    return await once(context, write, who, work)


@router.get("/alerts")
async def list_alerts(who: Brand, paging: Paging, context: TheContext) -> Page[AlertOut]:
    """What changed about those on the brand's shortlists, newest first: rates, availability, growth."""
    position = paging.position(*TIME_AND_ID)
    after = None if position is None else (position[0], position[1])
    rows = await Shortlists(context.db, who.id).alerts(after, paging.fetch)
    page = page_of(rows, paging, lambda row: (row["at"], row["_id"]))
    items = tuple(AlertOut.model_validate({**row, "id": row["_id"]}) for row in page.items)
    return Page[AlertOut](items=items, next_cursor=page.next_cursor)


@router.get("/alerts/unread")
async def count_alerts(who: Brand, context: TheContext, since: AwareDatetime | None = None) -> NewAlerts:
    """How many there are since then, or at all, up to a hundred."""
    return NewAlerts(alerts=await Shortlists(context.db, who.id).new_alerts(since, MOST_COUNTED))


@router.get("/{shortlist}")
async def read_shortlist(shortlist: Id, who: Brand, context: TheContext, response: Response) -> ShortlistDetail:
    """One shortlist with those who are on it, and the brand's notes."""
    shortlists = Shortlists(context.db, who.id)
    row, entries = await shortlists.named.find(shortlist), await shortlists.entries(shortlist)
    if row is None or entries is None:
        raise not_found("shortlist")
    response.headers["ETag"] = etag(row["revision"])
    found = tuple(EntryOut.model_validate(entry) for entry in entries)
    return ShortlistDetail.model_validate({**row, "id": row["_id"], "entries": found})


@router.put("/{shortlist}")
async def change_shortlist(
    shortlist: Id, said: ShortlistIn, request: Request, who: Brand, context: TheContext, response: Response
) -> ShortlistOut:
    """Rename one that was read, or change what it is for: `If-Match` says what was seen."""

    async def work(tx: DiscoveryTx) -> ShortlistOut:
        named = Shortlists(tx.db, who.id, tx.session).named
        row = await named.find(shortlist)
        if row is None:
            raise not_found("shortlist")
        if_match(request, row["revision"])
        return _out(await named.change(row, said.model_dump(mode="json"), tx.now))

    out = await context.transactions.run(work)
    response.headers["ETag"] = etag(out.revision)
    return out


@router.delete("/{shortlist}", status_code=204)
async def remove_shortlist(shortlist: Id, who: Brand, context: TheContext) -> None:
    """Remove a shortlist with its notes and alerts."""
    if not await context.transactions.run(lambda tx: Shortlists(tx.db, who.id, tx.session).remove(shortlist)):
        raise not_found("shortlist")


@router.put("/{shortlist}/creators/{creator}")
async def put_on(shortlist: Id, creator: Id, said: EntryIn, who: Brand, context: TheContext) -> EntryOut:
    """Put a creator on a shortlist, or change the note about them; again without effect."""

    async def work(tx: DiscoveryTx) -> EntryOut:
        profile = await tx.one(creator)
        if profile is None or not profile.is_known:
            raise not_found("creator")
        row = await Shortlists(tx.db, who.id, tx.session).put(shortlist, profile, said.note, who.account, tx.now)
        if row is None:
            raise not_found("shortlist")
        return EntryOut.model_validate(row)

    return await context.transactions.run(work)


@router.delete("/{shortlist}/creators/{creator}", status_code=204)
async def take_off(shortlist: Id, creator: Id, who: Brand, context: TheContext) -> None:
    """Take a creator off a shortlist."""
    if not await context.transactions.run(
        lambda tx: Shortlists(tx.db, who.id, tx.session).take_off(shortlist, creator)
    ):
        raise not_found("creator on this shortlist")


def _out(row: dict[str, object]) -> ShortlistOut:
    return ShortlistOut.model_validate({**row, "id": row["_id"]})
