"""Conversations: either side begins, also before any collaboration; both sides see what was read (C8)."""

from collections.abc import Sequence

from fastapi import APIRouter, Response

from campaigns.api.callers import BrandOrCreator, TheContext
from campaigns.domain.refusals import Refused
from campaigns.store import BrandView, CampaignsTx, CreatorView
from campaigns.store.conversations import Conversations, conversation_id
from campaigns.store.programs import figures_of
from campaigns.store.views import Names
from chassis.context import Context
from chassis.http import Kind, Page, Paging, Principal, Writing, not_found, not_known_yet, once, page_of
from chassis.mongo import Document
from contracts.campaigns import Collaboration, Party
from contracts.http.campaigns import ConversationOut, MarkRead, MessageOut, StartConversation, UnreadOut, Write

router = APIRouter(prefix="/v1", tags=["conversations"])


@router.post("/conversations", status_code=201, response_model=MessageOut)
async def start_conversation(
    body: StartConversation, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """Write to the other side; where there is a conversation already, the message is added to it."""
    brand, creator, profile = await (
        _named_by_brand(context, who, body) if who.kind is Kind.BRAND else _named_by_creator(context, who, body)
    )

    async def work(tx: CampaignsTx) -> MessageOut:
        return await tx.write_message(brand, creator, profile, _party(who), body)

    return await once(context, write, who, work)


@router.get("/conversations")
async def list_conversations(who: BrandOrCreator, paging: Paging, context: TheContext) -> Page[ConversationOut]:
    """One's own conversations, those written in last first."""
    position = paging.position(str)
    view = Conversations(context.db, **_whose(who))
    page = page_of(
        await view.page(position[0] if position else None, paging.fetch), paging, lambda row: (row["last_id"],)
    )
    items = await _out(context, view, page.items, who)
    return Page[ConversationOut](items=tuple(items), next_cursor=page.next_cursor)


@router.get("/conversations/unread")
async def count_unread(who: BrandOrCreator, context: TheContext) -> UnreadOut:
    """In how many of one's conversations there is something new."""
    return UnreadOut(conversations=await Conversations(context.db, **_whose(who)).unread(_party(who)))


@router.get("/conversations/{conversation}")
async def get_conversation(conversation: str, who: BrandOrCreator, context: TheContext) -> ConversationOut:
    """One conversation, with its newest message."""
    view = Conversations(context.db, **_whose(who))
    row = await view.find(conversation)
    if row is None:
        raise not_found("conversation")
    (told,) = await _out(context, view, [row], who)
    return told


@router.get("/conversations/{conversation}/messages")
async def list_messages(
    conversation: str, who: BrandOrCreator, paging: Paging, context: TheContext
) -> Page[MessageOut]:
    """The messages, newest first. Their text is text: show it as it stands, whatever markup is in it."""
    view = Conversations(context.db, **_whose(who))
    row = await view.find(conversation)
    if row is None:
        raise not_found("conversation")
    position = paging.position(str)
    found = await view.messages(row, position[0] if position else None, paging.fetch)
    return page_of(found, paging, lambda message: (message.id,))


@router.post("/conversations/{conversation}/messages", status_code=201, response_model=MessageOut)
async def write_message(
    conversation: str, body: Write, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """Answer in a conversation."""

    async def work(tx: CampaignsTx) -> MessageOut:
        row = await tx.conversation(conversation, **_whose(who))
        if row is None:
            raise not_found("conversation")
        return await tx.write_message(row["brand"], row["creator"], None, _party(who), body)

    return await once(context, write, who, work)


@router.put("/conversations/{conversation}/read", status_code=204, response_model=None)
async def mark_read(
    conversation: str, body: MarkRead, write: Writing, who: BrandOrCreator, context: TheContext
) -> Response:
    """Say that everything up to a message was seen."""

    async def work(tx: CampaignsTx) -> None:
        row = await tx.conversation(conversation, **_whose(who))
        if row is None or not await tx.mark_read(row, _party(who), body.up_to):
            raise not_found("conversation" if row is None else "message")

    return await once(context, write, who, work)


@router.get("/collaborations/{collaboration}/conversation")
async def conversation_of(collaboration: str, who: BrandOrCreator, context: TheContext) -> ConversationOut:
    """The conversation of a collaboration's two sides."""
    state = await _collaboration(context, who, collaboration)
    creator = _creator_of(state)
    row = None
    if creator is not None:
        row = await Conversations(context.db, **_whose(who)).find(conversation_id(state.brand, creator))
    if row is None:
        raise not_found("conversation")
    (told,) = await _out(context, Conversations(context.db, **_whose(who)), [row], who)
    return told


async def _named_by_brand(
    context: Context[CampaignsTx], who: Principal, body: StartConversation
) -> tuple[str, str, str | None]:
    if body.brand is not None:
        raise Refused("brand", "Name a creator: by profile or by collaboration.")
    if body.collaboration is not None:
        state = await _collaboration(context, who, body.collaboration)
        creator = _creator_of(state)
        if creator is None:
            raise Refused("collaboration", "Nobody has opened this invitation yet.")
        return who.id, creator, state.profile
    assert body.profile is not None
    found = await BrandView(context.db, who.id).profile(body.profile)
    if found is None:
        raise not_known_yet("profile")
    if not found.claimed_by:
        raise Refused("profile", "Nobody has claimed this profile yet: invite the creator by mail.")
    return who.id, found.claimed_by[0], found.id


async def _named_by_creator(
    context: Context[CampaignsTx], who: Principal, body: StartConversation
) -> tuple[str, str, str | None]:
    if body.profile is not None:
        raise Refused("profile", "Name a brand, or a collaboration.")
    mine = await figures_of(context.db, who.id)
    profile = next(iter(mine)) if len(mine) == 1 else None
    if body.collaboration is not None:
        state = await _collaboration(context, who, body.collaboration)
        return state.brand, who.id, state.profile or profile
    assert body.brand is not None
    if await BrandView(context.db, body.brand).details() is None:
        raise not_known_yet("brand")
    return body.brand, who.id, profile


async def _out(
    context: Context[CampaignsTx], view: Conversations, rows: Sequence[Document], who: Principal
) -> list[ConversationOut]:
    names = Names(context.db)
    brands = await names.of_brands(row["brand"] for row in rows)
    profiles = await names.of_profiles(row["profile"] for row in rows if row.get("profile"))
    last = await view.last(rows)
    return [
        ConversationOut(
            id=row["_id"],
            brand=row["brand"],
            brand_name=brands.get(row["brand"], ""),
            creator=row["creator"],
            profile_summary=profiles.get(row.get("profile", "")),
            last=last.get(row["_id"]),
            unread=row["unread"].get(_party(who).value, 0),
        )
        for row in rows
    ]


async def _collaboration(context: Context[CampaignsTx], who: Principal, collaboration: str) -> Collaboration:
    if who.kind is Kind.BRAND:
        found = await BrandView(context.db, who.id).collaboration(collaboration)
    else:
        found = await CreatorView(context.db, who.id, who.invitation).collaboration(collaboration)
    if found is None:
        raise not_found("collaboration")
    return found.state


def _creator_of(state: Collaboration) -> str | None:
    """The account on the other side; None while an invitation by mail or link was opened by nobody."""
    contact = state.invitation.contact
    return state.creator or (contact if contact != state.id else None)


def _party(who: Principal) -> Party:
    return Party.CREATOR if who.kind is Kind.CREATOR else Party.BRAND


def _whose(who: Principal) -> dict[str, str]:
    return {"creator": who.id} if who.kind is Kind.CREATOR else {"brand": who.id}
